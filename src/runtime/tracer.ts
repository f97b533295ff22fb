import { randomBytes } from 'node:crypto';
import { type About, ambient, traceOf } from './ambient.ts';

/** A finished piece of work, ready to be sent. Times are milliseconds since 1970. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly attributes: Attributes;
}

/** Never names, addresses or ids of people: numbers, codes and words of our own. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

interface SpanOptions {
  readonly requestId?: string;
  readonly where?: string;
  /** The one who asks makes the request: this is where its trace begins. */
  readonly begins?: boolean;
  /** Not part of whatever happens to call it. */
  readonly apart?: boolean;
  /** Not worth a span itself; what is done in it is. */
  readonly quiet?: boolean;
  readonly kind?: Span['kind'];
  readonly attributes?: Attributes;
  /** What is known only afterwards. */
  readonly after?: (answer: unknown) => Attributes;
}

/** Work under one root in this process. Which request it is for may turn out in the middle of it. */
interface Thread {
  readonly about: About;
  readonly spanId: string;
  /** Spans from before it was known which request they belong to. */
  readonly waiting: Unplaced[];
  open: number;
  begins: boolean;
}

type Unplaced = Omit<Span, 'traceId'> & { readonly root: boolean };
/** Without `spanId`: what is done here hangs on the request's first span. */
type Scene = { readonly about: About; readonly thread: Thread; readonly spanId: string | undefined };

/** Of one turn that never comes to a request. */
const mostWaiting = 100;
const newId = () => randomBytes(8).toString('hex');

/**
 * Spans from message to result, one trace for each request. What never comes to a request leaves nothing.
 * @param send takes finished spans; `null`: nobody wants any, and only the log is told what the work is about
 */
export function createTracer(send: ((span: Span) => void) | null) {
  const sceneNow = () => ambient.getStore() as Scene | undefined;

  const place = (thread: Thread, { root, ...span }: Unplaced) => {
    const { requestId, code } = thread.about;
    if (!send || requestId === undefined) return;
    const { traceId, rootId } = traceOf(requestId);
    // The first span of a request has an id that everybody knows, so that all later ones can hang on it.
    const spanId = root && thread.begins ? rootId : span.spanId;
    const above = span.parentId === thread.spanId && thread.begins ? rootId : span.parentId;
    const parentId = root ? (thread.begins ? undefined : rootId) : above;
    const attributes = {
      ...span.attributes,
      'session_revoker.request.id': requestId,
      ...(code === undefined ? {} : { 'session_revoker.request.code': code }),
    };
    send({ ...span, traceId, spanId, parentId, attributes });
  };

  const end = (thread: Thread, span: Unplaced | null) => {
    thread.open -= 1;
    if (span && thread.waiting.length < mostWaiting) thread.waiting.push(span);
    if (thread.about.requestId !== undefined) for (const one of thread.waiting.splice(0)) place(thread, one);
    else if (thread.open === 0) thread.waiting.length = 0;
  };

  /** Says which request the work is for. Work for another one is a thread of its own. */
  const join = (scene: Scene | undefined, options: SpanOptions): Scene | undefined => {
    const { requestId, apart, begins } = options;
    if (!scene || apart) return undefined;
    const { thread } = scene;
    if (requestId === undefined || thread.about.requestId === requestId) return scene;
    if (thread.about.requestId !== undefined) return undefined;
    thread.about.requestId = requestId;
    thread.begins = begins ?? false;
    return scene;
  };

  return {
    /** Runs the work as a span of the request it is for. */
    async span<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
      const { requestId, where, begins = false, quiet, kind = 'internal', attributes = {}, after } = options;
      const outer = join(sceneNow(), options);
      const spanId = newId();
      const about: About = { requestId, code: undefined, where };
      const thread = outer?.thread ?? { about, spanId, waiting: [], open: 0, begins };
      if (where !== undefined) thread.about.where ??= where;
      const scene: Scene = { about: thread.about, thread, spanId: quiet ? undefined : spanId };
      thread.open += 1;
      const startMs = Date.now();
      const finished = (failed: boolean, more: Attributes): Unplaced | null => {
        if (!send || quiet) return null;
        const root = outer?.spanId === undefined;
        const all = { ...attributes, ...more };
        return {
          spanId,
          parentId: outer?.spanId,
          name,
          kind,
          startMs,
          endMs: Date.now(),
          failed,
          attributes: all,
          root,
        };
      };
      try {
        const answer = await ambient.run(scene, work);
        end(thread, finished(false, after?.(answer) ?? {}));
        return answer;
      } catch (error) {
        end(thread, finished(true, { 'error.type': error instanceof Error ? error.name : 'unknown' }));
        throw error;
      }
    },
    /** What is found out on the way about the request that the work is for. */
    note(requestId: string, { code, where }: { readonly code: string; readonly where: string }): void {
      const about = sceneNow()?.about;
      if (!about || about.requestId !== requestId) return;
      about.code = code;
      about.where = where;
    },
  };
}

export type Tracer = ReturnType<typeof createTracer>;
