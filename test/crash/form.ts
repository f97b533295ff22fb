/**
 * The short form is for every change: each point once, a little chance, two processes, within a minute and a half on an
 * idle machine. `RUNS=50` is the long form: everything, so many times.
 */
export const isLong = process.env.RUNS !== undefined;
export const runs = Number(process.env.RUNS ?? 1);

/** Of one random run, to play it again; what the machine adds of its own cannot be repeated. */
export const givenSeed = process.env.SEED;
