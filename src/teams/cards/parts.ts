import type { Texts } from '../texts/en.ts';

/**
 * What the Adaptive Cards in `cards/` are filled with: the parts that several share. Each card's own data stand beside its view.
 *
 * Every string arrives ready to read: in the reader's language, with dates and numbers formatted. The templates hold
 * no words, no rules and no arithmetic. Fields marked *trusted* become TextBlocks or button titles, where Teams reads
 * Markdown: they must be our own words. Every other string lands in a TextRun and is shown literally, so it may hold
 * whatever a directory, a person or an error says.
 *
 * Nothing is optional: `null` or an empty list leaves a part out. A field forgotten is then a compile error, and not a
 * `${…}` in front of a reader.
 */

/** Colour of a band. It repeats what the words in it say; `default` is no colour. */
export type BandStyle = 'default' | 'emphasis' | 'accent' | 'good' | 'warning' | 'attention';

/**
 * How a piece of a sentence looks: `subtle` for labels, `strong` for names, `alert` for what is unusual, `code` for what is
 * typed or looked up.
 */
type RunLook = 'plain' | 'subtle' | 'strong' | 'alert' | 'code';

/** A piece of a sentence, shown literally. Spaces between pieces belong to the pieces. */
export interface Run {
  readonly text: string;
  readonly look: RunLook;
}

/** One line made of pieces, so that each language can put a name where its grammar wants it. Never empty. */
export type Line = readonly Run[];

export const subtle = (text: string): Run => ({ text, look: 'subtle' });
export const plain = (text: string): Run => ({ text, look: 'plain' });
export const strong = (text: string): Run => ({ text, look: 'strong' });

/** A label with its value, such as `Last sign-in` and `24 min ago, 02:41 UTC`. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly look: RunLook;
}

/** A few words in bold, and what they are about. */
export interface Labelled {
  readonly label: string;
  readonly text: string;
}

/** The one account a request is about: its name is the largest thing on the card. */
export interface Person {
  readonly name: string;
  readonly upn: string;
  /** Job title and department. */
  readonly job: string | null;
  readonly facts: readonly Fact[];
}

/** One of several accounts, in one or two lines. */
export interface PersonLine {
  readonly name: string;
  readonly upn: string;
  /** What an approver must know of this one, such as a directory role. */
  readonly note: string | null;
}

/** Accounts that were named in the request and are not part of it. */
export interface LeftOut {
  /** At least one; the caller caps the list. */
  readonly lines: readonly { readonly who: string; readonly why: string }[];
  /** "and 12 more", or null. */
  readonly more: string | null;
}

/** A button: the verb stands in the template, the request's id is all it carries. */
export interface Button {
  /**
   * Trusted. Short: a phone cuts what does not fit. All buttons of a card share one line of 288 px, of which each takes
   * 34 px besides its words: some 24 letters for three buttons.
   */
  readonly title: string;
  readonly requestId: string;
}

/** A button that leads to another page, for the one who presses it alone. */
export interface PageButton {
  /** Trusted. Short, as on a {@link Button}. */
  readonly title: string;
  /** What page.ts reads. */
  readonly page: string;
}

/** A button that leads out of the conversation. */
export interface LinkButton {
  /** Trusted. */
  readonly title: string;
  /** Trusted: made here, of nothing but ids. */
  readonly url: string;
}

export interface CardBase {
  /** Language of the words on the card, for screen readers. */
  readonly lang: Texts['lang'];
  /** Trusted. Shown, and read aloud, by clients that cannot show the card. */
  readonly fallbackText: string;
  /** Trusted. */
  readonly title: string;
}

export interface RequestCard extends CardBase {
  /** The short code of the request, such as `K7F3`. */
  readonly code: string;
}

export interface CrowdShown {
  /** "and 295 more", or null. */
  readonly more: string | null;
  /** Leads to all of them, where not all are shown and they do not fit on the card. */
  readonly all: PageButton | null;
  /** All of them, folded, where they do. `title` is trusted. */
  readonly everyone: {
    readonly title: string;
    readonly lines: readonly { readonly name: string; readonly told: string }[];
  } | null;
}

export interface TargetsShown extends CrowdShown {
  /** The only account; null where there are several. */
  readonly person: Person | null;
  /** Several accounts; the caller caps the list. Empty where there is one. */
  readonly people: readonly PersonLine[];
}

export interface Paged {
  /** Verb `page`; null where there is nothing older. */
  readonly older: PageButton | null;
  readonly newer: PageButton | null;
}

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
