import type { Account, AccountFacts, Change, ChangeCode, DirectoryRole, Target } from './account.ts';
import type { KnownRequest, Outcome, TwoPersonsReason } from './request.ts';
import type { TargetResult } from './result.ts';

/** When a second person is needed: `always`, `never`, or for privileged targets and large requests. */
export type TwoPersonRule = 'always' | 'privileged' | 'never';

export interface TwoPersonPolicy {
  readonly rule: TwoPersonRule;
  /** Number of targets above which two persons are needed under `privileged`. */
  readonly over: number;
}

/** Why this request needs two persons, or `null`. */
export function twoPersonsReason(targets: readonly Target[], policy: TwoPersonPolicy): TwoPersonsReason | null {
  if (policy.rule === 'always') return 'always';
  if (policy.rule === 'never') return null;
  if (targets.some(({ facts }) => facts.roles.known && facts.roles.value.length > 0)) return 'role';
  if (targets.some(({ operator }) => operator)) return 'operator';
  if (targets.some(({ facts }) => !facts.roles.known)) return 'rolesUnknown';
  return targets.length > policy.over ? 'bulk' : null;
}

/** Whether this account may hold power over others. What could not be read counts as such. */
export function isPrivileged({ facts: { roles }, operator }: Target): boolean {
  return !roles.known || roles.value.length > 0 || operator === true;
}

/** Those first who may hold power over others: an approver must see what they approve. */
export function privilegedFirst(targets: readonly Target[]): readonly Target[] {
  return targets.toSorted((one, other) => Number(isPrivileged(other)) - Number(isPrivileged(one)));
}

/** What makes an approval of this target void: it cannot be done any more, or the approver saw an account of less weight. */
export function changeSince(
  shown: Target,
  now: {
    readonly account: Account | null;
    readonly isProtected: boolean;
    readonly roles: AccountFacts['roles'];
    /** Graph is called as the app, which members of a restricted unit are out of reach for. */
    readonly asApp: boolean;
  },
): ChangeCode | null {
  const { account, isProtected, roles, asApp } = now;
  if (!account) return 'deleted';
  if (isProtected) return 'protected';
  if (account.external || account.guest) return 'external';
  if (account.restricted && asApp) return 'restricted';
  const before = shown.facts.roles;
  if (!roles.known) return before.known ? 'rolesUnknown' : null;
  // Roles that could not be read were treated as held, so nothing that shows up now adds weight.
  if (!before.known) return null;
  return roles.value.some((role) => !before.value.some((shown) => includes(shown, role))) ? 'gainedRole' : null;
}

/** Whether a holder of the first has the power of the other, too. One to be activated is less than one that is held. */
function includes(shown: DirectoryRole, { templateId, scope, eligible }: DirectoryRole): boolean {
  if (shown.templateId !== templateId) return false;
  const isAsWide = shown.scope === undefined || shown.scope === scope;
  return isAsWide && (shown.eligible !== true || eligible === true);
}

/**
 * Whether an approval stands although accounts have changed: the same approver has been shown so before and approves again,
 * or an attacker who makes a role come and go could put it off for ever. Who may not be touched is left out before each write.
 * @param weightCounts more power would take another person, or a stronger sign-in: that is not got round by pressing twice
 */
export function standsDespite(
  changes: readonly Pick<Change, 'code'>[],
  { voided = [], approverId, weightCounts }: { voided?: readonly string[]; approverId: string; weightCounts: boolean },
): boolean {
  const weightier = changes.some(({ code }) => code === 'gainedRole' || code === 'rolesUnknown');
  return voided.includes(approverId) && !(weightier && weightCounts);
}

/** A report that will not change by trying again. */
export function isSettled(result: TargetResult | undefined): boolean {
  return result !== undefined && result.outcome !== 'unknown';
}

/** Targets that still need work, in the order of the card. */
export function unsettledTargets(state: KnownRequest): readonly Target[] {
  return state.request.targets.filter(({ account }) => !isSettled(state.results.get(account.id)));
}

/** A write is on record for this target, and its answer is not: it may or may not have happened. */
export function isUnanswered(state: KnownRequest, targetId: string): boolean {
  const call = state.calls.get(targetId);
  const result = state.results.get(targetId);
  return call !== undefined && (result === undefined || result.attempt < call.attempt);
}

/** Graph accepted the write; whether the effect was seen yet is another matter. */
export function isRevoked({ outcome }: TargetResult): boolean {
  return outcome === 'verified' || outcome === 'unverified';
}

/** Those that were sent and whose effect has not been seen: Graph accepted, or its answer was lost. */
export function unverifiedTargets({ request, results, calls }: KnownRequest): readonly Target[] {
  return request.targets.filter(({ account }) => {
    const result = results.get(account.id);
    const wasLost = result?.outcome === 'failed' && result.code === 'noAnswer' && calls.has(account.id);
    return result?.outcome === 'unverified' || wasLost;
  });
}

/** Those that were tried in vain. Who was left out, by a rule or because a person stopped it, has not failed. */
export function failedTargets({ request, results }: KnownRequest): readonly Target[] {
  return request.targets.filter(({ account }) => results.get(account.id)?.outcome === 'failed');
}

const shortestPauseMs = 1000;
const longestPauseMs = 30_000;

/**
 * From when on (ms since 1970) a target may be tried again: not before Graph allows, and with pauses that grow with the
 * time since the approval. In the past for a target that was not tried yet.
 */
export function dueAt({ decision, results }: KnownRequest, targetId: string, now = Number.POSITIVE_INFINITY): number {
  const last = results.get(targetId);
  if (last?.outcome !== 'unknown') return 0;
  // Another replica's clock may be ahead of ours, or ours was set back: never longer than the pause itself.
  const at = Math.min(Date.parse(last.at), now);
  const since = at - Date.parse(decision?.at ?? last.at);
  const pause = Math.min(Math.max(since / 4, shortestPauseMs), longestPauseMs);
  return at + Math.max(pause, last.retryAfterMs ?? 0);
}

/** What a request came to, once every target is settled. */
export function outcomeOf(results: readonly TargetResult[]): Outcome {
  const done = results.filter(isRevoked).length;
  if (done === results.length) return 'succeeded';
  return done > 0 ? 'partly' : 'failed';
}
