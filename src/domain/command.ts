import type { Change, Person, Renamed } from './account.ts';
import type { AftermathEvent } from './aftermath.ts';
import type { Draft, KnownRequest, Notification, PostKind, RequestEvent, Requested, Verb } from './request.ts';
import type { Call, TargetResult } from './result.ts';

/** What the directory said about a person just now. Read again for every request and every decision. */
export interface Rights {
  /** Belongs to this tenant, and is neither guest nor external. */
  readonly member: boolean;
  readonly enabled: boolean;
  readonly requester: boolean;
  readonly approver: boolean;
  /** For the record: names are no one's own. */
  readonly upn?: string;
}

/** How much of the hourly limit the requester has used: targets approved in the last 60 minutes, of at most so many. */
export interface HourlyUse {
  readonly used: number;
  readonly most: number;
}

/** Why a person's sign-in cannot be used to call Graph. */
export type SignInProblem =
  /** Not a token of this tenant for this bot, or an old one. */
  | 'signInInvalid'
  | 'signInOfAnother'
  /** Without the authentication context that privileged accounts need. */
  | 'signInTooWeak'
  /** Entra does not exchange it: consent is missing. */
  | 'signInConsent'
  /** Entra does not exchange it for another reason, such as a policy that wants the person to sign in anew. */
  | 'signInRefused'
  /** The bot cannot prove itself to Entra. */
  | 'signInMisconfigured'
  /** It could not be checked or exchanged now. */
  | 'signInUnavailable';

export type RefusalCode =
  | 'notMember'
  | 'disabled'
  | 'notRequester'
  | 'notApprover'
  | 'notRequesterNorApprover'
  | 'isTarget'
  | 'onlySelf'
  | 'twoPersons'
  /** Approved by the same person already; another one is to. */
  | 'secondApprover'
  | 'expired'
  | 'alreadyDecided'
  | 'notStarted'
  /** Who asked may ask no longer. */
  | 'askerMayNot'
  | 'nothingToRetry'
  | 'tooLongAgo'
  | 'superseded'
  | 'targetGone'
  | 'unknownRequest'
  /** No person has seen the card yet. */
  | 'cardNotThere'
  /** Typed before there was this request. */
  | 'olderThanRequest'
  | 'noTargets'
  | 'noApprover'
  | 'tooManyTargets'
  | 'tooManyOpen'
  | 'tooManyOfYours'
  | 'hourlyLimit'
  /** Too many accounts looked up within a minute. */
  | 'lookUpLimit'
  | 'reasonRequired'
  /** PROTECTED_USERS cannot be relied on. */
  | 'protectionUnknown'
  /** Graph is called as the approver, and no sign-in came along. */
  | 'signInNeeded'
  | 'onlyApprover'
  | 'onlyDenier'
  /** A reason is given once. */
  | 'reasonGiven'
  /** Asked for under settings that count no more. */
  | 'settingsChanged'
  | SignInProblem
  | 'notYours'
  | 'notNow';

/** The limit that was reached: how many it allows, how many this would make, and when it ends by itself (ISO 8601). */
export interface Limit {
  readonly most: number;
  readonly count?: number;
  readonly until?: string;
}

/**
 * A replica that wants to do the next step. What another one holds it may take over once it has itself seen the record
 * unchanged for as long as a lease: by a clock that is never set, so that replicas need not agree on the time.
 */
export interface Holder {
  readonly worker: string;
  readonly leaseMs: number;
  readonly idleMs: number;
}

/** What a click tells besides what was clicked. */
export interface Seen {
  readonly where: string;
  readonly serviceUrl: string;
  /** The message with the card. */
  readonly messageId: string | null;
  readonly shows: 'card' | 'result';
}

/** Why a request was denied, from the person who denied it. */
export interface Explanation {
  readonly by: Person;
  /** Conversation id it is given in. */
  readonly where: string;
  /** Untrusted text. */
  readonly reason: string;
}

