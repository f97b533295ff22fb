import assert from 'node:assert/strict';
import { fold } from '../../src/domain/evolve.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import type { TargetResult } from '../../src/domain/result.ts';
import { dueAt } from '../../src/domain/targets.ts';
import { account, alex, channel, megan, requested, start } from '../support/samples.ts';

const id = account(1).id;
const where = channel.id;
const approved: RequestEvent = {
  type: 'Approved',
  by: megan,
  requesterId: alex.id,
  targetCount: 1,
  at: start.toISOString(),
  where,
};

/** How long (ms) a target waits after this report, made so many ms after the approval. */
function pauseAfter(ms: number, report: Partial<TargetResult>, decided: readonly RequestEvent[] = [approved]): number {
  const reportedAt = start.getTime() + ms;
  const at = new Date(reportedAt).toISOString();
  const last = { targetId: id, at, ...report } as TargetResult;
  const state = fold([requested(), ...decided, { type: 'TargetsProcessed', attempt: 1, results: [last], at, where }]);
  assert(state.phase !== 'none');
  return dueAt(state, id) - reportedAt;
}

describe('when a target is tried again', () => {
  const unknown = { outcome: 'unknown', code: 'noAnswer' } as const;

  it('at once, when it was not tried or its report is final', () => {
    const state = fold([requested(), approved]);
    assert(state.phase !== 'none');
    assert.equal(dueAt(state, id), 0);
    assert(pauseAfter(60_000, { outcome: 'unverified' }) < 0);
  });

  const rows: readonly (readonly [string, number, number])[] = [
    // what, ms since the approval, pause in ms
    ['at first one second', 0, 1000],
    ['one second up to four', 4000, 1000],
    ['then a quarter of the time since the approval', 4400, 1100],
    ['and longer', 60_000, 15_000],
    ['up to thirty seconds', 120_000, 30_000],
    ['and no longer', 3_600_000, 30_000],
  ];
  for (const [what, since, pause] of rows) {
    it(`after a pause: ${what}`, () => assert.equal(pauseAfter(since, unknown), pause));
  }

  it('not before Graph allows', () => {
    assert.equal(pauseAfter(0, { ...unknown, retryAfterMs: 90_000 }), 90_000);
    assert.equal(pauseAfter(60_000, { ...unknown, retryAfterMs: 14_999 }), 15_000);
  });

  it('never later than a pause from now, where the clock that reported is ahead of ours', () => {
    const at = new Date(start.getTime() + 3_600_000).toISOString();
    const results = [{ targetId: id, at, ...unknown }];
    const state = fold([requested(), approved, { type: 'TargetsProcessed', attempt: 1, results, at, where }]);
    assert(state.phase !== 'none');
    const now = start.getTime() + 60_000;
    assert.equal(dueAt(state, id, now), now + 15_000);
  });

  it('after the shortest pause, where no approval is on record', () => {
    assert.equal(pauseAfter(60_000, unknown, []), 1000);
  });
});
