import type { TargetResult } from '../domain/request.ts';
import type { Clock } from './ports.ts';

/** Graph's limit on writes, per app and tenant: 3,000 in 150 s. Source: Microsoft Graph throttling limits, identity. */
export const graphQuota = { writes: 3000, windowMs: 150_000 };
/** What large requests leave over, so that a small one need not wait for the window to move. */
const reserve = 0.05;
const smallest = 4;
/** The read-back of the slowest of a batch holds up the next batch. */
export const mostAtOnce = 64;
/** Graph tells how much of a limit is used from 0.8 on; 1 and more means that it throttles. */
const nearTheLimit = 0.8;

export interface WriteBudget {
  /** How many of `wanted` writes may be made now; they count at once. With 0, from when on (ms from now) to ask again. */
  take(wanted: number): { readonly granted: number; readonly afterMs: number };
  /** So many of the last ones granted were not needed. */
  giveBack(count: number): void;
  /** What came of the writes that were made. */
  learn(results: readonly TargetResult[]): void;
}

/**
 * How many Graph writes this process may have on the wire: as many as work out, half as many when Graph throttles or says
 * that it is about to, none while it asks to wait, and never more than the quota allows.
 * @param shares how many replicas share the quota; each keeps to its part
 */
export function createWriteBudget(clock: Pick<Clock, 'elapsed'>, shares = 1, quota = graphQuota): WriteBudget {
  const most = Math.floor(quota.writes / shares);
  /** When writes were granted, oldest first, with how many. */
  let granted: { readonly at: number; readonly count: number }[] = [];
  let atOnce = 16;
  let closedUntil = 0;

  return {
    take(wanted) {
      const now = clock.elapsed();
      if (now < closedUntil) return { granted: 0, afterMs: closedUntil - now };
      granted = granted.filter(({ at }) => now - at < quota.windowMs);
      const used = granted.reduce((sum, { count }) => sum + count, 0);
      const limit = wanted <= smallest ? most : Math.floor(most * (1 - reserve));
      const count = Math.min(wanted, atOnce, limit - used);
      if (count <= 0) {
        const [oldest] = granted;
        return { granted: 0, afterMs: oldest ? oldest.at + quota.windowMs - now : 0 };
      }
      granted.push({ at: now, count });
      return { granted: count, afterMs: 0 };
    },
    giveBack(count) {
      const last = granted.pop();
      if (last && last.count > count) granted.push({ ...last, count: last.count - count });
    },
    learn(results) {
      const now = clock.elapsed();
      const throttled = results.filter((result) => result.outcome === 'unknown' && result.code === 'throttled');
      const used = Math.max(0, ...results.map(({ throttlePercentage = 0 }) => throttlePercentage));
      if (throttled.length > 0 || used >= nearTheLimit) {
        atOnce = Math.max(smallest, Math.floor(atOnce / 2));
        const asked = throttled.map((result) => (result.outcome === 'unknown' ? (result.retryAfterMs ?? 0) : 0));
        // Longer than the window is about that account alone; the others need not wait for it.
        closedUntil = Math.max(closedUntil, now + Math.min(quota.windowMs, Math.max(0, ...asked)));
      } else if (results.length > 0) atOnce = Math.min(mostAtOnce, atOnce * 2);
    },
  };
}
