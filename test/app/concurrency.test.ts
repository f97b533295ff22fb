import assert from 'node:assert/strict';
import { createTurns } from '../../src/app/concurrency.ts';
import { createMayLookUp } from '../../src/app/resolve-targets.ts';
import { createFakeClock, policy } from '../support/fakes.ts';
import { account, alex, channel, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const settle = () => new Promise(setImmediate);

/** Work that is under way until it is ended; the order in which it began. */
function createWork() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    work: (name: string) => () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    },
    async end(count = 1) {
      for (const end of ends.splice(0, count)) end();
      await settle();
    },
  };
}

describe('look-ups take turns', () => {
  it('eight at a time, person by person', async () => {
    const turns = createTurns();
    const { begun, work, end } = createWork();
    for (let index = 0; index < 100; index += 1) void turns.asking('a', work('a'));
    void turns.asking('b', work('b'));
    void turns.asking('c', work('c'));
    await settle();
    assert.deepEqual(begun, Array(8).fill('a'));
    await end(3);
    // Whoever had a turn goes to the end of the line.
    assert.deepEqual(begun.slice(8).toSorted(), ['a', 'b', 'c']);
    await end(8);
    assert.equal(begun.length, 19);
  });

  it('and leave the way to a decision, which never waits', async () => {
    const turns = createTurns();
    const { begun, work, end } = createWork();
    for (let index = 0; index < 100; index += 1) void turns.asking('a', work('a'));
    await settle();
    const decision = createWork();
    void turns.deciding(decision.work('click'));
    assert.deepEqual(decision.begun, ['click']);
    await end(8);
    assert.equal(begun.length, 10, 'two beside a decision');
    await end(2);
    assert.equal(begun.length, 12);
    await decision.end();
    assert.equal(begun.length, 18, 'eight again');
  });

  it('go on after one has failed, and after a decision has', async () => {
    const turns = createTurns();
    const fails = () => Promise.reject(new Error('x'));
    for (let index = 0; index < 20; index += 1) await assert.rejects(turns.asking('a', fails));
    await assert.rejects(turns.deciding(fails));
    const { begun, work } = createWork();
    for (let index = 0; index < 20; index += 1) void turns.asking('a', work('a'));
    await settle();
    assert.equal(begun.length, 8);
  });
});

describe('the budget of look-ups', () => {
  it('is what two of the largest requests take, a person and minute', () => {
    const clock = createFakeClock();
    const mayLookUp = createMayLookUp(clock, { maxTargets: 100 });
    assert.deepEqual([mayLookUp('a', 100), mayLookUp('a', 100), mayLookUp('a', 1)], [true, true, false]);
    assert.equal(mayLookUp('b', 1), true);
    clock.pass(59_999);
    assert.equal(mayLookUp('a', 1), false);
    clock.pass(1);
    assert.deepEqual([mayLookUp('a', 150), mayLookUp('a', 51), mayLookUp('a', 50)], [true, false, true]);
  });

  it('remembers ten thousand people and no more', () => {
    const mayLookUp = createMayLookUp(createFakeClock(), { maxTargets: 1 });
    mayLookUp('a', 2);
    for (let index = 0; index < 9999; index += 1) mayLookUp(`p${index}`, 1);
    assert.equal(mayLookUp('a', 1), false);
    mayLookUp('a', 0);
    for (let index = 0; index < 10_000; index += 1) mayLookUp(`q${index}`, 1);
    assert.equal(mayLookUp('a', 1), true);
  });

  const house = () => createHouse({ policy: { maxTargets: 3 } });
  const targets = [1, 2, 3].map((index) => ({ kind: 'address', text: account(index).upn }) as const);
  const limited = { kind: 'refused', code: 'lookUpLimit' };

  it('counts requests, dry runs, suggestions and histories; over it nothing is looked up', async () => {
    const { ask, submit, suggestPeople, history, directory } = house();
    assert.equal((await submit(ask({ targets }))).kind, 'recorded');
    assert.equal((await submit(ask({ targets: targets.slice(1), dryRun: true }))).kind, 'preview');
    assert.equal((await suggestPeople(alex, targets.slice(2))).kind, 'suggested');
    directory.read = directory.find = () => assert.fail('looked up');
    assert.deepEqual(await submit(ask({ targets, requestId: `${requestId}X` })), limited);
    assert.deepEqual(await submit(ask({ targets, dryRun: true })), limited);
    assert.deepEqual(await suggestPeople(alex, targets.slice(2)), limited);
    const target = targets[0] ?? assert.fail();
    assert.deepEqual(await history({ by: alex, where: channel.id, target }), { kind: 'tooMany' });
  });

  it("does not count one's own sessions, nor what is too long to be looked up", async () => {
    const { ask, submit } = house();
    const long = [...targets, { kind: 'address', text: 'x@y.example' } as const];
    for (let index = 0; index < 5; index += 1) {
      const { kind, ...why } = await submit(ask({ targets: long }));
      assert.deepEqual([kind, 'code' in why && why.code], ['refused', 'tooManyTargets']);
    }
    assert.equal((await submit(ask({ targets, dryRun: true }))).kind, 'preview');
    assert.equal((await submit(ask({ targets, dryRun: true }))).kind, 'preview');
    assert.equal((await submit(ask({ targets: 'self' }))).kind, 'recorded');
  });

  it('is what it is for whoever may not ask, too', async () => {
    const { ask, submit } = house();
    const by = { ...alex, id: account(3).id };
    for (const expected of ['notRequester', 'notRequester', 'lookUpLimit']) {
      assert.deepEqual(await submit(ask({ by, targets })), { kind: 'refused', code: expected });
    }
  });

  it('is twice the setting for the largest request', () => {
    assert.equal(createMayLookUp(createFakeClock(), policy)('a', 2 * policy.maxTargets), true);
    assert.equal(createMayLookUp(createFakeClock(), policy)('a', 2 * policy.maxTargets + 1), false);
  });
});
