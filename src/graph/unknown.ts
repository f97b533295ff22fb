import { DirectoryError, type DirectoryProblem } from '../app/errors.ts';
import type { WhyUnknown } from '../domain/account.ts';

/** A fact that could not be read, with why, where that is known. */
export interface Unknown {
  readonly known: false;
  readonly why?: WhyUnknown;
}

/** Graph's codes where the tenant has no Entra ID P1 or P2. */
const notLicensed: ReadonlySet<string> = new Set([
  'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
  'AadPremiumLicenseRequired',
]);

export const unknown: Unknown = { known: false };
export const refused: Unknown = { known: false, why: 'refused' };
const unlicensed: Unknown = { known: false, why: 'licence' };
const unanswered: Unknown = { known: false, why: 'noAnswer' };

/** What a read that failed leaves: "not available", and why. Anything but a DirectoryError has no why. */
export function unknownAfter(error: unknown): Unknown {
  return error instanceof DirectoryError ? unread(error.problem, error.code) : unknown;
}

/** @param code Graph's own, whatever its status was */
export function unread(problem: DirectoryProblem, code: string): Unknown {
  if (notLicensed.has(code)) return unlicensed;
  switch (problem) {
    case 'missingPermission':
      return refused;
    case 'throttled':
    case 'unavailable':
    case 'noAnswer':
      return unanswered;
    case 'notFound':
    case 'notGraph':
    case 'conflict':
    case 'signIn':
    case 'rejected':
      return unknown;
    default:
      return problem satisfies never;
  }
}
