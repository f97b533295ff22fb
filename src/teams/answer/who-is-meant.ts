import type { TargetReference } from '../../app/ports.ts';
import { type Unresolved, unresolvedLines } from '../cards/unsure.ts';
import type { Roster } from '../chat/roster.ts';
import { isReference, keyOf, type MentionReference, type Named } from '../sentence/names.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Actor } from '../wire/actor.ts';
import { type Reply, words } from './reply.ts';

/** Teams answers so many such questions in a second; no one mentions more people in one message. */
export const mostMentions = 14;

/**
 * The people named, by object id or address: of mentions by the id that came with each, never by its name. What to say where
 * a mention is no one: then nothing is asked about anyone, because the person meant would be missing without a word.
 */
export async function whoIsMeant(
  roster: Roster,
  { conversation, team, locale }: Pick<Actor, 'conversation' | 'team' | 'locale'>,
  named: readonly Named[],
): Promise<Reply | { readonly references: readonly TargetReference[] }> {
  const texts = textsFor(locale);
  const mentions = named.filter((one): one is MentionReference => one.kind === 'mention');
  const ids = [...new Set(mentions.flatMap(({ who }) => (who.kind === 'member' ? [who.id] : [])))];
  if (ids.length > mostMentions) return words(texts.tooManyMentions(mostMentions));
  const members = ids.length === 0 ? [] : await roster({ conversation, team }, ids);
  const unresolved: Unresolved[] = [];
  const references = new Map<string, TargetReference>();
  for (const one of named) {
    if (isReference(one)) {
      references.set(keyOf(one), one);
      continue;
    }
    const { text: label, who } = one;
    const member = who.kind === 'member' ? members[ids.indexOf(who.id)] : null;
    if (member?.kind === 'person') {
      const reference = { kind: 'objectId', text: member.objectId } as const;
      references.set(keyOf(reference), reference);
    } else unresolved.push({ label, why: member ? member.why : who.kind === 'member' ? 'unreadable' : who.kind });
  }
  return unresolved.length > 0
    ? words(...unresolvedLines(unresolved, texts))
    : { references: [...references.values()] };
}
