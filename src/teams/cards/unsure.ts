import type { TargetReference } from '../../app/ports.ts';
import type { Miscalled } from '../../app/resolve-targets.ts';
import type { Found } from '../../domain/account.ts';
import type { Sentence } from '../sentence/command.ts';
import { foreignIn } from '../sentence/word.ts';
import type { Texts, WhyNoOne } from '../texts/en.ts';
import type { CardBase } from './parts.ts';
import { literalText } from './untrusted-text.ts';

/** Sentences that could be meant, each with a button that says it for the person who presses it. */
export interface SuggestionData extends CardBase {
  /** What is unclear, and that no request was made. */
  readonly lines: readonly { readonly text: string }[];
  /** At least one; the caller caps the list. `title`: trusted. `says`: not shown. */
  readonly options: readonly { readonly shown: string; readonly says: string; readonly title: string }[];
}

/** Of a pasted list with many faults, the first few are enough to see what is wrong with it. */
const mostLines = 5;
const longest = 80;
const shorten = (text: string) => literalText(text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);

/** What is asked where a message says two things, with both of them. */
export function unsureLines({ differing, rows }: Extract<Sentence, { kind: 'unsure' }>, texts: Texts): string[] {
  return [
    texts.notRequested,
    ...differing.slice(0, mostLines).map(({ shown, leadsTo }) => texts.differing(shorten(shown), shorten(leadsTo))),
    ...rows.slice(0, mostLines).map((row) => texts.severalInRow(row.slice(0, mostLines).map(shorten))),
  ];
}

/** What is asked where words name no one: of an address that Entra cannot have, which letters those are. */
export function unclearLine(unclear: readonly string[], texts: Texts): string {
  const few = unclear.slice(0, mostLines);
  return [
    texts.unclear(few.map((word) => word.slice(0, longest))),
    ...few.flatMap((word) => {
      const { letters, plain } = foreignIn(word) ?? { letters: [], plain: '' };
      const named = letters
        .slice(0, mostLines)
        .map(({ letter, script }) => (script === null ? letter : `${letter} (${texts.scripts[script]})`));
      return named.length === 0 ? [] : [texts.foreignLetters(named, shorten(plain))];
    }),
  ].join('\n');
}

/** A mention that is no person with sessions. */
export interface Unresolved {
  /** As it was shown. Untrusted text. */
  readonly label: string;
  readonly why: WhyNoOne;
}

/** Whom the message mentions and what is wrong with each. */
export function unresolvedLines(unresolved: readonly Unresolved[], texts: Texts): string[] {
  return [
    texts.notRequested,
    ...unresolved.slice(0, mostLines).map(({ label, why }) => texts.mentionsNoOne(shorten(label), why)),
  ];
}

/** What stands beside an address and is not how its owner is called: it may say that another person is meant, or no one. */
export function miscalledLines(miscalled: readonly Miscalled[], texts: Texts): string[] {
  return [
    texts.notRequested,
    ...miscalled
      .slice(0, mostLines)
      .map(({ label, account: { upn, name } }) => texts.miscalled(shorten(label), upn, shorten(name))),
  ];
}

/** Who is meant, and what each is shown as: of a mention, its label. */
export interface Meant {
  readonly reference: TargetReference;
  readonly shown: string;
}

interface Suggested {
  readonly meant: readonly Meant[];
  readonly reason: string | null;
  readonly dryRun: boolean;
  /** What is unclear about it; nothing where it only is no order. */
  readonly lines: readonly string[];
}

const mostOptions = 5;

/** Who may not ask may still sign themselves out. */
export function ownSuggestion(texts: Texts): SuggestionData {
  const { ownOrder, signMeOut, refusals } = texts;
  return suggestionOf([refusals.notRequester], [{ shown: ownOrder, says: ownOrder, title: signMeOut }], texts);
}

/** Who could be meant by a name or a wrong address, each with a button that says the same of that account. */
export function peopleView(
  people: readonly Found[],
  lines: readonly string[],
  button: { readonly title: string; readonly says: (who: string) => string },
  texts: Texts,
): SuggestionData {
  const options = people.slice(0, mostOptions).map(({ id, ...who }) => ({
    shown: literalText(texts.candidates([who])),
    says: button.says(id ?? who.upn),
    title: button.title,
  }));
  return suggestionOf(lines, options, texts);
}

function suggestionOf(lines: readonly string[], options: SuggestionData['options'], texts: Texts): SuggestionData {
  return {
    lang: texts.lang,
    fallbackText: texts.suggestionFallback,
    title: texts.suggestionTitle,
    lines: (lines.length > 0 ? lines : [texts.noRequestMade]).map((text) => ({ text })),
    options,
  };
}

/** What was not plainly an order, as orders: of all who are named, and of each. */
export function suggestionView({ meant, reason, dryRun, lines }: Suggested, texts: Texts): SuggestionData {
  const all = meant.length > 1 ? [meant, ...meant.map((one) => [one])] : [meant];
  const options = all.slice(0, mostOptions).map((some) => ({
    shown: texts.order(
      some.map(({ shown }) => shorten(shown)),
      reason === null ? null : literalText(reason),
      dryRun,
    ),
    says: texts.order(
      some.map(({ reference }) => reference.text),
      reason,
      dryRun,
    ),
    title: dryRun ? texts.whatIfTitle(some.length) : texts.requestApproval,
  }));
  return suggestionOf(lines, options, texts);
}
