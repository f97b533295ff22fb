import type { RequestStore } from '../app/ports.ts';
import { type Replication, replicate, type SinkTimes } from './replicate.ts';
import type { AuditSink } from './sink.ts';

interface Deps extends Omit<Replication, 'times'> {
  readonly sinks: readonly AuditSink[];
  readonly times?: SinkTimes;
}

const usualTimes: SinkTimes = { lookEveryMs: 5000, othersTakeMs: 1000 };

/**
 * Copies the trail to the sinks: every record at least once, in order, each sink at its own pace. Where it stands is asked
 * of the sink itself, at the start, after every failure, and when somebody else may have written to it. Nothing waits for it.
 */
export function createAuditExport({ sinks, times = usualTimes, ...deps }: Deps) {
  const followed = sinks.map((sink) => replicate(sink, { ...deps, times }));
  return {
    start() {
      for (const { look } of followed) look();
    },
    /** The store, with which every append is copied at once. */
    woken(store: RequestStore): RequestStore {
      return {
        ...store,
        async append(version, events) {
          await store.append(version, events);
          for (const { wake } of followed) wake(events.length);
        },
      };
    },
    /** Takes as long as a sink does; what was not copied when the process ends is at the next start. */
    async stop() {
      await Promise.all(followed.map(({ stop }) => stop()));
      deps.trail.close();
    },
  };
}
