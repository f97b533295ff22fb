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
import { createInstruments } from './instruments.ts';

/** How a piece of work ended, as a label: one of few words, whatever happened. */
type Result = string;

/** Requests by how they ended, of the events that end one. */
const endings: Partial<Record<RequestEvent['type'], string>> = {
  Denied: 'denied',
  Cancelled: 'cancelled',
  Expired: 'expired',
  Superseded: 'superseded',
};
/** Whatever else Graph or something in between answers is `other`: labels must not grow with what strangers send. */
const statuses = new Set([200, 201, 202, 204, 400, 401, 403, 404, 408, 409, 412, 423, 429, 500, 502, 503, 504]);

/** How a call ended. */
export type End = { readonly answer: unknown } | { readonly error: unknown };

/** A client of Graph, under its policies: every single attempt passes here. */
interface Wire<Request, Answer> {
  sendRequest(request: Request): Promise<Answer>;
}

/** What moves the metrics: told of every call of a port (observe.ts), and called where there is no port. */
export function createMetrics() {
  const instruments = createInstruments();
  const { events, requests, targets, decided, refused, writes, reads, tries, retries, chat, stored } = instruments;
  const {
    swept,
    sweptAt,
    stuck,
    doubts,
    damaged,
    sinkFailures,
    sinkSeq,
    sinkBehind,
    lostSpans,
    unchecked,
    openRequests,
  } = instruments;

  const count = (event: RequestEvent) => {
    events.inc({ type: event.type });
    const ending = event.type === 'Finished' ? event.outcome : endings[event.type];
    if (ending !== undefined) requests.inc({ outcome: ending });
    if (event.type === 'TargetsProcessed') for (const { outcome } of event.results) targets.inc({ outcome });
  };

  return {
    /** A request of the Bot Framework was answered. */
    received<R extends { readonly status: number; readonly unchecked?: 'keysAway' | 'keyUnknown' }>(reply: R): R {
      instruments.received.inc({ status: String(reply.status) });
      if (reply.unchecked) unchecked.inc({ why: reply.unchecked });
      return reply;
    },
    read: instruments.read,
    /** A call of the store has ended. */
    store(call: string, seconds: number, end: End): void {
      const error = 'error' in end ? end.error : undefined;
      stored.observe({ call, result: resultOfStore(error) }, seconds);
      if (isInDoubt(error)) doubts.inc();
      if (isTrailDamaged(error)) damaged.inc();
    },
    recorded(added: readonly RequestEvent[]): void {
      for (const event of added) count(event);
    },
    /** The sweep asks for all of them every few seconds: a scrape that asked would hang with the store. */
    open: (requests: number) => openRequests.set(requests),
    /** A call of the directory has ended. */
    graph(call: string, seconds: number, end: End): void {
      const result = 'error' in end ? problemOf(end.error) : 'ok';
      if (call !== 'revoke') reads.observe({ call, result }, seconds);
      else if ('answer' in end) writes.observe({ result: (end.answer as { kind: string }).kind }, seconds);
    },
    /** Graph's client, counting every attempt and its answer. The same request again is a retry. */
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
    swept(seconds: number): void {
      swept.observe(seconds);
      sweptAt.set(Date.now() / 1000);
    },
    stepFailed: () => stuck.inc(),
    trailDamaged: () => damaged.inc(),
    permissionsMissing(names: readonly string[]): void {
      instruments.missingPermission.reset();
      for (const permission of names) instruments.missingPermission.set({ permission }, 1);
    },
    readyChecked: (check: string, isReady: boolean) => instruments.notReady.set({ check }, isReady ? 0 : 1),
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

function resultOfStore(error: unknown): Result {
  if (error === undefined) return 'ok';
  if (error instanceof VersionConflict) return 'conflict';
  // The store does well: another replica is of the next version already.
  if (error instanceof UnreadableRequest && error.why === 'newer') return 'newer';
  return isInDoubt(error) ? 'inDoubt' : 'error';
}

function problemOf(error: unknown): Result {
  return error instanceof DirectoryError ? error.problem : 'error';
}
