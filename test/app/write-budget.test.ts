import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DirectoryError } from '../../src/app/errors.ts';
import { createWriteBudget, type Turn } from '../../src/app/write-budget.ts';
import type { TargetResult } from '../../src/domain/result.ts';
import { runs } from '../support/chance.ts';
import { account, channel, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const at = '2026-11-21T03:00:00.000Z';
const windowMs = 150_000;
/** What the budget waits beyond the window. */
const margin = 1000;
const verified: TargetResult = { targetId: 'x', at, outcome: 'verified', validFrom: at };
const throttled = (retryAfterMs?: number): TargetResult => {
  const result = { targetId: 'x', at, outcome: 'unknown', code: 'throttled' } as const;
  return retryAfterMs === undefined ? result : { ...result, retryAfterMs };
};

function createFixture(shares?: number) {
  let now = 0;
  const budget = createWriteBudget({ elapsed: () => now }, shares);
  /** A turn that ends at once, with all that was granted sent. */
  const write = (wanted: number, results: readonly TargetResult[] = [verified], left = wanted): number => {
    const turn = budget.take(wanted, left);
    if (turn.granted > 0) turn.end(turn.granted, results);
    return turn.granted;
  };
  const refusal = (wanted: number, left = wanted) => {
    const { granted, afterMs } = budget.take(wanted, left);
    assert.equal(granted, 0);
    return afterMs;
  };
  return {
    budget,
    write,
    refusal,
    pass(ms: number) {
      now += ms;
    },
    now: () => now,
    /** Writes until nothing is granted any more. */
    drain(wanted = 64, left = wanted): number {
      let total = 0;
      for (let granted = 1; granted > 0; total += granted) granted = write(wanted, [verified], left);
      return total;
    },
  };
}

describe('the write budget', () => {
  it('grants what is wanted while there is room, and twice as many at once after each success, up to 64', () => {
    const { write } = createFixture();
    const grants: number[] = [1, 2, 3, 4, 5].map(() => write(500));
    assert.deepEqual(grants, [16, 32, 64, 64, 64]);
    assert.equal(write(3), 3);
  });

  it('halves when Graph throttles or is about to, down to four', () => {
    for (const sign of [throttled(), { ...verified, throttlePercentage: 0.8 }]) {
      const { write } = createFixture();
      const grants: number[] = [1, 2, 3, 4, 5].map(() => write(500, [verified, sign]));
      assert.deepEqual(grants, [16, 8, 4, 4, 4]);
    }
    const { write } = createFixture();
    write(1, [{ ...verified, throttlePercentage: 0.79 }]);
    assert.equal(write(500), 32);
  });

  it('halves once for what turns that were under way together were told', () => {
    const { budget, write, pass } = createFixture();
    for (let times = 0; times < 3; times += 1) write(500);
    const together = [1, 2, 3, 4].map(() => budget.take(500));
    pass(100);
    for (const turn of together) turn.end(turn.granted, [throttled()]);
    assert.equal(write(500, [throttled()]), 32);
    assert.equal(write(500), 16);
  });

  it('is not slowed by Graph’s word that the quota is used up to where it has used it itself', () => {
    const { budget, write } = createFixture();
    const near = { ...verified, throttlePercentage: 0.9 };
    for (let used = 0; used < 2400; ) used += write(500);
    assert.equal(write(500, [near]), 64);
    assert.equal(write(500), 64);
    // More than that is somebody else's use, or another limit.
    assert.equal(write(500, [{ ...verified, throttlePercentage: 0.99 }]), 64);
    assert.equal(write(500, [{ ...verified, throttlePercentage: 1 }]), 32);
    assert.equal(budget.take(500).granted, 16);
  });

  it('divides 128 at once among the large requests that run side by side, and grants a small one what it wants', () => {
    const { budget, write } = createFixture();
    for (let times = 0; times < 3; times += 1) write(500);
    const turns = [1, 2, 3, 4].map(() => budget.take(500));
    const grants: number[] = turns.map(({ granted }) => granted);
    assert.deepEqual(grants, [64, 64, 42, 32]);
    const small = [1, 2, 3].map(() => budget.take(3));
    for (const { granted } of small) assert.equal(granted, 3);
    // All four go on, and a small one that is under way takes nothing from them.
    for (const turn of turns) {
      turn.end(turn.granted, [verified]);
      assert.equal(budget.take(500).granted, 32);
    }
    for (let times = 0; times < 100; times += 1) budget.take(500);
    assert.equal(budget.take(500).granted, 4);
  });

  it('learns nothing where nothing was heard', () => {
    const { write } = createFixture();
    assert.equal(write(500, []), 16);
    assert.equal(write(500), 16);
  });

  it('grants nothing while Graph asks to wait, for all requests alike', () => {
    const { budget, write, refusal, pass } = createFixture();
    const [first, second] = [budget.take(10), budget.take(1)];
    first.end(10, [throttled(3000), throttled(7000), throttled(), verified]);
    assert.equal(refusal(1), 7000);
    second.end(1, [throttled(100)]);
    assert.equal(refusal(1), 7000);
    pass(6999);
    assert.equal(refusal(1), 1);
    pass(1);
    assert.equal(write(1), 1);
  });

  it('counts only what was sent', () => {
    const { budget, drain } = createFixture();
    const turns = [budget.take(16), budget.take(4), budget.take(8)];
    for (const [index, sent] of [10, 0, 8].entries()) turns[index]?.end(sent, []);
    assert.equal(drain(1), 3000 - 18);
  });

  it('waits no longer than the window for what Graph says of one account', () => {
    const { write, pass } = createFixture();
    write(1, [throttled(86_400_000)]);
    pass(windowMs);
    assert.equal(write(1), 1);
  });

  it('leaves a twentieth of the quota for small requests, and says from when on there is more', () => {
    const { drain, write, refusal, pass } = createFixture();
    assert.equal(drain(64, 500), 2850);
    pass(1000);
    assert.equal(refusal(64, 500), windowMs + margin - 1000);
    assert.equal(write(4), 4);
    assert.equal(drain(1), 146);
    assert.equal(refusal(1), windowMs + margin - 1000);
    pass(windowMs + margin - 1000);
    assert.equal(write(64), 64);
  });

  it('lets a large request have that, too, when it is all that it needs', () => {
    const fixture = createFixture();
    const { drain, refusal } = fixture;
    assert.equal(drain(64, 500), 2850);
    assert.equal(refusal(64, 151), windowMs + margin);
    const { write } = fixture;
    for (let left = 150; left > 0; left -= 10) assert.equal(write(10, [verified], left), 10);
    assert.equal(refusal(1), windowMs + margin);
  });

  it('opens as soon as Graph allows when it does not agree with that', () => {
    const { drain, write, refusal, pass } = createFixture();
    drain(64, 500);
    pass(149_000);
    assert.equal(write(1, [throttled(500)]), 1);
    assert.equal(refusal(1), 500);
    pass(500);
    assert.equal(write(1), 1);
    pass(1500);
    assert(write(500) > 0);
  });

  it('counts a turn from its beginning until a window after its end, because Graph counts from the arrival', () => {
    const { budget, drain, refusal, pass, write } = createFixture();
    const slow = budget.take(16);
    pass(10_000);
    assert.equal(drain(1), 2984);
    // What is under way may turn out not to be needed.
    assert.equal(refusal(64), 1000);
    pass(1000);
    slow.end(16, [verified]);
    assert.equal(refusal(64), windowMs + margin - 1000);
    pass(windowMs + margin - 1000);
    assert.equal(drain(1), 2984);
    pass(1000);
    assert.equal(write(16), 16);
  });

  it('of two replicas keeps each to half of the quota', () => {
    assert.equal(createFixture(2).drain(1), 1500);
  });

  it('never lets more arrive in any 150 s than the quota', () => {
    const step = fc.record({
      wanted: fc.oneof(fc.integer({ min: 5, max: 600 }), fc.integer({ min: 1, max: 4 })),
      passMs: fc.integer({ min: 0, max: 20_000 }),
      /** How many further turns begin before this one ends. */
      lasts: fc.integer({ min: 0, max: 6 }),
      /** When in its turn it arrives, from 0 to 1. */
      arrives: fc.double({ min: 0, max: 1, noNaN: true }),
      unused: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 600 }), (steps) => {
        const { budget, pass, now } = createFixture();
        const writes: { at: number; count: number; small: boolean }[] = [];
        const open: { turn: Turn; began: number; until: number; arrives: number; sent: number; small: boolean }[] = [];
        for (const [index, { wanted, passMs, lasts, arrives, unused }] of steps.entries()) {
          const turn = budget.take(wanted);
          assert(turn.granted >= 0 && turn.granted <= Math.min(wanted, 64));
          assert(turn.granted > 0 || turn.afterMs > 0, 'a pause, or something to do');
          const sent = Math.max(0, turn.granted - unused);
          open.push({ turn, began: now(), until: index + lasts, arrives, sent, small: wanted <= 4 });
          pass(passMs);
          for (const one of open.filter(({ until }) => until === index)) {
            if (one.turn.granted === 0) continue;
            one.turn.end(one.sent, [verified]);
            writes.push({
              at: one.began + (now() - one.began) * one.arrives,
              count: one.sent,
              small: one.small,
            });
          }
        }
        for (const { at: from } of writes) {
          const within = writes.filter((one) => one.at >= from && one.at < from + windowMs);
          const sum = (some: typeof within) => some.reduce((total, { count }) => total + count, 0);
          assert(sum(within) <= 3000);
        }
      }),
      { numRuns: runs(60) },
    );
  });
});

