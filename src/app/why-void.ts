import type { KnownRequest } from '../domain/request.ts';
import type { FailureCode } from '../domain/result.ts';
import { mayRequest, mayReview } from '../domain/who-may.ts';
import type { Step } from './plan-step.ts';
import { DirectoryError } from './ports.ts';
import type { ReadStanding } from './standing.ts';

/** `final`: trying again does not help. */
interface Void {
  readonly code: FailureCode;
  readonly final: boolean;
  readonly retryAfterMs?: number;
}

/**
 * Why nothing may be written on this approval, or `null`. The record alone does not make an approval: the rights of the one
 * it names, and of the one who asked, are read again. So a line that somebody put into the store, and an approver who was
 * removed a moment ago, lead to no write. Read beside the accounts, so that it costs no time.
 */
export function createWhyVoid({ readStanding }: { readStanding: ReadStanding }) {
  return async function whyVoid({ request, decision }: KnownRequest): Promise<Void | null> {
    // Anybody may ask for themselves, and confirm it: for nobody else.
    const forOthers = request.self && request.targets.some(({ account }) => account.id !== request.by.id);
    if (decision?.verb !== 'approve' || forOthers) return { code: 'approvalVoid', final: true };
    try {
      const [approver, asker] = await Promise.all([readStanding(decision.by), readStanding(request.by)]);
      const code = mayReview('approve', decision.by, approver, request) ?? mayRequest(asker, request.self);
      // Who is not found may be found by another replica of the directory.
      return code === null ? null : { code: 'approvalVoid', final: code !== 'notMember' };
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      const { problem, retryAfterMs } = error;
      const code = problem === 'missingPermission' ? 'cannotRead' : problem === 'notFound' ? 'noAnswer' : problem;
      return { code, final: false, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
  };
}

/** What was written before is looked for all the same. */
export function unlessVoid(step: Step, why: Void | null, now: Date): Step {
  if (step.kind !== 'write' || why === null) return step;
  const { code, final, ...more } = why;
  const report = { targetId: step.call.targetId, at: now.toISOString(), code };
  return {
    kind: 'done',
    result: final ? { ...report, outcome: 'failed' } : { ...report, outcome: 'unknown', ...more },
  };
}
