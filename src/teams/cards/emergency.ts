import type { Account } from '../../domain/account.ts';

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

export function revokeCommand({ id }: Pick<Account, 'id'>): string {
  return `Revoke-MgUserSignInSession -UserId ${id}`;
}

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
      `Update-MgUser -UserId ${id} -AccountEnabled:$false`,
      `Update-MgUser -UserId ${id} -PasswordProfile @{ Password = (Read-Host 'New password' -MaskInput) }`,
      ...last,
    ];
  }
  if (!harmless.test(upn)) return last;
  const user = `Get-ADUser -Filter "UserPrincipalName -eq '${upn}'"`;
  return [`${user} | Disable-ADAccount`, `1..2 | ForEach-Object { ${user} | Set-ADAccountPassword -Reset }`, ...last];
}
