import type { TargetResult } from '../domain/result.ts';
import type { Clock } from './ports.ts';

/** Graph's limit on writes, per app and tenant: 3,000 in 150 s. Source: Microsoft Graph throttling limits, identity. */
const graphQuota = { writes: 3000, windowMs: 150_000 };
/** Graph's clock and ours need not agree on when a window ends. */
const marginMs = 1000;
/** A request for so few is urgent. */
const smallest = 4;
/** What larger ones leave over for it, unless the rest is all they need. */
const reserve = 0.05;
/** The read-back of the slowest of a batch holds up the next batch. */
export const mostAtOnce = 64;
/**
 * Large requests that run side by side divide this up. It keeps the event loop free for clicks, and each account is read
 * over two connections, of which an agent keeps 256 for reuse.
 */
const mostUnderWay = 2 * mostAtOnce;
/** Graph tells how much of a limit is used from 0.8 on; 1 and more means that it throttles. */
const nearTheLimit = 0.8;
/** Graph's figure and our count of the same writes differ by those that are on their way. */
const alike = 0.1;
/** What others were granted and did not need may come back at any time. */
const lookAgainMs = 1000;

/** Leave for a batch of writes. */
export interface Turn {
  /** So many may be made now; they count at once. */
  readonly granted: number;
  /** With 0 granted: from when on (ms from now) to ask again. */
  readonly afterMs: number;
  /** To be called once all is answered: how many were sent, and what Graph said. What was not sent counts no more. */
  end(sent: number, results: readonly TargetResult[]): void;
}

export interface WriteBudget {
  /** `left`: how many the request has not done yet, these included. */
  take(wanted: number, left?: number): Turn;
}

/**
 * How many Graph writes a batch of this process may hold: as many as work out, half as many when Graph throttles or says
 * that it is about to, none while it asks to wait, and never more in all than the quota allows.
 *
 * Graph counts a write when it arrives, which is some time between its turn's beginning and end. So a write counts from
 * the one until a window after the other.
 * @param shares how many replicas share the quota; each keeps to its part
 */
export function createWriteBudget(clock: Pick<Clock, 'elapsed'>, shares = 1, quota = graphQuota): WriteBudget {
  const most = Math.floor(quota.writes / shares);
  const mostForLarge = Math.floor(most * (1 - reserve));
  /** Writes of turns that have ended, and until when Graph may count them; the oldest first. */
  let spent: { readonly until: number; readonly count: number }[] = [];
  let underWay = 0;
  let largeTurns = 0;
  let atOnce = 16;
  let slowedAt = Number.NEGATIVE_INFINITY;
  let closedUntil = 0;

  const used = (now: number) => {
    spent = spent.filter(({ until }) => until > now);
    return spent.reduce((sum, { count }) => sum + count, underWay);
  };

  /** `share`: how much of the quota this process itself has used; that Graph says the same is no news. */
  const isNearTheLimit = (results: readonly TargetResult[], share: number) => {
    const told = Math.max(0, ...results.map(({ throttlePercentage = 0 }) => throttlePercentage));
    return told >= nearTheLimit && (told >= 1 || told > share + alike);
  };

  return {
    take(wanted, left = wanted) {
      const began = clock.elapsed();
      if (began < closedUntil) return refused(closedUntil - began);
      const isLarge = left > smallest;
      const already = used(began);
      const limit = !isLarge || already + left <= most ? most : mostForLarge;
      const portion = Math.max(smallest, Math.min(atOnce, Math.floor(mostUnderWay / (largeTurns + 1))));
      const count = Math.min(wanted, portion, limit - already);
      if (count <= 0) {
        const untilFree = (spent[0]?.until ?? Number.POSITIVE_INFINITY) - began;
        return refused(underWay > 0 ? Math.min(untilFree, lookAgainMs) : untilFree);
      }
      underWay += count;
      if (isLarge) largeTurns += 1;

      const end = (sent: number, results: readonly TargetResult[]) => {
        const now = clock.elapsed();
        const share = used(now) / most;
        underWay -= count;
        if (isLarge) largeTurns -= 1;
        if (sent > 0) spent.push({ until: now + quota.windowMs + marginMs, count: sent });
        const throttled = results.filter((result) => result.outcome === 'unknown' && result.code === 'throttled');
        const asked = throttled.map((result) => (result.outcome === 'unknown' ? (result.retryAfterMs ?? 0) : 0));
        // Longer than the window is about that account alone; the others need not wait for it.
        closedUntil = Math.max(closedUntil, now + Math.min(quota.windowMs, Math.max(0, ...asked)));
        if (throttled.length === 0 && !isNearTheLimit(results, share)) {
          if (results.length > 0) atOnce = Math.min(mostAtOnce, atOnce * 2);
        } else if (began >= slowedAt) {
          // Turns that were under way together tell of one and the same event.
          atOnce = Math.max(smallest, Math.floor(atOnce / 2));
          slowedAt = now;
        }
      };
      return { granted: count, afterMs: 0, end };
    },
  };
}

function refused(afterMs: number): Turn {
  return { granted: 0, afterMs, end() {} };
}
