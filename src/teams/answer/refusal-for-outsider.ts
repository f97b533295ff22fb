import { textsFor } from '../texts/texts-for.ts';
import { readDialogCall } from '../wire/dialog-call.ts';
import { message } from './click-answer.ts';

/**
 * What somebody of another organisation is told who presses a button in a shared channel, privately: always the same,
 * because nothing is looked up. `null` for what nobody waits for.
 */
export function refusalForOutsider(activity: object): { readonly status: 200; readonly body: object } | null {
  const { type, name, locale } = activity as { type?: unknown; name?: unknown; locale?: unknown };
  if (type !== 'invoke') return null;
  const { notMember } = textsFor(typeof locale === 'string' ? locale : 'en').refusals;
  if (name === 'adaptiveCard/action') return { status: 200, body: message(notMember) };
  if (readDialogCall({ name })) return { status: 200, body: { task: { type: 'message', value: notMember } } };
  return null;
}
