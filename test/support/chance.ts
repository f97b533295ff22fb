import fc from 'fast-check';

/** What is tried is the same in every `npm test`; SEED tries something else, and RUNS more of it. */
let seed = Number.isInteger(Number(process.env.SEED)) ? Number(process.env.SEED) : 1;
let more = 1;
fc.configureGlobal({ seed });

/** How often a property is tried that has more in it than the hundred tries of every other. */
export function runs(usual: number): number {
  return more === 1 ? Number(process.env.RUNS ?? usual) : usual * more;
}

/** For what has no property: the seed of its own numbers. */
export const seedOfToday = () => seed;

/** For those that look longer: other tries than last time. Answers the seed that repeats them. */
export function draw(times: number): number {
  if (process.env.SEED === undefined) seed = Date.now() % 2 ** 31;
  more = times * Number(process.env.RUNS ?? 1);
  fc.configureGlobal({ seed, numRuns: 100 * more });
  return seed;
}
