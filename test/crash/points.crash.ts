import assert from 'node:assert/strict';
import { createFigures } from './figures.ts';
import { isLong, runs } from './form.ts';
import { playPoints, type Task } from './play-points.ts';
import type { Point } from './point.ts';
import { points } from './points.ts';
import { type Broken, judge } from './promises.ts';
import { storagePoints } from './storage-points.ts';
import { embedded, type House, type Theatre, tables } from './theatre.ts';

/** The table store's points are in the long form only: each takes as long as a lease. */
type Programme = readonly [theatre: Theatre, points: readonly Point[], atOnce: number];
const inTheFile: Programme = [embedded, points.filter(({ extra }) => isLong || !extra), 3];
const inTables: Programme = [tables(), [...points.filter((one) => !one.embedded), ...storagePoints], 12];

for (const [theatre, all, atOnce] of isLong ? [inTheFile, inTables] : [inTheFile]) {
  describe(`killed at ${all.length} points between two effects, ${runs} times each, ${theatre.name}`, function () {
    this.timeout(isLong ? 7_200_000 : 600_000);
    const figures = createFigures();
    const outcomes = new Map<Point, Promise<void>[]>(all.map((point) => [point, []]));
    const houses: Promise<House>[] = [];

    before(() => {
      const rounds = Array.from({ length: runs }, () => all).flat();
      const tasks = rounds.map((point, number): Task => {
        const outcome = Promise.withResolvers<void>();
        outcome.promise.catch(() => undefined);
        outcomes.get(point)?.push(outcome.promise);
        return { point, number, outcome };
      });
      for (let number = 0; number < Math.min(atOnce, tasks.length); number += 1) {
        const house = playPoints(theatre, () => tasks.shift(), rounds.length, figures);
        // When it cannot be played on, nobody would wait for ever.
        house.catch((error: unknown) => {
          for (const { outcome } of tasks.splice(0)) outcome.reject(error);
        });
        houses.push(house);
      }
    });
    after(async () => {
      for (const house of houses) await house.then((one) => one.close()).catch(() => undefined);
      await theatre.close();
      figures.print(`killed at each point, ${theatre.name}`);
    });

    for (const point of all) {
      it(point.name, async () => {
        for (const outcome of outcomes.get(point) ?? []) await outcome;
      });
    }

    it('keeps every promise, seen from outside', async () => {
      const broken: Broken[] = [];
      for (const house of houses) {
        const judged = judge(await (await house).stage.evidence());
        figures.add(judged);
        broken.push(...judged.broken);
      }
      assert.deepEqual(broken, []);
    });
  });
}
