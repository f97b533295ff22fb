import type { TargetReference } from '../../app/ports.ts';
import type { NotFound, Place, Roster } from '../chat/roster.ts';
import { isReference, keyOf, type MentionReference, type Named } from '../sentence/names.ts';
import type { Mentioned } from '../sentence/written.ts';

/** Why a mention has no sessions that can be revoked. */
export type WhyNobody = NotFound | Exclude<Mentioned['kind'], 'member'>;

export interface Unresolved {
  /** As it was shown. Untrusted text. */
  readonly label: string;
  readonly why: WhyNobody;
}

type WhoIsMentioned =
  | { readonly kind: 'references'; readonly references: readonly TargetReference[] }
  /** Nothing is asked about anyone then: the person meant would be missing without a word. */
  | { readonly kind: 'unresolved'; readonly unresolved: readonly Unresolved[] }
  | { readonly kind: 'tooMany' };

/** Teams answers so many such questions in a second; no one mentions more people in one message. */
export const mostMentions = 14;

/** From mentions to object ids: by the id that came with each, never by its name. */
export async function whoIsMentioned(roster: Roster, place: Place, named: readonly Named[]): Promise<WhoIsMentioned> {
  const mentions = named.filter((one): one is MentionReference => one.kind === 'mention');
  const ids = [...new Set(mentions.flatMap(({ who }) => (who.kind === 'member' ? [who.id] : [])))];
  if (ids.length > mostMentions) return { kind: 'tooMany' };
  const members = ids.length === 0 ? [] : await roster(place, ids);
  const unresolved: Unresolved[] = [];
  const references = named.flatMap((one): readonly TargetReference[] => {
    if (isReference(one)) return [one];
    const { text: label, who } = one;
    const member = who.kind === 'member' ? members[ids.indexOf(who.id)] : null;
    if (member?.kind === 'person') return [{ kind: 'objectId', text: member.objectId }];
    unresolved.push({ label, why: member ? member.why : who.kind === 'member' ? 'unreadable' : who.kind });
    return [];
  });
  if (unresolved.length > 0) return { kind: 'unresolved', unresolved };
  return { kind: 'references', references: [...new Map(references.map((one) => [keyOf(one), one])).values()] };
}
