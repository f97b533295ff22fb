import type { Person } from './account.ts';
import { decideAfter, owesBack } from './after-result.ts';
import {
  type Command,
  type Decision,
  type Holder,
  happened,
  isHeldByAnother,
  type RefusalCode,
  refuse,
} from './command.ts';
import { cardPosted, noteSeen } from './copies.ts';
import { evolve } from './evolve.ts';
import { explain } from './explain.ts';
import { isTimeFor, wants } from './notifications.ts';
import {
  type DecisionVerb,
  type Draft,
  isSamePlace,
  type KnownRequest,
  type Notification,
  type PostKind,
  type RequestState,
  type Verb,
} from './request.ts';
import type { Call, TargetResult } from './result.ts';
import { isSettled, outcomeOf, unsettledTargets } from './targets.ts';
import { identified, isOverHourlyLimit, mayReview } from './who-may.ts';

/**
 * Every rule of who may do what and when. Pure: the state, a command and the time go in, events or a refusal come out.
 * Refusals are values; what a person reads for each stands in teams/texts.
 */

/**
 * Beyond these, refused clicks on one request are no longer written down: clickers cannot flood the trail, and one of them
 * cannot keep another's off it.
 */
export const maxRefusalsOnRecord = { each: 20, all: 100 };

export function decide(command: Command, state: RequestState, now: Date): Decision {
  if (command.type === 'request') return request(command.draft, state, now);
  if (state.phase === 'none') return refuse('unknownRequest');
  switch (command.type) {
    case 'approve':
    case 'deny':
    case 'cancel':
      return review(command.type, command, state, now);
    case 'stop':
      return stop(command, state, now);
    case 'continue':
      return goOn(command, state, now);
    case 'explain':
      return explain(command, state, now);
    case 'askSignIn':
      return askSignIn(command, state, now);
    case 'notice':
      return notice(command.what, state, now);
    case 'markFollowPosted':
      return state.followId === null
        ? happened(state, now, { type: 'FollowPosted', cardId: command.cardId })
        : refuse('notNow');
    case 'expire':
      return state.phase === 'requested' && now.toISOString() >= state.request.expiresAt
        ? happened(state, now, { type: 'Expired' })
        : refuse('notNow');
    case 'supersede': {
      const { type: _type, ...change } = command;
      return state.phase === 'requested'
        ? { ok: true, events: [{ type: 'Superseded', at: now.toISOString(), ...change }] }
        : refuse('alreadyDecided');
    }
    case 'startPost':
      return startPost(command, state, now);
    case 'markCardPosted':
      return cardPosted(command.cardId, state, now);
    case 'noteSeen':
      return noteSeen(command, state, now);
    case 'noteRefusal': {
      const { by, verb, code, where } = command;
      if (state.finishedAt !== null || !isWorthNoting(by, code, state)) return refuse('notNow');
      const at = now.toISOString();
      return { ok: true, events: [{ type: 'AttemptRefused', by, verb, code, at, where }] };
    }
    case 'start':
      return start(command, state, now);
    case 'report':
      return report(command, state, now);
    case 'markTold':
    case 'noteProof':
    case 'giveUpProof':
    case 'markCorrected':
    case 'noteFindings':
    case 'keepWatch':
    case 'noteBack':
    case 'markBackTold':
    case 'endWatch':
      return decideAfter(command, state, now);
    default:
      return command satisfies never;
  }
}

function request(draft: Draft, state: RequestState, now: Date): Decision {
  if (state.phase !== 'none') return refuse('alreadyDecided');
  if (draft.targets.length === 0) return refuse('noTargets');
  // Not knowing who they are is no reason to refuse; knowing that there is no one is.
  if (draft.approvers.known && draft.approvers.value.count === 0) return refuse('noApprover');
  const at = now.toISOString();
  return { ok: true, events: [{ type: 'Requested', at, where: draft.conversation.id, ...draft }] };
}

/** The first time a person tries to decide about their own account is always: there are no more such than targets. */
function isWorthNoting(by: Person, code: RefusalCode, { refusedAttempts }: KnownRequest): boolean {
  const all = [...refusedAttempts.values()].reduce((sum, times) => sum + times, 0);
  const own = refusedAttempts.get(by.id) ?? 0;
  return own < maxRefusalsOnRecord.each && (all < maxRefusalsOnRecord.all || (code === 'isTarget' && own === 0));
}

function askSignIn(command: Holder, state: KnownRequest, now: Date): Decision {
  const { finishedAt, signIn, stopped } = state;
  if (finishedAt !== null || stopped !== null || signIn === null || signIn.worker === null) return refuse('notNow');
  if (isHeldByAnother(signIn.worker, command)) return refuse('notYours');
  return happened(state, now, { type: 'SignInLost' });
}

/**
 * One replica at a time posts: the card while none is known and it is not approved, the result when it is known, and that
 * someone is back.
 */
function startPost(command: Holder & { what: PostKind }, state: KnownRequest, now: Date): Decision {
  const { what, worker } = command;
  const { finishedAt, cardStands, cardIds, told, decision } = state;
  const isApproved = decision?.verb === 'approve';
  const wanted: Record<PostKind, boolean> = {
    card: !(finishedAt === null ? cardStands : cardIds.length > 0) && !told && !isApproved,
    result: finishedAt !== null && !told && isApproved,
    back: owesBack(state),
  };
  if (!wanted[what]) return refuse('notNow');
  if (isHeldByAnother(state.posting?.worker, command)) return refuse('notYours');
  return happened(state, now, { type: 'PostStarted', what, worker });
}

/** Each notification once, and only while it helps its reader. */
function notice(what: Notification, state: KnownRequest, now: Date): Decision {
  return wants(state, what) && isTimeFor(what, state, now)
    ? happened(state, now, { type: 'Noticed', what })
    : refuse('notNow');
}

