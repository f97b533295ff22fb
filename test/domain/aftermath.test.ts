import assert from 'node:assert/strict';
import { firstBack, isUnfinished, owesBack, watched } from '../../src/domain/after-result.ts';
import type { AftermathEvent } from '../../src/domain/aftermath.ts';
import type { Command } from '../../src/domain/command.ts';
import { decide } from '../../src/domain/decide.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { SignIn } from '../../src/domain/findings.ts';
import { closes, type KnownRequest, type RequestEvent, type Requested } from '../../src/domain/request.ts';
import type { TargetResult } from '../../src/domain/result.ts';
import { account, alex, channel, megan, requested, start, target } from '../support/samples.ts';

const at = start.toISOString();
const envelope = { at, where: channel.id };
const [one, other] = [account(1).id, account(2).id];
/** Whole seconds, as Graph keeps them. */
const validFrom = at;
const later = (ms: number) => new Date(start.getTime() + ms);
const soon = later(10 * 60_000);
const watchMs = 3_600_000;

const verified = (targetId: string): TargetResult => ({ targetId, at, outcome: 'verified', validFrom });
const unverified = (targetId: string): TargetResult => ({ targetId, at, outcome: 'unverified' });
const failed = (targetId: string): TargetResult => ({ targetId, at, outcome: 'failed', code: 'rejected' });

function finished(results: readonly TargetResult[], more: Partial<Requested> = {}): readonly RequestEvent[] {
  return [
    requested({ targets: [target(1), target(2)], ...more }),
    { type: 'Approved', by: megan, requesterId: alex.id, targetCount: 2, ...envelope },
    { type: 'ExecutionStarted', attempt: 1, worker: 'w1', leaseUntil: at, calls: [], ...envelope },
    { type: 'TargetsProcessed', attempt: 1, results, ...envelope },
    { type: 'Finished', outcome: 'succeeded', ...envelope },
  ];
}

function known(events: readonly RequestEvent[]): KnownRequest {
  const state = fold(events);
  assert(state.phase !== 'none');
  return state;
}
const outcome = (command: Command, events: readonly RequestEvent[], now = soon) => {
  const decision = decide(command, known(events), now);
  return decision.ok ? decision.events.map(({ type }) => type).join('+') : decision.code;
};
const next = (command: Command, events: readonly RequestEvent[], now = soon): readonly RequestEvent[] => {
  const decision = decide(command, known(events), now);
  assert(decision.ok, decision.ok ? '' : decision.code);
  return [...events, ...decision.events];
};

const tell = (ms = watchMs): Command => ({ type: 'markTold', messageId: 'm', after: { worker: 'w1', watchMs: ms } });
const told = (results = [verified(one), verified(other)], ms = watchMs) => next(tell(ms), finished(results), later(0));
const signIn = (accountId: string, ms: number, more: Partial<SignIn> = {}): SignIn => ({
  id: `s-${accountId}-${ms}`,
  accountId,
  at: later(ms).toISOString(),
  app: 'Outlook',
  country: null,
  device: null,
  interactive: true,
  succeeded: true,
  risk: 'none',
  ...more,
});

describe('what goes on after a result', () => {
  const begins = (events: readonly RequestEvent[], command = tell()) => {
    const last = next(command, events).at(-1);
    assert(last?.type === 'ResultPosted');
    return last.after;
  };
  const rows: readonly (readonly [what: string, begun: unknown, wanted: unknown])[] = [
    [
      'for what was verified: looked at and watched',
      begins(finished([verified(one), failed(other)])),
      { worker: 'w1', watchUntil: later(watchMs).toISOString() },
    ],
    ['with WATCH_MINUTES=0: looked at', begins(finished([verified(one), failed(other)]), tell(0)), { worker: 'w1' }],
    [
      'for what may be verified later: the same as for what is',
      begins(finished([unverified(one), failed(other)])),
      { worker: 'w1', watchUntil: later(watchMs).toISOString() },
    ],
    ['where all failed: nothing', begins(finished([failed(one), failed(other)])), undefined],
    ['for one’s own sessions: nothing', begins(finished([verified(one)], { self: true })), undefined],
    [
      'where it could not be told: nothing',
      begins(finished([verified(one)]), { type: 'markTold', undeliverable: 'x', after: { worker: 'w1', watchMs } }),
      undefined,
    ],
  ];
  for (const [what, begun, wanted] of rows) it(what, () => assert.deepEqual(begun, wanted));
});

