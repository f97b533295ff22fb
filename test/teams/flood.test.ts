import assert from 'node:assert/strict';
import { createFloodGate } from '../../src/teams/flood.ts';
import { createFakeClock } from '../support/fakes.ts';

describe('flood gate', () => {
  const burst = (admit: (id: string) => string, id: string, count: number) =>
    Array.from({ length: count }, () => admit(id));

  it('admits what a person types, tells a flooder once, then ignores for a minute', () => {
    const clock = createFakeClock();
    const admit = createFloodGate(clock);
    assert.deepEqual(new Set(burst(admit, 'a', 120)), new Set(['admit']));
    assert.deepEqual(burst(admit, 'a', 4), ['tell', 'ignore', 'ignore', 'ignore']);
    clock.pass(59_999);
    assert.equal(admit('a'), 'ignore');
    clock.pass(1);
    assert.equal(admit('a'), 'admit');
  });

  it('admits others meanwhile, and slow people for ever', () => {
    const clock = createFakeClock();
    const admit = createFloodGate(clock);
    burst(admit, 'a', 200);
    assert.equal(admit('b'), 'admit');
    for (let minutes = 0; minutes < 60; minutes += 1) {
      assert.deepEqual(new Set(burst(admit, 'b', 100)), new Set(['admit']));
      clock.pass(60_000);
    }
  });

  it('goes on ignoring whoever goes on flooding, telling once a minute', () => {
    const clock = createFakeClock();
    const admit = createFloodGate(clock);
    const told: number[] = [];
    for (let second = 0; second < 600; second += 1) {
      if (burst(admit, 'a', 100).includes('tell')) told.push(second);
      clock.pass(1000);
    }
    for (const [index, second] of told.entries()) assert(index === 0 || second - (told[index - 1] ?? 0) >= 60);
    assert(told.length > 1);
  });

  it('remembers only so many people', () => {
    const admit = createFloodGate(createFakeClock());
    burst(admit, 'a', 121);
    for (let index = 0; index < 10_001; index += 1) admit(`person ${index}`);
    assert.equal(admit('a'), 'admit');
  });
});
