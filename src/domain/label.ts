import type { Account } from './account.ts';

/**
 * Whether words that stand beside an address only say who that is: the name, what stands in the address, the
 * department beside the name. Anything else may say that another person is meant, or no one.
 */
export function isCalled({ name, upn, department, jobTitle }: Account, label: string, address: string): boolean {
  const said = wordsOf(label);
  if (said.length === 0) return true;
  const whole = said.join(' ');
  const isWhole = [name, department ?? '', jobTitle?.includes(' ') ? jobTitle : ''].some(
    (own) => own !== '' && wordsOf(own).join(' ') === whole,
  );
  if (isWhole) return true;
  const own = [name, localPart(upn), localPart(address)].flatMap(wordsOf);
  const besides = wordsOf(department ?? '');
  return (
    said.some((word) => isAmong(own, word)) &&
    said.every((word) => isAmong(own, word) || (word.length > 1 && besides.includes(word)))
  );
}

const localPart = (address: string) => address.slice(0, Math.max(0, address.lastIndexOf('@')));

/** An initial will do, and scripts without spaces hold words within words. */
function isAmong(own: readonly string[], word: string): boolean {
  if (word.length === 1 && /\p{Ll}/u.test(word)) return own.some((one) => one.startsWith(word));
  if (/\p{Lo}/u.test(word)) return own.join('').includes(word);
  return own.includes(word);
}

/** Case, accents and all that is no letter make no difference. */
const wordsOf = (text: string): readonly string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
