import type { TargetReference } from '../../app/ports.ts';
import { excludes } from './phrases.ts';
import { addressIn, asSet, bare, longestWord, objectIdIn } from './word.ts';
import { apart, cellsOf, type Mentioned, type Part, partIn, visible } from './written.ts';

/** A mention; who has that object id is for the roster to say. */
export interface MentionReference extends Pick<TargetReference, 'labels'> {
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

export interface Names {
  readonly targets: readonly Named[];
  /** Words that name no one. */
  readonly unclear: readonly string[];
  /** Of the targets, those before whom stands that they are not meant. */
  readonly spared: readonly string[];
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
/** How a column of addresses is called. */
const heading =
  /^(?:e-?mails?|mails?|(?:e-?)?mail ?address(?:es)?|upns?|user ?principal ?names?|user ?names?|users?|accounts?|address(?:es)?|object ?ids?|sign-?in ?names?|logins?)$/iu;
const mostLabelWords = 8;
const longestLabel = 80;

/** The people named in a list or a table, each once; and all that could not be understood, of which nothing is guessed. */
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
  const found = rows.flatMap((row) => (row.length > 1 ? readRow(row, parts, hasOtherColumns) : row));
  const targets = new Map<string, Named>();
  for (const named of found.flatMap((one) => one.targets)) {
    const labels = [...(targets.get(keyOf(named))?.labels ?? []), ...(named.labels ?? [])];
    targets.set(keyOf(named), labels.length > 0 ? { ...named, labels } : named);
  }
  return {
    targets: [...targets.values()],
    unclear: found.flatMap(({ unclear }) => unclear),
    spared: found.flatMap(({ spared }) => spared),
    differing: found.flatMap(({ differing }) => differing),
    rows: found.flatMap((one) => one.rows),
  };
}

const namesPeople = (one: Names) => one.targets.length + one.differing.length > 0;

/** Cells beside an address are to say who it belongs to; without one, they are words like any others. */
function readRow(
  read: readonly (Names & { readonly cell: string })[],
  parts: readonly Part[],
  hasOtherColumns: boolean,
): Names {
  const targets = read.flatMap((one) => one.targets);
  const unclear = read.flatMap((one) => one.unclear);
  const differing = read.flatMap((one) => one.differing);
  const beside = read.filter((one) => !namesPeople(one)).map(({ cell }) => visible(cell, parts));
  const isPerson = targets.length > 0 && read.every((one) => !namesPeople(one) || one.unclear.length === 0);
  const isNamed = hasOtherColumns || beside.length > 0 || read.some(({ cell }) => partIn(cell, parts)?.kind === 'link');
  const ofOneKind = Map.groupBy(new Set(targets.map(keyOf)), (key) => (key.includes('@') ? '@' : 'id'));
  if (isPerson && isNamed && [...ofOneKind.values()].some((keys) => keys.length > 1)) {
    return { targets: [], unclear: [], spared: [], differing, rows: [targets.map((one) => one.text)] };
  }
  const labels = beside.filter((cell) => /\p{L}/u.test(cell));
  const areLabels = isPerson && labels.every((cell) => !/[@＠]/u.test(cell) && cell.length <= longestLabel);
  if (!areLabels || labels.some(excludes)) {
    const spared = labels.some(excludes) ? targets.map(keyOf) : [];
    return { targets, unclear, spared, differing, rows: [] };
  }
  const labelled = targets.map((one) => ({ ...one, labels: [...(one.labels ?? []), ...labels] }));
  return { targets: labels.length > 0 ? labelled : targets, unclear: [], spared: [], differing, rows: [] };
}

interface Word {
  readonly text: string;
  /** Without what is only put around it. */
  readonly core: string;
  /** A comma or a semicolon stands before it, or an "and". */
  readonly apart: ',' | ';' | null;
}

/** Separators of every keyboard. A word that is too long is looked at no further. */
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let before: Word['apart'] = null;
  for (const token of spaced(text).split(/(\s+|[,;，；、]+)/u)) {
    if (/^[,，、;；]/u.test(token)) before = before === ';' || /[;；]/u.test(token) ? ';' : ',';
    else if (/^(?:and|&|と|和|及|以及)$/iu.test(token)) before = ';';
    else {
      const word = token.trim();
      const core = bare(word);
      if (core === '') continue;
      words.push({ text: word, core, apart: before });
      before = null;
    }
  }
  return words;
}

