/** Alphabets with letters that look the same: a name in one of them with a letter of another imitates a different name. */
const alphabets: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
];

/** Whether a reader may take this name or address for another: mixed alphabets, or a domain that hides its letters. */
export function mayImitate(text: string): boolean {
  return alphabets.filter((alphabet) => alphabet.test(text)).length > 1 || /[@.]xn--/i.test(text);
}
