import assert from 'node:assert/strict';
import { decide } from '../../src/domain/decide.ts';
import { fold } from '../../src/domain/evolve.ts';
import { isStalled, remindAt, triedUntil, wants } from '../../src/domain/notifications.ts';
import type { Notification, RequestEvent, Requested } from '../../src/domain/request.ts';
import { alex, channel, megan, requested, start } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const named = [{ id: megan.id, name: megan.name }];
const origin = { ...channel, id: 'a:1', kind: 'personal' } as const;
const all: readonly Notification[] = ['notice', 'reminder', 'follow', 'signIn', 'unreachable', 'delayed'];

const card: RequestEvent = { type: 'CardPosted', cardId: 'c', ...envelope };
const unnamed: RequestEvent = { type: 'CardPosted', ...envelope };
const approved: RequestEvent = {
  type: 'Approved',
  by: megan,
  requesterId: alex.id,
  targetCount: 1,
  worker: 'w',
  ...envelope,
};
const lost: RequestEvent = { type: 'SignInLost', ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const finished: RequestEvent = { type: 'Finished', outcome: 'failed', ...envelope };
const told: RequestEvent = { type: 'ResultPosted', ...envelope };

function said(more: Partial<Requested>, events: readonly RequestEvent[], minutes = 0): readonly string[] {
  const state = fold([requested(more), ...events]);
  const now = new Date(start.getTime() + minutes * 60_000);
  return all.filter((what) => {
    const decision = decide({ type: 'notice', what }, state, now);
    if (decision.ok)
      assert.deepEqual(decision.events, [{ type: 'Noticed', what, at: now.toISOString(), where: channel.id }]);
    else assert.equal(decision.code, 'notNow');
    return decision.ok;
  });
}

describe('what is said besides', () => {
  const full = { notify: named, origin };
  const rows: readonly (readonly [
    state: string,
    more: Partial<Requested>,
    events: readonly RequestEvent[],
    minutes: number,
    expected: readonly Notification[],
  ])[] = [
    ['just asked', full, [], 0, ['follow', 'unreachable']],
    ['just asked, where nobody is ever mentioned', { origin }, [], 0, ['follow', 'unreachable']],
    ['just asked, with nobody to mention', { notify: [], origin }, [], 11, ['follow', 'unreachable']],
    ['just asked, where it is decided', { notify: named }, [], 0, []],
    ['the card is there, where it is decided', { notify: named }, [card], 0, ['notice']],
    ['the card is there', full, [card], 9, ['notice', 'follow']],
    ['the card is there, under an id that nobody knows', full, [unnamed], 9, ['notice', 'follow']],
    ['two thirds of the time are over', full, [card], 10, ['notice', 'reminder', 'follow']],
    ['approved', full, [card, approved], 11, ['follow', 'delayed']],
    ['approved, where nobody is ever mentioned', {}, [card, approved], 14.9, ['delayed']],
    ['approved, and tried no longer', full, [card, approved], 15, ['follow']],
    ['the sign-in is lost', full, [card, approved, lost], 11, ['follow', 'signIn']],
    ['the sign-in is lost, where nobody is ever mentioned', {}, [card, approved, lost], 11, []],
    ['lost, and over', full, [card, approved, lost, finished], 11, ['follow']],
    ['denied', full, [denied], 11, ['follow']],
    ['told', full, [denied, told], 11, []],
  ];
  for (const [state, more, events, minutes, expected] of rows) {
    it(`${state}: ${expected.join(', ') || 'nothing'}`, () => assert.deepEqual(said(more, events, minutes), expected));
  }

  it('is said once', () => {
    for (const what of all) {
      const state = fold([requested(full), { type: 'Noticed', what, ...envelope }]);
      assert(state.phase !== 'none');
      assert.equal(wants(state, what), false, what);
      assert.equal(all.filter((other) => wants(state, other)).length, all.length - 1);
    }
  });

  it('says that it does not get on for as long as it is tried', () => {
    const state = fold([requested(), approved]);
    assert(state.phase !== 'none');
    const until = triedUntil(state).getTime();
    assert.equal(until - start.getTime(), 15 * 60_000);
    const at = (ms: number) => isStalled(state, new Date(ms));
    assert.deepEqual([at(start.getTime() + 19_999), at(start.getTime() + 20_000)], [false, true]);
    assert.deepEqual([at(until - 1), at(until)], [true, false]);
  });

  it('reminds when two thirds of the time to decide are over', () => {
    assert.equal(remindAt(requested()).getTime() - start.getTime(), 10 * 60_000);
  });

  it('remembers one card for the requester', () => {
    const mark = { type: 'markFollowPosted', cardId: 'f' } as const;
    const decision = decide(mark, fold([requested(full)]), start);
    assert(decision.ok);
    assert.deepEqual(decision.events, [{ type: 'FollowPosted', cardId: 'f', ...envelope }]);
    const after = fold([requested(full), ...decision.events]);
    assert(after.phase !== 'none');
    assert.equal(after.followId, 'f');
    const again = decide(mark, after, start);
    assert.equal(!again.ok && again.code, 'notNow');
  });
});
