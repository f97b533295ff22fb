import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createWriteBudget } from '../../src/app/write-budget.ts';
import type { TargetResult } from '../../src/domain/request.ts';

const at = '2026-11-21T03:00:00.000Z';
const verified: TargetResult = { targetId: 'x', at, outcome: 'verified', validFrom: at };
const throttled = (retryAfterMs?: number): TargetResult => {
  const result = { targetId: 'x', at, outcome: 'unknown', code: 'throttled' } as const;
  return retryAfterMs === undefined ? result : { ...result, retryAfterMs };
};

function createFixture(shares?: number) {
  let now = 0;
  const budget = createWriteBudget({ elapsed: () => now }, shares);
  return {
    budget,
    pass(ms: number) {
      now += ms;
    },
    now: () => now,
    /** Takes until nothing is granted any more. */
    drain(wanted = 64): number {
      let total = 0;
      for (;;) {
        const { granted } = budget.take(wanted);
        if (granted === 0) return total;
        total += granted;
        budget.learn([verified]);
      }
    },
  };
}

describe('the write budget', () => {
  it('grants what is wanted while there is room, and twice as many at once after each success, up to 64', () => {
    const { budget } = createFixture();
    const grants: number[] = [];
    for (let times = 0; times < 5; times += 1) {
      grants.push(budget.take(500).granted);
      budget.learn([verified]);
    }
    assert.deepEqual(grants, [16, 32, 64, 64, 64]);
    assert.equal(budget.take(3).granted, 3);
  });

  it('halves when Graph throttles or is about to, down to four', () => {
    for (const sign of [throttled(), { ...verified, throttlePercentage: 0.8 }]) {
      const { budget } = createFixture();
      const grants: number[] = [];
      for (let times = 0; times < 5; times += 1) {
        grants.push(budget.take(500).granted);
        budget.learn([verified, sign]);
      }
      assert.deepEqual(grants, [16, 8, 4, 4, 4]);
    }
    const { budget } = createFixture();
    budget.learn([{ ...verified, throttlePercentage: 0.79 }]);
    assert.equal(budget.take(500).granted, 32);
  });

  it('learns nothing where nothing was written', () => {
    const { budget } = createFixture();
    budget.learn([]);
    assert.equal(budget.take(500).granted, 16);
  });

  it('grants nothing while Graph asks to wait, for all requests alike', () => {
    const { budget, pass } = createFixture();
    budget.take(10);
    budget.learn([throttled(3000), throttled(7000), throttled(), verified]);
    assert.deepEqual(budget.take(1), { granted: 0, afterMs: 7000 });
    budget.learn([throttled(100)]);
    assert.deepEqual(budget.take(1), { granted: 0, afterMs: 7000 });
    pass(6999);
    assert.deepEqual(budget.take(1), { granted: 0, afterMs: 1 });
    pass(1);
    assert.deepEqual(budget.take(1), { granted: 1, afterMs: 0 });
  });

  it('counts only what was needed', () => {
    const { budget } = createFixture();
    budget.take(16);
    budget.giveBack(6);
    budget.take(4);
    budget.giveBack(4);
    budget.learn([verified]);
    let total = 10;
    for (let granted = 1; granted > 0; total += granted) ({ granted } = budget.take(1));
    assert.equal(total, 3000);
  });

  it('waits no longer than the window for what Graph says of one account', () => {
    const { budget, pass } = createFixture();
    budget.learn([throttled(86_400_000)]);
    pass(150_000);
    assert.equal(budget.take(1).granted, 1);
  });

  it('leaves some of the quota over for small requests, and says from when on there is more', () => {
    const { budget, drain, pass } = createFixture();
    assert.equal(drain(), 2850);
    pass(1000);
    assert.deepEqual(budget.take(5), { granted: 0, afterMs: 149_000 });
    assert.deepEqual(budget.take(4), { granted: 4, afterMs: 0 });
    assert.equal(drain(1), 146);
    assert.deepEqual(budget.take(1), { granted: 0, afterMs: 149_000 });
    pass(149_000);
    assert.equal(budget.take(64).granted, 64);
  });

  it('of two replicas keeps each to half of the quota', () => {
    assert.equal(createFixture(2).drain(1), 1500);
  });

  it('never grants more than the quota in any 150 s, whatever is asked for when', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 20_000 })), { maxLength: 400 }),
        (steps) => {
          const { budget, pass, now } = createFixture();
          const grants: { at: number; granted: number }[] = [];
          for (const [wanted, ms] of steps) {
            const { granted, afterMs } = budget.take(wanted);
            assert(granted <= Math.min(wanted, 64) && granted >= 0);
            assert(granted > 0 || afterMs > 0, 'a pause, or something to do');
            grants.push({ at: now(), granted });
            budget.learn([verified]);
            pass(ms);
          }
          for (const { at: from } of grants) {
            const within = grants.filter((one) => one.at >= from && one.at < from + 150_000);
            assert(within.reduce((sum, { granted }) => sum + granted, 0) <= 3000);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
