import { isUnfinished } from './after-result.ts';
import { type Decision, happened, refuse, type Seen } from './command.ts';
import { isSamePlace, type KnownRequest, type RequestEvent } from './request.ts';

/** Copies of a card that are kept true. */
const mostCopies = 5;

/** A second copy counts too: what it shows must become true as well. */
export function cardPosted(cardId: string | null, state: KnownRequest, now: Date): Decision {
  if (cardId === null) {
    return state.cardStands ? refuse('notNow') : happened(state, now, { type: 'CardPosted' });
  }
  return !state.cardIds.includes(cardId) && state.cardIds.length < mostCopies
    ? happened(state, now, { type: 'CardPosted', cardId })
    : refuse('notNow');
}

/** What was not known of a message, or of the way to its place, while there is still something to say. */
export function noteSeen({ where, serviceUrl, messageId, shows }: Seen, state: KnownRequest, now: Date): Decision {
  const place = placeSeen(where, state);
  if (place === null || !isUnfinished(state)) return refuse('notNow');
  // What goes on after the result shows there alone.
  const changesNoMore = state.told && state.proof === 'none';
  const at = now.toISOString();
  const events: RequestEvent[] = [];
  if (place.serviceUrl !== serviceUrl) events.push({ type: 'Readdressed', serviceUrl, at, where });
  const learnt = messageId === null ? refuse('notNow') : idSeen(messageId, shows, place === state.request.origin);
  if (learnt.ok) events.push(...learnt.events);
  return events.length > 0 ? { ok: true, events } : refuse('notNow');

  function idSeen(id: string, what: Seen['shows'], isOrigin: boolean): Decision {
    if (isOrigin) {
      return what === 'card' && state.followId === null && !changesNoMore
        ? happened(state, now, { type: 'FollowPosted', cardId: id })
        : refuse('notNow');
    }
    if (what === 'card') return changesNoMore ? refuse('notNow') : cardPosted(id, state, now);
    return state.told && state.resultId === null && !mayBeOther(state)
      ? happened(state, now, { type: 'ResultSeen', messageId: id })
      : refuse('notNow');
  }
}

/** Whether a button of the result may be on another message: that someone is back. */
export const mayBeOther = ({ aftermath }: KnownRequest): boolean => aftermath?.watch?.owes === true;

/** Where the request is decided, or where it was asked for; `null` anywhere else. */
export function placeSeen(where: string, { request: { conversation, origin } }: KnownRequest) {
  return [conversation, origin].find((place) => place !== undefined && isSamePlace(where, place.id)) ?? null;
}