describe('who is back', () => {
  const state = known(told([verified(one), unverified(other)]));
  const counts = (found: SignIn, now = soon) => firstBack(state, [found], now).length === 1;
  const rows: readonly (readonly [what: string, found: SignIn, isBack: boolean])[] = [
    ['a sign-in after the revocation', signIn(one, 60_000), true],
    ['the millisecond after the second of the revocation', signIn(one, 1), true],
    ['the very second of the revocation', signIn(one, 0), false],
    ['before it', signIn(one, -1), false],
    ['one that failed', signIn(one, 60_000, { succeeded: false }), false],
    ['one that an app made', signIn(one, 60_000, { interactive: false }), true],
    ['one without an id', signIn(one, 60_000, { id: '' }), false],
    ['one without a time', signIn(one, 60_000, { at: '' }), false],
    ['of somebody else', signIn(account(3).id, 60_000), false],
    ['of an account whose revocation is not verified', signIn(other, 60_000), false],
    ['this very moment', signIn(one, 600_000), true],
    ['in the future', signIn(one, 600_001), false],
  ];
  for (const [what, found, isBack] of rows)
    it(`${what}: ${isBack ? 'back' : 'no'}`, () => assert.equal(counts(found), isBack));

  it('is the earliest of each, however the log is ordered', () => {
    const both = known(told());
    const found = [signIn(one, 9000), signIn(other, 7000), signIn(one, 3000), signIn(other, 8000)];
    for (const log of [found, found.toReversed()]) {
      assert.deepEqual(
        firstBack(both, log, soon).map(({ id }) => id),
        [`s-${one}-3000`, `s-${other}-7000`],
      );
    }
  });
});

