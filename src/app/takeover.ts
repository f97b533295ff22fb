import { createBoundedMap } from '../base/bounded-map.ts';
import type { RequestEvent } from '../domain/request.ts';
import type { Clock } from './ports.ts';

/**
 * What to do with a request next: look again after `ms`, look again when something that is under way has ended (or try
 * again when it failed), or never again, but at another. `quiet`: there is no use in looking earlier, unless it is called.
 * `leave`: a process that stops does not wait for it.
 */
export type Next =
  | { readonly again: true; readonly afterMs: number; readonly quiet?: true }
  | { readonly again: true; readonly when: Promise<void>; readonly leave?: true }
  | { readonly again: false; readonly other?: string };

export const now: Next = { again: true, afterMs: 0 };
export const never: Next = { again: false };
export const after = (ms: number) => ({ again: true, afterMs: Math.max(0, ms) }) as const satisfies Next;

export const quiet = (ms: number): Next => ({ ...after(ms), quiet: true });

/** Which of two things is next. */
export function sooner(one: Next, other: Next): Next {
  if (!one.again || !other.again) return one.again ? one : other;
  if ('when' in one || 'when' in other) return 'when' in one ? one : other;
  const isQuiet = one.quiet === true && other.quiet === true;
  return { again: true, afterMs: Math.min(one.afterMs, other.afterMs), ...(isQuiet ? { quiet: true } : {}) };
}

/**
 * Longer than one batch can take: 10 s for the write, 8 s until the last look, 5 s for that look. So a lease runs out
 * only when its holder died or was stalled.
 */
export const leaseMs = 25_000;

const longestTakeoverMs = 15 * 60_000;

/**
 * When another replica may go on with what one of them began to post. While the chat is away for long, they take over from
 * one another ever more seldom: each time is on record.
 * @param knownSince since when there is that to say, ISO 8601
 */
export function takeoverAfterMs(knownSince: string | null, nowMs: number): number {
  const since = knownSince === null ? 0 : nowMs - Date.parse(knownSince);
  return Math.min(Math.max(leaseMs, since / 10), longestTakeoverMs);
}

/** Requests looked at. To forget one costs no more than a lease. */
const mostRemembered = 20_000;

/**
 * For how long (ms) this process has seen the record of a request stand as it is now. This is how a replica notices that
 * another one is gone: no heartbeat, and no clock of another machine.
 */
export function createIdle(clock: Pick<Clock, 'elapsed'>) {
  const seen = createBoundedMap<string, { readonly version: number; readonly since: number }>(mostRemembered);
  return function idleMs(requestId: string, events: readonly RequestEvent[]): number {
    const version = versionOf(events);
    const now = clock.elapsed();
    const known = seen.get(requestId);
    if (known?.version === version) return now - known.since;
    seen.set(requestId, { version, since: now });
    return 0;
  };
}

export type IdleMs = ReturnType<typeof createIdle>;

/** Refused clicks are no sign of life of the replica that works on the request. */
function versionOf(events: readonly RequestEvent[]): number {
  return events.filter(({ type }) => type !== 'AttemptRefused').length;
}
