import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Span } from '@opentelemetry/api';
import type { Execute } from '../app/execute.ts';
import type { Directory, Log, RequestStore } from '../app/ports.ts';
import type { Review } from '../app/review.ts';
import type { RunCommand } from '../app/run-command.ts';
import type { Submit } from '../app/submit.ts';
import type { RequestEvent } from '../domain/request.ts';
import type { End, Metrics } from './metrics.ts';
import type { SpanStart, Tracing } from './tracing.ts';

/** What the work that runs now is about, as far as that is known by now. */
interface About {
  requestId?: string | undefined;
  /** Printed on the card. */
  code?: string;
  /** Id of the conversation. */
  where?: string | undefined;
}

interface Scene {
  /** Shared by all that one turn, or one run of the worker, does for one request. */
  readonly about: About;
  readonly span?: Span | undefined;
  readonly waiting?: { storeCalls: number } | undefined;
}

/** Follows the work through every wait. */
const scenes = new AsyncLocalStorage<Scene>();

/** For a line of the log: which request it concerns. The line's own `requestId` counts for more than where it is written. */
export function logFields(line: object): About & { readonly traceId?: string | undefined } {
  const own = (line as { requestId?: unknown }).requestId;
  const scene = scenes.getStore();
  if (typeof own === 'string' && own !== scene?.about.requestId) return { requestId: own };
  return { ...scene?.about, traceId: scene?.span?.spanContext().traceId };
}

/** Begins some work, and tells at any moment what it waits for, if it waits. */
export function watchWaiting<T>(work: () => Promise<T>): { readonly done: Promise<T>; waitsFor(): 'store' | 'graph' } {
  const waiting = { storeCalls: 0 };
  const scene = scenes.getStore() ?? { about: {} };
  return {
    done: scenes.run({ ...scene, waiting }, work),
    waitsFor: () => (waiting.storeCalls > 0 ? 'store' : 'graph'),
  };
}

/** What an observed port is made of. */
type Calls<T> = Record<keyof T, (...args: never[]) => Promise<unknown>>;
type Run = (...args: unknown[]) => Promise<unknown>;

interface Detail<R> {
  readonly requestId?: string | undefined;
  readonly where?: string | undefined;
  /** Name of its span; `null`: it is none. Else the names of the port and of the call. */
  readonly span?: string | null;
  readonly attributes?: Attributes;
  /** What is known only when it has answered. */
  readonly after?: (answer: R) => Attributes | undefined;
}
/** What is known of a call beside its name, for the calls of a port of which something is known. */
type Details<T> = {
  readonly [K in keyof T]?: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => Detail<R> : never;
};
type UseCases = { submit: Submit; review: Review; execute: Execute; runCommand: RunCommand };

interface Work {
  readonly requestId?: string | undefined;
  readonly where?: string | undefined;
  readonly attributes?: Attributes;
  readonly kind: SpanStart['kind'];
  /** It begins a trace; what gave rise to it is a link. */
  readonly apart?: boolean;
}

/**
 * Puts metrics, spans and the context of the log around what everything passes through, so that the rest of the house
 * knows of none of them. No name, address or id of a person gets into a span.
 * @param tracing `null`: no spans are made
 */
