/** Waits until what came before under this key is done. What comes after waits for `done`. */
export type InTurn = (key: string, done: Promise<void>) => Promise<void>;

/** What counts before it adds must not run beside its like: each would count before any of them has added. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<void>>();
  return async (key, done) => {
    const before = last.get(key);
    const both = Promise.all([before, done]).then(() => {
      if (last.get(key) === both) last.delete(key);
    });
    last.set(key, both);
    await before;
  };
}
