import assert from 'node:assert/strict';
import { DirectoryError, type DirectoryProblem, NotifierError } from '../../src/app/errors.ts';
import { requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const second = 1000;
const minute = 60 * second;
type House = ReturnType<typeof createHouse>;

/** What a call does that is in trouble: waits, then fails. */
interface Trouble {
  readonly part: 'Graph' | 'a write of Graph' | 'Entra' | 'the store' | 'the connector';
  readonly how: 'hangs' | 'answers 503';
  readonly waitsMs: number;
  readonly problem?: DirectoryProblem;
}

const troubles: readonly Trouble[] = [
  { part: 'Graph', how: 'hangs', waitsMs: 5 * second, problem: 'noAnswer' },
  { part: 'Graph', how: 'answers 503', waitsMs: 0, problem: 'unavailable' },
  { part: 'a write of Graph', how: 'hangs', waitsMs: 10 * second, problem: 'noAnswer' },
  { part: 'a write of Graph', how: 'answers 503', waitsMs: 0, problem: 'unavailable' },
  { part: 'Entra', how: 'hangs', waitsMs: 4 * second, problem: 'signIn' },
  { part: 'Entra', how: 'answers 503', waitsMs: 0, problem: 'signIn' },
  { part: 'the store', how: 'hangs', waitsMs: 10 * second },
  { part: 'the store', how: 'answers 503', waitsMs: 0 },
  { part: 'the connector', how: 'hangs', waitsMs: 15 * second },
  { part: 'the connector', how: 'answers 503', waitsMs: 0 },
];

/** An approved request, with trouble from then on until it is lifted; the time passes second by second. */
async function troubled({ part, waitsMs, problem }: Trouble) {
  let isIn = false;
  const said: { readonly what: string; readonly at: number }[] = [];
  const calls = {
    Graph: ['read', 'memberOf', 'revoke'],
    'a write of Graph': ['revoke'],
    Entra: ['read', 'memberOf', 'revoke'],
    'the store': ['read', 'append'],
    'the connector': ['updateCard', 'postNotice', 'postResult'],
  }[part];
  const owns = { 'the store': 'append', 'the connector': 'postNotice' }[part as string] ?? 'revoke';
  const fail = (name: string | symbol) => {
    if (name === 'revoke') return { kind: 'unknown', code: problem, trace: {} };
    if (part === 'the connector') throw new NotifierError('transient', 'x');
    throw problem === undefined ? new Error('the store is away') : new DirectoryError(problem, 'x');
  };
  const house: House = createHouse({
    between: <P extends object>(port: P) =>
      new Proxy(port, {
        get(target, name) {
          const call = Reflect.get(target, name);
          const isHit = owns in target && calls.includes(String(name));
          if (typeof call !== 'function' || (!isHit && name !== 'postNotice' && name !== 'updateCard')) return call;
          return async (...args: unknown[]) => {
            if (isIn && isHit) {
              if (waitsMs > 0) await new Promise<void>((resolve) => house.clock.after(waitsMs, resolve));
              return fail(name);
            }
            const answer = await call.apply(target, args);
            if (name === 'postNotice') said.push({ what: String(args[1]), at: since() });
            if (name === 'updateCard') said.push({ what: 'card', at: since() });
            return answer;
          };
        },
      }),
  });
  let began = 0;
  const since = () => house.clock.now().getTime() - began;
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += second) {
      house.clock.pass(Math.min(second, ms - passed));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  /** Time passes while something is waited for. */
  const whilePassing = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const done = work.finally(() => {
      isOver = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    while (!isOver) await pass(second / 4);
    return done;
  };
  await house.approved();
  began = Date.parse(String((await house.state()).decision?.at));
  isIn = true;
  return {
    house,
    said: (what: string) => said.filter((one) => one.what === what).map(({ at }) => at),
    lift: () => {
      isIn = false;
    },
    /** As the worker does, until so long after the approval. */
    async until(ms: number) {
      while (since() < ms) {
        const step = house.advance(requestId).then(
          async (next) => {
            if (next.again && 'when' in next) await next.when;
            return next.again && 'afterMs' in next ? Math.max(next.afterMs, 250) : minute;
          },
          () => 15 * second,
        );
        const pause = await whilePassing(step);
        await pass(Math.min(pause, Math.max(0, ms - since())));
      }
    },
  };
}

describe('an approved request that does not get on', () => {
  for (const trouble of troubles.filter(({ part }) => part !== 'the connector')) {
    it(`says so on its card within 30 s and in words within 60 s, once, while ${trouble.part} ${trouble.how}`, async () => {
      const { house, said, lift, until } = await troubled(trouble);
      await until(minute);
      assert(
        said('card').some((at) => at >= 20 * second && at <= 30 * second),
        `${said('card')}`,
      );
      assert.equal(said('delayed').length, 1);
      assert((said('delayed')[0] ?? 0) <= minute);
      await until(5 * minute);
      await until(10 * minute);
      assert.equal(said('delayed').length, 1);
      lift();
      await until(12 * minute);
      const state = await house.state();
      assert.equal(state.phase, 'succeeded');
      assert.equal(state.told, true);
      // What could not be recorded then, because the store itself was away, is not said again either.
      if (trouble.part !== 'the store') assert(state.noticed.includes('delayed'));
      assert.equal(said('delayed').length, 1);
      assert.equal(house.notifier.said.findLast(({ what }) => what !== 'correction')?.what, 'result');
    });
  }

  for (const trouble of troubles.filter(({ part }) => part === 'the connector')) {
    it(`is done, and told once ${trouble.part} is back that ${trouble.how}, without stale words`, async () => {
      const { house, said, lift, until } = await troubled(trouble);
      await until(5 * minute);
      assert.equal((await house.state()).phase, 'succeeded');
      lift();
      await until(12 * minute);
      assert.equal((await house.state()).told, true);
      assert.deepEqual(said('delayed'), []);
      assert.equal(house.notifier.said.filter(({ what }) => what === 'result').length, 1);
    });
  }

  it('is told by one process: what is on record is not said again by another', async () => {
    const { house, said, until } = await troubled(troubles[0] as Trouble);
    await until(minute);
    const other = house.workerNamed('w2');
    for (let at = minute; at < 4 * minute; at += 10 * second) {
      await Promise.all([other(requestId), until(at)]);
    }
    assert.equal(said('delayed').length, 1);
  });

  it('says nothing while it gets on', async () => {
    const house = createHouse();
    await house.approved();
    await house.settle();
    house.clock.pass(10 * minute);
    assert(!house.notifier.said.some(({ what }) => what === 'delayed'));
    assert.equal((await house.state()).noticed.includes('delayed'), false);
  });
});
