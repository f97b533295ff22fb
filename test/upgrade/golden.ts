import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Button } from '../support/production/card.ts';
import type { GoldenRow } from './rows.ts';

/** A card that stood in the chat, with what its buttons send. */
export interface GoldenCard {
  readonly where: string;
  readonly activityId: string;
  readonly buttons: readonly Pick<Button, 'verb' | 'data'>[];
}

/** A store as a version left it, and the chat round it. */
export interface Golden {
  readonly version: number;
  readonly store: 'sqlite' | 'table';
  /** When the last process of that version was killed. */
  readonly recordedAt: string;
  /** The conversation of each post, in the order of posting. */
  readonly posts: readonly string[];
  /** By the name of the case. */
  readonly cards: Readonly<Record<string, GoldenCard>>;
  readonly rows: readonly GoldenRow[];
}

const folder = new URL('golden/', import.meta.url);

/** One thing a line: what it is, the posts, the cards, the rows. */
export function writeGolden({ posts, cards, rows, ...what }: Golden): void {
  const all = [
    what,
    ...posts.map((post) => ({ post })),
    ...Object.entries(cards).map(([card, more]) => ({ card, ...more })),
    ...rows.map((row) => ({ row })),
  ];
  const text = all.map((one) => `${JSON.stringify(one)}\n`).join('');
  writeFileSync(new URL(`v${what.version}.${what.store}.jsonl`, folder), text);
}

/** All there are, the oldest version first. */
export function readGoldens(): readonly Golden[] {
  return readdirSync(folder)
    .toSorted()
    .map((file) => {
      const [what, ...lines] = readFileSync(new URL(file, folder), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      return {
        ...what,
        posts: lines.flatMap(({ post }) => post ?? []),
        cards: Object.fromEntries(lines.flatMap(({ card, ...more }) => (card === undefined ? [] : [[card, more]]))),
        rows: lines.flatMap(({ row }) => row ?? []),
      };
    });
}
