import type { Advance } from './app/advance.ts';
import { type Log, NotifierError, type RequestStore } from './app/ports.ts';

export interface Worker {
  /** Takes up a request now. Never throws; what fails is tried again with growing pauses. */
  wake(requestId: string): void;
  /** Runs something outside a turn and keeps the process alive for it until it is done. */
  run(name: string, work: () => Promise<void>): void;
  /** Takes up everything that is open, now and every `sweepMs`. */
  start(): Promise<void>;
  /** Takes no more work, waits for what runs, at most `graceMs`. What is left over is resumed at the next start. */
  stop(graceMs: number): Promise<void>;
}

interface Deps {
  readonly store: RequestStore;
  readonly advance: Advance;
  readonly log: Log;
  readonly sweepMs: number;
}

const longestPauseMs = 60_000;
/** setTimeout counts in 32 bits. */
const longestTimerMs = 2 ** 31 - 1;

/** Runs the next steps of requests: at most one at a time for each request in this process. */
export function createWorker({ store, advance, log, sweepMs }: Deps): Worker {
  const running = new Map<string, { again: boolean }>();
  const timers = new Map<string, NodeJS.Timeout>();
  const failures = new Map<string, number>();
  const inFlight = new Set<Promise<void>>();
  let sweeper: NodeJS.Timeout | undefined;
  let stopping = false;

  const track = (work: Promise<void>) => {
    inFlight.add(work);
    void work.finally(() => inFlight.delete(work));
  };

  const later = (requestId: string, ms: number) => {
    if (stopping) return;
    clearTimeout(timers.get(requestId));
    timers.set(
      requestId,
      setTimeout(
        () => {
          timers.delete(requestId);
          wake(requestId);
        },
        Math.min(ms, longestTimerMs),
      ).unref(),
    );
  };

  const drive = async (requestId: string, mark: { again: boolean }) => {
    try {
      while (!stopping) {
        mark.again = false;
        const next = await advance(requestId);
        failures.delete(requestId);
        if (!next.again && next.other !== undefined) wake(next.other);
        if (mark.again || (next.again && next.afterMs === 0)) continue;
        if (next.again) later(requestId, next.afterMs);
        return;
      }
    } catch (error) {
      const failed = (failures.get(requestId) ?? 0) + 1;
      failures.set(requestId, failed);
      const asked = error instanceof NotifierError ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(asked, Math.min(500 * 2 ** Math.min(failed, 10), longestPauseMs));
      log.error({ requestId, err: error, pauseMs }, 'a step failed and will be tried again');
      later(requestId, mark.again ? 0 : pauseMs);
    } finally {
      running.delete(requestId);
    }
  };

  const wake = (requestId: string) => {
    if (stopping) return;
    const mark = running.get(requestId);
    if (mark) {
      mark.again = true;
      return;
    }
    clearTimeout(timers.get(requestId));
    timers.delete(requestId);
    const fresh = { again: false };
    running.set(requestId, fresh);
    track(drive(requestId, fresh));
  };

  const sweep = async () => {
    try {
      for (const requestId of await store.openIds()) if (!timers.has(requestId)) wake(requestId);
    } catch (error) {
      log.error({ err: error }, 'the open requests could not be read');
    }
  };

  return {
    wake,
    run(name, work) {
      track(work().catch((error: unknown) => log.error({ err: error, name }, 'work outside a turn failed')));
    },
    async start() {
      await sweep();
      sweeper = setInterval(() => track(sweep()), sweepMs).unref();
    },
    async stop(graceMs) {
      stopping = true;
      clearInterval(sweeper);
      for (const timer of timers.values()) clearTimeout(timer);
      const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([Promise.allSettled(inFlight), grace]);
    },
  };
}
