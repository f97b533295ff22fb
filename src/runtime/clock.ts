import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../app/ports.ts';

/** This machine's. */
export const clock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  async sleep(ms, signal) {
    // An aborted sleep has simply ended early.
    await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
  after(ms, work) {
    const timer = setTimeout(work, ms).unref();
    return () => clearTimeout(timer);
  },
};
