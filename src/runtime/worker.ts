import { setTimeout as delay } from 'node:timers/promises';
import type { Advance } from '../app/advance.ts';
import { NotifierError } from '../app/errors.ts';
import type { Log, RequestStore } from '../app/ports.ts';
import type { Next } from '../app/takeover.ts';
import { within } from '../base/time.ts';

interface Deps {
  readonly store: RequestStore;
  readonly advance: Advance;
  readonly log: Log;
  readonly sweepMs: number;
  /** Who is told what goes on. */
  readonly watch: {
    /** Runs what is done for a request. */
    within(requestId: string, work: () => Promise<void>): Promise<void>;
    /** `open`: how many have something left to do, but for what is looked after beside its result. */
    swept(seconds: number, open: number): void;
    failed(): void;
  };
}

const longestPauseMs = 60_000;
/** Requests that a sweep sets going at the same time; a store full of open ones must not come down on Graph at once. */
const mostAtOnce = 200;
const roomAgainMs = 50;
/** setTimeout counts in 32 bits. */
const longestTimerMs = 2 ** 31 - 1;

/** Runs the next steps of requests: at most one at a time for each request in this process. */
export function createWorker({ store, advance, log, sweepMs, watch }: Deps) {
  const running = new Map<string, { again: boolean }>();
  /** `firm`: after a failure, so only a call cuts it short, and so with `quiet`. Other waits may be over early: another replica acts too. */
  const timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly firm: boolean; readonly quiet: boolean }>();
  const failures = new Map<string, number>();
  const inFlight = new Set<Promise<void>>();
  let sweeper: NodeJS.Timeout | undefined;
  let stopping = false;

  const track = (work: Promise<void>) => {
    inFlight.add(work);
    void work.finally(() => inFlight.delete(work));
  };

  const stopTimer = (requestId: string) => {
    clearTimeout(timers.get(requestId)?.timer);
    timers.delete(requestId);
  };

  const later = (requestId: string, ms: number, { firm = false, quiet = false } = {}) => {
    if (stopping) return;
    stopTimer(requestId);
    const timer = setTimeout(() => wake(requestId), Math.min(ms, longestTimerMs)).unref();
    timers.set(requestId, { timer, firm, quiet });
  };

  /** `wanted`: it was woken while it ran, so the next try does not wait. */
  const failed = (requestId: string, error: unknown, wanted = false) => {
    const times = (failures.get(requestId) ?? 0) + 1;
    failures.set(requestId, times);
    watch.failed();
    const asked = error instanceof NotifierError ? error.retryAfterMs : undefined;
    const pauseMs = asked ?? Math.min(500 * 2 ** Math.min(times, 10), longestPauseMs);
    log.error({ requestId, err: error, pauseMs }, 'a step failed and will be tried again');
    later(requestId, wanted ? 0 : pauseMs, { firm: !wanted });
  };

  /** Something that goes on beside the request: when it is done, or has failed, there is a next step. */
  const follow = (requestId: string, { when, leave }: Extract<Next, { when: unknown }>) => {
    const followed = when.then(
      () => {
        failures.delete(requestId);
        wake(requestId);
      },
      (error: unknown) => {
        if (!(leave && stopping)) failed(requestId, error);
      },
    );
    if (!leave) track(followed);
  };

  const drive = async (requestId: string, mark: { again: boolean }) => {
    try {
      while (!stopping) {
        mark.again = false;
        const next = await advance(requestId);
        if (next.again && 'when' in next) {
          follow(requestId, next);
          if (mark.again) continue;
          return;
        }
        failures.delete(requestId);
        if (!next.again && next.other !== undefined) wake(next.other);
        if (mark.again || (next.again && next.afterMs === 0)) continue;
        if (next.again) later(requestId, next.afterMs, next);
        return;
      }
    } catch (error) {
      failed(requestId, error, mark.again);
    } finally {
      running.delete(requestId);
    }
  };

  const wake = (requestId: string): void => {
    if (stopping) return;
    const mark = running.get(requestId);
    if (mark) {
      mark.again = true;
      return;
    }
    stopTimer(requestId);
    const fresh = { again: false };
    running.set(requestId, fresh);
    track(watch.within(requestId, () => drive(requestId, fresh)));
  };

  let sweeping = false;
  const sweep = async () => {
    if (sweeping) return;
    sweeping = true;
    const since = performance.now();
    try {
      const ids = await store.openIds();
      for (const requestId of ids) {
        while (running.size >= mostAtOnce && !stopping) await delay(roomAgainMs, undefined, { ref: false });
        const { firm = false, quiet = false } = timers.get(requestId) ?? {};
        if (!firm && !quiet && !running.has(requestId)) wake(requestId);
      }
      watch.swept((performance.now() - since) / 1000, ids.filter((id) => !timers.get(id)?.quiet).length);
    } catch (error) {
      log.error({ err: error }, 'the open requests could not be read');
    } finally {
      sweeping = false;
    }
  };

  return {
    /** Takes up a request now. Never throws; what fails is tried again with growing pauses. */
    wake,
    /** Runs something outside a turn and keeps the process alive for it until it is done. */
    run(name: string, work: () => Promise<void>): void {
      track(work().catch((error: unknown) => log.error({ err: error, name }, 'work outside a turn failed')));
    },
    /** Takes up everything that is open, now and every `sweepMs`. */
    async start(): Promise<void> {
      await sweep();
      sweeper = setInterval(() => track(sweep()), sweepMs).unref();
    },
    /** Takes no more work, waits for what runs, at most `graceMs`. What is left over is resumed at the next start. */
    async stop(graceMs: number): Promise<void> {
      stopping = true;
      clearInterval(sweeper);
      for (const { timer } of timers.values()) clearTimeout(timer);
      await within(graceMs, Promise.allSettled(inFlight), () => undefined);
    },
  };
}

export type Worker = ReturnType<typeof createWorker>;
