import assert from 'node:assert/strict';
import { countWaiting, watchWaiting } from '../../src/runtime/waiting.ts';

describe('what some work waits for', () => {
  it('is the store while a call of the store is under way for it, and for nobody else', async () => {
    const slow = Promise.withResolvers<string>();
    const store = countWaiting({ read: () => slow.promise }, ['read']);
    const one = watchWaiting(() => store.read());
    const other = watchWaiting(async () => 'x');
    assert.equal(one.waitsFor(), 'store');
    assert.equal(other.waitsFor(), 'graph');
    slow.resolve('read');
    assert.equal(await one.done, 'read');
    assert.equal(one.waitsFor(), 'graph');
    assert.equal(await store.read(), 'read');
  });

  it('is the store no longer when its call has failed', async () => {
    const store = countWaiting({ read: () => Promise.reject(new Error('x')) }, ['read']);
    const one = watchWaiting(() => store.read().catch(() => new Promise<string>(() => {})));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(one.waitsFor(), 'graph');
  });
});