/** `Adele<mailto:adele@…>`, as Outlook copies a link into plain text; and a name in quotes, in which commas may stand. */
function spaced(text: string): string {
  return apart(text)
    .replace(/["“]([^"“”<>@]{1,80})["”](?=\s{0,9}[<([])/gu, (_, name: string) => name.replaceAll(',', ' '))
    .replace(/([^\s,;<>([{"“])(?=<(?:(?:mailto|smtp|sip):)?[^\s<>@]{1,64}@[^\s<>@]{1,255}>)/giu, '$1 ');
}

/** Who was named last. What comes in brackets right behind it has to be the same; of a mention it is not known. */
interface Last {
  readonly shown: string;
  readonly address: string | null;
}

function readWords(text: string, parts: readonly Part[]): Names {
  const targets: Named[] = [];
  const unclear: string[] = [];
  const spared: string[] = [];
  const differing: Differing[] = [];
  let waiting: Word[] = [];
  let last: Last | null = null;
  const shownOf = ({ core }: Word) => visible(core, parts);
  const giveUp = (named: readonly Named[] = []) => {
    unclear.push(...waiting.map(shownOf));
    if (excludes(waiting.map(shownOf).join(' '))) spared.push(...named.map(keyOf));
    waiting = [];
  };
  for (const word of wordsOf(text)) {
    const within = partIn(word.text, parts);
    const reference = within ? null : referenceTo(word.text);
    if (reference) {
      const isBracketed = reference.kind === 'address' && /^["'“]?[<([＜（]/u.test(word.text);
      if (isBracketed && waiting.length === 0 && last && !word.apart && last.address !== reference.text.toLowerCase()) {
        differing.push({ shown: last.shown, leadsTo: reference.text });
      }
      const label = labelBefore(word, isBracketed);
      giveUp([reference]);
      targets.push(label === null ? reference : { ...reference, labels: [label] });
      last = reference.kind === 'address' ? { shown: reference.text, address: reference.text.toLowerCase() } : null;
    } else if (within) {
      const before = targets.length;
      last = meantBy(within);
      giveUp(targets.slice(before));
    } else {
      last = null;
      waiting.push(word);
    }
  }
  giveUp();
  return { targets, unclear, spared, differing, rows: [] };

  /** The words right before an address, as a name of its owner; whether they are one, the directory says. */
  function labelBefore(word: Word, isBracketed: boolean): string | null {
    if (word.apart !== null || word.text.length > longestWord) return null;
    // "Vance, Adele <adele.vance@…>": a comma within a name.
    const ends = isBracketed ? [';'] : [',', ';'];
    const from = Math.max(
      0,
      waiting.findLastIndex(({ apart: separator }) => separator !== null && ends.includes(separator)),
    );
    const label = waiting.slice(from);
    const words = label.map(({ core }) => core).join(' ');
    const isLabel =
      label.length > 0 &&
      label.length <= mostLabelWords &&
      words.length <= longestLabel &&
      !label.some((one) => /[:：!！?？]["”'’]?$/u.test(one.text)) &&
      !excludes(words);
    if (!isLabel) return null;
    waiting = waiting.slice(0, from);
    return words;
  }

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

function referenceTo(word: string): TargetReference | null {
  const address = addressIn(word);
  if (address !== null) return { kind: 'address', text: address };
  const id = objectIdIn(word);
  return id === null ? null : { kind: 'objectId', text: id };
}
