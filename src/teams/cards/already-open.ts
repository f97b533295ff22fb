import type { AlreadyOpen } from '../../app/submit.ts';
import type { KnownRequest } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import { leftOutLines } from './accounts.ts';
import { shownPerson } from './shown.ts';
import { literalText } from './untrusted-text.ts';

/** The address of a request's card, where there is one. */
export type LinkTo = (state: KnownRequest) => string | null;

/**
 * Says, in plain text, which open request answers what was asked.
 * @param url of its card; `null` where Teams has no link for that
 */
export function openLines(
  { state, omitted }: AlreadyOpen,
  url: string | null,
  now: Date,
  texts: Texts,
): readonly string[] {
  const { code, by, at, expiresAt } = state.request;
  return [
    texts.alreadyOpen(code, at, now),
    literalText(texts.lookUp.askedBy(shownPerson(by), at)),
    texts.lookUp.waitsUntil(at, expiresAt),
    ...(url === null ? [] : [url]),
    ...leftOutLines(omitted, texts),
  ];
}
