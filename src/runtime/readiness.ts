import type { Clock, Log } from '../app/ports.ts';
import { within } from '../base/time.ts';

/** One thing that has to work. @throws when it does not; the reason goes to the log, not to the caller. */
export type Check = () => Promise<unknown>;

const keepGoodMs = 5000;
const keepBadMs = 1000;
const deadlineMs = 5000;

/**
 * What `/readyz` answers: 200, or 503 naming what is not ready. An answer is kept for some seconds, so that a caller who asks
 * often costs nothing, and the checks run side by side. What each found is told once.
 */
export function createReadiness(
  checks: Readonly<Record<string, Check>>,
  clock: Pick<Clock, 'elapsed'>,
  log: Log,
  told: (name: string, isReady: boolean) => void,
) {
  let latest: { readonly at: number; readonly notReady: Promise<readonly string[]>; keepMs: number } | undefined;
  let stopping = false;

  const check = async (): Promise<readonly string[]> => {
    const failed = await Promise.all(
      Object.entries(checks).map(async ([name, run]) => {
        try {
          await within(deadlineMs, run(), () => {
            throw new Error(`no answer within ${deadlineMs} ms`);
          });
          told(name, true);
          return [];
        } catch (error) {
          log.warn({ err: error, name }, 'not ready');
          told(name, false);
          return [name];
        }
      }),
    );
    return failed.flat();
  };

  return {
    async answer(): Promise<{ readonly status: 200 | 503; readonly body: object }> {
      if (stopping) return { status: 503, body: { ready: false, notReady: ['stopping'] } };
      const now = clock.elapsed();
      if (!latest || now - latest.at > latest.keepMs) latest = { at: now, notReady: check(), keepMs: keepGoodMs };
      const asked = latest;
      const notReady = await asked.notReady;
      // What is mended shows soon; what works is not asked all the time.
      if (notReady.length > 0) asked.keepMs = keepBadMs;
      return notReady.length === 0
        ? { status: 200, body: { ready: true } }
        : { status: 503, body: { ready: false, notReady } };
    },
    /** From now on the load balancer sends its requests elsewhere. */
    stop() {
      stopping = true;
    },
  };
}
