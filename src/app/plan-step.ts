import type { Account, Person, Target } from '../domain/account.ts';
import type { KnownRequest } from '../domain/request.ts';
import type { Call, FailureCode, TargetResult } from '../domain/result.ts';
import { isUnanswered } from '../domain/targets.ts';
import { evidenceOf, isVerified } from '../domain/verified.ts';
import { mayRequest, mayReview } from '../domain/who-may.ts';
import { DirectoryError } from './errors.ts';
import type { Base, Policy } from './policy.ts';
import type { Handover } from './read-for-click.ts';
import { type ReadRights, readWithGroups, stranger } from './rights.ts';

/** What is to be done for one target. `settle`: a write on record, of which it is not known whether it happened. */
export type Step =
  | { readonly kind: 'done'; readonly result: TargetResult }
  | { readonly kind: 'write'; readonly call: Call }
  | { readonly kind: 'settle'; readonly call: Call };

type Deps = Pick<Base, 'directory' | 'clock' | 'ids' | 'policy' | 'protection'>;

/**
 * Decides, from the account as it is now, what has to be done for one target. Reads only, and not even that where the
 * approval has just looked at the account.
 */
export function createPlanStep({ directory, clock, ids, policy, protection }: Deps) {
  const { protectedUsers } = policy.people;
  return async function planStep(
    state: KnownRequest,
    { account: asked }: Target,
    left: Handover | null,
  ): Promise<Step> {
    const report = { targetId: asked.id, at: clock.now().toISOString() };
    const earlier = state.calls.get(asked.id);
    let known = left?.accounts.get(asked.id);
    let isProtectionKnown: boolean;
    try {
      isProtectionKnown = await protection.isKnown();
      if (known === undefined) known = await readWithGroups(directory, asked.id, protectedUsers);
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      return { kind: 'done', result: { ...report, outcome: 'unknown', ...whyUnread(error) } };
    }
    if (earlier && isUnanswered(state, asked.id)) return { kind: 'settle', call: earlier };
    const omitted = (code: FailureCode): Step => ({ kind: 'done', result: { ...report, outcome: 'omitted', code } });
    if (!known) return omitted('deleted');
    const { found, groups } = known;
    const { validFrom, seen } = found;
    const last = state.results.get(asked.id);
    if (earlier && validFrom !== null && isVerified({ validFrom, seen, ...evidenceOf(earlier, last) })) {
      const { clientRequestId } = earlier;
      return { kind: 'done', result: { ...report, outcome: 'verified', validFrom, clientRequestId } };
    }
    const isProtected = protectedUsers.some((id) => groups.has(id));
    const code = forbidden(found.account, isProtected, policy.auth);
    if (code) return omitted(code);
    if (!isProtectionKnown) {
      return { kind: 'done', result: { ...report, outcome: 'unknown', code: 'protectionUnknown' } };
    }
    const call = { targetId: asked.id, clientRequestId: ids.uuid(), validFromBefore: validFrom };
    return { kind: 'write', call: seen === undefined ? call : { ...call, seen } };
  };
}

/** What a failed look means for the write that waits for it. */
function whyUnread({ problem, retryAfterMs }: DirectoryError): { code: FailureCode; retryAfterMs?: number } {
  const code = problem === 'missingPermission' ? 'cannotRead' : problem;
  return retryAfterMs === undefined ? { code } : { code, retryAfterMs };
}

/** Who became protected or external since the card was shown is left out, at the last moment before the write. */
function forbidden(account: Account, isProtected: boolean, auth: Policy['auth']): FailureCode | null {
  if (isProtected) return 'protected';
  if (account.external || account.guest) return 'external';
  return account.restricted && auth === 'application' ? 'restricted' : null;
}

/** Approved for the app to carry out, which the settings no longer allow. */
export function isOutdated({ signIn }: KnownRequest, { auth }: Policy): boolean {
  return auth === 'delegated' && signIn === null;
}

/** After the end, or once stopped, nothing is written; what was written before may still be settled by reading back. */
export function withoutWrite(step: Step, state: KnownRequest, policy: Policy, now: Date): Step {
  if (step.kind !== 'write') return step;
  const { targetId } = step.call;
  const last = state.results.get(targetId);
  const report = { targetId, at: now.toISOString() };
  if (state.stopped && !state.calls.has(targetId))
    return { kind: 'done', result: { ...report, outcome: 'omitted', code: 'stopped' } };
  const never = isOutdated(state, policy) ? 'settingsChanged' : 'tooLate';
  const code = last?.outcome === 'unknown' ? last.code : never;
  return { kind: 'done', result: { ...report, outcome: 'failed', code } };
}

/** `final`: trying again does not help. */
interface Void {
  readonly code: FailureCode;
  readonly final: boolean;
  readonly retryAfterMs?: number;
}

/**
 * Why nothing may be written on this approval, or `null`. The record alone does not make an approval: the rights of the one
 * it names, and of the one who asked, are read again. So a line that an attacker put into the store, and an approver who was
 * removed before the approval's own look, lead to no write. Read beside the accounts, so that it costs no time.
 */
export function createWhyVoid({ readRights }: { readRights: ReadRights }) {
  return async function whyVoid(
    { request, decision, agreed }: KnownRequest,
    left: Handover | null,
  ): Promise<Void | null> {
    const rightsOf = (person: Person) =>
      left?.rights.find(({ of }) => of.id === person.id)?.rights ?? readRights(person);
    // Every member may request and confirm for their own account, and for no other one.
    const forOthers = request.self && request.targets.some(({ account }) => account.id !== request.by.id);
    const isAlone = request.twoApprovers === true && (agreed === null || agreed.id === decision?.by.id);
    if (decision?.verb !== 'approve' || forOthers || isAlone) return { code: 'approvalVoid', final: true };
    try {
      const approvers = agreed ? [decision.by, agreed] : [decision.by];
      const [asker, ...rights] = await Promise.all([request.by, ...approvers].map(rightsOf));
      const codes = approvers.map((by, index) => mayReview('approve', by, rights[index] ?? stranger, request));
      const code = codes.find((one) => one !== null) ?? mayRequest(asker ?? stranger, request.self);
      // Who is not found may be found by another replica of the directory.
      return code === null ? null : { code: 'approvalVoid', final: code !== 'notMember' };
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      const why = whyUnread(error);
      return { ...why, code: why.code === 'notFound' ? 'noAnswer' : why.code, final: false };
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
