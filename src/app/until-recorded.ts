import { type Clock, isTrailDamaged, type Log, UnreadableRequest } from './ports.ts';

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** Then another process, or this one later, finds out that it may stand in the chat. */
const patienceMs = 10 * 60_000;

/**
 * What was posted stands in the chat, and this process alone knows it: when the record fails, the record is repeated and
 * the post is not.
 */
export function createUntilRecorded({ clock, log }: { clock: Pick<Clock, 'elapsed' | 'sleep'>; log: Log }) {
  return async function untilRecorded<T>(requestId: string, record: () => Promise<T>): Promise<T> {
    const since = clock.elapsed();
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return await record();
      } catch (error) {
        const isFinal = isTrailDamaged(error) || error instanceof UnreadableRequest;
        if (isFinal || clock.elapsed() - since >= patienceMs) throw error;
        log.warn({ requestId, err: error, pauseMs }, 'what was posted is not on record yet; the record is tried again');
        await clock.sleep(pauseMs);
      }
    }
  };
}

export type UntilRecorded = ReturnType<typeof createUntilRecorded>;
