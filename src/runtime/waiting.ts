import { AsyncLocalStorage } from 'node:async_hooks';
import { around } from './around.ts';

/** Calls of the store that some work waits for right now. */
const current = new AsyncLocalStorage<{ calls: number }>();

/** Begins some work, and tells at any moment what it waits for, if it waits. */
export function watchWaiting<T>(work: () => Promise<T>): { readonly done: Promise<T>; waitsFor(): 'store' | 'graph' } {
  const store = { calls: 0 };
  return { done: current.run(store, work), waitsFor: () => (store.calls > 0 ? 'store' : 'graph') };
}

/** The same store, whose calls are counted for whoever waits for them. */
export function countWaiting<S extends object>(store: S, names: readonly (keyof S & string)[]): S {
  return around(store, names, async (_, work) => {
    const waiting = current.getStore();
    if (!waiting) return work();
    waiting.calls += 1;
    try {
      return await work();
    } finally {
      waiting.calls -= 1;
    }
  });
}
