import assert from 'node:assert/strict';
import sinon from 'sinon';
import { type Check, createReadiness } from '../../src/runtime/readiness.ts';

function createFixture(checks: Readonly<Record<string, Check>>) {
  const log = { debug: sinon.spy(), info: sinon.spy(), warn: sinon.spy(), error: sinon.spy() };
  const told = sinon.spy();
  const clock = { elapsed: () => Date.now() };
  return { log, told, readiness: createReadiness(checks, clock, log, told) };
}

const works = async () => undefined;
const fails = () => Promise.reject(new Error('a reason that is not for everybody'));
const hangs = () => new Promise<never>(() => undefined);
const ready = { status: 200, body: { ready: true } };
const notReady = (...names: string[]) => ({ status: 503, body: { ready: false, notReady: names } });

describe('readiness', () => {
  let time: sinon.SinonFakeTimers;
  beforeEach(() => {
    time = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => time.restore());
  const pass = (ms: number) => time.tickAsync(ms);

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
    const { readiness } = createFixture({ store: works, graph: hangs });
    let answered = false;
    const answer = readiness.answer().finally(() => {
      answered = true;
    });
    await pass(4999);
    await new Promise(setImmediate);
    assert.equal(answered, false);
    await pass(1);
    assert.deepEqual(await answer, notReady('graph'));
    assert.equal(time.countTimers(), 0);
  });

  it('leaves no timer behind', async () => {
    const { readiness } = createFixture({ store: works, graph: fails });
    await readiness.answer();
    assert.equal(time.countTimers(), 0);
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
    const { readiness } = createFixture({ graph: check });
    for (let asked = 0; asked < 100; asked += 1) assert.deepEqual(await readiness.answer(), ready);
    assert.equal(check.callCount, 1);
    check.rejects(new Error('gone'));
    await pass(5000);
    assert.deepEqual(await readiness.answer(), ready);
    await pass(1);
    assert.deepEqual(await readiness.answer(), notReady('graph'));
    check.resolves();
    await pass(1000);
    assert.deepEqual(await readiness.answer(), notReady('graph'));
    await pass(1);
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
