import type { Target } from '../../domain/account.ts';
import type { FailureCode, TargetResult } from '../../domain/result.ts';
import { rolesThatRevoke } from '../../domain/roles.ts';
import type { Texts, WhatNow } from '../texts/en.ts';

/** Why it failed, is not known or was skipped; `null` where there is no reason to give. */
export function whyNot(result: TargetResult | undefined, target: Target, texts: Texts): string | null {
  if (!result || !('code' in result)) return null;
  if (result.code === 'missingRole') {
    const { account, facts } = target;
    return account.restricted ? texts.missingRoleRestricted() : texts.missingRole(rolesThatRevoke(facts.roles));
  }
  const why = texts.failures[result.code];
  return result.tokenUntil === undefined ? why : `${why}${texts.marks.parts}${texts.grantedSince(result.tokenUntil)}`;
}

const whatNow: Readonly<Record<FailureCode, WhatNow | null>> = {
  missingPermission: 'admin',
  missingRole: 'otherApprover',
  approverSignIn: 'again',
  settingsChanged: 'again',
  missingConsent: 'admin',
  cannotRead: 'admin',
  protectionUnknown: 'admin',
  notFound: 'retry',
  deleted: null,
  notGraph: 'admin',
  conflict: 'retry',
  external: 'homeOrganization',
  protected: 'owners',
  restricted: 'unitAdmin',
  throttled: 'retry',
  unavailable: 'retry',
  noAnswer: 'retry',
  signIn: 'admin',
  rejected: 'admin',
  approvalVoid: 'again',
  tooLate: 'again',
  stopped: 'again',
};

/** What is left to do about those that were not revoked, each thing once. */
export function toDoNow(results: readonly TargetResult[], texts: Texts): string | null {
  const things = results.flatMap((result) => ('code' in result ? (whatNow[result.code] ?? []) : []));
  return things.length === 0 ? null : [...new Set(things)].map((thing) => texts.doNow[thing]).join(texts.marks.parts);
}