describe('a small urgent request', () => {
  const large = Array.from({ length: 500 }, (_, index) => account(index + 100));
  const urgent = account(1);
  const urgentId = `U8GH${requestId.slice(4)}`;

  it('is done while a large one is under way in the same process', async () => {
    const house = createHouse({ accounts: [...large, urgent], policy: { maxTargetsPerHour: 10_000 } });
    await house.approved({ targets: large.map(({ upn }) => ({ kind: 'address', text: upn })) });
    while ((await house.state()).results.size < 100) await house.advance(requestId);
    const { revoke } = house.directory;
    const answered = Promise.withResolvers<void>();
    let waiting = 0;
    house.directory.revoke = async (id, ...rest) => {
      if (id === urgent.id) return revoke(id, ...rest);
      waiting += 1;
      await answered.promise;
      return revoke(id, ...rest);
    };
    const batch = house.advance(requestId);
    while (waiting === 0) await new Promise(setImmediate);

    await house.submit(house.ask({ requestId: urgentId, targets: [{ kind: 'address', text: urgent.upn }] }));
    await house.settle(urgentId);
    await house.review({ requestId: urgentId, verb: 'approve', by: megan, where: channel.id });
    await house.settle(urgentId);
    assert.equal((await house.state(urgentId)).phase, 'succeeded');
    assert.equal((await house.state()).phase, 'executing');
    answered.resolve();
    await batch;
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
  });
});

