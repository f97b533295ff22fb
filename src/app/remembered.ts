import { createBoundedMap } from '../base/bounded-map.ts';
import type { RequestState } from '../domain/request.ts';
import type { KnownRecord } from './ports.ts';

/** So many accounts are read in one round of calls. */
export const mostInOneRound = 8;
const mostRemembered = 1000;

/**
 * Requests that wait for a decision, as this process has left them. By it a click begins to read what it needs while the
 * record itself is read; nothing is decided by it. Only small ones are kept: of a large one the reads take longer.
 */
export function createRemembered() {
  const waiting = createBoundedMap<string, KnownRecord>(mostRemembered);
  return {
    get: waiting.get,
    note(requestId: string, known: KnownRecord, state: RequestState): void {
      const isSmall = state.phase === 'requested' && state.request.targets.length <= mostInOneRound;
      if (isSmall) waiting.set(requestId, known);
      else waiting.delete(requestId);
    },
  };
}

export type Remembered = ReturnType<typeof createRemembered>;
