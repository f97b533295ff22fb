import assert from 'node:assert/strict';
import { noticeText, refusalLine } from '../../../src/teams/cards/in-words.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { ja } from '../../../src/teams/texts/ja.ts';
import { zh } from '../../../src/teams/texts/zh.ts';
import { approved, denied, expired, played, stopped } from '../../support/played.ts';
import { megan, requested, target } from '../../support/samples.ts';

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

describe('why something is refused', () => {
  const line = (code: 'alreadyDecided' | 'expired', state: ReturnType<typeof played>, texts = en) =>
    refusalLine({ code, state }, texts);

  it('of a request that is over: who decided it, when, and why', () => {
    const over = played(requested(), denied(megan, 'the phone was\nfound'));
    assert.equal(
      line('alreadyDecided', over),
      'K7F3: Denied by Megan Bowen, 2026-11-21 03:01 UTC: the phone was found.',
    );
    assert.match(line('alreadyDecided', over, ja), /^K7F3.*Megan Bowen.*03:01 UTC.*found/);
    assert.match(line('alreadyDecided', over, zh), /^K7F3.*Megan Bowen.*03:01 UTC.*found/);
    assert.match(line('alreadyDecided', played(requested(), approved(), stopped())), /Approved by Megan.*; Stopped by/);
    assert.match(line('expired', played(requested(), expired())), /^K7F3: Expired: .*2026-11-21 03:15 UTC/);
    assert.equal(line('expired', played(requested())), en.refusals.expired, 'not swept yet');
  });

  it('at a limit: how many it allows, how many this makes, and when it ends', () => {
    const limit = { most: 1000, count: 1012, until: '2026-11-21T04:00:00.000Z' };
    assert.match(
      refusalLine({ code: 'hourlyLimit', limit }, en),
      /hour\. The limit is 1000; this makes 1012\. Try again after 04:00 UTC\.$/,
    );
    for (const texts of [ja, zh]) assert.match(refusalLine({ code: 'hourlyLimit', limit }, texts), /1000.*1012.*04:00/);
    assert.match(refusalLine({ code: 'tooManyOfYours', limit: { most: 10 } }, en), /The limit is 10\.$/);
  });
});
