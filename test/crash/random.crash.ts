import assert from 'node:assert/strict';
import { createDice } from './dice.ts';
import { createFigures } from './figures.ts';
import { playPlot } from './play-plot.ts';
import { writePlot } from './plot.ts';
import { staff } from './staff.ts';
import type { StartOptions } from './stage.ts';
import { embedded, type Theatre, tables } from './theatre.ts';

const isLong = process.env.RUNS !== undefined;
/** `SEED=…` plays that one again; what the machine adds of its own cannot be repeated. */
const given = process.env.SEED;
const runs = given === undefined ? Number(process.env.RUNS ?? 1) : 1;
const requests = isLong ? 40 : 12;
const lastsMs = isLong ? 40_000 : 15_000;

/** Both are minutes away from the rest of the world, and from each other. */
const clocksApart: readonly StartOptions[] = [{ clockShiftMs: 3 * 60_000 }, { clockShiftMs: -3 * 60_000 }];

const programmes: readonly (readonly [Theatre, processes: readonly StartOptions[], longestFreezeMs: number])[] = [
  [embedded, [{}], 4000],
  // Past the lease, so that another replica takes over from one that is not dead.
  [tables(), clocksApart, isLong ? 32_000 : 4000],
];

for (const [theatre, processes, longestFreezeMs] of programmes) {
  describe(`killed at random, ${processes.length} at once, ${theatre.name}`, function () {
    this.timeout(7_200_000);
    const figures = createFigures();
    after(async () => {
      await theatre.close();
      figures.print(`killed at random, ${theatre.name}`);
    });

    for (let run = 0; run < runs; run += 1) {
      const seed = given ?? `${Date.now()}-${run}`;
      it(`keeps every promise, seen from outside; SEED=${seed}`, async () => {
        const dice = createDice(seed);
        const blowEachMs = isLong ? 5000 : 4000;
        const options = { seed, requests, processes: processes.length, lastsMs, blowEachMs, longestFreezeMs };
        const plot = writePlot(options, dice);
        const house = await theatre.open({ people: staff(requests * 12) });
        try {
          assert.deepEqual((await playPlot(house, plot, dice, figures, processes)).broken, []);
        } finally {
          await house.close();
        }
      });
    }
  });
}
