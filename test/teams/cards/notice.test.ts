import assert from 'node:assert/strict';
import { noticeText } from '../../../src/teams/cards/in-words.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { ja } from '../../../src/teams/texts/ja.ts';
import { zh } from '../../../src/teams/texts/zh.ts';
import { expired, played } from '../../support/played.ts';
import { requested, target } from '../../support/samples.ts';

const names = ['<at>Megan Bowen</at>', '<at>Nestor Wilke</at>'];
const state = played(requested({ targets: [target(1, { name: 'Adele Vance' })] }));

describe('a message that calls people', () => {
  for (const [texts, begins, ends] of [
    [en, 'Adele Vance: ', '<at>Megan Bowen</at>, <at>Nestor Wilke</at>'],
    [ja, 'Adele Vance: ', '<at>Megan Bowen</at>、<at>Nestor Wilke</at>'],
    [zh, 'Adele Vance：', '<at>Megan Bowen</at>、<at>Nestor Wilke</at>'],
  ] as const) {
    for (const what of ['notice', 'reminder', 'signIn'] as const) {
      it(`begins with whose sessions and the code, as a lock screen shows it, and ends with their names: ${texts.lang}, ${what}`, () => {
        const text = noticeText(state, what, names, texts);
        assert.ok(text.startsWith(begins), text);
        assert.ok(text.slice(0, 48).includes('K7F3'), text);
        assert.ok(text.endsWith(ends), text);
      });
    }
  }

  it('says what about', () => {
    const text = noticeText(state, 'notice', names.slice(1), en);
    assert.equal(text, 'Adele Vance: approval needed (K7F3) until 03:15 UTC. <at>Nestor Wilke</at>');
  });

  it('is as true when the request is over, because it stays where it stands', () => {
    const [before, after] = [state, played(state.request, expired())].map((one) =>
      noticeText(one, 'reminder', names, en),
    );
    assert.equal(before, after);
    assert.match(before ?? '', /until 03:15 UTC at the latest/);
    assert.doesNotMatch(before ?? '', /still waiting|expires/i);
  });
});
