import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Directory, RequestStore } from './app/ports.ts';
import type { RequestEvent } from './domain/request.ts';

export interface Metrics {
  /** Prometheus text. */
  read(): Promise<{ body: string; contentType: string }>;
  readonly received: Counter<'status'>;
  /** The store, counting what is recorded. */
  countEvents(store: RequestStore): RequestStore;
  /** The directory, timing the writes. */
  timeWrites(directory: Directory): Directory;
}

/** A registry of its own: nothing is registered when this file is merely imported. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const received = new Counter({
    name: 'session_revoker_activities_total',
    help: 'Bot Framework requests by HTTP status answered',
    labelNames: ['status'] as const,
    registers,
  });
  const events = new Counter({
    name: 'session_revoker_events_total',
    help: 'Recorded events by type',
    labelNames: ['type'] as const,
    registers,
  });
  const targets = new Counter({
    name: 'session_revoker_targets_total',
    help: 'Reports on targets by outcome',
    labelNames: ['outcome'] as const,
    registers,
  });
  const writes = new Histogram({
    name: 'session_revoker_graph_write_seconds',
    help: 'Time of one revoke call by what came of it',
    labelNames: ['result'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });

  const count = (event: RequestEvent) => {
    events.inc({ type: event.type });
    if (event.type === 'TargetsProcessed') for (const { outcome } of event.results) targets.inc({ outcome });
  };

  return {
    received,
    async read() {
      return { body: await registry.metrics(), contentType: registry.contentType };
    },
    countEvents(store) {
      new Gauge({
        name: 'session_revoker_open_requests',
        help: 'Requests with something left to do',
        registers,
        async collect() {
          // The metrics are wanted most when the store is not there.
          this.set(
            await store.openIds().then(
              (ids) => ids.length,
              () => Number.NaN,
            ),
          );
        },
      });
      return {
        ...store,
        async append(requestId, expected, added) {
          await store.append(requestId, expected, added);
          for (const event of added) count(event);
        },
      };
    },
    timeWrites(directory) {
      return {
        ...directory,
        async revoke(...call) {
          const stop = writes.startTimer();
          const answer = await directory.revoke(...call);
          stop({ result: answer.kind });
          return answer;
        },
      };
    },
  };
}
