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
          .replace(/[‘’ʼ′＇]/gu, "'")
          .replace(/[‐‑‒−﹣－]/gu, '-')
          .replace(/[–—―](?=[^@]*@)/gu, '-'),
  );
}

/** Without the brackets, quotes, `mailto:` and full stop that come along when an address is pasted. */
export function bare(word: string): string {
  const core = plainly(word.replace(/^‘([\s\S]+)’$/u, '$1'))
    .replace(/^[<([{"“”„«‘「『【〈《（［＜]+/u, '')
    .replace(/^mailto:/iu, '')
    .replace(/[>)\]}"“”»’」』】〉》）］＞.:!?。：！？]+$/u, '');
  // These may belong to an address, so they go only as a pair.
  return /^(['`*]+)[\s\S]+\1$/u.exec(core) ? core.replace(/^['`*]+|['`*]+$/gu, '') : core;
}

/** The object id that this word is, in lower case, or null. */
export function objectIdIn(word: string): string | null {
  if (word.length > longestWord) return null;
  const core = bare(word);
  return guid.test(core) ? core.toLowerCase() : null;
}

/** The address that this word is, or null. */
export function addressIn(word: string): string | null {
  if (word.length > longestWord) return null;
  const core = bare(word);
  return address.test(core) ? core : null;
}
