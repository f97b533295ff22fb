import type { FailureCode, TargetResult } from '../domain/result.ts';
import type { Step } from './plan-step.ts';
import type { Clock, Directory, OnBehalf } from './ports.ts';
import type { ReadBack } from './read-back.ts';

interface Deps {
  readonly directory: Pick<Directory, 'revoke'>;
  readonly readBack: ReadBack;
  readonly clock: Pick<Clock, 'now'>;
}

/** Graph said that it did nothing, so there is nothing to look for. */
const nothingDone: ReadonlySet<FailureCode> = new Set(['throttled', 'notFound', 'conflict']);

/** Makes the write of a step, if it has one, and finds out what became of it. */
export function createCarryOutStep({ directory, readBack, clock }: Deps) {
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
      const { code, retryAfterMs } = { code: 'noAnswer' as const, retryAfterMs: undefined, ...answer };
      return {
        ...report(),
        ...trace,
        outcome: 'unknown',
        code,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      };
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
