import type { KnownRequest, Notification, Requested } from './request.ts';
import { isSettled, unsettledTargets } from './targets.ts';

/** Whether this is to be said at all, and was not yet. */
export function wants({ request: { notify, origin }, noticed }: KnownRequest, what: Notification): boolean {
  const concerns: Record<Notification, boolean> = {
    notice: notify !== undefined && notify.length > 0,
    reminder: notify !== undefined && notify.length > 0,
    follow: origin !== undefined,
    signIn: notify !== undefined,
    unreachable: origin !== undefined,
    delayed: true,
    agreed: true,
  };
  return concerns[what] && !noticed.includes(what);
}

/** Whether saying it still helps its reader. */
export function isTimeFor(what: Notification, state: KnownRequest, now: Date): boolean {
  const { request, phase, cardStands, told, finishedAt } = state;
  const isTime: Record<Notification, boolean> = {
    notice: phase === 'requested' && cardStands,
    reminder: phase === 'requested' && now >= remindAt(request),
    follow: !told,
    signIn: finishedAt === null && state.signIn?.worker === null,
    unreachable: phase === 'requested' && !cardStands,
    agreed: phase === 'requested' && state.agreed !== null,
    delayed: stalledSince(state) !== null && now < triedUntil(state),
  };
  return isTime[what];
}

/** When two thirds of the time to decide are over. */
export function remindAt({ at, expiresAt }: Pick<Requested, 'at' | 'expiresAt'>): Date {
  return new Date(Date.parse(at) + ((Date.parse(expiresAt) - Date.parse(at)) * 2) / 3);
}

/** What keeps an approved request from getting on, as far as its record tells. */
export type Hindrance = 'graph' | 'throttled' | 'signIn' | 'between' | 'unknown';

/** After so long without getting on the card says so, and after so long words do. */
export const showAfterMs = 20_000;
export const sayAfterMs = 45_000;

/**
 * Since when (ms since 1970) an approved request has not got on; `null` when it is over, or a person is waited for: who has
 * to sign in again is told by other means.
 */
export function stalledSince({ decision, finishedAt, signIn, results }: KnownRequest): number | null {
  const isCarriedOut =
    decision?.verb === 'approve' && finishedAt === null && (signIn === null || signIn.timesLost === 0);
  if (!isCarriedOut) return null;
  const settled = [...results.values()].filter(isSettled).map(({ at }) => Date.parse(at));
  return Math.max(Date.parse(decision.at), ...settled);
}

/** Whether the card has to say that it does not get on. Once it is tried no longer the result says what became of it. */
export function isStalled(state: KnownRequest, now: Date): boolean {
  const since = stalledSince(state);
  return since !== null && now.getTime() - since >= showAfterMs && now < triedUntil(state);
}

export function hindranceOf(state: KnownRequest): Hindrance {
  const codes = unsettledTargets(state).map(({ account }) => {
    const result = state.results.get(account.id);
    return result?.outcome === 'unknown' ? result.code : null;
  });
  if (codes.includes('signIn')) return 'signIn';
  if (codes.includes('notGraph')) return 'between';
  if (codes.includes('throttled')) return 'throttled';
  return codes.every((code) => code === null) ? 'unknown' : 'graph';
}

/** Until when it is tried: an approval lasts as long as the request was open for one. */
export function triedUntil({ decision, request }: KnownRequest): Date {
  const openMs = Date.parse(request.expiresAt) - Date.parse(request.at);
  return new Date(Date.parse(decision?.at ?? request.at) + openMs);
}
