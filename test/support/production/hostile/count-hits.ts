import type { Faults } from '../faults.ts';

/** Counts the requests from now on whose target matches; they are dealt with as ever. */
export function countHits(faults: Faults, path: RegExp): () => number {
  let hits = 0;
  faults.inject({
    path,
    times: Number.POSITIVE_INFINITY,
    // Asked for once for each request that the fault hits.
    get delayMs() {
      hits += 1;
      return 0;
    },
  });
  return () => hits;
}
