import { property } from '../../base/read.ts';

/**
 * What a message says, with everything in it that is more than its letters taken out and numbered: mentions, and links
 * that show something else than the address they lead to.
 */

/** Whom a mention means, as far as the message itself says. */
export type Mentioned =
  | { readonly kind: 'member'; readonly id: string }
  /** `group`: a channel, a team, a tag, everyone. `several`: one label, several people. `unknown`: no id came with it. */
  | { readonly kind: 'bot' | 'group' | 'several' | 'unknown' };

export type Part =
  | { readonly kind: 'mention'; readonly label: string; readonly who: Mentioned }
  | { readonly kind: 'link'; readonly label: string; readonly addresses: readonly string[] };

export interface Written {
  /** Lines of words with one space between; a tab between the cells of a table. `part(n)` stands for `parts[n]`. */
  readonly text: string;
  readonly parts: readonly Part[];
  /** Something was quoted, and left out. */
  readonly quotes: boolean;
}

/** What stands between the tabs of a line, with one space between words. */
export const cellsOf = (line: string): readonly string[] =>
  line
    .split('\t')
    .map((cell) => cell.replace(/\s+/gu, ' ').trim())
    .filter((cell) => cell !== '');

/** These code points are no characters, so no text that is read keeps one of its own. */
const [open, close] = ['\uFDD0', '\uFDD1'];
/** Where the bot itself is mentioned, until the lines are read. */
export const ownMention = '\uFDD2';
const reserved = /[\uFDD0-\uFDD2]/gu;
const marks = /\uFDD0(\d+)\uFDD1/gu;

export const part = (index: number): string => `${open}${index}${close}`;

/** The part that this word stands for. */
export function partIn(word: string, parts: readonly Part[]): Part | undefined {
  const index = /^\uFDD0(\d+)\uFDD1$/u.exec(word)?.[1];
  return index === undefined ? undefined : parts[Number(index)];
}

/** With each part as a word of its own. */
export const apart = (text: string): string => text.replace(marks, ' $& ');

/** With each part as people see it. */
export function visible(text: string, parts: readonly Part[]): string {
  return text.replace(marks, (_, index: string) => parts[Number(index)]?.label ?? '');
}

/** Longer than 500 object ids with separators; beyond it no person typed this. */
export const longestText = 32_000;

/** Soft hyphens, zero-width and direction marks: nothing a person types, everything a pasted address may hide. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/** Without what cannot be seen. Where iOS had a picture of what was dictated, there is a space. */
export const seen = (text: string): string =>
  text
    .replace(invisible, '')
    .replace(reserved, '')
    .replace(/\uFFFC/gu, ' ');

const references: Readonly<Record<string, string>> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** The references that Teams writes into `text`; any other is a person's own text. */
export function decodedText(text: string): string {
  return text.replace(/&(nbsp|amp|lt|gt|quot|apos|#39);/gu, (_, name: string) => references[name] ?? "'");
}

/** The references of HTML as far as messages have them: those above, and any number. */
export function decoded(text: string): string {
  return seen(
    text.replace(/&(?:(nbsp|amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/giu, (whole, name, decimal, hex) => {
      if (name) return references[(name as string).toLowerCase()] ?? whole;
      const code = decimal ? Number(decimal) : Number.parseInt(hex as string, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }),
  );
}

export interface Recipient {
  readonly id?: string;
  readonly name?: string;
}

export interface Mentions {
  /** Whom this label means; `self`: this bot. */
  whoIs(label: string): Mentioned | 'self';
  /** The texts that stand for this bot alone, as they were sent. */
  readonly own: readonly string[];
}

const self = 'self';

/**
 * Who is mentioned under which label. A person may shorten a label, or two people may have the same, so it is the id that
 * counts; a label only finds its id.
 */
export function readMentions(entities: unknown, recipient: Recipient | null | undefined): Mentions {
  const byLabel = new Map<string, Map<string, Mentioned | typeof self>>();
  const texts: (readonly [string, string])[] = [];
  for (const entity of Array.isArray(entities) ? entities : []) {
    if (property(entity, 'type') !== 'mention') continue;
    const [text, mentioned] = [property(entity, 'text'), property(entity, 'mentioned')];
    const called = typeof text === 'string' && text !== '' ? text : property(mentioned, 'name');
    if (typeof called !== 'string') continue;
    const label = labelOf(called.replace(/^\s*<at\b[^<>]*>|<\/at>\s*$/giu, ''));
    // The bot may have no id to know itself by; then a mention without one is the bot, too.
    const id = property(mentioned, 'id');
    const own = id === recipient?.id;
    const key = own ? self : String(id);
    const meant = byLabel.get(label) ?? new Map<string, Mentioned | typeof self>();
    byLabel.set(label, meant.set(key, own ? self : whoHas(mentioned)));
    if (own && typeof text === 'string' && text !== '') texts.push([text, label]);
  }
  const name = typeof recipient?.name === 'string' ? labelOf(recipient.name) : null;
  const shared = new Set<string>();
  return {
    own: [...new Set(texts.flatMap(([text, label]) => (byLabel.get(label)?.size === 1 ? [text] : [])))],
    whoIs(called) {
      const label = labelOf(called);
      const meant = byLabel.get(label);
      if (!meant) return label === name ? self : { kind: 'unknown' };
      const [only] = meant.values();
      if (meant.size === 1 && only) return only;
      // A person is called as the bot is. The bot comes first, because without it there would be no message here.
      const first = meant.has(self) && !shared.has(label);
      shared.add(label);
      return first ? self : { kind: 'several' };
    },
  };
}

/** Case, spaces, references and a leading `@` make no difference: clients write them in one place and not in the other. */
function labelOf(text: string): string {
  return decoded(text.slice(0, longestText))
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^@/u, '')
    .toLowerCase();
}

const person = /^(?:person|user|member|aaduser)$/i;

function whoHas(mentioned: unknown): Mentioned {
  const id = property(mentioned, 'id');
  if (typeof id !== 'string' || id === '' || id.length > 300) return { kind: 'unknown' };
  const told = ['type', 'mentionType', 'role'].map((name) => property(mentioned, name));
  const kinds = told.filter((kind) => typeof kind === 'string');
  if (id.startsWith('28:') || kinds.some((kind) => /^(?:bot|application|app)$/i.test(kind))) return { kind: 'bot' };
  // Ids of threads begin with 19:, and a tag or a team names itself as one.
  if (id.startsWith('19:') || kinds.some((kind) => !person.test(kind))) return { kind: 'group' };
  return { kind: 'member', id };
}
