/** A request *is* the list of its events; its state is a fold over them (evolve.ts), so the two cannot disagree. */
import type { Change, Known, Omission, Person, Renamed, Target } from './account.ts';
import type { Aftermath, AftermathEvent, Begun } from './aftermath.ts';
import type { Call, GraphAction, TargetResult } from './result.ts';

/** The chat or channel thread a request belongs to, with what it takes to speak there again after a restart. */
export interface Conversation {
  /** Bot Framework conversation id; in a channel it ends in `;messageid=<root>`, which is the thread. */
  readonly id: string;
  readonly serviceUrl: string;
  readonly botId: string;
  readonly kind: 'personal' | 'groupChat' | 'channel';
  /** When this `serviceUrl` was seen, where it is not the one that the request came through. */
  readonly seenAt?: string;
}

/** Who could approve a request, as the directory had it when it was asked for. For the card: decisions read it again. */
export interface Approvers {
  /** The first few, by name; untrusted text. */
  readonly named: readonly { readonly id: string; readonly name: string }[];
  readonly count: number;
  /** False: there are more than `count`. */
  readonly complete: boolean;
  /** Whether the one who asks is one of them. */
  readonly requesterToo: boolean;
}

/** Why two persons are needed; `null` means one person may ask and approve. */
export type TwoPersonsReason = 'always' | 'role' | 'rolesUnknown' | 'operator' | 'bulk';

/** Carried by every event: when, by whom (absent: the bot itself), in which conversation. */
interface Happened {
  readonly at: string;
  readonly by?: Person;
  readonly where: string;
}

/** What is said in messages of their own; everything else changes the card. */
export type PostKind = 'card' | 'result' | 'back';

/**
 * What is said besides, at most once, because it is on record before it is said: mentions of those who can approve, for
 * their phones, again before the request expires; of the approver whose sign-in was lost; and a card for the requester
 * where he asked, when the card that asks stands elsewhere, or word that it cannot stand there; and that what was approved
 * does not get on; and that one of two approvers has approved.
 */
export type Notification = 'notice' | 'reminder' | 'follow' | 'signIn' | 'unreachable' | 'delayed' | 'agreed';

/** What decides an open request, and what stops one that is being carried out. */
export type DecisionVerb = 'approve' | 'deny' | 'cancel';
/** `continue`: the approver signs in again, because the process that held the sign-in is gone. */
export type Verb = DecisionVerb | 'stop' | 'continue';
export type Outcome = 'succeeded' | 'partly' | 'failed';

export interface Requested extends Happened {
  readonly type: 'Requested';
  readonly code: string;
  readonly by: Person;
  readonly conversation: Conversation;
  readonly targets: readonly Target[];
  readonly omitted: readonly Omission[];
  readonly reason: string | null;
  /** Where the app that asked says more; `opens`: settings trust the host. Untrusted text. */
  readonly link?: { readonly url: string; readonly opens: boolean };
  /** An app asked, and two different people are to approve. */
  readonly twoApprovers?: true;
  /** The requester's own account: only the requester decides. */
  readonly self: boolean;
  readonly action: GraphAction;
  /** Graph is called as the approver, so that Entra checks the approver's role. Absent: as the app. */
  readonly auth?: 'delegated';
  /** An account on it may hold power over others, which can take a stronger sign-in. */
  readonly privileged?: true;
  readonly twoPersons: TwoPersonsReason | null;
  readonly approvers: Known<Approvers>;
  /** Some of those who can approve, who are mentioned; absent where mentions are off, for the requester too. */
  readonly notify?: Approvers['named'];
  /** The 1:1 chat it was asked in, where the card stands in another conversation. */
  readonly origin?: Conversation;
  readonly expiresAt: string;
  readonly locale: string;
  /** Approvers, by object id, who have approved a request that this one takes the place of: accounts had changed. */
  readonly voided?: readonly string[];
}

/** A request before it is on record. */
export type Draft = Omit<Requested, 'type' | 'at' | 'where'>;

