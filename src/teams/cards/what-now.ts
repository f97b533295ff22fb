import type { Account, Target } from '../../domain/account.ts';
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

/** Nothing that means something inside a quoted PowerShell string; other addresses get no ready command. */
const harmless = /^[\w.+-]+@[\w.-]+$/;

/** What the lines below need, and nothing that they do not. Source: the Graph permissions reference, 2026-11-28. */
const scopes = [
  'User.RevokeSessions.All',
  'User.Read.All',
  'User.EnableDisableAccount.All',
  'User-PasswordProfile.ReadWrite.All',
  'Directory.AccessAsUser.All',
];

/** Stands before all of them. `environment`: what Connect-MgGraph calls the cloud; `null` where it finds that by itself. */
export function connect(environment: string | null): string {
  const where = environment === null ? '' : ` -Environment ${environment}`;
  return `Connect-MgGraph${where} -Scopes ${scopes.join(', ')}`;
}

type ById = Pick<Account, 'id'>;
export const revokeCommand = ({ id }: ById) => `Revoke-MgUserSignInSession -UserId ${id}`;
export const disableCommand = ({ id }: ById) => `Update-MgUser -UserId ${id} -AccountEnabled:$false`;

/**
 * What Microsoft's procedure for an emergency says beside revoking, as PowerShell 7 to copy: disable the account, reset the
 * password, revoke again, because a sign-in in between is not covered, disable the devices; on-premises first and the
 * password twice, where the account is synced. Source: learn.microsoft.com, "Revoke user access in Microsoft Entra ID".
 */
export function emergencyCommands(account: Account): readonly string[] {
  const { id, upn, synced } = account;
  const devices = `Get-MgUserRegisteredDevice -UserId ${id} | ForEach-Object { Update-MgDevice -DeviceId $_.Id -AccountEnabled:$false }`;
  const last = [revokeCommand(account), devices];
  if (!synced) {
    return [
      disableCommand(account),
      `Update-MgUser -UserId ${id} -PasswordProfile @{ Password = (Read-Host 'New password' -MaskInput) }`,
      ...last,
    ];
  }
  if (!harmless.test(upn)) return last;
  const user = `Get-ADUser -Filter "UserPrincipalName -eq '${upn}'"`;
  return [`${user} | Disable-ADAccount`, `1..2 | ForEach-Object { ${user} | Set-ADAccountPassword -Reset }`, ...last];
}
