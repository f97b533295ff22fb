import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { BotProcess } from '../support/production/bot-process.ts';
import { createFigures } from './figures.ts';
import { isLong, runs } from './form.ts';
import { judge } from './promises.ts';
import { createScene } from './scene.ts';
import { staff } from './staff.ts';
import { tables } from './theatre.ts';

const restarts = Math.min(100, 2 * runs);
/** Stated by the product: from SIGTERM to the end. */
const exitWithinMs = 10_000;
const askEachMs = 600;

if (isLong) describe('two processes on one table store, restarted in turn under load', underLoad);

function underLoad(this: Mocha.Suite): void {
  this.timeout(3_600_000);

  it('lose nothing, and each ends in time', async () => {
    const figures = createFigures();
    const theatre = tables();
    const people = staff(20_000);
    const house = await theatre.open({ people });
    const { stage, onRecord, storage } = house;
    const ready: BotProcess[] = await Promise.all([stage.start(), stage.start()]);
    let isRolling = true;
    let turn = 0;

    /** What a load balancer does: one of those that are ready. */
    const bot = (): BotProcess => {
      turn += 1;
      const found = ready[turn % ready.length];
      assert.ok(found, 'one is always ready');
      return found;
    };
    const play = async (number: number) => {
      const targets = people.slice(number, number + 1);
      const restart = () => Promise.reject(new Error('not here'));
      const scene = createScene({ stage, onRecord, storage, name: `rolling-${number}`, targets, bot, restart });
      await scene.say();
      await scene.press(number % 5 === 0 ? 'deny' : 'approve');
      return scene;
    };
    const load = async () => {
      const playing: ReturnType<typeof play>[] = [];
      for (let number = 0; isRolling; number += 1) {
        playing.push(play(number));
        await delay(askEachMs);
      }
      return Promise.all(playing);
    };

    try {
      const loading = load();
      for (let restart = 0; restart < restarts; restart += 1) {
        const leaving = ready.shift();
        assert.ok(leaving);
        const began = Date.now();
        const { code } = await leaving.stop(exitWithinMs);
        assert.equal(code, 0, leaving.stderr());
        figures.time('from SIGTERM to the end', Date.now() - began);
        figures.count('restarts');
        ready.push(await stage.start());
      }
      isRolling = false;
      for (const scene of await loading) await scene.over();
      const judged = judge(await stage.evidence());
      figures.add(judged);
      assert.deepEqual(judged.broken, []);
    } finally {
      await house.close();
      await theatre.close();
      figures.print('restarted in turn under load');
    }
  });
}
