import type { WhyUnknown } from '../domain/account.ts';

/** What the ports throw. Every `message` is for the log, never for a person. */

/** Another append was first. Read again and decide again. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/** Whether `append` threw it because it could not be found out whether it was written. */
export function isInDoubt(error: unknown): boolean {
  return error instanceof Error && (error as { inDoubt?: unknown }).inDoubt === true;
}

/**
 * Thrown by `read` when the request cannot be read here: a record of it is missing or not as it was written, or a newer
 * version wrote it. What it means is not known, so it is left alone, and nothing that is done may depend on it.
 */
export class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest';
  readonly why: 'damaged' | 'newer';
  readonly trailDamaged: boolean;
  constructor(why: 'damaged' | 'newer', message: string) {
    super(message);
    this.why = why;
    this.trailDamaged = why === 'damaged';
  }
}

/** At first hand or as its cause. */
export function isTrailDamaged(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { trailDamaged?: unknown }).trailDamaged === true || isTrailDamaged(error.cause);
}

/** What Graph, through all its error shapes, can mean for us. */
export type DirectoryProblem =
  | 'missingPermission'
  | 'notFound'
  /** Something between here and Graph answered. */
  | 'notGraph'
  /** Entra is busy with another change of the account. */
  | 'conflict'
  | 'throttled'
  | 'unavailable'
  | 'noAnswer'
  | 'signIn'
  | 'rejected';

/** A read or write of the directory that did not work out. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly problem: DirectoryProblem;
  readonly retryAfterMs: number | undefined;
  readonly graphRequestId: string | undefined;
  /** Graph's own; '' where it gave none. */
  readonly code: string;
  constructor(
    problem: DirectoryProblem,
    message: string,
    more: {
      retryAfterMs?: number | undefined;
      graphRequestId?: string | undefined;
      code?: string;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.problem = problem;
    this.retryAfterMs = more.retryAfterMs;
    this.graphRequestId = more.graphRequestId;
    this.code = more.code ?? '';
  }
}

/** A fact that could not be read, with why, where that is known. */
interface Unknown {
  readonly known: false;
  readonly why?: WhyUnknown;
}

export const unknown: Unknown = { known: false };
export const refused: Unknown = { known: false, why: 'refused' };
/** Graph's codes where the tenant has no Entra ID P1 or P2. */
const notLicensed: ReadonlySet<string> = new Set([
  'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
  'AadPremiumLicenseRequired',
]);
const noAnswer: ReadonlySet<DirectoryProblem> = new Set(['throttled', 'unavailable', 'noAnswer']);

/** What a read that failed leaves: "not available", and why. */
export function unknownAfter(error: unknown): Unknown {
  if (!(error instanceof DirectoryError)) return unknown;
  if (notLicensed.has(error.code)) return { known: false, why: 'licence' };
  if (error.problem === 'missingPermission') return refused;
  return noAnswer.has(error.problem) ? { known: false, why: 'noAnswer' } : unknown;
}

/**
 * `gone`: it cannot be said, and trying again is no use. `transient`: the next try may work, whatever the connector
 * answered; `retryAfterMs` says when.
 */
export class NotifierError extends Error {
  override readonly name = 'NotifierError';
  readonly kind: 'gone' | 'transient';
  /** What the connector answered; `null`: nothing. */
  readonly status: number | null;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** For how long it has been tried. */
  readonly triedMs: number;
  constructor(
    kind: 'gone' | 'transient',
    message: string,
    more: {
      status?: number | null | undefined;
      code?: string | undefined;
      retryAfterMs?: number | undefined;
      triedMs?: number;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.status = more.status ?? null;
    this.code = more.code;
    this.retryAfterMs = more.retryAfterMs;
    this.triedMs = more.triedMs ?? 0;
  }
}
