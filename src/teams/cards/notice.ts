import { hindranceOf, triedUntil } from '../../domain/notifications.ts';
import type { KnownRequest } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import { until } from '../texts/format.ts';
import { whom } from './shown.ts';

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
