import type { Account } from '../../domain/account.ts';

/** Nothing that means something inside a quoted PowerShell string; other addresses get no ready command. */
const harmless = /^[\w.+-]+@[\w.-]+$/;

/**
 * What Microsoft's procedure for an emergency says beside revoking, as PowerShell to copy: disable the account, reset the
 * password, disable the devices; on-premises first and the password twice, where the account is synced.
 * Source: learn.microsoft.com, "Revoke user access in Microsoft Entra ID".
 */
export function emergencyCommands({ id, upn, synced }: Account): readonly string[] {
  const devices = `Get-MgUserRegisteredDevice -UserId ${id} | ForEach-Object { Update-MgDevice -DeviceId $_.Id -AccountEnabled:$false }`;
  if (!synced) {
    return [
      `Update-MgUser -UserId ${id} -AccountEnabled:$false`,
      `Update-MgUser -UserId ${id} -PasswordProfile @{ Password = (Read-Host 'New password') }`,
      devices,
    ];
  }
  if (!harmless.test(upn)) return [devices];
  const user = `Get-ADUser -Filter "UserPrincipalName -eq '${upn}'"`;
  return [`${user} | Disable-ADAccount`, `1..2 | ForEach-Object { ${user} | Set-ADAccountPassword -Reset }`, devices];
}
