import assert from 'node:assert/strict';
import type { SinonFakeTimers } from 'sinon';
import { createScriptedWorker, nothingLeft, useFakeTimers } from '../support/scripted-worker.ts';

describe('a worker that stops', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('waits for steps and work that run', async () => {
    const step = Promise.withResolvers<typeof nothingLeft>();
    const work = Promise.withResolvers<void>();
    const { worker } = createScriptedWorker(() => step.promise);
    worker.wake('r1');
    worker.run('work', () => work.promise);
    let stopped = false;
    const stop = worker.stop(8000).then(() => {
      stopped = true;
    });
    await clock.tickAsync(5000);
    step.resolve(nothingLeft);
    await clock.tickAsync(0);
    assert.equal(stopped, false);
    work.resolve();
    await stop;
    assert.equal(Date.now(), 5000);
  });

  it('waits no longer than its grace', async () => {
    const { worker } = createScriptedWorker(() => new Promise(() => undefined));
    worker.wake('r1');
    const stop = worker.stop(8000);
    await clock.tickAsync(7999);
    assert.equal(await Promise.race([stop.then(() => 'stopped'), Promise.resolve('waiting')]), 'waiting');
    await clock.tickAsync(1);
    await stop;
  });

  it('does not wait for what may be left, and says nothing of how that ends', async () => {
    const left = Promise.withResolvers<void>();
    const { worker, log } = createScriptedWorker(async () => ({ again: true, when: left.promise, leave: true }));
    worker.wake('r1');
    await clock.tickAsync(0);
    await worker.stop(8000);
    left.reject(new Error('the store is closed'));
    await clock.tickAsync(0);
    assert.equal(log.error.callCount, 0);
  });

  it('takes no further step: not of what runs, not by timer, sweep or call', async () => {
    const gate = Promise.withResolvers<void>();
    const { worker, steps, openIds } = createScriptedWorker(
      async (requestId) => {
        if (requestId === 'running') await gate.promise;
        return { again: true, afterMs: requestId === 'running' ? 0 : 1000 };
      },
      ['open'],
    );
    await worker.start();
    worker.wake('running');
    await clock.tickAsync(0);
    const taken = steps.length;
    const stop = worker.stop(8000);
    worker.wake('running');
    worker.wake('new');
    gate.resolve();
    await stop;
    await clock.tickAsync(3_600_000);
    assert.equal(steps.length, taken);
    assert.equal(openIds.callCount, 1);
    assert.equal(clock.countTimers(), 0);
  });

  it('takes no further step of what fails meanwhile', async () => {
    const gate = Promise.withResolvers<never>();
    const { worker, steps } = createScriptedWorker(() => gate.promise);
    worker.wake('r1');
    const stop = worker.stop(8000);
    gate.reject(new Error('cut off'));
    await stop;
    assert.equal(clock.countTimers(), 0);
    await clock.tickAsync(3_600_000);
    assert.equal(steps.length, 1);
  });

  it('leaves no pause behind', async () => {
    const { worker } = createScriptedWorker(async () => ({ again: true, afterMs: 600_000 }));
    worker.wake('r1');
    await clock.tickAsync(0);
    assert.equal(clock.countTimers(), 1);
    await worker.stop(1000);
    await clock.tickAsync(1000);
    assert.equal(clock.countTimers(), 0);
  });
});
