import type { KnownRequest } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import { wordsOnly } from '../words-only.ts';

/** What stands in the notification on a phone: who is called, what about, and the code. `names` are mentions. */
export function noticeText(
  state: KnownRequest,
  what: 'notice' | 'reminder' | 'signIn',
  names: readonly string[],
  texts: Texts,
): string {
  const { targets, code, at, expiresAt } = state.request;
  const [only] = targets;
  const whom = only && targets.length === 1 ? wordsOnly(only.account.name) : '';
  const called = names.join(texts.marks.list);
  switch (what) {
    case 'notice':
      return texts.notice(called, whom, targets.length, code);
    case 'reminder':
      return texts.reminder(called, at, expiresAt, code);
    case 'signIn':
      return texts.signInNotice(called, code);
    default:
      return what satisfies never;
  }
}
