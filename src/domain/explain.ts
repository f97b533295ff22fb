import { type Decision, type Explanation, refuse } from './command.ts';
import { isSamePlace, type KnownRequest } from './request.ts';

/** Whether this person denied the request and has not said why. */
export function mayExplain({ decision }: KnownRequest, personId: string): boolean {
  return decision?.verb === 'deny' && decision.reason === undefined && decision.by.id === personId;
}

/** The reason for a denial, once, from the person who denied. It changes nothing but what is told. */
export function explain({ by, where, reason }: Explanation, state: KnownRequest, now: Date): Decision {
  const { decision, request } = state;
  if (!isSamePlace(where, request.conversation.id)) return refuse('unknownRequest');
  if (decision?.verb !== 'deny') return refuse('notNow');
  if (decision.by.id !== by.id) return refuse('onlyDenier');
  if (!mayExplain(state, by.id)) return refuse('reasonGiven');
  return { ok: true, events: [{ type: 'Explained', by: decision.by, reason, at: now.toISOString(), where }] };
}
