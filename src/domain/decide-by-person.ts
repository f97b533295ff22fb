import type { Person } from './account.ts';
import type { HourlyUse, RefusalCode, Standing } from './command.ts';
import { type Decision, refuse } from './decision.ts';
import { type DecisionVerb, isSamePlace, type KnownRequest, type Renamed } from './request.ts';
import { isOverHourlyLimit, mayReview } from './who-may.ts';

interface Deciding {
  readonly by: Person;
  readonly standing: Standing;
  readonly where: string;
  readonly worker?: string;
}

/** A request is decided once, in its place, in time, by whom the rules allow. */
export function review(
  verb: DecisionVerb,
  { by, standing, where, hourly, worker, renamed = [] }: Deciding & { hourly: HourlyUse; renamed?: readonly Renamed[] },
  state: KnownRequest,
  now: Date,
): Decision {
  // From elsewhere a request does not exist: whoever guesses a code learns nothing.
  const { conversation, origin } = state.request;
  // The requester may take back, where he asked, what is decided elsewhere.
  const isOrigin = verb === 'cancel' && origin !== undefined && isSamePlace(where, origin.id);
  if (!isOrigin && !isSamePlace(where, conversation.id)) return refuse('unknownRequest');
  if (state.phase === 'expired' || state.phase === 'superseded') return refuse(state.phase);
  if (state.phase !== 'requested') return refuse('alreadyDecided');
  if (now.toISOString() >= state.request.expiresAt) return refuse('expired');
  const code = mayReview(verb, by, standing, state.request);
  if (code !== null) return refuse(code);
  const envelope = { by: identified(by, standing), at: now.toISOString(), where };
  if (verb !== 'approve')
    return { ok: true, events: [{ type: verb === 'deny' ? 'Denied' : 'Cancelled', ...envelope }] };
  const requesterId = state.request.by.id;
  const targetCount = state.request.targets.length;
  if (isOverHourlyLimit(targetCount, hourly)) return refuse('hourlyLimit');
  const delegated = state.request.auth === 'delegated';
  if (delegated && worker === undefined) return refuse('signInNeeded');
  const held = delegated && worker !== undefined ? { worker } : {};
  const named = renamed.length > 0 ? { renamed } : {};
  return { ok: true, events: [{ type: 'Approved', ...envelope, requesterId, targetCount, ...named, ...held }] };
}

/**
 * Why a decision that was typed by its code counts for nothing, whoever typed it and whatever it decides: nobody can have
 * seen what is asked. A press needs no such rule: only the card carries the request's id, which nobody can foresee.
 */
export function whyNotTyped({ cardStands, request }: KnownRequest, saidAt: string): RefusalCode | null {
  if (!cardStands) return 'cardNotThere';
  return saidAt < request.at ? 'olderThanRequest' : null;
}

/** Two people may have the same name; each has a UPN of their own. */
export function identified(by: Person, { upn }: Pick<Standing, 'upn'>): Person {
  return upn === undefined ? by : { ...by, upn };
}

/** The one who approved, with a sign-in that replaces the lost one. Nothing is decided anew. */
export function goOn({ by, standing, where, worker }: Deciding, state: KnownRequest, now: Date): Decision {
  if (!isSamePlace(where, state.request.conversation.id)) return refuse('unknownRequest');
  const isWaiting = state.finishedAt === null && state.stopped === null && state.signIn?.worker === null;
  if (!isWaiting) return refuse('alreadyDecided');
  const code = mayReview('continue', by, standing, state.request);
  if (code !== null) return refuse(code);
  if (by.id !== state.decision?.by.id) return refuse('onlyApprover');
  if (worker === undefined) return refuse('signInNeeded');
  return {
    ok: true,
    events: [{ type: 'SignedIn', by: identified(by, standing), worker, at: now.toISOString(), where }],
  };
}

/** Whoever may cancel a request may stop it: nothing that was not sent by then is sent. */
export function stop({ by, standing, where }: Deciding, state: KnownRequest, now: Date): Decision {
  const { conversation, origin } = state.request;
  const isItsPlace = [conversation, origin].some((place) => place !== undefined && isSamePlace(where, place.id));
  if (!isItsPlace) return refuse('unknownRequest');
  if (state.phase === 'requested') return refuse('notStarted');
  if ((state.phase !== 'approved' && state.phase !== 'executing') || state.stopped) return refuse('alreadyDecided');
  const code = mayReview('stop', by, standing, state.request);
  if (code !== null) return refuse(code);
  return { ok: true, events: [{ type: 'Stopped', by: identified(by, standing), at: now.toISOString(), where }] };
}
