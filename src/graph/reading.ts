import { DirectoryError, unknownAfter } from '../app/errors.ts';
import type { Known } from '../domain/account.ts';
import { errorCode, type GraphAnswer, type GraphCall, type GraphClient, problemOf } from './graph-client.ts';

/** @param what for the log. @throws DirectoryError for any answer but a success */
export async function readOne(graph: GraphClient, what: string, call: GraphCall): Promise<GraphAnswer> {
  const answer = await graph.send(call);
  const problem = problemOf(answer);
  if (problem === null) return answer;
  const { graphRequestId, retryAfterMs, status, body } = answer;
  const code = errorCode(body);
  throw new DirectoryError(problem, `${what}: Graph answered ${status} ${code}`, {
    code,
    graphRequestId,
    retryAfterMs,
  });
}

/** Any page may be empty and yet name a next one. No answer that a person waits for has more than these. */
const mostPages = 10;

/** What is in the list is not checked yet. */
interface Collection {
  readonly items: readonly unknown[];
  /** False where as many as were wanted are here, and Graph has more. */
  readonly complete: boolean;
}

/**
 * The only reader of Graph's collections: follows `@odata.nextLink` to the end, or until `enough` items are here. The call's
 * deadline is for all pages together.
 * @throws DirectoryError when a page fails, or the end is not in sight after so many: a part is never taken for the whole
 */
export async function readAll(
  graph: GraphClient,
  what: string,
  call: GraphCall,
  enough = Number.POSITIVE_INFINITY,
): Promise<Collection> {
  const begun = performance.now();
  const items: unknown[] = [];
  let page = call;
  for (let pages = 1; ; pages += 1) {
    const { body } = await readOne(graph, what, page);
    const { value, '@odata.nextLink': next = null } = (body ?? {}) as { value?: unknown; '@odata.nextLink'?: unknown };
    if (!Array.isArray(value) || (next !== null && typeof next !== 'string')) {
      throw new DirectoryError('rejected', `${what}: Graph sent no list`);
    }
    items.push(...value);
    if (next === null) return { items, complete: true };
    if (items.length >= enough) return { items, complete: false };
    if (pages >= mostPages) throw new DirectoryError('rejected', `${what}: Graph has more than ${mostPages} pages`);
    const { body: _body, ...further } = call;
    const deadlineMs = Math.ceil(call.deadlineMs - (performance.now() - begun));
    if (deadlineMs <= 0) throw new DirectoryError('noAnswer', `${what}: not all pages came within the deadline`);
    page = { ...further, method: 'GET', path: graph.pathOf(next, call.version), deadlineMs };
  }
}

/** Before a person who was not found is looked for again, in ms. */
const pausesUntilFound: readonly number[] = [200, 600];

/** Asks again for what is not there: another copy of the directory may have what the first did not. */
export function createReadAgain(sleep: (ms: number) => Promise<void>) {
  return async function readAgain<T>(ask: () => Promise<T>): Promise<T> {
    for (const pause of pausesUntilFound) {
      const found = await ask().catch((error: unknown) => missing(error, null));
      if (found !== null) return found;
      await sleep(pause);
    }
    return ask();
  };
}

export type ReadAgain = ReturnType<typeof createReadAgain>;

/** Only a 404 is "not there"; every other failure stays a failure. */
export function missing<T>(error: unknown, nothing: T): T {
  if (error instanceof DirectoryError && error.problem === 'notFound') return nothing;
  throw error;
}

export async function known<T>(ask: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    return unknownAfter(error);
  }
}
