import type { AlreadyOpen } from '../../app/submit.ts';
import type { Limit, RefusalCode } from '../../domain/command.ts';
import { hindranceOf, triedUntil } from '../../domain/notifications.ts';
import type { KnownRequest, RequestState } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import { dateTime, until } from '../texts/format.ts';
import { leftOutLines } from './accounts.ts';
import { shownName, shownPerson, whom, whyDecided } from './shown.ts';
import { literalText } from './untrusted-text.ts';

/** What is said in plain text, beside a card or without one. */

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

interface Refused {
  readonly code: RefusalCode;
  readonly limit?: Limit;
  /** Of the request that was to be decided. */
  readonly state?: RequestState;
}

/** Why something was refused, in plain text: with the limit, or with who decided the request that is over, and when. */
export function refusalLine({ code, limit, state }: Refused, texts: Texts): string {
  const said = texts.refusals[code];
  if (limit) return said + texts.marks.sentence + texts.limit(limit);
  const over = state && (code === 'alreadyDecided' || code === 'expired') ? howItEnded(state, texts) : null;
  return over ?? said;
}

/** Who decided it and when, or until when it could be decided; `null` while that is open. */
function howItEnded(state: RequestState, texts: Texts): string | null {
  if (state.phase === 'none') return null;
  const { request, decision, stopped } = state;
  const lines =
    state.phase === 'expired'
      ? [`${texts.lookUp.timeline.expired} (${dateTime(request.expiresAt)})`]
      : [
          ...(decision
            ? [
                texts.lookUp.decidedBy(decision.verb, shownName(decision.by), decision.at) +
                  whyDecided(decision, texts, 'onList').join(''),
              ]
            : []),
          ...(stopped ? [texts.lookUp.timeline.stopped(shownName(stopped.by))] : []),
        ];
  return lines.length === 0
    ? null
    : literalText(`${request.code}${texts.marks.label}${lines.join(texts.marks.parts)}${texts.marks.end}`);
}

/** What stands in the notification on a phone: who is called, what about, and the code. `names` are mentions. */
export function noticeText(
  state: KnownRequest,
  what: 'notice' | 'reminder' | 'signIn',
  names: readonly string[],
  texts: Texts,
): string {
  const { code, at, expiresAt } = state.request;
  const about = whom(state.request, texts);
  const called = names.join(texts.marks.list);
  switch (what) {
    case 'notice':
      return texts.notice(called, about, code, until(at, expiresAt));
    case 'reminder':
      return texts.reminder(called, about, code, until(at, expiresAt));
    case 'signIn':
      return texts.signInNotice(called, about, code);
    default:
      return what satisfies never;
  }
}

/** Stays where it stands when all is over, so it says when it was so. */
export function delayedText(state: KnownRequest, now: Date, texts: Texts): string {
  const { targets, code } = state.request;
  const [only, another] = targets;
  const said = texts.delayed.said(whom(state.request, texts), code, now.toISOString(), hindranceOf(state));
  const until = texts.delayed.until(triedUntil(state).toISOString());
  return [said, until, texts.delayed.byHand(only && !another ? only.account.id : null)].join(texts.marks.sentence);
}
