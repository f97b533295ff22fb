/** What the use cases need from the outside. Each port is implemented in a folder of its own and faked in tests. */

import type { Account, AccountFacts, Person } from '../domain/account.ts';
import type { SignInProblem } from '../domain/command.ts';
import type { Findings, SignIn } from '../domain/findings.ts';
import type { KnownRequest, RequestEvent, Verb } from '../domain/request.ts';
import type { FailureCode, GraphTrace, Moment } from '../domain/result.ts';

/** How far a request had come when it was read. What else is in it is the store's own. */
export interface Version {
  readonly requestId: string;
}

interface StoredRequest {
  /** Oldest first; empty for an unknown id. */
  readonly events: readonly RequestEvent[];
  /** Link of this request's last record: SHA-256 (hex) over everything recorded up to it. '' when there is none. */
  readonly head: string;
  /** What `append` takes back. */
  readonly version: Version;
}

/** A request as this process has read or written it last. */
export type KnownRecord = Pick<StoredRequest, 'events' | 'version'>;

/** Events by request. `append` is the only write and the only lock there is. */
export interface RequestStore {
  /** @throws UnreadableRequest when it is damaged, or a newer version has written to it */
  read(requestId: string): Promise<StoredRequest>;
  /**
   * Adds the events behind those that were read with `version`, all or none, durable on return. Answers the version that
   * the request has with them.
   * @throws VersionConflict when others were added since
   * @throws an error that `isInDoubt` when a shared store did not say whether it was written: read again before anything else
   */
  append(version: Version, events: readonly RequestEvent[]): Promise<Version>;
  /**
   * Ids of the requests with something left to do, oldest first; of one place (`placeOf`) only, when it is given. Costs
   * in proportion to those alone.
   */
  openIds(place?: string): Promise<readonly string[]>;
  /** Ids of requests, open or over, that begin with this code; some fifty at most. Costs in proportion to those alone. */
  idsBeginning(start: string): Promise<readonly string[]>;
  /**
   * The requests with this account among their targets, the latest first, with their place in the order of writing: at
   * most `limit`, of those whose `seq` is below `before`. Costs in proportion to those alone.
   */
  requestsAbout(
    accountId: string,
    page: { before?: number; limit: number },
  ): Promise<readonly { readonly requestId: string; readonly seq: number }[]>;
  /** Targets of this requester that were approved at `since` (ISO 8601) or later. */
  approvedSince(requesterId: string, since: string): Promise<number>;
  /** @throws when the store cannot be read or written now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The id of the request that these parts make: always the same one in the same store, and no one who does not have the
 * store's secret can foresee it, whatever parts they choose.
 */
export type RequestIdOf = (...parts: readonly string[]) => string;

export interface OpenedStore extends RequestStore {
  readonly requestIdOf: RequestIdOf;
}

/** How a person was named. Untrusted text. */
export interface TargetReference {
  readonly text: string;
  readonly kind: 'objectId' | 'address';
  /** What stood beside it to say who that is; it counts only where the account is called so. */
  readonly labels?: readonly string[];
}

export interface AccountNow {
  readonly account: Account;
  /** Tokens issued before this are dead; whole seconds, ISO 8601. `null`: never revoked. */
  readonly validFrom: string | null;
  /** When Graph said so; absent where its answer bore no `Date`. */
  readonly seen?: Moment | undefined;
}

/** Whose sign-in a call is made with: a person's, kept for a request. */
export interface OnBehalf {
  readonly requestId: string;
  readonly personId: string;
}

/** Sign-ins of approvers, where Graph is called as the approver. They live in the memory of this process alone. */
export interface SignIns {
  /**
   * Checks that the token is this person's, of this tenant, for this bot and recent, and exchanges it for one for Graph,
   * which is then held. `strong`: it must show the authentication context that privileged accounts need. Never throws.
   */
  accept(on: OnBehalf, token: string, strong: boolean): Promise<SignInProblem | null>;
  holds(on: OnBehalf): boolean;
  forget(on: OnBehalf): void;
}

/** What is known right after a revoke call. `unknown`: it may or may not have taken effect. */
export type RevokeAnswer = { readonly trace: GraphTrace } & (
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: FailureCode }
  | { readonly kind: 'unknown'; readonly code: FailureCode; readonly retryAfterMs?: number }
);

