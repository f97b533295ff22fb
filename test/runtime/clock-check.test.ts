import assert from 'node:assert/strict';
import { clock, createClockCheck } from '../../src/runtime/clock.ts';

const noon = Date.parse('2026-11-28T12:00:00Z');
const minute = 60_000;

it('the clock sleeps as long as it says, or until it is told to stop', async () => {
  const since = clock.elapsed();
  await clock.sleep(30);
  assert(clock.elapsed() - since >= 29);
  const stop = new AbortController();
  const asleep = clock.sleep(60_000, stop.signal);
  stop.abort();
  await asleep;
});

describe('the check of the clock', () => {
  /** A machine whose clock is so far ahead, and who answers it. */
  function createMachine() {
    const said: string[] = [];
    const machine = { aheadMs: 0, elapsedMs: 0 };
    const hear = (_: object, message: string) => void said.push(message);
    const check = createClockCheck(
      { now: () => new Date(noon + machine.aheadMs), elapsed: () => machine.elapsedMs, sleep: async () => undefined },
      { debug: hear, info: hear, warn: hear, error: hear },
    );
    const answer = async (source: 'graph' | 'entra' | 'store', date: string | null, tookMs = 0) => {
      const wire = {
        async sendRequest() {
          machine.elapsedMs += tookMs;
          return { headers: { get: (name: string) => (name === 'date' ? date : null) } };
        },
      };
      await check.listen(source, wire).sendRequest('a request');
    };
    const rightDate = new Date(noon).toUTCString();
    return { machine, said, check, answer, rightDate };
  }

  it('is content while answers are dated as it would date them', async () => {
    const { check, answer, rightDate, said } = createMachine();
    await answer('graph', rightDate);
    await answer('entra', rightDate);
    await check.check();
    assert.deepEqual(said, []);
  });

  for (const aheadMs of [3 * minute, -3 * minute, 20 * 365 * 24 * 60 * minute]) {
    it(`says once that the clock is ${aheadMs / minute} minutes ahead, and gives the right time all the same`, async () => {
      const { machine, check, answer, rightDate, said } = createMachine();
      machine.aheadMs = aheadMs;
      for (const source of ['graph', 'entra', 'graph', 'store'] as const) await answer(source, rightDate);
      await assert.rejects(check.check(), /clock is -?\d+ s ahead/);
      assert.equal(check.now().getTime(), noon);
      assert.deepEqual(said, ["this machine's clock is wrong: set it, and keep it set"]);
      machine.aheadMs = 0;
      for (const source of ['graph', 'entra', 'store'] as const) await answer(source, rightDate);
      await check.check();
      assert.equal(check.now().getTime(), noon);
      assert.equal(said.at(-1), "this machine's clock is right again");
    });
  }

  it('gives the right time when the clock is set while it runs, and asks at once who is right', async () => {
    const { machine, check, answer, rightDate } = createMachine();
    for (const source of ['graph', 'entra'] as const) await answer(source, rightDate);
    let asked = 0;
    const stop = new AbortController();
    const ask = async () => {
      asked += 1;
    };
    await check.begin(ask, stop.signal);
    machine.aheadMs = -10 * minute;
    assert.deepEqual([check.now().getTime(), asked], [noon, 2]);
    await assert.rejects(check.check(), /clock is -600 s ahead/);
    // It was wrong before, and was put right.
    for (const source of ['graph', 'entra'] as const) await answer(source, new Date(noon - 10 * minute).toUTCString());
    await check.check();
    assert.deepEqual([check.now().getTime(), asked], [noon - 10 * minute, 2]);
    stop.abort();
  });

  it('does not believe Graph alone', async () => {
    const { check, answer, rightDate } = createMachine();
    const wrongDate = new Date(noon - 60 * minute).toUTCString();
    await answer('graph', wrongDate);
    await check.check();
    await answer('entra', rightDate);
    await answer('graph', wrongDate);
    await check.check();
    assert.equal(check.now().getTime(), noon);
  });

  it('learns nothing from an answer without a date, or one that was long on its way', async () => {
    const { machine, check, answer, rightDate } = createMachine();
    machine.aheadMs = 3 * minute;
    await answer('graph', rightDate);
    for (const date of [null, '', 'yesterday']) await answer('entra', date);
    await answer('store', rightDate, 10_001);
    await check.check();
    await answer('store', rightDate, 10_000);
    await assert.rejects(check.check());
  });

  it('hands answers and failures on', async () => {
    const { check } = createMachine();
    const answer = { status: 204, headers: { get: () => undefined } };
    assert.equal(await check.listen('graph', { sendRequest: async () => answer }).sendRequest('a request'), answer);
    const failing = check.listen('graph', { sendRequest: () => Promise.reject(new Error('no way')) });
    await assert.rejects(failing.sendRequest('a request'), /no way/);
  });
});
