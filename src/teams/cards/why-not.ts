import type { Target } from '../../domain/account.ts';
import type { TargetResult } from '../../domain/result.ts';
import { rolesThatRevoke } from '../../domain/roles.ts';
import type { Texts } from '../texts/en.ts';

/** Why it failed, is not known or was left out; `null` where there is no reason to give. */
export function whyNot(result: TargetResult | undefined, target: Target, texts: Texts): string | null {
  if (result && 'code' in result && result.code === 'missingRole') {
    const { account, facts } = target;
    return account.restricted ? texts.missingRoleRestricted() : texts.missingRole(rolesThatRevoke(facts.roles));
  }
  if (!result || !('code' in result)) return null;
  const why = texts.failures[result.code];
  return result.tokenUntil === undefined ? why : `${why}${texts.marks.parts}${texts.grantedSince(result.tokenUntil)}`;
}
