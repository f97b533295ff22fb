/** What is asked of Graph for one account, and what can become of it. */

/** Each action's API version, and the property of the user by which its effect is read back. */
export const graphActions = {
  revokeSignInSessions: { version: 'v1.0', validFrom: 'signInSessionsValidFromDateTime' },
  invalidateAllRefreshTokens: { version: 'beta', validFrom: 'refreshTokensValidFromDateTime' },
} as const;

export type GraphAction = keyof typeof graphActions;

/** One moment by two clocks. */
export interface Moment {
  /** Graph's `Date` of an answer. */
  readonly graph: string;
  /** Our clock when that answer was there. */
  readonly here: string;
}

/** One Graph write about to be made. Recorded before it is made. */
export interface Call {
  readonly targetId: string;
  readonly clientRequestId: string;
  /** What Graph said before the write; `null`: Graph had no value. */
  readonly validFromBefore: string | null;
  /** When it said so; absent where its answer bore no `Date`. */
  readonly seen?: Moment;
}

export type FailureCode =
  | 'missingPermission'
  /** Called as the approver, whose Entra roles do not reach this account. */
  | 'missingRole'
  /** Called as the person, for whom the app lacks consent. */
  | 'missingConsent'
  /** The sign-in of the approver was no good any more. */
  | 'approverSignIn'
  /** Approved under settings that Graph must not be called under any more. */
  | 'settingsChanged'
  /** The account could not be looked at, so nothing was sent. */
  | 'cannotRead'
  /** It is not known who is protected, so nothing was sent. */
  | 'protectionUnknown'
  /** Graph does not find it, and it is not among the deleted ones. */
  | 'notFound'
  | 'deleted'
  /** Something between here and Graph answered. */
  | 'notGraph'
  /** Entra was busy with another change of the account. */
  | 'conflict'
  | 'external'
  | 'protected'
  | 'restricted'
  | 'throttled'
  | 'unavailable'
  | 'noAnswer'
  | 'signIn'
  | 'rejected'
  /** Who approved, or who asked, may do so no longer. */
  | 'approvalVoid'
  /** The approval ran out before the write could be made. */
  | 'tooLate'
  | 'stopped';

/** What Graph's answer to a write is traced by. */
export interface GraphTrace {
  readonly graphRequestId?: string;
  /** Graph's own `Date` of the answer. */
  readonly graphDate?: string;
  /** Until when the token counts that Graph refused, where no other can be had: what was granted since counts from then on. */
  readonly tokenUntil?: string;
  /** What the call cost of Graph's limits. */
  readonly resourceUnits?: number;
  /** How much of a limit was used up, as a fraction; Graph tells it from 0.8 on. */
  readonly throttlePercentage?: number;
}

interface Reported extends GraphTrace {
  readonly targetId: string;
  readonly at: string;
  readonly clientRequestId?: string;
  /** From when until when the write was under way, by our clock. */
  readonly sent?: { readonly at: string; readonly until: string };
}

/**
 * What became of one target.
 * `verified`: read back. `unverified`: Graph accepted, the read-back did not show it in time. `omitted`: no write was
 * made. `failed`: Graph refused, or it was given up. `unknown`: the write may or may not have happened; never final.
 */
export type TargetResult =
  | (Reported & { readonly outcome: 'verified'; readonly validFrom: string })
  | (Reported & { readonly outcome: 'unverified' })
  | (Reported & { readonly outcome: 'omitted'; readonly code: FailureCode })
  | (Reported & { readonly outcome: 'failed'; readonly code: FailureCode })
  | (Reported & { readonly outcome: 'unknown'; readonly code: FailureCode; readonly retryAfterMs?: number });
