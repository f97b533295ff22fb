/** Teams waits 10 to 15 s for an answer and then shows an error, and clicks again by itself; a person has lost patience before. */
export const answerWithinMs = 2500;

/**
 * One stretch of time, which begins now, for everything that an answer is made of: what is not there by its end is `null`.
 * It goes on all the same; a failure in time is thrown.
 */
export function startClock(sleep: (ms: number) => Promise<void>, ms = answerWithinMs) {
  const over = sleep(ms).then(() => null);
  return function inTime<T>(work: Promise<T>): Promise<T | null> {
    return Promise.race([work, over]);
  };
}
