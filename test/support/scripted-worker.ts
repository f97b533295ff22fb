import sinon from 'sinon';
import type { Advance } from '../../src/app/advance.ts';
import type { RequestStore } from '../../src/app/ports.ts';
import { createWorker } from '../../src/runtime/worker.ts';

export const sweepMs = 15_000;
export const nothingLeft = { again: false } as const;

/** Stops what the worker counts time with; the rest of the platform stays as it is. */
export const useFakeTimers = () =>
  sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });

/** A worker whose steps are scripted, and what it did: id and time of every step. */
export function createScriptedWorker(
  step: (requestId: string, earlier: number) => ReturnType<Advance>,
  open: string[] = [],
) {
  const steps: { readonly requestId: string; readonly at: number }[] = [];
  const advance: Advance = (requestId) => {
    const earlier = steps.filter((one) => one.requestId === requestId).length;
    steps.push({ requestId, at: Date.now() });
    return step(requestId, earlier);
  };
  const openIds = sinon.stub<[], Promise<readonly string[]>>().callsFake(async () => [...open]);
  const log = { debug: sinon.spy(), info: sinon.spy(), warn: sinon.spy(), error: sinon.spy() };
  const store: Pick<RequestStore, 'openIds'> = { openIds };
  const swept = sinon.spy((_seconds: number, _open: number) => undefined);
  const watch = { within: (_: string, work: () => Promise<void>) => work(), swept, failed() {} };
  const worker = createWorker({ store: store as RequestStore, advance, log, sweepMs, watch });
  const times = (requestId = 'r1') => steps.filter((one) => one.requestId === requestId).map(({ at }) => at);
  return { worker, steps, times, log, openIds, swept };
}
