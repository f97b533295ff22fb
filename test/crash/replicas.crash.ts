import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BotProcess } from '../support/production/bot-process.ts';
import { person } from '../support/production/world.ts';
import { createFigures } from './figures.ts';
import { isLong } from './form.ts';
import { judge } from './promises.ts';
import { createScene, type Scene } from './scene.ts';
import { staff } from './staff.ts';
import type { StartOptions } from './stage.ts';
import { type House, tables } from './theatre.ts';

/** A lease, a sweep, and what there is to do. */
const takenOverWithinMs = 60_000;
const [megan, nestor] = [person('megan'), person('nestor')];
const writes = { method: 'POST', path: /revokeSignInSessions/ };
const minutes = 60_000;

/** Two processes on one table store, and one request that is spoken about with the first. */
interface Pair extends House {
  readonly one: BotProcess;
  readonly other: BotProcess;
  readonly scene: Scene;
  /** Another request, spoken about with the first as well. */
  readonly another: Scene;
}

describe('two processes on one table store', function () {
  this.timeout(600_000);
  const figures = createFigures();
  const theatre = tables();
  after(async () => {
    await theatre.close();
    figures.print('two processes on one table store');
  });

  /** All of them begin at once: most of each is waiting for a lease. */
  const cases: (readonly [name: string, play: () => Promise<void>])[] = [];
  const played = new Map<string, Promise<void>>();
  before(() => {
    for (const [name, play] of cases) {
      const done = play();
      done.catch(() => undefined);
      played.set(name, done);
    }
  });
  const together = (
    name: string,
    accounts: number,
    play: (pair: Pair) => Promise<void>,
    clocks: StartOptions[] = [],
  ) => {
    cases.push([name, () => withPair(accounts, clocks, play)]);
    it(name, () => played.get(name));
  };
  /** Takes longer than a lease, and then some. */
  const longer: typeof together = (...one) => {
    if (isLong) together(...one);
  };

  async function withPair(accounts: number, clocks: StartOptions[], play: (pair: Pair) => Promise<void>) {
    const people = staff(accounts + 1);
    const house = await theatre.open({ people });
    try {
      const { stage, onRecord, storage } = house;
      const [one, other] = await Promise.all([stage.start(clocks[0]), stage.start(clocks[1])]);
      const restart = () => Promise.reject(new Error('not here'));
      const both = { stage, onRecord, storage, bot: () => one, restart };
      const scene = createScene({ ...both, name: 'pair', targets: people.slice(0, accounts) });
      const another = createScene({ ...both, name: 'another', targets: people.slice(accounts) });
      await play({ ...house, one, other, scene, another });
      await scene.over();
      const judged = judge(await stage.evidence());
      figures.add(judged);
      assert.deepEqual(judged.broken, []);
    } finally {
      await house.close();
    }
  }

  together('twenty clicks at once, spread over both, are one decision and one write', 1, async (pair) => {
    const { stage, scene, one, other } = pair;
    await scene.say();
    await scene.recorded('CardPosted');
    const card = await scene.card();
    const clicks = Array.from({ length: 20 }, (_, number) =>
      stage.press(
        number % 2 === 0 ? one : other,
        number % 4 < 2 ? megan : nestor,
        scene.place,
        card,
        number % 5 === 4 ? 'deny' : 'approve',
      ),
    );
    const answers = await Promise.all(clicks);
    assert.ok(answers.some(Boolean), 'whoever is not too late is answered with the card as it is then');
    await scene.over();
    for (const bot of [one, other]) {
      assert.ok(await stage.press(bot, nestor, scene.place, card, 'approve'), 'and everybody once it is over');
    }
    assert.ok(writesFor(pair) <= 1);
  });

  together('the one that carries it out is killed during a write: the other one takes over', 12, async (pair) => {
    const { stage, scene, one } = pair;
    await scene.say();
    const standing = scene.hold('graph', writes, 'after', 6);
    await scene.press();
    await standing.reached;
    const killedAt = Date.now();
    await stage.kill(one);
    figures.count('kills');
    const before = stage.graph.calls.length;
    await stage.graph.waitFor((calls) => calls.slice(before).some(isOf(scene)), takenOverWithinMs);
    figures.time('from the death of one to the first effect of the other', Date.now() - killedAt);
    await scene.over();
    figures.time('from the death of one to done', Date.now() - killedAt);
    assert.equal(writesFor(pair), 12, 'what took effect is not written again');
  });

  longer(
    'the one that carries it out stands still past its lease, before its writes: it makes none',
    3,
    async (pair) => {
      const { stage, scene, one } = pair;
      await scene.say();
      await scene.recorded('CardPosted');
      const standing = scene.holdStore(/ExecutionStarted/, 'after');
      const pressing = scene.press();
      await standing.reached;
      const thaw = stage.freeze(one);
      figures.count('freezes');
      await scene.over();
      const made = writesFor(pair);
      assert.equal(made, 3);
      // The answer is there by the time it comes to itself.
      standing.release();
      await answered(pair, /ExecutionStarted/);
      thaw();
      await pressing;
      await awake(pair);
      assert.equal(writesFor(pair), made);
    },
  );

  longer(
    'it stands still past its lease, between its writes and its report: the report is refused',
    12,
    async (pair) => {
      const { stage, scene, one } = pair;
      await scene.say();
      const standing = scene.hold('graph', writes, 'after', 3);
      const pressing = scene.press();
      await standing.reached;
      const thaw = stage.freeze(one);
      figures.count('freezes');
      await scene.over();
      thaw();
      standing.release();
      await pressing;
      await awake(pair);
      assert.equal(writesFor(pair), 12);
    },
  );

  longer('it stands still with progress on its way to the card: the end comes over it', 1, async (pair) => {
    const { stage, scene, one } = pair;
    await scene.say();
    await scene.recorded('CardPosted');
    const standing = scene.hold('connector', { method: 'PUT', body: /Revoking sign-in sessions/ }, 'before');
    const pressing = scene.press();
    await standing.reached;
    const thaw = stage.freeze(one);
    figures.count('freezes');
    await scene.over();
    standing.release();
    thaw();
    await pressing;
    await awake(pair);
  });

  const apart: StartOptions[] = [{ clockShiftMs: -3 * minutes }, { clockShiftMs: 3 * minutes }];
  longer(
    'clocks six minutes apart: the other one leaves alone what the first one is slow with',
    1,
    async (pair) => {
      const { stage, scene } = pair;
      await scene.say();
      stage.graph.faults.inject({ ...writes, delayMs: 9000 });
      await scene.press();
      await scene.over();
      assert.equal(writesFor(pair), 1);
      const results = await stage.evidence();
      assert.equal(judge(results).twice.length, 0);
    },
    apart,
  );
});

/** The first transaction of this kind has its answer, read or not. */
async function answered({ storage }: Pair, kind: RegExp): Promise<void> {
  const first = storage?.log.find(({ call }) => kind.test(call));
  while (first?.status === undefined) await nextTurn();
  await nextTurn();
}

/** It has come to itself, and by now has done whatever it wanted to do when it stood still: it does all of another request. */
async function awake({ another }: Pair): Promise<void> {
  await another.say();
  await another.press();
  await another.over();
}

function writesFor({ stage, scene }: Pair): number {
  return stage.graph.writes().filter(isOf(scene)).length;
}

function isOf({ targets }: Scene) {
  return ({ path }: { readonly path: string }) => targets.some(({ id }) => path.includes(id));
}
