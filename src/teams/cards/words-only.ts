import { literalText } from './literal-run.ts';

const longest = 60;

/** A name for text that Teams reads as markup: what could mean something there is left out. Empty when nothing is left. */
export function wordsOnly(name: string): string {
  return literalText(name)
    .replace(/[^\p{L}\p{M}\p{N} .’-]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .slice(0, longest)
    .trim();
}
