import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Clock } from '../../src/app/ports.ts';
import { type Check, createReadiness } from '../../src/runtime/readiness.ts';

/** Time that moves only when told; what sleeps wakes when its time has come or its signal aborts. */
function createClock() {
  let now = Date.parse('2026-11-21T03:00:00.000Z');
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const clock: Pick<Clock, 'elapsed' | 'sleep'> = {
    elapsed: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          resolve();
        });
      }),
  };
  return {
    clock,
    asleep: () => sleepers.size,
    pass(ms: number) {
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}

function createFixture(checks: Readonly<Record<string, Check>>) {
  const time = createClock();
  const log = { debug: sinon.spy(), info: sinon.spy(), warn: sinon.spy(), error: sinon.spy() };
  const told = sinon.spy();
  return { ...time, log, told, readiness: createReadiness(checks, time.clock, log, told) };
}

const works = async () => undefined;
const fails = () => Promise.reject(new Error('a reason that is not for everybody'));
const hangs = () => new Promise<never>(() => undefined);
const ready = { status: 200, body: { ready: true } };
const notReady = (...names: string[]) => ({ status: 503, body: { ready: false, notReady: names } });

describe('readiness', () => {
  it('is 200 when everything works', async () => {
    const { readiness, log } = createFixture({ store: works, graph: works });
    assert.deepEqual(await readiness.answer(), ready);
    assert.equal(log.warn.callCount, 0);
  });

  it('is 503 and names what does not work, in the order of the checks; the reason goes to the log alone', async () => {
    const { readiness, log, told } = createFixture({ store: fails, graph: works, signIn: fails });
    assert.deepEqual(await readiness.answer(), notReady('store', 'signIn'));
    assert.deepEqual(Object.fromEntries(told.args), { store: false, graph: true, signIn: false });
    assert.deepEqual(log.warn.args.map(([fields]) => (fields as { name: string }).name).toSorted(), [
      'signIn',
      'store',
    ]);
    assert.match(log.warn.args[0]?.[0].err.message, /not for everybody/);
  });

  it('counts a check that throws before it waits', async () => {
    const { readiness } = createFixture({
      graph: () => {
        throw new Error('at once');
      },
    });
    assert.deepEqual(await readiness.answer(), notReady('graph'));
  });

  it('waits five seconds for a check, and no more', async () => {
    const { readiness, pass, asleep } = createFixture({ store: works, graph: hangs });
    let answered = false;
    const answer = readiness.answer().finally(() => {
      answered = true;
    });
    pass(4999);
    await new Promise(setImmediate);
    assert.equal(answered, false);
    pass(1);
    assert.deepEqual(await answer, notReady('graph'));
    assert.equal(asleep(), 0);
  });

  it('leaves no timer behind', async () => {
    const { readiness, asleep } = createFixture({ store: works, graph: fails });
    await readiness.answer();
    assert.equal(asleep(), 0);
  });

  it('runs the checks side by side', async () => {
    const order: string[] = [];
    const check = (name: string) => async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
    };
    await createFixture({ a: check('a'), b: check('b') }).readiness.answer();
    assert.deepEqual(order, ['a begins', 'b begins', 'a ends', 'b ends']);
  });

  it('keeps a good answer for five seconds and a bad one for one, and asks again after that', async () => {
    const check = sinon.stub<[], Promise<unknown>>().resolves();
    const { readiness, pass } = createFixture({ graph: check });
    for (let asked = 0; asked < 100; asked += 1) assert.deepEqual(await readiness.answer(), ready);
    assert.equal(check.callCount, 1);
    check.rejects(new Error('gone'));
    pass(5000);
    assert.deepEqual(await readiness.answer(), ready);
    pass(1);
    assert.deepEqual(await readiness.answer(), notReady('graph'));
    check.resolves();
    pass(1000);
    assert.deepEqual(await readiness.answer(), notReady('graph'));
    pass(1);
    assert.deepEqual(await readiness.answer(), ready);
    assert.equal(check.callCount, 3);
  });

  it('gives all who ask at the same time the same check', async () => {
    const check = sinon.stub<[], Promise<unknown>>().resolves();
    const { readiness } = createFixture({ graph: check });
    const answers = await Promise.all(Array.from({ length: 50 }, () => readiness.answer()));
    assert.equal(check.callCount, 1);
    for (const answer of answers) assert.deepEqual(answer, ready);
  });

  it('is over when the process stops, whatever still works, and nothing is asked any more', async () => {
    const check = sinon.stub<[], Promise<unknown>>().resolves();
    const { readiness } = createFixture({ graph: check });
    readiness.stop();
    assert.deepEqual(await readiness.answer(), notReady('stopping'));
    assert.equal(check.callCount, 0);
  });
});
