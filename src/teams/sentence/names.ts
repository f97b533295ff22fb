import type { TargetReference } from '../../app/ports.ts';
import { besideIn, heading } from './beside-address.ts';
import { type Word, wordsOf } from './list-words.ts';
import { withoutName } from './name-before.ts';
import { addressIn, objectIdIn } from './word.ts';
import { type Mentioned, type Part, partIn, visible } from './written.ts';

/** A mention; who has that object id is for the roster to say. */
export interface MentionReference {
  readonly kind: 'mention';
  /** As it was shown. Untrusted text. */
  readonly text: string;
  readonly who: Mentioned;
}

export type Named = TargetReference | MentionReference;

export const isReference = (named: Named): named is TargetReference => named.kind !== 'mention';

/** What was shown, and the address behind it. */
export interface Differing {
  readonly shown: string;
  readonly leadsTo: string;
}

interface Names {
  readonly targets: readonly Named[];
  /** Words that name nobody. */
  readonly unclear: readonly string[];
  readonly differing: readonly Differing[];
  /** Rows of a table with several addresses and no way to tell which one is meant. */
  readonly rows: readonly (readonly string[])[];
}

/** The same for the same person, however it was spelt. */
export function keyOf(named: Named): string {
  if (named.kind !== 'mention') return named.text.toLowerCase();
  return named.who.kind === 'member' ? `@${named.who.id}` : `@ ${named.text.toLowerCase()}`;
}

const bullet = /^(?:[•·‣◦▪●○■□–—*-]|\(?\d{1,3}[.)])\s+/u;

/** Whoever is named in a list or a table, each once; and all that could not be understood, of which nothing is guessed. */
export function readNames(text: string, parts: readonly Part[]): Names {
  const lines = text.split('\n').map((line) => line.trim().replace(bullet, ''));
  const [first = '', ...others] = lines;
  const columns = cellsOf(first);
  const isHeading =
    others.length > 0 && columns.some((cell) => heading.test(cell)) && readWords(first, parts).targets.length === 0;
  /** Then an address is not that of the person only because it stands in the row. */
  const hasOtherColumns = isHeading && !columns.every((cell) => heading.test(cell));
  const rows = (isHeading ? others : lines).map((line) =>
    cellsOf(line).map((cell) => ({ cell, ...readWords(cell, parts) })),
  );
  const isBeside = besideIn(rows, isHeading, parts);
  const found = rows.flatMap((row) => (row.length > 1 ? readRow(row, parts, { hasOtherColumns, isBeside }) : row));
  const targets = new Map<string, Named>();
  for (const named of found.flatMap((one) => one.targets)) targets.set(keyOf(named), named);
  return {
    targets: [...targets.values()],
    unclear: found.flatMap(({ unclear }) => unclear),
    differing: found.flatMap(({ differing }) => differing),
    rows: found.flatMap(({ rows }) => rows),
  };
}

const cellsOf = (line: string) =>
  line
    .split('\t')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');

type Row = readonly (Names & { readonly cell: string })[];

interface Table {
  readonly hasOtherColumns: boolean;
  readonly isBeside: ReturnType<typeof besideIn>;
}

const isSomebody = (one: Names) => one.targets.length + one.differing.length > 0;

/** Cells beside an address say more about whom it belongs to; without one, they are words like any others. */
function readRow(read: Row, parts: readonly Part[], { hasOtherColumns, isBeside }: Table): Names {
  const targets = read.flatMap((one) => one.targets);
  const unclear = read.flatMap((one) => one.unclear);
  const differing = read.flatMap((one) => one.differing);
  const beside = read.filter((one) => !isSomebody(one));
  const isPerson =
    targets.length > 0 && read.every((one) => (isSomebody(one) ? one.unclear.length === 0 : isBeside(read, one)));
  if (beside.length > 0 && !isPerson) return { targets, unclear, differing, rows: [] };
  const isNamed = hasOtherColumns || beside.length > 0 || read.some(({ cell }) => partIn(cell, parts)?.kind === 'link');
  const ofOneKind = Map.groupBy(new Set(targets.map(keyOf)), (key) => (key.includes('@') ? '@' : 'id'));
  const several = isNamed && [...ofOneKind.values()].some((keys) => keys.length > 1);
  if (several) return { targets: [], unclear: [], differing, rows: [targets.map((one) => one.text)] };
  return { targets, unclear: beside.length > 0 ? [] : unclear, differing, rows: [] };
}

/** Who was named last. What comes in brackets right behind it has to be the same; of a mention it is not known. */
interface Last {
  readonly shown: string;
  readonly address: string | null;
}

function readWords(text: string, parts: readonly Part[]): Names {
  const targets: Named[] = [];
  const unclear: string[] = [];
  const differing: Differing[] = [];
  let waiting: Word[] = [];
  let last: Last | null = null;
  let behind: 'address' | 'mention' | null = null;
  const giveUp = () => {
    for (const { core } of waiting) unclear.push(visible(core, parts));
    waiting = [];
  };
  for (const word of wordsOf(text)) {
    const within = partIn(word.text, parts);
    const reference = within ? null : referenceTo(word.text);
    if (reference) {
      const isBracketed = reference.kind === 'address' && /^["'“]?[<([＜（]/u.test(word.text);
      if (isBracketed && waiting.length > 0) waiting = withoutName(waiting, { word, address: reference.text, behind });
      else if (isBracketed && last && !word.apart && last.address !== reference.text.toLowerCase()) {
        differing.push({ shown: last.shown, leadsTo: reference.text });
      }
      giveUp();
      targets.push(reference);
      behind = 'address';
      last = reference.kind === 'address' ? { shown: reference.text, address: reference.text.toLowerCase() } : null;
      continue;
    }
    last = null;
    if (within) {
      giveUp();
      last = meantBy(within);
      behind = within.kind === 'mention' ? 'mention' : 'address';
    } else waiting.push(word);
  }
  giveUp();
  return { targets, unclear, differing, rows: [] };

  function meantBy(one: Part): Last {
    const shows = { shown: one.label, address: one.kind === 'link' ? one.addresses.join(' ').toLowerCase() : null };
    if (one.kind === 'mention') {
      targets.push({ kind: 'mention', text: one.label, who: one.who });
      return shows;
    }
    const shown = one.label.split(/[\s,;]+/u).flatMap((word) => addressIn(word) ?? []);
    const same = shown.length > 0 && asSet(shown) === asSet(one.addresses);
    // Whatever looks like an address has to be the one that it leads to.
    if (!same && /[@＠]/u.test(one.label)) differing.push({ shown: one.label, leadsTo: one.addresses.join(', ') });
    else targets.push(...one.addresses.map((text) => ({ kind: 'address', text }) as const));
    return shows;
  }
}

const asSet = (addresses: readonly string[]) =>
  [...new Set(addresses.map((one) => one.toLowerCase()))].sort().join(' ');

function referenceTo(word: string): TargetReference | null {
  const address = addressIn(word);
  if (address !== null) return { kind: 'address', text: address };
  const id = objectIdIn(word);
  return id === null ? null : { kind: 'objectId', text: id };
}
