import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  DirectoryError,
  isInDoubt,
  isTrailDamaged,
  NotifierError,
  UnreadableRequest,
  VersionConflict,
} from '../app/errors.ts';
import type { Ran } from '../app/run-command.ts';
import type { RequestEvent } from '../domain/request.ts';
import type { Wire } from './clock.ts';

/** Requests by how they ended, of the events that end one. */
const endings: Partial<Record<RequestEvent['type'], string>> = {
  Denied: 'denied',
  Cancelled: 'cancelled',
  Expired: 'expired',
  Superseded: 'superseded',
};
/** Whatever else Graph or something in between answers is `other`: labels must not grow with what strangers send. */
const statuses = new Set([200, 201, 202, 204, 400, 401, 403, 404, 408, 409, 412, 423, 429, 500, 502, 503, 504]);
/** Upper bounds in seconds; the last are those of a person who decides, up to the hour that a request may wait. */
const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const slow = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const human = [5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** How a call ended. */
export type End = { readonly answer: unknown } | { readonly error: unknown };

/**
 * Every metric there is, and what moves it: observe.ts tells of each call of a port, others call what they need. In a
 * registry of its own, so that nothing is registered when this file is merely imported.
 */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const named = <L extends string>(name: string, help: string, labelNames: L[]) => ({
    name: `session_revoker_${name}`,
    help,
    labelNames,
    registers: [registry],
  });
  const counter = <L extends string = never>(name: string, help: string, ...labels: L[]) =>
    new Counter(named(name, help, labels));
  const gauge = <L extends string = never>(name: string, help: string, ...labels: L[]) =>
    new Gauge(named(name, help, labels));
  const histogram = <L extends string = never>(name: string, help: string, buckets: number[], ...labels: L[]) =>
    new Histogram({ ...named(name, help, labels), buckets });

  const activities = counter('activities_total', 'Bot Framework requests by HTTP status answered', 'status');
  const unchecked = counter('tokens_unchecked_total', 'Tokens for which there was no signing key, by why', 'why');
  const events = counter('events_total', 'Recorded events by type', 'type');
  const requests = counter('requests_total', 'Requests that have come to an end, by outcome', 'outcome');
  const targets = counter('targets_total', 'Reports on targets by outcome', 'outcome');
  const decided = histogram('decision_seconds', 'From asking to the decision, by the decision', human, 'verb');
  const refused = counter('refused_total', 'Refused attempts by what was wanted and the rule', 'verb', 'rule');
  const writes = histogram('graph_write_seconds', 'Time of one revoke call by what came of it', slow, 'result');
  const reads = histogram('graph_read_seconds', 'Time of one read, retries included', slow, 'call', 'result');
  const tries = counter('graph_http_total', 'Answers of Graph on the wire, each attempt', 'method', 'status');
  const retries = counter('graph_retries_total', 'Attempts that repeat one that failed', 'method');
  const chat = histogram('chat_seconds', 'Time of one post or update, waiting included', slow, 'call', 'result');
  const stored = histogram('store_seconds', 'Time of one call of the store', quick, 'call', 'result');
  const swept = histogram('sweep_seconds', 'Time to look through the open requests', quick);
  const sweptAt = gauge('sweep_last_timestamp_seconds', 'When the open requests were last looked through');
  const open = gauge('open_requests', 'Requests with something left to do, when they were last looked through');
  const stuck = counter('step_failures_total', 'Steps of requests that failed and are tried again');
  const doubts = counter('trail_in_doubt_total', 'Appends of which it was not known whether they were written');
  const damaged = counter('trail_damaged_total', 'Times that a record was found that is not as it was written');
  const sinkFailures = counter('audit_sink_failures_total', 'Failed writes to an audit sink', 'sink');
  const sinkSeq = gauge('audit_sink_seq', 'The last record that an audit sink holds', 'sink');
  const sinkBehind = gauge('audit_sink_behind', 'Records that an audit sink still lacks', 'sink');
  const missing = gauge('missing_permission', 'Permissions for Graph that are still to be granted', 'permission');
  const notReady = gauge('not_ready', 'Whether a check of /readyz failed when it was last asked', 'check');
  const lostSpans = counter('trace_spans_lost_total', 'Spans that could not be sent to the collector');
  // Alerts ask for their rate, which needs a value before the first time.
  for (const why of ['keysAway', 'keyUnknown'] as const) unchecked.inc({ why }, 0);
  for (const none of [stuck, doubts, damaged, lostSpans]) none.inc(0);

  return {
    /** Prometheus text. */
    async read(): Promise<{ body: string; contentType: string }> {
      return { body: await registry.metrics(), contentType: registry.contentType };
    },
    /** A request of the Bot Framework was answered. */
    received<R extends { readonly status: number; readonly unchecked?: 'keysAway' | 'keyUnknown' }>(reply: R): R {
      activities.inc({ status: String(reply.status) });
      if (reply.unchecked) unchecked.inc({ why: reply.unchecked });
      return reply;
    },
    /** A call of the store has ended. */
    store(call: string, seconds: number, end: End): void {
      const error = 'error' in end ? end.error : undefined;
      stored.observe({ call, result: resultOfStore(error) }, seconds);
      if (isInDoubt(error)) doubts.inc();
      if (isTrailDamaged(error)) damaged.inc();
    },
    recorded(added: readonly RequestEvent[]): void {
      for (const event of added) {
        events.inc({ type: event.type });
        const outcome = event.type === 'Finished' ? event.outcome : endings[event.type];
        if (outcome !== undefined) requests.inc({ outcome });
        if (event.type === 'TargetsProcessed') for (const { outcome } of event.results) targets.inc({ outcome });
      }
    },
    /** A call of the directory has ended. */
    graph(call: string, seconds: number, end: End): void {
      const result = 'error' in end ? problemOf(end.error) : 'ok';
      if (call !== 'revoke') reads.observe({ call, result }, seconds);
      else if ('answer' in end) writes.observe({ result: (end.answer as { kind: string }).kind }, seconds);
    },
    /** Graph's client under its policies, counting every attempt and its answer. The same request again is a retry. */
    watchWire<Request extends { readonly method: string }, Answer extends { readonly status: number }>(
      wire: Wire<Request, Answer>,
    ): Wire<Request, Answer> {
      const seen = new WeakSet<Request>();
      return {
        async sendRequest(request) {
          const { method } = request;
          if (seen.has(request)) retries.inc({ method });
          seen.add(request);
          try {
            const answer = await wire.sendRequest(request);
            tries.inc({ method, status: statuses.has(answer.status) ? String(answer.status) : 'other' });
            return answer;
          } catch (error) {
            tries.inc({ method, status: 'none' });
            throw error;
          }
        },
      };
    },
    /** A call of the notifier has ended. */
    teams(call: string, seconds: number, end: End): void {
      const error = 'error' in end ? end.error : undefined;
      // Another replica posts it, or no reader needs it any more: not a failure of the chat.
      if (error !== undefined && !(error instanceof NotifierError)) return;
      chat.observe({ call, result: error === undefined ? 'ok' : error.kind }, seconds);
    },
    /** What a command came to: how long people waited for a decision. */
    ran(verb: string, ran: Ran): void {
      if (!ran.ok || ran.state.phase === 'none' || (verb !== 'approve' && verb !== 'deny' && verb !== 'cancel')) return;
      const { request, decision } = ran.state;
      if (decision) decided.observe({ verb }, Math.max(0, (Date.parse(decision.at) - Date.parse(request.at)) / 1000));
    },
    /** @param rule one of the codes of refusals, never text from outside */
    refused(verb: string, rule: string): void {
      refused.inc({ verb, rule });
    },
    /** The sweep reads what is open every few seconds: a scrape that asked would hang with the store. */
    swept(seconds: number, openNow: number): void {
      swept.observe(seconds);
      open.set(openNow);
      sweptAt.set(Date.now() / 1000);
    },
    stepFailed: () => stuck.inc(),
    trailDamaged: () => damaged.inc(),
    permissionsMissing(names: readonly string[]): void {
      missing.reset();
      for (const permission of names) missing.set({ permission }, 1);
    },
    readyChecked: (check: string, isReady: boolean) => notReady.set({ check }, isReady ? 0 : 1),
    spansLost: (count: number) => lostSpans.inc(count),
    sinkStands(sink: string, seq: number, behind: number): void {
      sinkFailures.inc({ sink }, 0);
      sinkSeq.set({ sink }, seq);
      sinkBehind.set({ sink }, behind);
    },
    sinkFailed: (sink: string) => sinkFailures.inc({ sink }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

function resultOfStore(error: unknown): string {
  if (error === undefined) return 'ok';
  if (error instanceof VersionConflict) return 'conflict';
  // The store does well: another replica is of the next version already.
  if (error instanceof UnreadableRequest && error.why === 'newer') return 'newer';
  return isInDoubt(error) ? 'inDoubt' : 'error';
}

function problemOf(error: unknown): string {
  return error instanceof DirectoryError ? error.problem : 'error';
}
