import { isName, sharesWith } from './display-name.ts';
import type { Word } from './list-words.ts';

interface Bracketed {
  readonly word: Word;
  readonly address: string;
  /** Somebody was named before these words, on the same line: an address, or a person by mention. */
  readonly behind: 'address' | 'mention' | null;
}

/**
 * Of the words before an address in brackets, those that are not the name that goes with it. Whatever is not clearly a
 * name is left, to be asked about: it may say that somebody is not meant.
 */
export function withoutName(waiting: readonly Word[], { word, address, behind }: Bracketed): Word[] {
  if (word.apart !== null) return [...waiting];
  const [rest, name] = splitAtLast(waiting);
  if (!canName(name, address, behind)) return [...waiting];
  // "Vance, Adele <adele.vance@…>": a comma within a name, when the address shows the name before it, too.
  if (name[0]?.apart !== ',' || rest.length === 0) return rest;
  const [others, surname] = splitAtLast(rest);
  const isSurname = surname.some(({ core }) => sharesWith(core, address)) && canName(surname, address, behind);
  return isSurname ? others : rest;
}

/** Where the last separator stands. */
function splitAtLast(words: readonly Word[]): readonly [before: Word[], after: Word[]] {
  const from = Math.max(
    0,
    words.findLastIndex(({ apart }) => apart !== null),
  );
  return [words.slice(0, from), words.slice(from)];
}

/** Behind somebody else, with nothing between, every word has to stand in the address. */
function canName(words: readonly Word[], address: string, behind: Bracketed['behind']): boolean {
  if (words.some(({ text }) => /[:：!！?？]["”'’]?$/u.test(text))) return false;
  const cores = words.map(({ core }) => core);
  if (!isName(cores, address)) return false;
  if (behind === null || words[0]?.apart !== null) return true;
  return behind === 'address' && cores.every((core) => sharesWith(core, address));
}
