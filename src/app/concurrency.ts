/** Accounts that are looked up at a time for all requesters; and while an approver decides. */
const atOnce = 8;
const beside = 2;

/**
 * Whose reads come first: those of a decision never wait, and leave little room for those of asking, which take turns
 * person by person. So a person who asks for many does not hold back a click, or another who asks for one.
 */
export function createTurns() {
  /** By person, in the order in which they have their turn. */
  const waiting = new Map<string, (() => void)[]>();
  let running = 0;
  let deciding = 0;

  const goOn = () => {
    while (running < (deciding > 0 ? beside : atOnce)) {
      const [person, begins] = waiting.entries().next().value ?? [];
      const begin = begins?.shift();
      if (person === undefined || begins === undefined || begin === undefined) return;
      waiting.delete(person);
      if (begins.length > 0) waiting.set(person, begins);
      running += 1;
      begin();
    }
  };

  return {
    /** Reads for a person who asks, when their turn has come. */
    async asking<T>(personId: string, work: () => Promise<T>): Promise<T> {
      await new Promise<void>((begin) => {
        const begins = waiting.get(personId) ?? [];
        begins.push(begin);
        waiting.set(personId, begins);
        goOn();
      });
      try {
        return await work();
      } finally {
        running -= 1;
        goOn();
      }
    },
    /** Reads for a decision, or for what was decided: at once. */
    async deciding<T>(work: () => Promise<T>): Promise<T> {
      deciding += 1;
      try {
        return await work();
      } finally {
        deciding -= 1;
        goOn();
      }
    },
  };
}

export type Turns = ReturnType<typeof createTurns>;

/** Runs so many at a time; the others wait in their order. */
export function createLanes(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async function inLane<T>(work: () => Promise<T>): Promise<T> {
    if (running < most) running += 1;
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** Reads of one request that are under way at a time. */
const lanes = 8;

/** Runs `work` over the items, eight at a time; results in the items' order. The first error wins. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}

/** What counts before it adds must not run beside its like: each would count before any of them has added. */
export function createInTurn() {
  const last = new Map<string, Promise<void>>();
  /** Waits until what came before under this key is done. What comes after waits for `done`. */
  return async (key: string, done: Promise<void>): Promise<void> => {
    const before = last.get(key);
    const both = Promise.all([before, done]).then(() => {
      if (last.get(key) === both) last.delete(key);
    });
    last.set(key, both);
    await before;
  };
}