export function createObserver(metrics: Metrics, tracing: Tracing | null, log: Log) {
  const learn = (requestId: string, [first]: readonly RequestEvent[]): undefined => {
    const about = scenes.getStore()?.about;
    if (about?.requestId !== requestId || first?.type !== 'Requested') return;
    about.code = first.code;
    about.where = first.where;
  };
  /** Who it was is on record; the log tells that it happens. */
  const refused = (requestId: string, verb: string, rule: string) => {
    metrics.refused(verb, rule);
    log.info({ requestId, verb, rule }, 'refused');
  };

  const store: Details<RequestStore> = {
    append: ({ requestId }, events) => ({
      span: 'store append',
      attributes: { 'session_revoker.events': events.map(({ type }) => type).join(' ') },
      after() {
        metrics.recorded(events);
        return learn(requestId, events);
      },
    }),
    read: (requestId) => ({ after: ({ events }) => learn(requestId, events) }),
  };
  const graph: Details<Directory> = {
    revoke: (_, clientRequestId) => ({
      attributes: { 'session_revoker.graph.client_request_id': clientRequestId },
      after: ({ kind }) => ({ 'session_revoker.result': kind }),
    }),
  };
  const app: Details<UseCases> = {
    submit: ({ requestId, conversation, targets, dryRun }) => ({
      ...(dryRun ? {} : { requestId }),
      where: conversation.id,
      span: 'submit',
      attributes: { 'session_revoker.targets': targets === 'self' ? 1 : targets.length },
      after(submitted) {
        if (submitted.kind === 'refused') refused(requestId, 'ask', submitted.code);
        return { 'session_revoker.submitted': submitted.kind };
      },
    }),
    review: ({ requestId, verb, where }) => ({
      requestId,
      where,
      span: `review ${verb}`,
      after(reviewed) {
        if (!reviewed.ok) refused(requestId, verb, reviewed.code);
        return { 'session_revoker.decision': reviewed.ok ? 'taken' : reviewed.code };
      },
    }),
    execute: () => ({ span: 'execute' }),
    runCommand: (_, command) => ({ span: null, after: (ran) => void metrics.ran(command.type, ran) }),
  };
  const ports = {
    // Only its writes are spans: it is read all the time, also where there is nothing to do.
    store: { details: store, measure: metrics.store, kind: 'CLIENT', spans: false },
    graph: { details: graph, measure: metrics.graph, kind: 'CLIENT', spans: true },
    teams: { details: {}, measure: metrics.teams, kind: 'CLIENT', spans: true },
    app: { details: app, measure: () => undefined, kind: 'INTERNAL', spans: true },
  } as const;

  const span = async <T>(name: string, does: Work, work: (span: Span | undefined) => Promise<T>): Promise<T> => {
    const { requestId, where, kind, attributes = {}, apart = false } = does;
    const outer = apart ? undefined : scenes.getStore();
    const about = aboutFor(outer?.about, requestId);
    about.where ??= where;
    const parent = outer?.span;
    const cause = apart ? scenes.getStore()?.span : undefined;
    const own = apart || parent ? tracing?.start(name, { kind, attributes, parent, cause }) : undefined;
    try {
      return await scenes.run({ about, span: own, waiting: outer?.waiting }, () => work(own));
    } catch (error) {
      own?.setStatus({ code: 2 }).setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      if (about.requestId !== undefined) own?.setAttribute('session_revoker.request.id', about.requestId);
      if (about.code !== undefined) own?.setAttribute('session_revoker.request.code', about.code);
      own?.end();
    }
  };

  return {
    /** The same port; each of its calls is measured, and a span of the work that waits for it. */
    observe<T extends Calls<T>>(name: keyof typeof ports, port: T): T {
      const { measure, kind, spans } = ports[name];
      const details: Readonly<Record<string, ((...args: never[]) => Detail<never>) | undefined>> = ports[name].details;
      const observed = (Object.entries(port) as [string, Run][]).map(([call, run]) => {
        const around: Run = async (...args) => {
          const detail: Detail<never> = details[call]?.(...(args as never[])) ?? {};
          const { span: spanName = spans ? `${name} ${call}` : null, after, ...more } = detail;
          const since = performance.now();
          const ended = (end: End) => measure(call, (performance.now() - since) / 1000, end);
          const work = async (own?: Span) => {
            const answer = await run.apply(port, args).catch((error: unknown) => {
              ended({ error });
              throw error;
            });
            ended({ answer });
            const known = after?.(answer as never);
            if (known) own?.setAttributes(known);
            return answer;
          };
          const begin = () => (spanName === null ? work() : span(spanName, { kind, ...more }, work));
          return name === 'store' ? waitedFor(begin) : begin();
        };
        return [call, around];
      });
      return Object.fromEntries(observed);
    },
    /** Does something that is no call of a port, as a span of what goes on now. */
    within: (name: string, work: () => Promise<void>) => span(name, { kind: 'INTERNAL' }, work),
    /** Everything that comes in from Teams. */
    turn<T>(arrived: { type: string; where: { id: string } | null }, work: () => Promise<T>): Promise<T> {
      const { type, where } = arrived;
      return span(type, { kind: 'SERVER', where: where?.id, apart: true }, async () => {
        const answer = await work();
        // What the turn leaves behind has begun by then, and names the request that the turn is about.
        if (tracing) await new Promise<void>((resolve) => setImmediate(resolve));
        return answer;
      });
    },
    /** Whatever the worker does for a request at one time. */
    work: (requestId: string, work: () => Promise<void>) =>
      span('work', { kind: 'INTERNAL', requestId, apart: true }, work),
  };
}

/** A call of the store, so that people are told what some work waits for. */
async function waitedFor<T>(call: () => Promise<T>): Promise<T> {
  const waiting = scenes.getStore()?.waiting;
  if (!waiting) return call();
  waiting.storeCalls += 1;
  try {
    return await call();
  } finally {
    waiting.storeCalls -= 1;
  }
}

/** Work for another request, in the middle of some, is about that one alone. */
function aboutFor(outer: About | undefined, requestId: string | undefined): About {
  if (!outer || (requestId !== undefined && outer.requestId !== undefined && outer.requestId !== requestId)) {
    return { requestId };
  }
  outer.requestId ??= requestId;
  return outer;
}
