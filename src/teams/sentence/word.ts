import { guid } from '../../domain/guid.ts';

/** No address is longer, brackets and all; beyond it nothing is matched, because matching would take its time. */
export const longestWord = 340;
/** What Entra allows in a UPN, and `+`, `/`, `&` of mail addresses; no wider, so that look-alike letters are seen. */
const address = /^[a-z0-9'._!#^~$+&/=%-]{1,64}@(?=.{1,255}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;

/**
 * With the apostrophes and hyphens of a keyboard, where a phone has put others into an address: Entra allows no others.
 * A dash behind the domain may be one of the sentence.
 */
export function plainly(text: string): string {
  return text.replace(/\S+/gu, (word) =>
    word.length > longestWord || !word.includes('@')
      ? word
      : word
          .replace(/[‘’‛ʼʻ′´＇]/gu, "'")
          .replace(/[‐‑‒−﹣－]/gu, '-')
          .replace(/[–—―](?=[^@]*@)/gu, '-'),
  );
}

/** Without the brackets, quotes, `mailto:` or `smtp:` and full stop that come along when an address is pasted. */
export function bare(word: string): string {
  if (word.length > longestWord) return word;
  const core = plainly(word.replace(/^‘([\s\S]+)’$/u, '$1'))
    .replace(/^[<([{"“”„«‘「『【〈《（［＜]+/u, '')
    .replace(/^(?:mailto|smtp|sip):/iu, '')
    .replace(/[>)\]}"“”»’」』】〉》）］＞.:!?。：！？]+$/u, '');
  // These may belong to an address, so they go only as a pair.
  return /^(['`*]+)[\s\S]+\1$/u.exec(core) ? core.replace(/^['`*]+|['`*]+$/gu, '') : core;
}

/** The object id that this word is, in lower case, or null. */
export function objectIdIn(word: string): string | null {
  const core = bare(word);
  return guid.test(core) ? core.toLowerCase() : null;
}

/** The address that this word is, or null. */
export function addressIn(word: string): string | null {
  const core = bare(word);
  return address.test(core) ? core : null;
}

/** The same text for the same addresses. */
export const asSet = (addresses: readonly string[]): string =>
  [...new Set(addresses.map((one) => one.toLowerCase()))].sort().join(' ');

/** Letters that are drawn like Latin ones, or written with them where there are no others. */
const inPlace: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [...'аеорсухіјѕһԁԛԝкмтнвοανικρτυχβμøłđðı'].map((letter, index) => [
      letter,
      'aeopcyxijshdqwkmthboavikptuxbmolddi'[index] ?? '',
    ]),
  ),
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' },
};

/** What in an address Entra cannot have, each with how its script is called; and the address as it may be meant. */
interface Foreign {
  readonly letters: readonly { readonly letter: string; readonly script: 'cyrillic' | 'greek' | null }[];
  readonly plain: string;
}

/** Null for what has no such letters or is no address in its other parts. No one is looked up by this: it is to be said. */
export function foreignIn(word: string): Foreign | null {
  if (word.length > longestWord) return null;
  const [, name = '', domain = ''] = /^([^@＠]+)[@＠]([^@＠]+)$/u.exec(bare(word).normalize('NFC')) ?? [];
  const letters = [...new Set((name + domain).match(/\P{ASCII}/gu) ?? [])];
  if (letters.length === 0) return null;
  const plain = addressIn(`${inLatin(name)}@${domain.split('.').map(asEntraWrites).join('.')}`);
  if (plain === null && addressIn(`x@${inAscii(domain)}`) === null) return null;
  return { letters: letters.map((letter) => ({ letter, script: scriptOf(letter) })), plain: plain ?? '' };
}

/** A label with one letter that is drawn like a Latin one was misspelt; one of another alphabet has a form in ASCII. */
function asEntraWrites(label: string): string {
  const isMixed = /[a-z]/i.test(label) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(label);
  return isMixed ? inLatin(label) : inAscii(label);
}

/** As a browser writes a domain; '' for what is none. */
const inAscii = (domain: string) => URL.parse(`https://${domain}`)?.hostname ?? '';

const inLatin = (text: string) =>
  [...text.normalize('NFKD').replace(/\p{M}/gu, '')].map((letter) => inPlace[letter.toLowerCase()] ?? letter).join('');

function scriptOf(letter: string): 'cyrillic' | 'greek' | null {
  if (/\p{Script=Cyrillic}/u.test(letter)) return 'cyrillic';
  return /\p{Script=Greek}/u.test(letter) ? 'greek' : null;
}
