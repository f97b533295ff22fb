/** Chance that can be repeated: the same seed gives the same throws. */
export interface Dice {
  /** From 0 up to 1, without 1. */
  throw(): number;
  /** A whole number from `least` to `most`, with both. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  one<T>(of: readonly T[]): T;
  /** Dice of their own for one part of a run, so that what else happens does not change its throws. */
  named(name: string): Dice;
}

export function createDice(seed: string): Dice {
  let state = hash(seed);
  const dice: Dice = {
    // mulberry32
    throw() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    between: (least, most) => least + Math.floor(dice.throw() * (most - least + 1)),
    chance: (probability) => dice.throw() < probability,
    one(of) {
      const found = of[dice.between(0, of.length - 1)];
      if (found === undefined) throw new Error('nothing to choose from');
      return found;
    },
    named: (name) => createDice(`${seed} ${name}`),
  };
  return dice;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}