describe('the watch, on record', () => {
  const back = (events: readonly RequestEvent[], ...signIns: SignIn[]) =>
    next({ type: 'noteBack', worker: 'w1', readAt: at, signIns }, events);
  const look: Command = { type: 'noteFindings', worker: 'w1', findings: [] };
  const end: Command = { type: 'endWatch', worker: 'w1', until: at };
  const correct = (events: readonly RequestEvent[]) =>
    next({ type: 'markCorrected', shown: known(events).unshown }, events);

  it('is written by the replica that reads, until another one takes over', () => {
    const commands: readonly Command[] = [
      look,
      { type: 'noteBack', worker: 'w1', readAt: at, signIns: [signIn(one, 5000)] },
      end,
    ];
    const takeOver = (idleMs: number): Command => ({ type: 'keepWatch', worker: 'w2', leaseMs: 25_000, idleMs });
    assert.equal(outcome(takeOver(24_999), told()), 'notYours');
    const taken = next(takeOver(25_000), told());
    for (const command of commands) {
      assert.notEqual(outcome(command, told()), 'notYours', command.type);
      assert.equal(outcome(command, taken), 'notYours', command.type);
    }
  });

  it('has each back once, tells once, and goes on for the others', () => {
    const first = back(told(), signIn(one, 5000));
    assert.deepEqual([...watched(known(first)).keys()], [other]);
    assert.equal(
      outcome({ type: 'noteBack', worker: 'w1', readAt: at, signIns: [signIn(one, 9000)] }, first),
      'notNow',
    );
    const post: Command = { type: 'startPost', what: 'back', worker: 'w1', leaseMs: 25_000, idleMs: 0 };
    assert.equal(outcome(post, told()), 'notNow');
    assert.equal(outcome(post, first), 'PostStarted');
    const said = next({ type: 'markBackTold' }, next(post, first));
    assert.equal(known(said).posting, null);
    const second = back(said, signIn(other, 9000));
    assert.equal(owesBack(known(second)), false);
    assert.equal(outcome(post, second), 'notNow');
    assert.equal(outcome({ type: 'markBackTold' }, second), 'notNow');
  });

  it('owes nothing to the chat where a newer request tells', () => {
    const left = next(
      { type: 'noteBack', worker: 'w1', readAt: at, signIns: [signIn(one, 5000)], toldBy: 'R9GH' },
      told(),
    );
    assert.equal(owesBack(known(left)), false);
    assert.equal(owesBack(known(back(left, signIn(other, 6000)))), true);
  });

  it('is over once, and then knows no one as back', () => {
    const over = next(end, told());
    assert.equal(outcome(end, over), 'notNow');
    assert.equal(outcome({ type: 'noteBack', worker: 'w1', readAt: at, signIns: [signIn(one, 5000)] }, over), 'notNow');
  });

  it('looks twice', () => {
    const looked = next(look, next(look, told()));
    assert.equal(outcome(look, looked), 'notNow');
  });

  it('is not shown as long as something newer is not', () => {
    const looked = next(look, told());
    const more = back(looked, signIn(one, 5000));
    assert.equal(outcome({ type: 'markCorrected', shown: known(looked).unshown }, more), 'notNow');
    assert.equal(outcome({ type: 'markCorrected', shown: known(more).unshown }, more), 'ResultCorrected');
  });

  it('leaves the request open until all of it is over and shown, and then not', () => {
    const steps: readonly ((events: readonly RequestEvent[]) => readonly RequestEvent[])[] = [
      (events) => next(look, events),
      correct,
      (events) => back(events, signIn(one, 5000)),
      (events) => next({ type: 'markBackTold' }, events),
      correct,
      (events) => next(look, events),
      correct,
      (events) => next(end, events),
    ];
    let events = told([verified(one), unverified(other)]);
    assert.equal(closes(events.at(-1) as RequestEvent), false);
    for (const step of steps) {
      events = step(events);
      assert.equal(events.some(closes), false);
      assert.equal(isUnfinished(known(events)), true);
    }
    events = correct(events);
    assert.equal(events.some(closes), false, 'a proof is awaited');
    events = next({ type: 'giveUpProof' }, events);
    assert.equal(closes(events.at(-1) as RequestEvent), true);
    assert.equal(isUnfinished(known(events)), false);
  });

  it('closes with whichever ends last', () => {
    const over = correct(next(end, correct(next(look, correct(next(look, told([verified(one), unverified(other)])))))));
    const proven = next({ type: 'noteProof', results: [verified(other)] }, over);
    assert.equal(proven.some(closes), false);
    assert.equal(closes(correct(proven).at(-1) as RequestEvent), true);
    const ended = next({ type: 'giveUpProof' }, told([verified(one), unverified(other)]));
    assert.equal(ended.some(closes), false);
  });

  it('keeps of the first look what the second could not read', () => {
    const none = { known: false, why: 'noAnswer' } as const;
    const some = { known: true, value: [] } as const;
    const seen = (asOf: string, changes: typeof none | typeof some): AftermathEvent => ({
      type: 'LookedAround',
      worker: 'w1',
      findings: [{ accountId: one, asOf, changes, signIns: some, devices: none }],
    });
    const findings = (...looks: AftermathEvent[]) =>
      known([...told(), ...looks.map((event) => ({ ...event, ...envelope }))]).aftermath?.findings[0];
    assert.deepEqual(findings(seen('a', some), seen('b', none)), findings(seen('a', some)));
    assert.equal(findings(seen('a', none), seen('b', some))?.asOf, 'b');
    assert.equal(findings(seen('a', none), seen('b', none))?.asOf, 'b');
  });
});
