import { textsFor } from '../texts/texts-for.ts';
import type { Incoming } from '../wire/incoming.ts';
import { message } from './click-answer.ts';

/**
 * What a person of another organisation is told who presses a button in a shared channel, privately: always the same,
 * because nothing is looked up. `null` where Teams waits for no answer.
 */
export function refusalForOutsider(incoming: Incoming): object | null {
  if (incoming.type !== 'invoke' || !('via' in incoming)) return null;
  const { notMember } = textsFor('by' in incoming ? incoming.by.locale : incoming.locale).refusals;
  return incoming.via === 'click' ? message(notMember) : { task: { type: 'message', value: notMember } };
}
