import { reserved } from './written.ts';

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
