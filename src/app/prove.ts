import type { KnownRequest } from '../domain/request.ts';
import type { TargetResult } from '../domain/result.ts';
import { unverifiedTargets } from '../domain/targets.ts';
import { evidenceOf, isVerified } from '../domain/verified.ts';
import { inParallel } from './in-parallel.ts';
import { type Clock, type Directory, DirectoryError } from './ports.ts';

/** When to look again, in ms after the result was known. Graph's reads may lag behind its writes by minutes. */
const minute = 60_000;
export const looks: readonly number[] = [
  minute / 2,
  minute,
  2 * minute,
  4 * minute,
  8 * minute,
  15 * minute,
  30 * minute,
  60 * minute,
];

/** Looks once more for the effects that did not show in time. Answers those that show now. */
export function createProve({ directory, clock }: { directory: Directory; clock: Pick<Clock, 'now'> }) {
  return async function prove(state: KnownRequest): Promise<readonly TargetResult[]> {
    const found = await inParallel(unverifiedTargets(state), async ({ account: { id } }) => {
      const call = state.calls.get(id);
      const reported = state.results.get(id);
      if (!call || !reported) return [];
      try {
        const { validFrom = null, seen } = (await directory.read(id)) ?? {};
        if (validFrom === null || !isVerified({ validFrom, seen, ...evidenceOf(call, reported) })) return [];
        const { attempt: _attempt, outcome: _outcome, ...report } = { code: null, ...reported };
        const { code: _code, ...known } = report;
        return [{ ...known, at: clock.now().toISOString(), outcome: 'verified', validFrom } satisfies TargetResult];
      } catch (error) {
        // Not reading it now proves nothing either way; the next look may succeed.
        if (!(error instanceof DirectoryError)) throw error;
        return [];
      }
    });
    return found.flat();
  };
}

export type Prove = ReturnType<typeof createProve>;
