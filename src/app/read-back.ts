import type { Call } from '../domain/result.ts';
import { type Clock, type Directory, DirectoryError } from './ports.ts';

/** Pauses before each look, in ms. Graph's reads lag behind its writes by moments. */
const readBackPauses: readonly number[] = [0, 250, 500, 1000, 2000, 4000];

/** No look begins later than this after the first. With slow reads that is fewer looks; the lease counts on it. */
const lastLookMs = 8000;

/**
 * Looks whether a write took effect: the time from which tokens are valid moved past what it was before the write, or
 * is not older than the second in which Graph answered. Answers that time, or `null` when it did not show in time.
 */
export function createReadBack({ directory, clock }: { directory: Directory; clock: Clock }) {
  return async function readBack(call: Call, answeredAt?: string): Promise<string | null> {
    const began = clock.now().getTime();
    for (const pause of readBackPauses) {
      await clock.sleep(pause);
      if (clock.now().getTime() - began > lastLookMs) return null;
      try {
        const validFrom = (await directory.read(call.targetId))?.validFrom ?? null;
        if (validFrom !== null && shows(validFrom, call.validFromBefore, answeredAt)) return validFrom;
      } catch (error) {
        // Not reading it now proves nothing either way; the next look may succeed.
        if (!(error instanceof DirectoryError)) throw error;
      }
    }
    return null;
  };
}

export type ReadBack = ReturnType<typeof createReadBack>;

/** Whether `validFrom` proves a write made when it was `before`. All are Graph's own times: no clock of ours counts. */
export function shows(validFrom: string, before: string | null, answeredAt?: string): boolean {
  if (before === null || Date.parse(validFrom) > Date.parse(before)) return true;
  // Two revocations within one second leave the same value, because Graph keeps whole seconds.
  return answeredAt !== undefined && Date.parse(validFrom) >= Math.floor(Date.parse(answeredAt) / 1000) * 1000;
}
