import assert from 'node:assert/strict';
import type { Figures } from './figures.ts';
import type { Point } from './point.ts';
import { createScene, type Scene } from './scene.ts';
import { staff } from './staff.ts';
import type { Stage, StartOptions } from './stage.ts';
import type { House, Theatre } from './theatre.ts';

/** One point, once. */
export interface Task {
  readonly point: Point;
  readonly number: number;
  readonly outcome: PromiseWithResolvers<void>;
}

/** Promised: a crash is over within that time, when nobody has to wait for the lease of another replica. */
const resumedWithinMs = 30_000;
/** With a table store what the dead one held is left to it for as long as a lease, and a sweep comes by after that. */
const takenOverWithinMs = 60_000;
const reachedWithinMs = 240_000;
const accountsAPoint = 12;

/** One stage, on which point after point is played: lead there, kill, start again, see it through. */
export async function playPoints(
  theatre: Theatre,
  next: () => Task | undefined,
  all: number,
  figures: Figures,
): Promise<House> {
  const house = await theatre.open({ people: staff(all * accountsAPoint) });
  const { stage, onRecord, storage } = house;
  let bot = await stage.start();
  const restart = async (options?: StartOptions, meanwhile?: () => void) => {
    const dying = stage.kill(bot);
    meanwhile?.();
    await dying;
    figures.count('kills');
    bot = await stage.start(options);
  };
  for (let task = next(); task; task = next()) {
    const { point, number, outcome } = task;
    const targets = staff(accountsAPoint * number + (point.accounts ?? 1)).slice(accountsAPoint * number);
    const scene = createScene({ stage, onRecord, storage, name: `point-${number}`, targets, bot: () => bot, restart });
    try {
      await see(stage, scene, point, restart);
      outcome.resolve();
    } catch (error) {
      outcome.reject(error);
      for (const one of [stage.graph, stage.connector, stage.authority, storage]) one?.faults.clear();
      await restart();
    }
  }
  return house;

  async function see(on: Stage, scene: Scene, point: Point, again: typeof restart): Promise<void> {
    const late = await inTime(point.reach(scene));
    let restartedAt = 0;
    await again({}, () => {
      late?.release();
      restartedAt = Date.now();
    });
    await scene.goOn(point);
    await scene.over(point);
    const first = firstEffect(on, scene, restartedAt);
    if (point.press || first === undefined) return;
    figures.time('from restart to the first effect', first - restartedAt);
    figures.time('from restart to done', Date.now() - restartedAt);
    const within = storage ? takenOverWithinMs : resumedWithinMs;
    assert.ok(first - restartedAt <= within, `resumed after ${first - restartedAt} ms`);
  }
}

/** What is never reached must not hold up those behind it until each has run out of time. */
function inTime<T>(reaching: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('this point was not reached')), reachedWithinMs);
    reaching.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** When something was first said in that chat, or asked of Graph about these accounts, since then. */
function firstEffect({ connector, graph }: Stage, { place, targets }: Scene, since: number): number | undefined {
  const said = connector.log.filter(({ conversationId }) => conversationId === place.id);
  const asked = graph.calls.filter(({ path }) => targets.some(({ id }) => path.includes(id)));
  const times = [...said, ...asked].map(({ at }) => at).filter((at) => at >= since);
  return times.length > 0 ? Math.min(...times) : undefined;
}