/** Entra, through Microsoft Graph. Every call has a deadline; failures are `DirectoryError`. */
export interface Directory {
  /** Accounts with that object id, UPN, mail, proxy address or other mail; up to ten, no two alike. */
  find(reference: TargetReference): Promise<readonly Account[]>;
  /** Accounts whose display name, given name, surname, UPN or mail begins with one of these; some of them, ten at most. */
  beginning(prefixes: readonly string[]): Promise<readonly Account[]>;
  /** Deleted accounts that had that object id or UPN. Never throws: what cannot be read is as if there were none. */
  findDeleted(reference: TargetReference): Promise<readonly Account[]>;
  /**
   * The account as it is now, or `null` when it was deleted. Reads come from copies of the directory, so not finding it is
   * not that: `notFound` is thrown when it is neither there, read again, nor among the deleted ones.
   */
  read(objectId: string): Promise<AccountNow | null>;
  /** Facts for the card. Never throws: what cannot be read in time is `known: false`. */
  facts(objectId: string): Promise<AccountFacts>;
  /** Directory roles held or to be activated now, directly or through groups. Never throws: unreadable is `known: false`. */
  roles(objectId: string): Promise<AccountFacts['roles']>;
  /**
   * Which of `groupIds` the account is in, directly or through other groups.
   * @throws DirectoryError also when the account is unknown: not knowing is not "in none"
   */
  memberOf(objectId: string, groupIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * What this id names; `null` when that is neither a user nor a group. Of a `hiddenGroup` Graph does not tell who is in it,
   * but to an app that may see that.
   * @throws DirectoryError when it cannot be read
   */
  entry(id: string): Promise<'user' | 'group' | 'hiddenGroup' | null>;
  /**
   * The account with this id, or the people in the group with this id, directly or through other groups. `complete` is
   * false where a group has more people than one page of Graph holds.
   * @throws DirectoryError also when there is neither: not knowing is not "no one"
   */
  members(id: string): Promise<{ readonly accounts: readonly Account[]; readonly complete: boolean }>;
  /**
   * One Graph write, as the app or on behalf of a person (then `/me` for that person), sent once, so that every write is on
   * record (after a 401 with a claims challenge, which is no write, once more with a new token). Problems are answers, not
   * exceptions.
   */
  revoke(objectId: string, clientRequestId: string, onBehalf?: OnBehalf): Promise<RevokeAnswer>;
  /** Finds out whether Graph can be reached and signed in to. @throws DirectoryError */
  check(): Promise<void>;
}

/** Entra's audit log and sign-in log, through Microsoft Graph. Both are minutes late. */
export interface EntraLogs {
  /**
   * What the logs tell of the account since then (ISO 8601). Never throws: what cannot be read in time is `known: false`.
   * May take minutes, because Graph allows few reads of its logs.
   * Only facts of that account, none from the future; lists are bounded, the newest first.
   */
  around(accountId: string, since: string): Promise<Findings>;
  /**
   * Interactive sign-ins of these accounts that succeeded at `since` (ISO 8601) or later, the newest first; for many
   * accounts few questions of Graph. Only of those accounts, none from the future, each once. May wait for Graph's limit.
   * @throws DirectoryError when the log, or a part of it, cannot be read
   */
  signIns(accountIds: readonly string[], since: string): Promise<readonly SignIn[]>;
}

/** Who tried to decide about their own account, and in which conversation. */
export interface OwnAttempt {
  readonly by: Person;
  readonly verb: Verb;
  readonly where: string;
}

/** Speaks in the chat. What a request looks like is decided there, from its state alone. @throws NotifierError */
export interface Notifier {
  /**
   * Posts the card; answers the id by which it is updated, or `null` when the connector took it and named none. Not
   * idempotent. `begin` runs right before it is sent, in the chat's turn; what it throws is thrown, and nothing is sent.
   */
  postCard(requestId: string, state: KnownRequest, begin: () => Promise<void>): Promise<string | null>;
  /** Makes every copy of the card show the state, for everyone. Idempotent. `begin`: for each copy, as with `postCard`. */
  updateCard(requestId: string, state: KnownRequest, begin?: () => Promise<void>): Promise<void>;
  /**
   * Mentions people in words, and sends nothing where none of them is a member of the conversation; that it is `delayed` is
   * for all.
   */
  postNotice(state: KnownRequest, what: 'notice' | 'reminder' | 'signIn' | 'delayed' | 'agreed'): Promise<void>;
  /**
   * Tells that someone is back (`state.aftermath.watch.cameBack`), and mentions who asked and who approved. Not idempotent.
   * `begin`: as with `postCard`.
   */
  postBack(requestId: string, state: KnownRequest, begin: () => Promise<void>): Promise<void>;
  /** Tells all, where it was tried, that a person tried to decide about their own account. */
  postAttempt(state: KnownRequest, attempt: OwnAttempt): Promise<void>;
  /** Tells the requester, where he asked, that the approvers' conversation cannot be reached. */
  postUnreachable(state: KnownRequest): Promise<void>;
  /** Posts the requester's own card where he asked; answers its id, with which `updateCard` and `postResult` change it. */
  postFollow(requestId: string, state: KnownRequest): Promise<string | null>;
  /** Posts the result as a message of its own in the same thread; else as `postCard`. `head`: of the trail. */
  postResult(requestId: string, state: KnownRequest, head: string, begin: () => Promise<void>): Promise<string | null>;
  /** Makes the posted result show the state. Idempotent. */
  updateResult(requestId: string, state: KnownRequest, head: string): Promise<void>;
}

export interface Clock {
  now(): Date;
  /** Milliseconds since some moment of this process; this clock is never set. */
  elapsed(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Does it after `ms`, unless that is called off by what is given back. Keeps no process alive. */
  after(ms: number, work: () => void): () => void;
}

export interface Ids {
  /** A random UUID, for `client-request-id`. */
  uuid(): string;
  /** The id of the request that takes the place of another: always the same one for the same other. */
  successorOf(requestId: string): string;
  /** The id of the request that asks again for those of another that failed: always the same one for the same other. */
  retryOf(requestId: string, verb: 'retry' | 'again'): string;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
