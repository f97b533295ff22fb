import type { RequestEvent } from '../domain/request.ts';
import type { Clock } from './ports.ts';

/** Requests looked at; the oldest are forgotten first, which costs no more than a lease. */
const mostRemembered = 20_000;

/**
 * For how long (ms) this process has seen the record of a request stand as it is now. This is how a replica notices that
 * another one is gone: no heartbeat, and no clock of another machine.
 */
export function createUnchanged(clock: Pick<Clock, 'elapsed'>) {
  const seen = new Map<string, { readonly version: number; readonly since: number }>();
  return function unchangedMs(requestId: string, events: readonly RequestEvent[]): number {
    const version = versionOf(events);
    const now = clock.elapsed();
    const known = seen.get(requestId);
    if (known?.version === version) return now - known.since;
    seen.delete(requestId);
    seen.set(requestId, { version, since: now });
    const [oldest] = seen.keys();
    if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest);
    return 0;
  };
}

export type UnchangedMs = ReturnType<typeof createUnchanged>;

/** Refused clicks are no sign of life of whoever works on the request. */
function versionOf(events: readonly RequestEvent[]): number {
  return events.filter(({ type }) => type !== 'AttemptRefused').length;
}
