import type { KnownRequest } from '../domain/request.ts';
import type { FailureCode, TargetResult } from '../domain/result.ts';
import { dueAt, isUnanswered, unsettledTargets } from '../domain/targets.ts';
import type { Turns } from './concurrency.ts';
import { createPlanStep, createWhyVoid, isOutdated, type Step, unlessVoid, withoutWrite } from './plan-step.ts';
import type { Base, Policy } from './policy.ts';
import type { OnBehalf } from './ports.ts';
import type { Handover } from './read-for-click.ts';
import type { ReadRights } from './rights.ts';
import type { RunCommand } from './run-command.ts';
import { leaseMs } from './takeover.ts';
import type { ReadBack } from './verify.ts';
import { mostAtOnce, type Turn, type WriteBudget } from './write-budget.ts';

interface Deps extends Pick<Base, 'directory' | 'signIns' | 'clock' | 'ids' | 'policy' | 'protection' | 'worker'> {
  readonly readRights: ReadRights;
  readonly readBack: ReadBack;
  readonly runCommand: RunCommand;
  readonly turns: Turns;
  readonly budget: WriteBudget;
}

type Executed =
  | { readonly kind: 'progressed' }
  /** Nothing can be tried before. */
  | { readonly kind: 'pause'; readonly ms: number }
  /** The approver's sign-in is needed and not here; what follows must be done within `ms`. */
  | { readonly kind: 'signIn'; readonly ms: number }
  /** Another replica holds the lease, or has finished. */
  | { readonly kind: 'notOurs' };

/**
 * One batch: look at each account again, or take what the approval has just seen of it; record the writes about to be made,
 * make them, read back, record what became of them. Nothing is written when the approver or the requester has lost the right.
 * A write whose answer was lost is read back and recorded as unknown before it is ever made again.
 * `onWriting` is called when the writes are on their way; when there are none, maybe never.
 */
export function createExecute(deps: Deps) {
  const { runCommand, clock, policy, budget, signIns, turns, worker } = deps;
  const planStep = createPlanStep(deps);
  const carryOutStep = createCarryOutStep(deps);
  const whyVoid = createWhyVoid(deps);

  return async function execute(
    requestId: string,
    state: KnownRequest,
    idleMs: number,
    onWriting: () => void,
    left: Handover | null = null,
  ): Promise<Executed> {
    const now = clock.now().getTime();
    const end = giveUpAt(state, policy);
    const open = unsettledTargets(state);
    const over = now >= end || state.stopped !== null || isOutdated(state, policy);
    const onBehalf = onBehalfOf(requestId, state);
    // An approver who has signed in to another replica since is to be asked for there.
    const isOurs = state.signIn === null || state.signIn.worker === null || state.signIn.worker === worker;
    const canWrite = onBehalf === undefined || (isOurs && signIns.holds(onBehalf));
    const ripe = open.filter(({ account }) => over || dueAt(state, account.id, now) <= now);
    // What may have happened already can be looked for without a sign-in.
    const due = canWrite || over ? ripe : ripe.filter(({ account }) => isUnanswered(state, account.id));
    if (due.length === 0 && ripe.length > 0) return { kind: 'signIn', ms: end - now };
    if (due.length === 0) {
      const next = Math.min(end, ...open.map(({ account }) => dueAt(state, account.id, now)));
      return { kind: 'pause', ms: next - now };
    }
    const turn = over ? readingOnly : budget.take(Math.min(due.length, mostAtOnce), open.length);
    if (turn.granted === 0) return { kind: 'pause', ms: Math.min(turn.afterMs, end - now) };
    let sent = 0;
    let results: readonly TargetResult[] = [];
    try {
      const [planned, forbidden] = await Promise.all([
        turns.deciding(() => Promise.all(due.slice(0, turn.granted).map((target) => planStep(state, target, left)))),
        over ? null : whyVoid(state, left),
      ]);
      const steps = over
        ? planned.map((step) => withoutWrite(step, state, policy, clock.now()))
        : planned.map((step) => unlessVoid(step, forbidden, clock.now()));
      const calls = steps.flatMap((step) => (step.kind === 'write' ? [step.call] : []));
      const started = await runCommand(requestId, { type: 'start', worker, leaseMs, idleMs, calls }, left?.known);
      // Whatever changed meanwhile, the next step is decided from the record as it is now.
      if (!started.ok) return { kind: started.code === 'notYours' ? 'notOurs' : 'progressed' };
      if (started.state.phase === 'none' || !started.state.execution) return { kind: 'notOurs' };
      const { attempt, leaseUntil } = started.state.execution;
      sent = calls.length;
      const carrying = Promise.all(steps.map((step) => carryOutStep(step, leaseUntil, onBehalf)));
      onWriting();
      const carriedOut = await carrying;
      // Not good any more: nothing else can be done with it.
      if (onBehalf && carriedOut.some((result) => 'code' in result && result.code === 'approverSignIn')) {
        signIns.forget(onBehalf);
      }
      results = carriedOut.filter((result, index) => steps[index]?.kind === 'write' || isThrottled(result));
      const final = over || clock.now().getTime() >= end ? carriedOut.map(asFailed) : carriedOut;
      const report = { type: 'report', worker, attempt, results: final } as const;
      const reported = await runCommand(requestId, report, started.known);
      return { kind: reported.ok ? 'progressed' : 'notOurs' };
    } finally {
      turn.end(sent, results);
    }
  };
}

