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
 * written in names; wide letters alone are usual in Japanese.
 */
const disguised = /[\u{1D400}-\u{1D7FF}\u2102-\u2115\u2118-\u2121\u2123-\u213A]|[a-z][Ａ-Ｚａ-ｚ]|[Ａ-Ｚａ-ｚ][a-z]/iu;

/** Whether a reader may take this name or address for another: mixed or disguised letters, or a domain that hides its own. */
export function mayImitate(text: string): boolean {
  return (
    alphabets.filter((alphabet) => alphabet.test(text)).length > 1 || disguised.test(text) || /[@.]xn--/i.test(text)
  );
}
