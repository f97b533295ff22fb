import assert from 'node:assert/strict';
import { createBoundedMap } from '../../src/base/bounded-map.ts';
import { within } from '../../src/base/time.ts';

describe('a bounded map', () => {
  it('forgets the entry that was set longest ago, and no more than that', () => {
    const map = createBoundedMap<string, number>(2);
    map.set('one', 1);
    map.set('two', 2);
    map.set('one', 3);
    map.set('three', 4);
    assert.deepEqual(['one', 'two', 'three'].map(map.get), [3, undefined, 4]);
    assert.equal(map.has('two'), false);
    assert.equal(map.delete('one'), true);
    map.set('four', 5);
    assert.deepEqual(['one', 'three', 'four'].map(map.has), [false, true, true]);
  });
});

describe('a deadline', () => {
  const never = new Promise<never>(() => undefined);

  it('gives what the work comes to in time, or why it failed', async () => {
    assert.equal(await within(1000, Promise.resolve('done'), assert.fail), 'done');
    await assert.rejects(within(1000, Promise.reject(new Error('why')), assert.fail), /why/);
  });

  it('gives what stands in for it when it comes late, or throws that', async () => {
    assert.equal(await within(1, never, () => 'late'), 'late');
    const late = () => Promise.reject(new Error('too late'));
    await assert.rejects(within(1, never, late), /too late/);
  });
});
