import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Log } from '../app/ports.ts';
import { clockError, mostOffMs } from '../domain/clock-error.ts';

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

type Source = 'graph' | 'entra' | 'store';

/** Whatever sends a request and gets an answer with headers. */
export interface Wire<Request, Answer> {
  sendRequest(request: Request): Promise<Answer>;
}
interface Dated {
  readonly headers: { get(name: string): string | undefined | null };
}

/** An answer that took longer may have been dated at its beginning or at its end. */
const longestMs = 10_000;

/** Nothing is found to be over before the clock was compared, where a service answers by then. */
const compareMs = 3000;
const compareEveryMs = 5 * 60_000;

/** Compares this machine's clock with the `Date` of the answers that come anyway, and puts the time right by them. */
export function createClockCheck(machine: Pick<Clock, 'now' | 'elapsed' | 'sleep'>, log: Log) {
  const ahead = new Map<Source, number>();
  let error = 0;
  let compared = Promise.resolve();
  let askAgain = async () => {};
  const sinceStart = () => machine.now().getTime() - machine.elapsed();
  let begun = sinceStart();

  const judge = () => {
    const was = error;
    error = clockError([...ahead.values()]);
    if (was === 0 && error !== 0) {
      const seconds = Object.fromEntries([...ahead].map(([source, ms]) => [source, Math.round(ms / 1000)]));
      log.warn({ aheadSeconds: seconds }, "this machine's clock is wrong: set it, and keep it set");
    }
    if (was !== 0 && error === 0) log.info({}, "this machine's clock is right again");
  };

  /** A clock that is set while the process runs is ahead of every service by that much more, until they are asked again. */
  const noticeJump = () => {
    const jump = sinceStart() - begun;
    if (Math.abs(jump) <= mostOffMs) return;
    begun += jump;
    for (const [source, ms] of ahead) ahead.set(source, ms + jump);
    judge();
    void askAgain();
  };

  return {
    now() {
      noticeJump();
      return new Date(machine.now().getTime() - error);
    },
    /** The same wire; what comes over it tells the time at its other end. */
    listen<Request, Answer extends Dated>(source: Source, wire: Wire<Request, Answer>): Wire<Request, Answer> {
      return {
        async sendRequest(request) {
          const since = machine.elapsed();
          const answer = await wire.sendRequest(request);
          const date = Date.parse(answer.headers.get('date') ?? '');
          noticeJump();
          if (!Number.isNaN(date) && machine.elapsed() - since <= longestMs) {
            ahead.set(source, machine.now().getTime() - date);
            judge();
          }
          return answer;
        },
      };
    },
    /** Lets a service be asked for the time now and from time to time; answers when they have answered, or took too long. */
    begin(ask: () => Promise<void>, until: AbortSignal): Promise<void> {
      compared = Promise.race([ask(), machine.sleep(compareMs)]);
      askAgain = async () => (until.aborted ? undefined : ask());
      const asking = setInterval(ask, compareEveryMs).unref();
      until.addEventListener('abort', () => clearInterval(asking), { once: true });
      return compared;
    },
    /** @throws when the clock is wrong */
    async check() {
      await compared;
      noticeJump();
      if (error !== 0) throw new Error(`this machine's clock is ${Math.round(error / 1000)} s ahead of the time`);
    },
  };
}
