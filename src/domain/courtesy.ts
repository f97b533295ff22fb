import type { Courtesy, KnownRequest, Requested } from './request.ts';
import { stalledSince, triedUntil } from './stalled.ts';

/** Whether this is to be said at all, and was not yet. */
export function wants({ request: { notify, origin }, noticed }: KnownRequest, what: Courtesy): boolean {
  const concerns: Record<Courtesy, boolean> = {
    notice: notify !== undefined && notify.length > 0,
    reminder: notify !== undefined && notify.length > 0,
    follow: origin !== undefined,
    signIn: notify !== undefined,
    unreachable: origin !== undefined,
    delayed: true,
  };
  return concerns[what] && !noticed.includes(what);
}

/** Whether saying it still helps somebody. */
export function isTimeFor(what: Courtesy, state: KnownRequest, now: Date): boolean {
  const { request, phase, cardStands, told, finishedAt } = state;
  const isTime: Record<Courtesy, boolean> = {
    notice: phase === 'requested' && cardStands,
    reminder: phase === 'requested' && now >= remindAt(request),
    follow: !told,
    signIn: finishedAt === null && state.signIn?.worker === null,
    unreachable: phase === 'requested' && !cardStands,
    delayed: stalledSince(state) !== null && now < triedUntil(state),
  };
  return isTime[what];
}

/** When two thirds of the time to decide are over. */
export function remindAt({ at, expiresAt }: Pick<Requested, 'at' | 'expiresAt'>): Date {
  return new Date(Date.parse(at) + ((Date.parse(expiresAt) - Date.parse(at)) * 2) / 3);
}