export type Command =
  | { readonly type: 'request'; readonly draft: Draft }
  | ({ readonly type: 'startPost'; readonly what: PostKind } & Holder)
  /** `null`: posted, and the connector did not say under which id. */
  | { readonly type: 'markCardPosted'; readonly cardId: string | null }
  | ({ readonly type: 'noteSeen' } & Seen)
  | {
      readonly type: Verb;
      readonly by: Person;
      readonly rights: Rights;
      readonly where: string;
      readonly hourly: HourlyUse;
      /** Targets that have another name or UPN by now than on the card. */
      readonly renamed?: readonly Renamed[];
      /** Why it is denied or cancelled. Untrusted text. */
      readonly reason?: string;
      /** This replica, when it holds the person's sign-in. */
      readonly worker?: string;
    }
  | ({ readonly type: 'explain' } & Explanation)
  | ({ readonly type: 'askSignIn' } & Holder)
  | { readonly type: 'notice'; readonly what: Notification }
  | { readonly type: 'markFollowPosted'; readonly cardId: string }
  | { readonly type: 'expire' }
  | {
      readonly type: 'supersede';
      readonly by: Person;
      readonly where: string;
      readonly successor: { readonly id: string; readonly draft: Draft };
      readonly changes: readonly Change[];
    }
  | ({ readonly type: 'start'; readonly calls: readonly Call[] } & Holder)
  | {
      readonly type: 'report';
      readonly worker: string;
      readonly attempt: number;
      readonly results: readonly TargetResult[];
    }
  | {
      readonly type: 'noteRefusal';
      readonly by: Person;
      readonly verb: Verb;
      readonly code: RefusalCode;
      readonly where: string;
    }
  | {
      readonly type: 'markTold';
      /** This replica, which goes on with what comes after, and for how long sign-ins are watched for; 0: not at all. */
      readonly after?: { readonly worker: string; readonly watchMs: number };
      readonly messageId?: string;
      readonly undeliverable?: string;
      readonly cardBehind?: true;
    }
  | { readonly type: 'noteProof'; readonly results: readonly TargetResult[] }
  /** `shown`: what `unshown` was of the state that card and result show now. */
  | { readonly type: 'markCorrected'; readonly shown: number }
  | { readonly type: 'giveUpProof' }
  | Typed<'noteFindings', Extract<AftermathEvent, { type: 'LookedAround' }>>
  | (Typed<'keepWatch', Extract<AftermathEvent, { type: 'Watched' }>> & Holder)
  | Typed<'noteBack', Extract<AftermathEvent, { type: 'CameBack' }>>
  | { readonly type: 'markBackTold' }
  | Typed<'endWatch', Extract<AftermathEvent, { type: 'WatchEnded' }>>;

/** A command with all that its event tells. */
type Typed<Type extends string, E extends AftermathEvent> = { readonly type: Type } & Omit<E, 'type'>;

export type Decision =
  | { readonly ok: true; readonly events: readonly RequestEvent[] }
  | { readonly ok: false; readonly code: RefusalCode };

type WithoutEnvelope<E> = E extends RequestEvent ? Omit<E, 'at' | 'where'> : never;

/** Something that the bot itself did or found, in the conversation of the request. */
export function happened(
  state: KnownRequest,
  now: Date,
  event: WithoutEnvelope<Exclude<RequestEvent, Requested>>,
): Extract<Decision, { ok: true }> {
  const envelope = { at: now.toISOString(), where: state.request.conversation.id };
  return { ok: true, events: [{ ...event, ...envelope } as RequestEvent] };
}

export function refuse(code: RefusalCode): Decision {
  return { ok: false, code };
}

export function isHeldByAnother(holder: string | undefined, { worker, leaseMs, idleMs }: Holder): boolean {
  return holder !== undefined && holder !== worker && idleMs < leaseMs;
}
