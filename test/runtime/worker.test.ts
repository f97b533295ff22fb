import assert from 'node:assert/strict';
import type { SinonFakeTimers } from 'sinon';
import { NotifierError } from '../../src/app/errors.ts';
import { createScriptedWorker, nothingLeft, sweepMs, useFakeTimers } from '../support/scripted-worker.ts';

describe('the worker', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('takes a step when woken, and no more when nothing is left', async () => {
    const { worker, times } = createScriptedWorker(async () => nothingLeft);
    worker.wake('r1');
    await clock.tickAsync(3_600_000);
    assert.deepEqual(times(), [0]);
  });

  it('goes on at once while there is something to do now', async () => {
    const { worker, times } = createScriptedWorker(async (_, earlier) =>
      earlier < 4 ? { again: true, afterMs: 0 } : nothingLeft,
    );
    worker.wake('r1');
    await clock.tickAsync(0);
    assert.deepEqual(times(), [0, 0, 0, 0, 0]);
  });

  it('comes back when it was told to', async () => {
    const { worker, times } = createScriptedWorker(async (_, earlier) =>
      earlier < 2 ? { again: true, afterMs: 7000 } : nothingLeft,
    );
    worker.wake('r1');
    await clock.tickAsync(60_000);
    assert.deepEqual(times(), [0, 7000, 14_000]);
  });

  it('does not come back at once for a time that timers cannot count', async () => {
    const { worker, times } = createScriptedWorker(async () => ({ again: true, afterMs: 2 ** 31 + 5 }));
    worker.wake('r1');
    await clock.tickAsync(86_400_000);
    assert.deepEqual(times(), [0]);
    await worker.stop(0);
  });

  it('takes one step of a request at a time; a call during a step brings one more after it, however many calls', async () => {
    let inside = 0;
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { worker, times } = createScriptedWorker(async (_, earlier) => {
      inside += 1;
      assert.equal(inside, 1);
      await gates[earlier]?.promise;
      inside -= 1;
      return nothingLeft;
    });
    for (let call = 0; call < 5; call += 1) worker.wake('r1');
    await clock.tickAsync(0);
    assert.equal(times().length, 1);
    gates[0]?.resolve();
    await clock.tickAsync(0);
    assert.equal(times().length, 2);
    gates[1]?.resolve();
    await clock.tickAsync(3_600_000);
    assert.equal(times().length, 2);
  });

  it('does not let one request wait for another', async () => {
    const { worker, times } = createScriptedWorker((requestId) =>
      requestId === 'r1' ? new Promise(() => undefined) : Promise.resolve(nothingLeft),
    );
    worker.wake('r1');
    worker.wake('r2');
    await clock.tickAsync(0);
    assert.deepEqual([times('r1'), times('r2')], [[0], [0]]);
  });

  it('is woken early by a call, and then no second time by the timer', async () => {
    const { worker, times } = createScriptedWorker(async (_, earlier) =>
      earlier === 0 ? { again: true, afterMs: 9000 } : nothingLeft,
    );
    worker.wake('r1');
    await clock.tickAsync(4000);
    worker.wake('r1');
    await clock.tickAsync(60_000);
    assert.deepEqual(times(), [0, 4000]);
  });

  it('tries a failed step again after pauses that double from one second to a minute', async () => {
    const { worker, times, log } = createScriptedWorker(() => Promise.reject(new Error('no')));
    worker.wake('r1');
    await clock.tickAsync(400_000);
    const gaps = times()
      .slice(1)
      .map((at, index) => at - (times()[index] ?? 0));
    assert.deepEqual(gaps, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
    assert.deepEqual(log.error.args[0]?.[0].requestId, 'r1');
    await worker.stop(0);
  });

  it('begins with short pauses again after a success', async () => {
    const outcomes = ['fail', 'fail', 'later', 'fail', 'done'];
    const { worker, times } = createScriptedWorker(async (_, earlier) => {
      if (outcomes[earlier] === 'fail') throw new Error('no');
      return outcomes[earlier] === 'later' ? { again: true, afterMs: 10_000 } : nothingLeft;
    });
    worker.wake('r1');
    await clock.tickAsync(100_000);
    assert.deepEqual(times(), [0, 1000, 3000, 13_000, 14_000]);
  });

  for (const [retryAfterMs, at] of [
    [90_000, 90_000],
    [10, 10],
  ] as const) {
    it(`waits as long as the chat is given, ${retryAfterMs} ms`, async () => {
      const { worker, times } = createScriptedWorker(async (_, earlier) => {
        if (earlier === 0) throw new NotifierError('transient', 'slower', { retryAfterMs });
        return nothingLeft;
      });
      worker.wake('r1');
      await clock.tickAsync(200_000);
      assert.deepEqual(times(), [0, at]);
    });
  }

  it('takes up all that is open at the start and with every sweep', async () => {
    const open = ['r1', 'r2'];
    const { worker, times } = createScriptedWorker(async () => nothingLeft, open);
    await worker.start();
    await clock.tickAsync(0);
    assert.deepEqual([times('r1'), times('r2')], [[0], [0]]);
    open.splice(0, 2, 'r3');
    await clock.tickAsync(2 * sweepMs);
    assert.deepEqual([times('r1'), times('r3')], [[0], [sweepMs, 2 * sweepMs]]);
    await worker.stop(0);
  });

  it('does not cut a pause short by a sweep', async () => {
    const failing = createScriptedWorker(
      () => Promise.reject(new NotifierError('transient', 'x', { retryAfterMs: 50_000 })),
      ['r1'],
    );
    await failing.worker.start();
    await clock.tickAsync(49_999);
    assert.deepEqual(failing.times(), [0]);
    await clock.tickAsync(1);
    assert.deepEqual(failing.times(), [0, 50_000]);
    await failing.worker.stop(0);
  });

  it('looks with every sweep at what only waits: another replica may have acted', async () => {
    const { worker, times } = createScriptedWorker(async () => ({ again: true, afterMs: 900_000 }), ['r1']);
    await worker.start();
    await clock.tickAsync(2 * sweepMs);
    assert.deepEqual(times(), [0, sweepMs, 2 * sweepMs]);
    await worker.stop(0);
  });

  it('goes on with a request while something is under way for it, and looks again when that is done', async () => {
    const gate = Promise.withResolvers<void>();
    const { worker, times } = createScriptedWorker(async (_, earlier) =>
      earlier === 0 ? { again: true, when: gate.promise } : nothingLeft,
    );
    worker.wake('r1');
    await clock.tickAsync(1000);
    worker.wake('r1');
    await clock.tickAsync(1000);
    assert.deepEqual(times(), [0, 1000]);
    gate.resolve();
    await clock.tickAsync(60_000);
    assert.deepEqual(times(), [0, 1000, 2000]);
  });

  it('tries again with growing pauses when what was under way has failed', async () => {
    const { worker, times } = createScriptedWorker(async (_, earlier) =>
      earlier < 3 ? { again: true, when: Promise.reject(new Error('no')) } : nothingLeft,
    );
    worker.wake('r1');
    await clock.tickAsync(60_000);
    assert.deepEqual(times(), [0, 1000, 3000, 7000]);
  });

  it('sets no more than 200 requests going at once by a sweep, and the rest as there is room', async () => {
    const open = Array.from({ length: 500 }, (_, index) => `r${index}`);
    const gates = new Map<string, () => void>();
    const { worker, steps } = createScriptedWorker(
      (requestId) => new Promise((resolve) => gates.set(requestId, () => resolve(nothingLeft))),
      open,
    );
    const started = worker.start();
    await clock.tickAsync(1000);
    assert.equal(steps.length, 200);
    for (let done = 0; done < 500; ) {
      for (const [requestId, open] of gates) {
        gates.delete(requestId);
        done += 1;
        open();
      }
      await clock.tickAsync(100);
    }
    await started;
    assert.equal(new Set(steps.map(({ requestId }) => requestId)).size, 500);
    await worker.stop(0);
  });

  it('does not look earlier at what is quiet, unless it is called, and does not count it as open', async () => {
    const { worker, times, swept } = createScriptedWorker(
      async (requestId) => ({ again: true, afterMs: 10 * sweepMs, ...(requestId === 'r1' ? { quiet: true } : {}) }),
      ['r1', 'r2'],
    );
    await worker.start();
    await clock.tickAsync(2 * sweepMs);
    assert.deepEqual(times('r1'), [0]);
    assert.equal(times('r2').length, 3);
    assert.equal(swept.lastCall.args[1], 1);
    worker.wake('r1');
    await clock.tickAsync(0);
    assert.equal(times('r1').length, 2);
    await worker.stop(0);
  });

  it('survives a sweep that cannot read the store, also the first', async () => {
    const { worker, times, openIds, log } = createScriptedWorker(async () => nothingLeft, ['r1']);
    openIds.onFirstCall().rejects(new Error('locked'));
    await worker.start();
    assert.equal(log.error.callCount, 1);
    await clock.tickAsync(sweepMs);
    assert.deepEqual(times(), [sweepMs]);
    await worker.stop(0);
  });

  it('survives work outside a turn that fails, and says which', async () => {
    const { worker, log } = createScriptedWorker(async () => nothingLeft);
    worker.run('greeting', () => Promise.reject(new Error('no')));
    await clock.tickAsync(0);
    assert.equal(log.error.args[0]?.[0].name, 'greeting');
  });
});
