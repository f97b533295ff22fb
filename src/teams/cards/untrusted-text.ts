const longest = 60;

/** A name for text that Teams reads as markup: what could mean something there is left out. Empty when nothing is left. */
export function wordsOnly(name: string): string {
  return literalText(name)
    .replace(/[^\p{L}\p{M}\p{N} .’-]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .slice(0, longest)
    .trim();
}

/** A line break in a name would let it write a line of its own, such as a second "Account". */
const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/**
 * What a reader sees of untrusted text: one line, in the order it is written, with a mark for what would be hidden or turn
 * the rest round. Ordinary text comes back unchanged.
 */
export function literalText(text: string): string {
  return withHiddenMarked(text.replace(lineBreaks, ' '));
}

/**
 * The TextRun as several that read the same, so that no piece holds `{{DATE(` or `{{TIME(`. Clients replace `{{DATE(…)}}` and
 * `{{TIME(…)}}` in a TextRun by a date of their own, which no escaping prevents.
 */
export function literalRuns(run: Record<string, unknown>): Record<string, unknown>[] {
  const text = literalText(String(run.text));
  return text.split(/(?<=\{)(?=\{(?:DATE|TIME)\()/iu).map((piece) => ({ ...run, text: piece }));
}

/** Alphabets with letters that look the same: a name in one of them with a letter of another imitates a different name. */
const alphabets: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];

/**
 * Latin letters under other numbers: of mathematics, letter-like signs, and wide ones beside others. `ª`, `º` and `№` are
 * written in names; wide letters alone are usual in Japanese. Without the flag `i`, with which k and å would be signs, too.
 */
const disguised =
  /[\u{1D400}-\u{1D7FF}\u2102-\u2115\u2118-\u2121\u2123-\u213A]|[A-Za-z][Ａ-Ｚａ-ｚ]|[Ａ-Ｚａ-ｚ][A-Za-z]/u;

/** Whether a reader may take this name or address for another: mixed or disguised letters, or a domain that hides its own. */
export function mayImitate(text: string): boolean {
  return (
    alphabets.filter((alphabet) => alphabet.test(text)).length > 1 || disguised.test(text) || /[@.]xn--/i.test(text)
  );
}

/** What shows nothing, and what turns the text beside it round. */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cf}\p{Cc}\u2800]/gu;
/** Scripts in which a joiner between two letters changes how they are written. */
const joining =
  '\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}\\p{scx=Khmr}';
/** Joiners and selectors where they belong: in pictures, between such letters, behind an ideograph. */
const belongs = new RegExp(
  [
    '(?<=\\p{Extended_Pictographic})\\uFE0F|(?<=[#*0-9])\\uFE0F(?=\\u20E3)',
    '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})',
    `(?<=(?!\\p{Cf})[${joining}])[\\u200C\\u200D](?=(?!\\p{Cf})[${joining}])`,
    '(?<=\\p{Script=Han})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
  ].join('|'),
  'gu',
);

/** Whether two texts may look the same to a reader although this one has more in it. */
export const hidesCharacters = (text: string): boolean => text.replace(belongs, '').search(hidden) >= 0;

/** With a mark for each character that a reader would not see. */
export function withHiddenMarked(text: string): string {
  const kept = new Set([...text.matchAll(belongs)].map(({ index }) => index));
  return text.replace(hidden, (character, index: number) => (kept.has(index) ? character : '\uFFFD'));
}
