import assert from 'node:assert/strict';
import { noticeText } from '../../../src/teams/cards/notice.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { ja } from '../../../src/teams/texts/ja.ts';
import { zh } from '../../../src/teams/texts/zh.ts';
import { expired, played } from '../../support/played.ts';
import { requested, target } from '../../support/samples.ts';

const names = ['<at>Megan Bowen</at>', '<at>Nestor Wilke</at>'];
const state = played(requested({ targets: [target(1, { name: 'Adele Vance' })] }));

describe('a message that calls people', () => {
  for (const [texts, begins] of [
    [en, '<at>Megan Bowen</at>, <at>Nestor Wilke</at>: '],
    [ja, '<at>Megan Bowen</at>、<at>Nestor Wilke</at>: '],
    [zh, '<at>Megan Bowen</at>、<at>Nestor Wilke</at>：'],
  ] as const) {
    for (const what of ['notice', 'reminder', 'signIn'] as const) {
      it(`has their names apart from each other and from what they are told: ${texts.lang}, ${what}`, () => {
        const text = noticeText(state, what, names, texts);
        assert.ok(text.startsWith(begins), text);
        assert.ok(text.includes('K7F3'), text);
      });
    }
  }

  it('says what about', () => {
    const text = noticeText(state, 'notice', names.slice(1), en);
    assert.equal(text, '<at>Nestor Wilke</at>: approval needed (K7F3) to revoke the sign-in sessions of Adele Vance.');
  });

  it('is as true when the request is over, because it stays where it stands', () => {
    const [before, after] = [state, played(requested(), expired())].map((one) =>
      noticeText(one, 'reminder', names, en),
    );
    assert.equal(before, after);
    assert.match(before ?? '', /until 03:15 UTC at the latest/);
    assert.doesNotMatch(before ?? '', /still waiting|expires/i);
  });
});
