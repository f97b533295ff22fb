import type { Call } from '../domain/result.ts';
import { type Evidence, isVerified } from '../domain/verified.ts';
import { type Clock, type Directory, DirectoryError } from './ports.ts';

/** Pauses before each look, in ms. Graph's reads lag behind its writes by moments. */
const readBackPauses: readonly number[] = [0, 250, 500, 1000, 2000, 4000];

/** No look begins later than this after the first. With slow reads that is fewer looks; the lease counts on it. */
const lastLookMs = 8000;

/** Looks whether a write took effect. Answers the time from which tokens are valid, or `null` when it did not show. */
export function createReadBack({ directory, clock }: { directory: Directory; clock: Clock }) {
  return async function readBack(call: Call, made: Pick<Evidence, 'sent' | 'acceptedAt'> = {}): Promise<string | null> {
    const began = clock.now().getTime();
    for (const pause of readBackPauses) {
      await clock.sleep(pause);
      if (clock.now().getTime() - began > lastLookMs) return null;
      try {
        const { validFrom = null, seen } = (await directory.read(call.targetId)) ?? {};
        if (validFrom !== null && isVerified({ validFrom, seen, before: call, ...made })) return validFrom;
      } catch (error) {
        // Not reading it now proves nothing either way; the next look may succeed.
        if (!(error instanceof DirectoryError)) throw error;
      }
    }
    return null;
  };
}

export type ReadBack = ReturnType<typeof createReadBack>;
