import type { Unresolved } from '../answer/who-is-mentioned.ts';
import type { Sentence } from '../sentence/command.ts';
import type { Texts } from '../texts/en.ts';
import { literalText } from './literal-run.ts';

/** Of a pasted list with many faults, the first few are enough to see what is wrong with it. */
const mostLines = 5;
const longest = 80;
const shorten = (text: string) => literalText(text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);

/** What is asked where a message says two things, with both of them. */
export function unsureLines({ differing, rows }: Extract<Sentence, { kind: 'unsure' }>, texts: Texts): string[] {
  return [
    texts.nobodyLeft,
    ...differing.slice(0, mostLines).map(({ shown, leadsTo }) => texts.differing(shorten(shown), shorten(leadsTo))),
    ...rows.slice(0, mostLines).map((row) => texts.severalInRow(row.slice(0, mostLines).map(shorten))),
  ];
}

/** What is asked where words name nobody. */
export function unclearLine(unclear: readonly string[], texts: Texts): string {
  return texts.unclear(unclear.slice(0, mostLines).map((word) => word.slice(0, longest)));
}

/** Whom the message mentions and what is wrong with each. */
export function unresolvedLines(unresolved: readonly Unresolved[], texts: Texts): string[] {
  return [
    texts.nobodyLeft,
    ...unresolved.slice(0, mostLines).map(({ label, why }) => texts.mentionsNobody(shorten(label), why)),
  ];
}
