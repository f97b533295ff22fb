import { setTimeout as delay } from 'node:timers/promises';
import { within } from '../../base/time.ts';
import { type CallFailure, failureOf, tooSlow } from '../call-failure.ts';
import { StoreDamaged, StoreError } from '../damage.ts';

/** How long things may take, in ms. */
export interface Times {
  /** Any call of the store, with everything it takes. */
  readonly callMs: number;
  /** One request to the service. */
  readonly tryMs: number;
}

/** When a call of the store has to end, by a clock that nobody sets. */
export interface Deadline {
  /** Milliseconds left; 0 when it is over. */
  left(): number;
}

export function deadlineIn(ms: number): Deadline {
  const end = performance.now() + ms;
  return { left: () => Math.max(0, end - performance.now()) };
}

/** Less time than this is not worth another try. */
export const leastMs = 50;

/** One request, which ends in time whatever the SDK makes of the signal. @throws CallFailure */
export async function once<T>(
  deadline: Deadline,
  { tryMs }: Times,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ms = Math.min(tryMs, deadline.left());
  const abort = new AbortController();
  try {
    return await within(ms, call(abort.signal), () => {
      throw tooSlow(ms);
    });
  } catch (error) {
    throw failureOf(error);
  } finally {
    abort.abort();
  }
}

/** Waits before the next try: as long as the service asks, or a little longer each time. `false`: there is no time. */
export async function pause(deadline: Deadline, tries: number, failure: CallFailure): Promise<boolean> {
  // When somebody else was quicker nothing is overloaded; the two must only get out of step.
  const usual = failure.again ? Math.min(50 * 2 ** tries, 2000) : Math.min(3 * tries, 20);
  const ms = failure.retryAfterMs ?? usual * (0.5 + Math.random() / 2);
  if (ms + leastMs > deadline.left()) return false;
  await delay(ms);
  return true;
}

/** A request that may be repeated without harm, until it works or the time is over. @throws StoreError */
export async function repeated<T>(
  deadline: Deadline,
  times: Times,
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(deadline, times, call);
    } catch (error) {
      const failure = failureOf(error);
      if (!failure.again || !(await pause(deadline, tries, failure))) throw storeError(what, failure);
    }
  }
}

const meanings: Partial<Record<CallFailure['kind'], string>> = {
  noTable: 'the table is missing',
  forbidden: 'the identity or key may not do this',
  busy: 'the service is busy or in trouble',
  unreached: 'the service cannot be reached',
};

/** @param what what could not be done, to begin the sentence */
export function storeError(what: string, failure: CallFailure): StoreError {
  const meaning = meanings[failure.kind];
  const Kind = failure.kind === 'noTable' ? StoreDamaged : StoreError;
  return new Kind(`${what}: ${meaning ? `${meaning} (${failure.message})` : failure.message}`, {
    cause: failure,
  });
}
