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

/** These code points are no characters, so no text that is read keeps one of its own. */
const [open, close] = ['\uFDD0', '\uFDD1'];
/** Where the bot itself is mentioned, until the lines are read. */
export const ownMention = '\uFDD2';
export const reserved = /[\uFDD0-\uFDD2]/gu;
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
