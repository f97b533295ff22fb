import type { Judged } from './promises.ts';

/** What a run of the suite came to. */
export interface Figures {
  add(judged: Judged): void;
  /** A process began again after a death, and there was something left to do without anybody's help. */
  back(times: { readonly resumedMs?: number | undefined; readonly doneMs: number }): void;
  count(what: string, more?: number): void;
  /** For a person, some lines. */
  print(title: string): void;
}

export function createFigures(): Figures {
  const counts = new Map<string, number>();
  const resumed: number[] = [];
  const done: number[] = [];
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
    back({ resumedMs, doneMs }) {
      if (resumedMs !== undefined) resumed.push(resumedMs);
      done.push(doneMs);
    },
    print(title) {
      const lines = [
        ...[...counts].map(([what, times]) => `${what}: ${times}`),
        ...range('from restart to the first effect', resumed),
        ...range('from restart to done', done),
      ];
      process.stdout.write(`\n    ${title}\n${lines.map((line) => `      ${line}\n`).join('')}\n`);
    },
  };
}