function start(command: Holder & { calls: readonly Call[] }, state: KnownRequest, now: Date): Decision {
  const { worker, leaseMs, calls } = command;
  if (state.phase !== 'approved' && state.phase !== 'executing') return refuse('notNow');
  const { execution } = state;
  if (isHeldByAnother(execution?.worker, command)) return refuse('notYours');
  // Graph is called as the approver, who has signed in to another replica since.
  const signedInTo = state.signIn?.worker ?? worker;
  if (calls.length > 0 && signedInTo !== worker) return refuse('notYours');
  // Stopped while the batch was being prepared.
  if (state.stopped && calls.length > 0) return refuse('notNow');
  // A target whose report is settled is never called again, by any request for it.
  if (calls.some(({ targetId }) => isSettled(state.results.get(targetId)))) return refuse('notNow');
  const leaseUntil = new Date(now.getTime() + leaseMs).toISOString();
  const attempt = (execution?.attempt ?? 0) + 1;
  return happened(state, now, { type: 'ExecutionStarted', attempt, worker, leaseUntil, calls });
}

function report(
  { worker, attempt, results }: { worker: string; attempt: number; results: readonly TargetResult[] },
  state: KnownRequest,
  now: Date,
): Decision {
  if (state.phase !== 'executing' || !state.execution) return refuse('notNow');
  // Fencing: a replica that lost the lease finds a higher attempt here and cannot write.
  if (state.execution.worker !== worker || state.execution.attempt !== attempt) return refuse('notYours');
  const processed = happened(state, now, { type: 'TargetsProcessed', attempt, results });
  const after = processed.events.reduce<RequestState>(evolve, state);
  if (after.phase === 'none' || unsettledTargets(after).length > 0) return processed;
  const outcome = outcomeOf([...after.results.values()]);
  const { events: finished } = happened(state, now, { type: 'Finished', outcome });
  return { ok: true, events: [...processed.events, ...finished] };
}

type Deciding = Extract<Command, { type: Verb }>;

/** A request is decided once, in its place, in time, by whom the rules allow. */
function review(
  verb: DecisionVerb,
  { by, rights, where, hourly, worker, reason, renamed = [] }: Deciding,
  state: KnownRequest,
  now: Date,
): Decision {
  // From elsewhere a request does not exist: a person who guesses a code learns nothing.
  const { conversation, origin } = state.request;
  // The requester may take back, where he asked, what is decided elsewhere.
  const isOrigin = verb === 'cancel' && origin !== undefined && isSamePlace(where, origin.id);
  if (!isOrigin && !isSamePlace(where, conversation.id)) return refuse('unknownRequest');
  if (state.phase === 'expired' || state.phase === 'superseded') return refuse(state.phase);
  if (state.phase !== 'requested') return refuse('alreadyDecided');
  if (now.toISOString() >= state.request.expiresAt) return refuse('expired');
  const code = mayReview(verb, by, rights, state.request);
  if (code !== null) return refuse(code);
  const envelope = { by: identified(by, rights), at: now.toISOString(), where };
  if (verb !== 'approve') {
    const type = verb === 'deny' ? 'Denied' : 'Cancelled';
    return { ok: true, events: [{ type, ...envelope, ...(reason === undefined ? {} : { reason }) }] };
  }
  const requesterId = state.request.by.id;
  const targetCount = state.request.targets.length;
  if (isOverHourlyLimit(targetCount, hourly)) return refuse('hourlyLimit');
  if (state.request.twoApprovers) {
    if (state.agreed === null) return { ok: true, events: [{ type: 'Agreed', ...envelope }] };
    if (state.agreed.id === by.id) return refuse('secondApprover');
  }
  const delegated = state.request.auth === 'delegated';
  if (delegated && worker === undefined) return refuse('signInNeeded');
  const held = delegated && worker !== undefined ? { worker } : {};
  const named = renamed.length > 0 ? { renamed } : {};
  return { ok: true, events: [{ type: 'Approved', ...envelope, requesterId, targetCount, ...named, ...held }] };
}

/** The one who approved, with a sign-in that replaces the lost one. Nothing is decided anew. */
function goOn({ by, rights, where, worker }: Deciding, state: KnownRequest, now: Date): Decision {
  if (!isSamePlace(where, state.request.conversation.id)) return refuse('unknownRequest');
  const isWaiting = state.finishedAt === null && state.stopped === null && state.signIn?.worker === null;
  if (!isWaiting) return refuse('alreadyDecided');
  const code = mayReview('continue', by, rights, state.request);
  if (code !== null) return refuse(code);
  if (by.id !== state.decision?.by.id) return refuse('onlyApprover');
  if (worker === undefined) return refuse('signInNeeded');
  return {
    ok: true,
    events: [{ type: 'SignedIn', by: identified(by, rights), worker, at: now.toISOString(), where }],
  };
}

/** A person who may cancel a request may stop it: nothing that was not sent by then is sent. */
function stop({ by, rights, where }: Deciding, state: KnownRequest, now: Date): Decision {
  const { conversation, origin } = state.request;
  const isItsPlace = [conversation, origin].some((place) => place !== undefined && isSamePlace(where, place.id));
  if (!isItsPlace) return refuse('unknownRequest');
  if (state.phase === 'requested') return refuse('notStarted');
  if ((state.phase !== 'approved' && state.phase !== 'executing') || state.stopped) return refuse('alreadyDecided');
  const code = mayReview('stop', by, rights, state.request);
  if (code !== null) return refuse(code);
  return { ok: true, events: [{ type: 'Stopped', by: identified(by, rights), at: now.toISOString(), where }] };
}