export type RequestEvent =
  | Requested
  /** A post is about to be made. A replica that finds this without what follows it knows that the post may stand in the chat. */
  | (Happened & { readonly type: 'PostStarted'; readonly what: PostKind; readonly worker: string })
  /** Without an id where the connector took the card and named none: the first click on it tells. */
  | (Happened & { readonly type: 'CardPosted'; readonly cardId?: string })
  | (Happened & { readonly type: 'Noticed'; readonly what: Notification | 'back' })
  | (Happened & { readonly type: 'FollowPosted'; readonly cardId: string })
  | (Happened & {
      readonly type: 'Approved';
      readonly by: Person;
      /** Whose hourly limit this counts against, and how much. */
      readonly requesterId: string;
      readonly targetCount: number;
      readonly renamed?: readonly Renamed[];
      /** The replica that holds the approver's sign-in, where Graph is called as the approver. */
      readonly worker?: string;
    })
  /** The approver's sign-in is gone with the process that held it, or is no longer good. */
  | (Happened & { readonly type: 'SignInLost' })
  | (Happened & { readonly type: 'SignedIn'; readonly by: Person; readonly worker: string })
  /** The first of two who are to approve. */
  | (Happened & { readonly type: 'Agreed'; readonly by: Person })
  /** `reason`: as it was typed behind the code. Untrusted text. */
  | (Happened & { readonly type: 'Denied' | 'Cancelled'; readonly by: Person; readonly reason?: string })
  /** Why, of a person who denied without a reason. Untrusted text. */
  | (Happened & { readonly type: 'Explained'; readonly by: Person; readonly reason: string })
  | (Happened & { readonly type: 'Stopped'; readonly by: Person })
  | (Happened & { readonly type: 'Expired' })
  | (Happened & {
      readonly type: 'Superseded';
      /** Whose approval was refused because of the changes. */
      readonly by: Person;
      /** The request with the new card: its id, and all it is made of. Made from this record, so no crash can lose it. */
      readonly successor: { readonly id: string; readonly draft: Draft };
      readonly changes: readonly Change[];
    })
  | (Happened & { readonly type: 'AttemptRefused'; readonly by: Person; readonly verb: Verb; readonly code: string })
  | (Happened & {
      readonly type: 'ExecutionStarted';
      readonly attempt: number;
      readonly worker: string;
      readonly leaseUntil: string;
      readonly calls: readonly Call[];
    })
  | (Happened & {
      readonly type: 'TargetsProcessed';
      readonly attempt: number;
      readonly results: readonly TargetResult[];
    })
  | (Happened & { readonly type: 'Finished'; readonly outcome: Outcome })
  | (Happened & {
      readonly type: 'ResultPosted';
      /** Of the message that tells the result; none where the card says it all, or the connector named none. */
      readonly messageId?: string;
      /** The chat no longer takes messages from the bot; the result stands in the trail only. */
      readonly undeliverable?: string;
      /** It says of some accounts "not verified yet": that is looked at again, and the result is corrected. */
      readonly awaitsProof?: true;
      /** The card could not be changed then; it still has to show the end. */
      readonly cardBehind?: true;
      readonly after?: Begun;
    })
  /** A click on the result told its id. */
  | (Happened & { readonly type: 'ResultSeen'; readonly messageId: string })
  /** Teams speaks for the place `where` through another address by now. */
  | (Happened & { readonly type: 'Readdressed'; readonly serviceUrl: string })
  | (Happened & { readonly type: 'ProofFound'; readonly results: readonly TargetResult[] })
  /** Card and result show what was found. `last`: nothing is left to look for. */
  | (Happened & { readonly type: 'ResultCorrected'; readonly last: boolean })
  /** `more`: something else is left. */
  | (Happened & { readonly type: 'ProofGivenUp'; readonly more?: true })
  | (Happened & AftermathEvent);

interface Execution {
  readonly attempt: number;
  readonly worker: string;
  readonly leaseUntil: string;
}

export interface KnownRequest {
  readonly phase: 'requested' | 'approved' | 'executing' | 'denied' | 'cancelled' | 'expired' | 'superseded' | Outcome;
  readonly request: Requested;
  /** The card was posted. */
  readonly cardStands: boolean;
  /** Known copies of the card: more than one where it was not known whether the first was posted. */
  readonly cardIds: readonly string[];
  readonly noticed: readonly (Notification | 'back')[];
  /** The card for the requester, in `origin`. */
  readonly followId: string | null;
  /** The post that was begun and is not known to have been made, and which replica makes it. */
  readonly posting: { readonly what: PostKind; readonly worker: string } | null;
  /** Who approved, denied or cancelled, and when. */
  readonly decision: {
    readonly verb: DecisionVerb;
    readonly by: Person;
    readonly at: string;
    readonly renamed?: readonly Renamed[];
    /** Why it was denied or cancelled. Untrusted text. */
    readonly reason?: string;
  } | null;
  /** Who approved first, where two are to. */
  readonly agreed: Person | null;
  readonly execution: Execution | null;
  /**
   * Where Graph is called as the approver, once approved: the replica that holds the sign-in, which is never stored;
   * `worker: null` when none does, and the approver is asked for it again.
   */
  readonly signIn: { readonly worker: string | null; readonly timesLost: number } | null;
  /** Who stopped it while it was carried out, and when: what was not sent by then is not sent. */
  readonly stopped: { readonly by: Person; readonly at: string } | null;
  /** The latest Graph write on record for each target, by object id, whether or not its answer is known. */
  readonly calls: ReadonlyMap<string, Call & { readonly attempt: number }>;
  /** The latest report on each target, by object id. */
  readonly results: ReadonlyMap<string, TargetResult & { readonly attempt: number }>;
  /** How often each person was refused, by object id, as far as that is on record. */
  readonly refusedAttempts: ReadonlyMap<string, number>;
  readonly finishedAt: string | null;
  /** The request that takes this one's place, where it was superseded. */
  readonly successor: { readonly id: string; readonly draft: Draft } | null;
  /** The final state has been told in the chat. */
  readonly told: boolean;
  /** The message that told it. */
  readonly resultId: string | null;
  /** Effects that did not show when the result was told are still looked for. */
  readonly proof: 'none' | 'awaited';
  /** How much is known by now that the result does not show yet, and whether the card has to change with it. */
  readonly unshown: number;
  readonly cardBehind: boolean;
  /** What is looked for after the result; `null`: nothing is. */
  readonly aftermath: Aftermath | null;
}

export type RequestState = { readonly phase: 'none' } | KnownRequest;

/** The chat, or the channel with all its threads: `;messageid=` names the thread only. */
export function placeOf(conversationId: string): string {
  return conversationId.split(';messageid=')[0] ?? conversationId;
}

/** Whether two conversation ids are the same chat, or threads of the same channel. */
export function isSamePlace(one: string, other: string): boolean {
  return placeOf(one) === placeOf(other);
}

/** Whether this event puts the request on the open list of the store: there is a next step. */
export const opens = ({ type }: RequestEvent): boolean => type === 'Requested' || type === 'Explained';

/** Whether it takes the request off that list: no step is left. */
export function closes(event: RequestEvent): boolean {
  if (event.type === 'ResultPosted') return !event.awaitsProof && !event.cardBehind && event.after === undefined;
  return (event.type === 'ProofGivenUp' && !event.more) || (event.type === 'ResultCorrected' && event.last);
}
