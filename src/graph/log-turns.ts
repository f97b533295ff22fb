import { DirectoryError } from '../app/errors.ts';
import type { Clock } from '../app/ports.ts';

/**
 * Graph's limit on its audit and sign-in logs, per app and tenant, whichever of them is read. Source: Microsoft Graph
 * throttling limits, identity and access reports, 2026-11-29.
 */
const quota = { calls: 5, windowMs: 10_000 };
/** A call arrives later than it was sent, and not always by as much. */
const marginMs = 1000;
/** What waits behind so many others comes too late for those who read it. */
const mostWaiting = 60;
/** Graph may ask for a longer pause; then the calls after this one tell. */
const longestPauseMs = 300_000;

/**
 * Calls to Entra's logs, no faster than Graph allows, in the order they came, but the urgent ones first.
 * @param shares how many replicas share the limit; each keeps to its part
 */
export function createLogTurns(clock: Pick<Clock, 'elapsed' | 'sleep'>, shares: number) {
  const most = Math.max(1, Math.floor(quota.calls / shares));
  const begun: number[] = [];
  const waiting = { urgent: [] as (() => void)[], others: [] as (() => void)[] };
  let isServing = false;
  let closedUntil = Number.NEGATIVE_INFINITY;

  const serve = async () => {
    isServing = true;
    while (waiting.urgent.length + waiting.others.length > 0) {
      const oldest = begun.length < most ? undefined : begun.shift();
      const free = oldest === undefined ? Number.NEGATIVE_INFINITY : oldest + quota.windowMs + marginMs;
      // A call under way may be told of a pause meanwhile.
      const pause = () => Math.max(closedUntil, free) - clock.elapsed();
      for (let ms = pause(); ms > 0; ms = pause()) await clock.sleep(ms);
      begun.push(clock.elapsed());
      (waiting.urgent.shift() ?? waiting.others.shift())?.();
    }
    isServing = false;
  };

  /** Resolves when one call may be sent. @throws DirectoryError where too many wait already */
  const turn = (isUrgent: boolean): Promise<void> => {
    if (!isUrgent && waiting.others.length >= mostWaiting) {
      return Promise.reject(new DirectoryError('throttled', 'too many reads of the logs wait already'));
    }
    return new Promise((resolve) => {
      waiting[isUrgent ? 'urgent' : 'others'].push(resolve);
      if (!isServing) void serve();
    });
  };

  return {
    turn,
    /** Graph throttles: nothing is sent for so long, a window where it does not say. */
    pause(ms: number = quota.windowMs): void {
      closedUntil = Math.max(closedUntil, clock.elapsed() + Math.min(ms, longestPauseMs));
    },
  };
}
