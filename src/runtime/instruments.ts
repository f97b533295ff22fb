import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const slow = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A person decides: from seconds to the hour that a request may wait. */
const human = [5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];

/**
 * Every metric there is, by name, help and labels; metrics.ts says what moves them. In a registry of its own: nothing is
 * registered when this file is merely imported.
 */
export function createInstruments() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <const L extends readonly string[]>(name: string, help: string, labelNames: L) =>
    new Counter<L[number]>({ name: `session_revoker_${name}`, help, labelNames: [...labelNames], registers });
  const gauge = <const L extends readonly string[]>(name: string, help: string, labelNames: L) =>
    new Gauge<L[number]>({ name: `session_revoker_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = <const L extends readonly string[]>(
    name: string,
    help: string,
    labelNames: L,
    buckets: readonly number[],
  ) =>
    new Histogram<L[number]>({
      name: `session_revoker_${name}`,
      help,
      labelNames: [...labelNames],
      buckets: [...buckets],
      registers,
    });

  const received = counter('activities_total', 'Bot Framework requests by HTTP status answered', ['status']);
  const unchecked = counter('tokens_unchecked_total', 'Tokens for which there was no signing key, by why', ['why']);
  const events = counter('events_total', 'Recorded events by type', ['type']);
  const requests = counter('requests_total', 'Requests that have come to an end, by outcome', ['outcome']);
  const targets = counter('targets_total', 'Reports on targets by outcome', ['outcome']);
  const decided = histogram('decision_seconds', 'From asking to the decision, by the decision', ['verb'], human);
  const refused = counter('refused_total', 'Refused attempts by what was wanted and the rule', ['verb', 'rule']);
  const writes = histogram('graph_write_seconds', 'Time of one revoke call by what came of it', ['result'], slow);
  const reads = histogram('graph_read_seconds', 'Time of one read, retries included', ['call', 'result'], slow);
  const tries = counter('graph_http_total', 'Answers of Graph on the wire, each attempt', ['method', 'status']);
  const retries = counter('graph_retries_total', 'Attempts that repeat one that failed', ['method']);
  const chat = histogram(
    'chat_seconds',
    'Time of one post or update, waiting for its turn included',
    ['call', 'result'],
    slow,
  );
  const stored = histogram('store_seconds', 'Time of one call of the store', ['call', 'result'], quick);
  const swept = histogram('sweep_seconds', 'Time to look through the open requests', [], quick);
  const sweptAt = gauge('sweep_last_timestamp_seconds', 'When the open requests were last looked through', []);
  const stuck = counter('step_failures_total', 'Steps of requests that failed and are tried again', []);
  const doubts = counter('trail_in_doubt_total', 'Appends of which it was not known whether they were written', []);
  const openRequests = gauge(
    'open_requests',
    'Requests with something left to do, when they were last looked through',
    [],
  );
  const damaged = counter('trail_damaged_total', 'Times that a record was found that is not as it was written', []);
  const sinkFailures = counter('audit_sink_failures_total', 'Failed writes to an audit sink', ['sink']);
  const sinkSeq = gauge('audit_sink_seq', 'The last record that an audit sink holds', ['sink']);
  const sinkBehind = gauge('audit_sink_behind', 'Records that an audit sink still lacks', ['sink']);
  const missingPermission = gauge('missing_permission', 'Permissions for Graph that are still to be granted', [
    'permission',
  ]);
  const notReady = gauge('not_ready', 'Whether a check of /readyz failed when it was last asked', ['check']);
  const lostSpans = counter('trace_spans_lost_total', 'Spans that could not be sent to the collector', []);
  // Alerts ask for their rate, which needs a value before the first time.
  for (const why of ['keysAway', 'keyUnknown']) unchecked.inc({ why }, 0);
  for (const none of [stuck, doubts, damaged, lostSpans]) none.inc(0);

  return {
    /** Prometheus text. */
    async read(): Promise<{ body: string; contentType: string }> {
      return { body: await registry.metrics(), contentType: registry.contentType };
    },
    openRequests,
    received,
    unchecked,
    events,
    requests,
    targets,
    decided,
    refused,
    writes,
    reads,
    tries,
    retries,
    chat,
    stored,
    swept,
    sweptAt,
    stuck,
    doubts,
    damaged,
    sinkFailures,
    sinkSeq,
    sinkBehind,
    missingPermission,
    notReady,
    lostSpans,
  };
}
