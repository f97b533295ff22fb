import assert from 'node:assert/strict';
import { createDice } from './dice.ts';
import { createFigures } from './figures.ts';
import { givenSeed, isLong, runs } from './form.ts';
import { playPlot } from './play-plot.ts';
import { writePlot } from './plot.ts';
import type { Judged } from './promises.ts';
import { staff } from './staff.ts';
import type { StartOptions } from './stage.ts';
import { embedded, type Theatre, tables } from './theatre.ts';

const times = givenSeed === undefined ? runs : 1;
const requests = isLong ? 40 : 10;
const lastsMs = isLong ? 40_000 : 10_000;
const blowEachMs = isLong ? 5000 : 3000;

/** Both are minutes away from the rest of the world, and from each other. */
const clocksApart: readonly StartOptions[] = [{ clockShiftMs: 3 * 60_000 }, { clockShiftMs: -3 * 60_000 }];

const programmes: readonly (readonly [Theatre, processes: readonly StartOptions[], longestFreezeMs: number])[] = [
  [embedded, [{}], 4000],
  // Past the lease, so that another replica takes over from one that is not dead.
  [tables(), clocksApart, isLong ? 32_000 : 3000],
];

describe('killed at random, in bad weather', function () {
  this.timeout(isLong ? 7_200_000 : 600_000);
  const chains: (() => Promise<void>)[] = [];
  before(() => {
    for (const chain of chains) void chain();
  });

  for (const [theatre, processes, longestFreezeMs] of programmes) {
    const figures = createFigures();
    const seeds = Array.from({ length: times }, (_, run) => givenSeed ?? `${Date.now()}-${run}`);
    const played = seeds.map((seed) => ({ seed, judged: Promise.withResolvers<Judged>() }));
    after(async () => {
      await theatre.close();
      figures.print(`killed at random, ${theatre.name}`);
    });
    for (const { seed, judged } of played) {
      judged.promise.catch(() => undefined);
      it(`${theatre.name}, ${processes.length} at once; ${isLong ? 'RUNS=1 ' : ''}SEED=${seed}`, async () => {
        assert.deepEqual((await judged.promise).broken, []);
      });
    }
    // One after the other on each kind of store, and both kinds side by side.
    chains.push(async () => {
      for (const { seed, judged } of played) {
        await play(seed).then(judged.resolve, judged.reject);
      }
    });

    const play = async (seed: string): Promise<Judged> => {
      const dice = createDice(seed);
      const options = { seed, requests, processes: processes.length, lastsMs, blowEachMs, longestFreezeMs };
      const house = await theatre.open({ people: staff(requests * 12) });
      try {
        return await playPlot(house, writePlot(options, dice), dice, figures, processes);
      } finally {
        await house.close();
      }
    };
  }
});