describe('what a batch tells the budget', () => {
  const many = Array.from({ length: 100 }, (_, index) => account(index + 100));
  const targets = many.map(({ upn }) => ({ kind: 'address', text: upn }) as const);

  it('that a read was throttled, which holds for the writes as well', async () => {
    const house = createHouse({ accounts: many });
    await house.approved({ targets });
    const { read } = house.directory;
    house.directory.read = async (id) => {
      if (id !== many[0]?.id) return read(id);
      house.directory.read = read;
      throw new DirectoryError('throttled', 'x', { retryAfterMs: 5000 });
    };
    await house.advance(requestId);
    assert.equal(house.directory.writes.length, 15);
    assert.deepEqual(await house.advance(requestId), { again: true, afterMs: 5000 });
  });

  it('that nothing was sent when it broke off', async () => {
    const house = createHouse({ accounts: many });
    await house.approved({ targets });
    const { memberOf } = house.directory;
    house.directory.memberOf = async () => {
      throw new Error('a fault of ours');
    };
    for (let times = 0; times < 10; times += 1) await assert.rejects(house.advance(requestId), /a fault of ours/);
    house.directory.memberOf = memberOf;
    await house.advance(requestId);
    // As many as of the first batch, since none is taken to be under way still.
    assert.equal(house.directory.writes.length, 16);
  });
});
