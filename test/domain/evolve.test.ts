import assert from 'node:assert/strict';
import { evolve, fold } from '../../src/domain/evolve.ts';
import { closes, type KnownRequest, type RequestEvent } from '../../src/domain/request.ts';
import { account, alex, channel, draft, megan, requested, start } from '../support/samples.ts';

const at = new Date(start.getTime() + 1000).toISOString();
const envelope = { at, where: channel.id };
const id = account(1).id;
const call = { targetId: id, clientRequestId: 'c-1', validFromBefore: null };
const result = { targetId: id, at, outcome: 'unverified' } as const;
const successor = { id: 'M2QX', draft: draft() };

/** What the event changes of an open request. */
function changes(event: RequestEvent, before: readonly RequestEvent[] = []): Partial<KnownRequest> {
  const state = fold([requested(), ...before]);
  const after = evolve(state, event);
  const old = new Map(Object.entries(state));
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => old.get(key) !== value));
}

describe('what an event changes', () => {
  const rows: readonly (readonly [RequestEvent, Partial<KnownRequest>])[] = [
    [{ type: 'PostStarted', what: 'card', worker: 'w1', ...envelope }, { posting: { what: 'card', worker: 'w1' } }],
    [
      { type: 'CardPosted', cardId: 'a', ...envelope },
      { cardStands: true, cardIds: ['a'] },
    ],
    [{ type: 'CardPosted', ...envelope }, { cardStands: true }],
    [
      { type: 'Approved', by: megan, requesterId: alex.id, targetCount: 1, ...envelope },
      { phase: 'approved', decision: { verb: 'approve', by: megan, at } },
    ],
    [
      { type: 'Denied', by: megan, ...envelope },
      { phase: 'denied', decision: { verb: 'deny', by: megan, at }, finishedAt: at },
    ],
    [
      { type: 'Denied', by: megan, reason: 'found', ...envelope },
      { phase: 'denied', decision: { verb: 'deny', by: megan, at, reason: 'found' }, finishedAt: at },
    ],
    [
      { type: 'Cancelled', by: alex, ...envelope },
      { phase: 'cancelled', decision: { verb: 'cancel', by: alex, at }, finishedAt: at },
    ],
    [
      { type: 'Expired', ...envelope },
      { phase: 'expired', finishedAt: at },
    ],
    [
      { type: 'Superseded', by: megan, successor, changes: [{ targetId: id, code: 'gainedRole' }], ...envelope },
      { phase: 'superseded', finishedAt: at, successor },
    ],
    [
      { type: 'AttemptRefused', by: megan, verb: 'deny', code: 'notApprover', ...envelope },
      { refusedAttempts: new Map([[megan.id, 1]]) },
    ],
    [
      { type: 'ExecutionStarted', attempt: 3, worker: 'w1', leaseUntil: at, calls: [call], ...envelope },
      {
        phase: 'executing',
        execution: { attempt: 3, worker: 'w1', leaseUntil: at },
        calls: new Map([[id, { ...call, attempt: 3 }]]),
      },
    ],
    [
      { type: 'TargetsProcessed', attempt: 3, results: [result], ...envelope },
      { results: new Map([[id, { ...result, attempt: 3 }]]) },
    ],
    [
      { type: 'Finished', outcome: 'partly', ...envelope },
      { phase: 'partly', finishedAt: at },
    ],
    [
      { type: 'ResultPosted', messageId: 'm', ...envelope },
      { told: true, resultId: 'm' },
    ],
    [
      { type: 'ResultPosted', messageId: 'm', awaitsProof: true, ...envelope },
      { told: true, resultId: 'm', proof: 'awaited' },
    ],
    [{ type: 'ResultPosted', ...envelope }, { told: true }],
    [
      { type: 'ResultPosted', messageId: 'm', cardBehind: true, ...envelope },
      { told: true, resultId: 'm', unshown: 1, cardBehind: true },
    ],
    [
      { type: 'ResultPosted', messageId: 'm', awaitsProof: true, cardBehind: true, ...envelope },
      { told: true, resultId: 'm', proof: 'awaited', unshown: 1, cardBehind: true },
    ],
    [{ type: 'ResultSeen', messageId: 'm', ...envelope }, { resultId: 'm' }],
    [
      { type: 'Readdressed', serviceUrl: 'https://smba.example/amer/', ...envelope },
      {
        request: {
          ...requested(),
          conversation: { ...channel, serviceUrl: 'https://smba.example/amer/', seenAt: at },
        },
      },
    ],
    [
      { type: 'Explained', by: megan, reason: 'found', ...envelope },
      { unshown: 1, cardBehind: true },
    ],
    [{ type: 'Stopped', by: megan, ...envelope }, { stopped: { by: megan, at } }],
  ];
  for (const [event, expected] of rows) {
    it(event.type, () => assert.deepEqual(changes(event), expected));
  }

  it('the first: an open request, of which nothing has happened yet', () => {
    assert.deepEqual(fold([requested()]), {
      phase: 'requested',
      request: requested(),
      cardStands: false,
      cardIds: [],
      posting: null,
      decision: null,
      agreed: null,
      execution: null,
      calls: new Map(),
      results: new Map(),
      refusedAttempts: new Map(),
      finishedAt: null,
      noticed: [],
      followId: null,
      signIn: null,
      stopped: null,
      successor: null,
      told: false,
      resultId: null,
      proof: 'none',
      unshown: 0,
      cardBehind: false,
      aftermath: null,
    });
  });

  it('a post that was begun is over when its id, or the result, is on record', () => {
    const begun = { type: 'PostStarted', what: 'result', worker: 'w2', ...envelope } as const;
    assert.deepEqual(changes({ type: 'CardPosted', cardId: 'a', ...envelope }, [begun]), {
      cardStands: true,
      cardIds: ['a'],
      posting: null,
    });
    assert.deepEqual(changes({ type: 'ResultPosted', messageId: 'm', ...envelope }, [begun]), {
      told: true,
      resultId: 'm',
      posting: null,
    });
  });

  it('a late effect: the result is verified now, of the attempt that made the write', () => {
    const unverified = { targetId: id, at, outcome: 'unverified' } as const;
    const before: readonly RequestEvent[] = [
      { type: 'TargetsProcessed', attempt: 2, results: [unverified], ...envelope },
      { type: 'ResultPosted', messageId: 'm', awaitsProof: true, ...envelope },
    ];
    const found: RequestEvent = { type: 'ProofFound', results: [result], ...envelope };
    assert.deepEqual(changes(found, before), {
      unshown: 1,
      cardBehind: true,
      results: new Map([[id, { ...result, attempt: 2 }]]),
    });
    const corrected: RequestEvent = { type: 'ResultCorrected', last: true, ...envelope };
    assert.deepEqual(changes(corrected, [...before, found]), { unshown: 0, cardBehind: false });
    const proven = { ...result, outcome: 'verified', validFrom: at } as const;
    const last: RequestEvent = { type: 'ProofFound', results: [proven], ...envelope };
    assert.deepEqual(changes(corrected, [...before, last]), { proof: 'none', unshown: 0, cardBehind: false });
    assert.deepEqual(changes({ type: 'ProofGivenUp', ...envelope }, before), { proof: 'none' });
  });

  it('a result that is told closes the request, unless the card is behind', () => {
    assert.equal(closes({ type: 'ResultPosted', messageId: 'm', ...envelope }), true);
    assert.equal(closes({ type: 'ResultPosted', messageId: 'm', cardBehind: true, ...envelope }), false);
  });

  it('calls and results: the latest for each target, the others stay', () => {
    const other = account(2).id;
    const first: readonly RequestEvent[] = [
      {
        type: 'ExecutionStarted',
        attempt: 1,
        worker: 'w1',
        leaseUntil: at,
        calls: [call, { ...call, targetId: other }],
        ...envelope,
      },
      { type: 'TargetsProcessed', attempt: 1, results: [result, { ...result, targetId: other }], ...envelope },
    ];
    const again = { ...call, clientRequestId: 'c-2' };
    const { calls } = changes(
      { type: 'ExecutionStarted', attempt: 2, worker: 'w1', leaseUntil: at, calls: [again], ...envelope },
      first,
    );
    assert.deepEqual(calls?.get(id), { ...again, attempt: 2 });
    assert.deepEqual(calls?.get(other), { ...call, targetId: other, attempt: 1 });
    const { results } = changes({ type: 'TargetsProcessed', attempt: 2, results: [result], ...envelope }, first);
    assert.deepEqual(results?.get(id), { ...result, attempt: 2 });
    assert.deepEqual(results?.get(other), { ...result, targetId: other, attempt: 1 });
  });
});
