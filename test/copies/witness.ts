import { createWatch } from '../support/production/watch.ts';

/** What an export told, and a wait for it. */
export function createWitness() {
  const stands = new Map<string, number>();
  const lacking = new Map<string, number>();
  const seen = { failed: 0, damaged: 0 };
  const watch = createWatch();
  return {
    seen,
    told: {
      sinkStands(sink: string, seq: number, behind: number) {
        stands.set(sink, seq);
        lacking.set(sink, behind);
        watch.changed();
      },
      sinkFailed() {
        seen.failed += 1;
        watch.changed();
      },
      trailDamaged() {
        seen.damaged += 1;
        watch.changed();
      },
    },
    at: (sink: string, seq: number) =>
      watch.waitFor(
        () => stands.get(sink) === seq,
        20_000,
        () => JSON.stringify([...stands]),
      ),
    /** Waits until the sink is said to lack so many records. */
    lacks: (sink: string, behind: number) =>
      watch.waitFor(
        () => lacking.get(sink) === behind,
        20_000,
        () => JSON.stringify([...lacking]),
      ),
    until: (found: () => boolean) => watch.waitFor(found, 20_000, () => JSON.stringify(seen)),
  };
}
