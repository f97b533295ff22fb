import type { Surroundings } from '../test/support/production/world.ts';

/** Graph's limit as it enforces it: by the time of arrival, over any 150 s. */
export const quota = { writes: 3000, windowMs: 150_000 };
const toldFrom = 0.8;

/** What came of the writes that arrived; times are of `performance.now()`. */
export interface GraphAtWork {
  /** How long (ms) each call waits before it is dealt with. */
  latencyMs: number;
  readonly accepted: readonly number[];
  readonly throttled: readonly number[];
  calls: number;
  /** As if all writes so far had been made long ago. */
  forget(): void;
}

/**
 * Makes the emulated Graph as slow as the real one, and as strict: beyond the quota 429 with the time until there is
 * room, and `x-ms-throttle-limit-percentage` from 0.8 on.
 */
export function putToWork({ graph, tenant }: Surroundings): GraphAtWork {
  const accepted: number[] = [];
  const throttled: number[] = [];
  const work: GraphAtWork = {
    latencyMs: 0,
    accepted,
    throttled,
    calls: 0,
    forget() {
      accepted.length = 0;
      oldest = 0;
    },
  };
  let oldest = 0;
  const inWindow = (now: number) => {
    while ((accepted[oldest] ?? Number.POSITIVE_INFINITY) <= now - quota.windowMs) oldest += 1;
    return accepted.length - oldest;
  };
  const isWrite = (method: string, path: string) => method === 'POST' && path.endsWith('/revokeSignInSessions');

  graph.faults.otherwise((method, path) => {
    work.calls += 1;
    const slow = work.latencyMs > 0 ? { delayMs: work.latencyMs } : {};
    if (!isWrite(method, path)) return slow;
    const now = performance.now();
    if (inWindow(now) < quota.writes) {
      accepted.push(now);
      return slow;
    }
    throttled.push(now);
    const roomInMs = (accepted[oldest] ?? now) + quota.windowMs - now;
    const headers = { 'retry-after': String(Math.ceil(roomInMs / 1000)) };
    const body = { error: { code: 'TooManyRequests', message: '' } };
    return { ...slow, answer: { status: 429, headers, body } };
  });

  const { handle } = tenant;
  tenant.handle = async (request) => {
    const reply = await handle(request);
    const share = inWindow(performance.now()) / quota.writes;
    if (!isWrite(request.method, request.path) || share < toldFrom) return reply;
    return { ...reply, headers: { ...reply.headers, 'x-ms-throttle-limit-percentage': share.toFixed(2) } };
  };
  return work;
}
