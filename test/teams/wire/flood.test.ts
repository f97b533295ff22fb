import assert from 'node:assert/strict';
import { createFloodGate } from '../../../src/teams/wire/bot.ts';
import { createFakeClock } from '../../support/fakes.ts';

/** How many in a row are admitted, and what the one after them is told. */
function run(admit: (personId: string) => string, personId: string, limit = 10_000): readonly [number, string] {
  for (let count = 0; count < limit; count += 1) {
    const admission = admit(personId);
    if (admission !== 'admit') return [count, admission];
  }
  return [limit, 'admit'];
}

describe('the flood gate', () => {
  it('lets a person at work through, tells a flood once, and then says nothing', () => {
    const admit = createFloodGate(createFakeClock());
    const [most, told] = run(admit, 'a');
    assert(most >= 20 && most <= 200, String(most));
    assert.equal(told, 'tell');
    for (let count = 0; count < 1000; count += 1) assert.equal(admit('a'), 'ignore');
  });

  it('opens again after a minute', () => {
    const clock = createFakeClock();
    const admit = createFloodGate(clock);
    const [most] = run(admit, 'a');
    clock.pass(59_999);
    assert.equal(admit('a'), 'ignore');
    clock.pass(1);
    assert.deepEqual(run(admit, 'a'), [most, 'tell']);
  });

  it('lets nobody wait for anybody else', () => {
    const admit = createFloodGate(createFakeClock());
    const [most] = run(admit, 'a');
    assert.deepEqual(run(admit, 'b'), [most, 'tell']);
    assert.equal(admit('a'), 'ignore');
  });

  it('never shuts out who keeps below the limit', () => {
    const clock = createFakeClock();
    const admit = createFloodGate(clock);
    for (let count = 0; count < 1000; count += 1) {
      assert.equal(admit('a'), 'admit');
      clock.pass(4000);
    }
  });

  it('forgets the one silent for longest when there are too many', () => {
    const admit = createFloodGate(createFakeClock());
    run(admit, 'a');
    run(admit, 'b');
    for (let count = 0; count < 9999; count += 1) admit(`other ${count}`);
    assert.equal(admit('b'), 'ignore', 'was remembered');
    for (let count = 0; count < 10_000; count += 1) admit(`more ${count}`);
    assert.equal(admit('b'), 'admit', 'was forgotten');
  });
});
