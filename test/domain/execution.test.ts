import assert from 'node:assert/strict';
import type { Command, Decision } from '../../src/domain/command.ts';
import { decide } from '../../src/domain/decide.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { RequestEvent, RequestState } from '../../src/domain/request.ts';
import { account, alex, channel, megan, requested, start, target } from '../support/samples.ts';

const where = channel.id;
const envelope = { at: start.toISOString(), where };
const now = new Date(start.getTime() + 60_000);
const [one, other] = [account(1).id, account(2).id] as const;

const approved: RequestEvent = { type: 'Approved', by: megan, requesterId: alex.id, targetCount: 2, ...envelope };
const verified = { targetId: one, at: envelope.at, outcome: 'verified', validFrom: envelope.at } as const;
const call = (targetId: string) => ({ targetId, clientRequestId: `c-${targetId}`, validFromBefore: null });
const stateAfter = (...events: RequestEvent[]) =>
  fold([requested({ targets: [target(1), target(2)] }), approved, ...events]);

function begin(state: RequestState, targetIds: readonly string[]): Decision {
  const calls = targetIds.map(call);
  return decide({ type: 'start', worker: 'w1', leaseMs: 25_000, idleMs: 0, calls }, state, now);
}

const started = (attempt: number): RequestEvent => ({
  type: 'ExecutionStarted',
  attempt,
  worker: 'w1',
  leaseUntil: envelope.at,
  calls: [call(one), call(other)],
  ...envelope,
});

describe('carrying out', () => {
  it('is on record before it is done: the calls, by whom, until when, and the first attempt', () => {
    assert.deepEqual(begin(stateAfter(), [one, other]), {
      ok: true,
      events: [
        {
          type: 'ExecutionStarted',
          attempt: 1,
          worker: 'w1',
          leaseUntil: new Date(now.getTime() + 25_000).toISOString(),
          calls: [call(one), call(other)],
          at: now.toISOString(),
          where,
        },
      ],
    });
  });

  it('counts attempts up', () => {
    for (const [earlier, expected] of [
      [1, 2],
      [7, 8],
    ] as const) {
      const decision = begin(stateAfter(started(earlier)), [one]);
      assert(decision.ok && decision.events[0]?.type === 'ExecutionStarted');
      assert.equal(decision.events[0].attempt, expected);
    }
  });

  it('never begins when one target among several is settled', () => {
    const half = stateAfter(started(1), { type: 'TargetsProcessed', attempt: 1, results: [verified], ...envelope });
    for (const ids of [[one], [one, other], [other, one]]) {
      assert.deepEqual(begin(half, ids), { ok: false, code: 'notNow' });
    }
    assert.equal(begin(half, [other]).ok, true);
  });

  it('sends nothing more when it was stopped, and may still tell what became of what was sent', () => {
    const stopped: RequestEvent = { type: 'Stopped', by: alex, ...envelope };
    for (const state of [stateAfter(stopped), stateAfter(started(1), stopped)]) {
      assert.deepEqual(begin(state, [one]), { ok: false, code: 'notNow' });
      assert.equal(begin(state, []).ok, true);
    }
  });

  it('reports each target as it was told, under the attempt that did it', () => {
    const command: Command = { type: 'report', worker: 'w1', attempt: 4, results: [verified] };
    assert.deepEqual(decide(command, stateAfter(started(4)), now), {
      ok: true,
      events: [{ type: 'TargetsProcessed', attempt: 4, results: [verified], at: now.toISOString(), where }],
    });
  });

  it('takes no proof that is not waited for', () => {
    const unverified = { targetId: one, at: envelope.at, outcome: 'unverified' } as const;
    const finished: readonly RequestEvent[] = [
      started(1),
      { type: 'TargetsProcessed', attempt: 1, results: [unverified, { ...verified, targetId: other }], ...envelope },
      { type: 'Finished', outcome: 'succeeded', ...envelope },
    ];
    const told: RequestEvent = { type: 'ResultPosted', messageId: 'm', awaitsProof: true, ...envelope };
    const proven = (...events: RequestEvent[]) =>
      decide({ type: 'noteProof', results: [verified] }, stateAfter(...finished, ...events), now);
    const notNow = { ok: false, code: 'notNow' };
    assert.deepEqual(proven(), notNow);
    assert.deepEqual(proven(told, { type: 'ProofGivenUp', ...envelope }), notNow);
    assert.equal(proven(told).ok, true);
  });
});
