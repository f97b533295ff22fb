import type { Courtesy, KnownRequest, Requested } from './request.ts';

/** Whether this is to be said at all, and was not yet. */
export function wants({ request: { notify, origin }, noticed }: KnownRequest, what: Courtesy): boolean {
  const concerns: Record<Courtesy, boolean> = {
    notice: notify !== undefined && notify.length > 0,
    reminder: notify !== undefined && notify.length > 0,
    follow: origin !== undefined,
    signIn: notify !== undefined,
    unreachable: origin !== undefined,
  };
  return concerns[what] && !noticed.includes(what);
}

/** When two thirds of the time to decide are over. */
export function remindAt({ at, expiresAt }: Pick<Requested, 'at' | 'expiresAt'>): Date {
  return new Date(Date.parse(at) + ((Date.parse(expiresAt) - Date.parse(at)) * 2) / 3);
}
