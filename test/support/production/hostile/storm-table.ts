import type { GoodFigures } from './good-stream.ts';
import type { Tally } from './raw-pool.ts';

/** What a storm did. */
export type Outcome = {
  readonly name: string;
  readonly sent: number;
  readonly answers: Tally;
  readonly good: GoodFigures;
  /** With all garbage collected. */
  readonly rssMiB: { readonly before: number; readonly after: number };
  /** The bot's CPU time for each piece of junk, that of the good requests beside it taken off. */
  readonly cpuMicros: number;
};

const headings = [
  'storm',
  'sent',
  'answered',
  'good',
  'p50 ms',
  'p99 ms',
  'max ms',
  'p99 with the machine’s waits',
  'RSS MiB before',
  'after',
  'CPU µs each',
];

export function stormTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ name, sent, answers, good, rssMiB, cpuMicros }) => [
    name,
    String(sent),
    Object.entries(answers)
      .map(([what, times]) => `${what} × ${times}`)
      .join(', '),
    String(good.count),
    ...[good.p50, good.p99, good.max, good.wallP99, rssMiB.before, rssMiB.after].map((value) => value.toFixed(1)),
    cpuMicros.toFixed(0),
  ]);
  return [headings, headings.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}
