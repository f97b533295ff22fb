import type { Judged } from './promises.ts';

/** What a run of the suite came to. */
export interface Figures {
  add(judged: Judged): void;
  time(what: string, ms: number): void;
  count(what: string, more?: number): void;
  /** For a person, some lines. */
  print(title: string): void;
}

export function createFigures(): Figures {
  const counts = new Map<string, number>();
  const times = new Map<string, number[]>();
  const count = (what: string, more = 1) => void counts.set(what, (counts.get(what) ?? 0) + more);
  const range = (name: string, all: readonly number[]) => {
    const sorted = all.toSorted((one, other) => one - other);
    const median = sorted[Math.floor(sorted.length / 2)];
    return median === undefined ? [] : [`${name}: median ${median} ms, longest ${sorted.at(-1)} ms (${all.length})`];
  };
  return {
    count,
    add({ broken, requests, approved, writes, writtenAgain, twice, orphans, stale }) {
      for (const [what, more] of Object.entries({ requests, approved, writes })) count(what, more);
      count('written again after "unknown"', writtenAgain);
      count('cards whose id was lost', orphans);
      count('writes of a holder that had stood still', stale);
      count('promises broken', broken.length);
      for (const { what, why } of twice) count(`${what} posted twice: ${why}`);
    },
    time: (what, ms) => void times.set(what, [...(times.get(what) ?? []), Math.round(ms)]),
    print(title) {
      const lines = [
        ...[...counts].map(([what, often]) => `${what}: ${often}`),
        ...[...times].flatMap(([what, all]) => range(what, all)),
      ];
      process.stdout.write(`\n    ${title}\n${lines.map((line) => `      ${line}\n`).join('')}\n`);
    },
  };
}
