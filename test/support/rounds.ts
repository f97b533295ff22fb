/**
 * Counts calls in a row: whatever is called while others are under way takes the same round as they do, as if every call
 * took equally long and everything else no time.
 */
export function createRounds() {
  let waiting: (() => void)[] = [];
  let rounds = 0;
  const calls: string[] = [];

  /** All that can be done without an answer from outside is done. */
  const quiet = async () => {
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  return {
    count: () => rounds,
    /** The port, each call of which takes a round before it is done. */
    slow<P extends object>(port: P): P {
      return new Proxy(port, {
        get(target, name) {
          const call = Reflect.get(target, name);
          if (typeof call !== 'function') return call;
          return async (...args: unknown[]) => {
            await new Promise<void>((resolve) => waiting.push(resolve));
            calls.push(String(name));
            return call.apply(target, args);
          };
        },
      });
    },
    /** Resolves when a call of that name has arrived. */
    async until(name: string): Promise<void> {
      while (!calls.includes(name)) await new Promise((resolve) => setImmediate(resolve));
    },
    /** Lets rounds pass until the work is done. */
    async during<T>(work: Promise<T>): Promise<T> {
      let isOver = false;
      const done = work.finally(() => {
        isOver = true;
      });
      // It is told below.
      done.catch(() => undefined);
      for (;;) {
        await quiet();
        if (isOver) return done;
        if (waiting.length === 0) continue;
        rounds += 1;
        const arrived = waiting;
        waiting = [];
        for (const arrive of arrived) arrive();
      }
    },
  };
}
