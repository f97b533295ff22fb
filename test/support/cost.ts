import assert from 'node:assert/strict';

/** Milliseconds of computing. */
function cost(work: () => void): number {
  const began = process.cpuUsage();
  work();
  return process.cpuUsage(began).user / 1000;
}

/**
 * Says whether something takes at most so many times as long as what is usual does in the same process. One bad moment,
 * such as a collection of garbage or a busy machine, is chance; six in a row are not.
 */
export function costsAtMost(times: number, usual: () => void): (work: () => void) => void {
  let allowed: number | undefined;
  return (work) => {
    // Its worst, once it is compiled.
    allowed ??= times * Math.max(...Array.from({ length: 50 }, () => cost(usual)).slice(25));
    const taken: number[] = [];
    do taken.push(cost(work));
    while (taken.at(-1)! > allowed && taken.length < 6);
    assert(taken.at(-1)! <= allowed, `${taken.join(', ')} ms, and ${allowed} ms are ${times} times what is usual`);
  };
}
