import { isName } from './display-name.ts';
import { bare, longestWord } from './word.ts';
import { apart } from './written.ts';

export interface Word {
  readonly text: string;
  /** Without what is only put around it. */
  readonly core: string;
  /** A comma or a semicolon stands before it, or an "and". */
  readonly apart: ',' | ';' | null;
}

/** Separators of every keyboard. A word that is too long is looked at no further. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let before: Word['apart'] = null;
  for (const token of spaced(text).split(/(\s+|[,;，；、]+)/u)) {
    if (/^[,，、;；]/u.test(token)) before = before === ';' || /[;；]/u.test(token) ? ';' : ',';
    else if (/^(?:and|&)$/iu.test(token)) before = ';';
    else {
      const word = token.trim();
      const core = word.length > longestWord ? word : bare(word);
      if (core === '') continue;
      words.push({ text: word, core, apart: before });
      before = null;
    }
  }
  return words;
}

/** `Adele<mailto:adele@…>`, as Outlook copies a link into plain text; and a name in quotes, in which commas may stand. */
function spaced(text: string): string {
  return apart(text)
    .replace(/["“]([^"“”<>@]{1,80})["”]\s{0,9}(?=[<([])/gu, (whole, name: string) =>
      isName(name.split(/[\s,]+/u)) ? ' ' : whole,
    )
    .replace(/([^\s,;<>([{"“])(?=<(?:(?:mailto|smtp|sip):)?[^\s<>@]{1,64}@[^\s<>@]{1,255}>)/giu, '$1 ');
}