export type Execute = ReturnType<typeof createExecute>;

/** After the end nothing is written, so nothing has to wait its turn. */
const readingOnly: Turn = { granted: mostAtOnce, afterMs: 0, end() {} };

/** Whose sign-in the writes of a request are made with, where it is not the app's. */
function onBehalfOf(requestId: string, { signIn, decision }: KnownRequest): OnBehalf | undefined {
  return signIn && decision ? { requestId, personId: decision.by.id } : undefined;
}

/** An approval is not kept for ever: what could not be done within the time a request may stay open has failed. */
function giveUpAt(state: KnownRequest, policy: Policy): number {
  return Date.parse(state.decision?.at ?? state.request.at) + policy.requestTtlMs;
}

/** Reads and writes share limits, so a read that Graph throttles is news for the writes. */
function isThrottled(result: TargetResult): boolean {
  return result.outcome === 'unknown' && result.code === 'throttled';
}

function asFailed(result: TargetResult): TargetResult {
  if (result.outcome !== 'unknown') return result;
  const { retryAfterMs: _retryAfterMs, ...rest } = result;
  return { ...rest, outcome: 'failed' };
}

/** Graph said that it did nothing, so there is nothing to look for. */
const nothingDone: ReadonlySet<FailureCode> = new Set(['throttled', 'notFound', 'conflict']);

/** Makes the write of a step, if it has one, and finds out what became of it. */
function createCarryOutStep({ directory, readBack, clock }: Pick<Deps, 'directory' | 'readBack' | 'clock'>) {
  return async function carryOutStep(
    step: Step,
    leaseUntil: string,
    onBehalf: OnBehalf | undefined,
  ): Promise<TargetResult> {
    if (step.kind === 'done') return step.result;
    const { targetId, clientRequestId } = step.call;
    const report = () => ({ targetId, clientRequestId, at: clock.now().toISOString() });
    // A holder that was stalled past its lease must not write: another may be at it.
    const tooLate = clock.now().toISOString() >= leaseUntil;
    if (step.kind === 'settle' || tooLate) {
      const validFrom = tooLate ? null : await readBack(step.call);
      return validFrom === null
        ? { ...report(), outcome: 'unknown', code: 'noAnswer' }
        : { ...report(), outcome: 'verified', validFrom };
    }
    const at = clock.now().toISOString();
    const answer = await directory.revoke(targetId, clientRequestId, onBehalf);
    const sent = { at, until: clock.now().toISOString() };
    const { kind } = answer;
    const trace = { ...answer.trace, sent };
    if (kind === 'refused') return { ...report(), ...trace, outcome: 'failed', code: answer.code };
    const unknown = (): TargetResult => {
      const { kind: _kind, trace: _trace, ...why } = { code: 'noAnswer' as const, ...answer };
      return { ...report(), ...trace, outcome: 'unknown', ...why };
    };
    if (kind === 'unknown' && nothingDone.has(answer.code)) return unknown();
    const validFrom = await readBack(step.call, {
      sent,
      acceptedAt: kind === 'accepted' ? trace.graphDate : undefined,
    });
    if (validFrom !== null) return { ...report(), ...trace, outcome: 'verified', validFrom };
    return kind === 'accepted' ? { ...report(), ...trace, outcome: 'unverified' } : unknown();
  };
}
