import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';

/** What the work that runs now is about, as far as that is known by now. */
export interface About {
  requestId: string | undefined;
  /** Printed on the card. */
  code: string | undefined;
  /** Id of the conversation. */
  where: string | undefined;
}

/** Follows the work through every wait; empty where no request is concerned. */
export const ambient = new AsyncLocalStorage<{ readonly about: About }>();

/**
 * The trace of a request: always the same one, so that every replica, and whoever goes on after a restart, adds to one
 * trace. The second id is that of its first span.
 */
export function traceOf(requestId: string): { readonly traceId: string; readonly rootId: string } {
  const digest = createHash('sha256').update(`trace\n${requestId}`).digest('hex');
  return { traceId: digest.slice(0, 32), rootId: digest.slice(32, 48) };
}

/** For a line of the log: which request it concerns. The line's own `requestId` counts for more than where it is written. */
export function logFields(line: object): Partial<About> & { readonly traceId?: string } {
  const own = (line as { requestId?: unknown }).requestId;
  const about = ambient.getStore()?.about;
  if (typeof own === 'string' && own !== about?.requestId) return { requestId: own, traceId: traceOf(own).traceId };
  if (!about) return {};
  const { requestId, code, where } = about;
  return {
    ...(requestId === undefined ? {} : { requestId, traceId: traceOf(requestId).traceId }),
    ...(code === undefined ? {} : { code }),
    ...(where === undefined ? {} : { where }),
  };
}
