/**
 * Teams refuses messages that are too large. Long names, long lists and odd characters in them must not decide whether
 * a card can be posted: an attacker who blocks it protects a stolen session. Sizes are in characters of the card's JSON.
 */

/** What clients would expand is cut in two TextRuns (see untrusted-text.ts), each with all that is written round its text. */
const expanded = /\{\{(?:DATE|TIME)$/i;
const anotherRun = 100;

/** What a text takes up in the card's JSON, more or less. */
export function sizeOf(text: string): number {
  let size = 0;
  let before = '';
  for (const character of text) {
    size += sizeAfter(before, character);
    before = `${before}${character}`.slice(-6);
  }
  return size;
}

/** As much of the text as has room, and an ellipsis where something is missing. */
export function shorten(text: string, room: number): string {
  let size = 0;
  let kept = '';
  for (const character of text) {
    size += sizeAfter(kept.slice(-6), character);
    if (size > room) return `${kept}…`;
    kept += character;
  }
  return text;
}

function sizeAfter(before: string, character: string): number {
  if (character === '(' && expanded.test(before)) return anotherRun;
  if (character === '"' || character === '\\') return 2;
  // Half a character is written as an escape.
  return /^\p{Surrogate}$/u.test(character) ? 6 : character.length;
}

/** As many of these as have room, in one line, the first whatever its size; the rest is counted. */
export function fitNames(
  all: readonly string[],
  room: number,
  { marks, more }: { readonly marks: { readonly list: string }; readonly more: (count: number) => string },
): string {
  let size = 0;
  const past = all.findIndex((name) => {
    size += sizeOf(name) + 2;
    return size > room;
  });
  const shown = past < 0 ? all : all.slice(0, Math.max(past, 1));
  const hidden = all.length - shown.length;
  const named = shown.join(marks.list);
  return hidden > 0 ? `${named} ${more(hidden)}` : named;
}

/** How many lines a part of a card may have, and how much they may take up. `frame` is what stands round their texts. */
interface Room {
  readonly most: number;
  readonly room: number;
  readonly frame: number;
}

/** The lines that have room, of which `select` makes the first so many; at least one, so that texts must be short. */
export function fitLines<T extends object>(
  { most, room, frame }: Room,
  select: (count: number) => readonly T[],
): readonly T[] {
  for (let count = most; count > 1; count -= 1) {
    const lines = select(count);
    if (takes(lines, frame) <= room) return lines;
  }
  return select(1);
}

export function takes(lines: readonly object[], frame: number): number {
  return lines.reduce((sum, line) => sum + frame + textsOf(line), 0);
}

function textsOf(line: object): number {
  return Object.values(line).reduce((sum, value) => sum + (typeof value === 'string' ? sizeOf(value) : 0), 0);
}
