import { DirectoryError } from '../app/errors.ts';
import type { GraphClient } from './graph-client.ts';
import { directoryError, type GraphAnswer, problemOf } from './graph-error.ts';

type Call = Parameters<GraphClient['send']>[0];

/** Any page may be empty and yet name a next one. No answer that a person waits for has more than these. */
const mostPages = 10;

/** What is in the list is not checked yet. */
export interface Collection {
  readonly items: readonly unknown[];
  /** False where as many as were wanted are here, and Graph has more. */
  readonly complete: boolean;
}

/**
 * The only reader of Graph's collections: follows `@odata.nextLink` to the end, or until `enough` items are here. The call's
 * deadline is for all pages together.
 * @throws DirectoryError when a page fails, or the end is not in sight after so many: a part is never taken for the whole
 */
export function createReadCollection(graph: GraphClient) {
  return async function readCollection(
    what: string,
    call: Call,
    enough = Number.POSITIVE_INFINITY,
  ): Promise<Collection> {
    const begun = performance.now();
    const items: unknown[] = [];
    let page = call;
    for (let pages = 1; ; pages += 1) {
      const answer = await graph.send(page);
      const problem = problemOf(answer);
      if (problem) throw directoryError(problem, what, answer);
      const { value, next } = pageOf(answer, what);
      items.push(...value);
      if (next === null) return { items, complete: true };
      if (items.length >= enough) return { items, complete: false };
      if (pages >= mostPages) throw new DirectoryError('rejected', `${what}: Graph has more than ${mostPages} pages`);
      const { body: _body, ...further } = call;
      const deadlineMs = Math.ceil(call.deadlineMs - (performance.now() - begun));
      if (deadlineMs <= 0) throw new DirectoryError('noAnswer', `${what}: not all pages came within the deadline`);
      page = { ...further, method: 'GET', path: graph.pathOf(next, call.version), deadlineMs };
    }
  };
}

export type ReadCollection = ReturnType<typeof createReadCollection>;

function pageOf(
  { body }: GraphAnswer,
  what: string,
): { readonly value: readonly unknown[]; readonly next: string | null } {
  const { value, '@odata.nextLink': next = null } = (body ?? {}) as { value?: unknown; '@odata.nextLink'?: unknown };
  const isLink = next === null || typeof next === 'string';
  if (!Array.isArray(value) || !isLink) throw new DirectoryError('rejected', `${what}: Graph sent no list`);
  return { value, next };
}
