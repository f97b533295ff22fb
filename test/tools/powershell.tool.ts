import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { missingPermissions } from '../../src/graph/permissions.ts';
import { connect, emergencyCommands } from '../../src/teams/cards/what-now.ts';
import { account } from '../support/samples.ts';
import { broughtOrSkip, root, run } from './tool.ts';

const id = '00000000-0000-4000-8000-000000000001';

/**
 * Stand-ins with the parameters that the commands may name (source: the reference of Microsoft.Graph 2 and of the module
 * ActiveDirectory): a wrong name, or one that is missing, is an error of PowerShell itself.
 */
const standIns = `
$ErrorActionPreference = 'Stop'
function Connect-MgGraph { [CmdletBinding()] param([string[]] $Scopes, [string] $TenantId, [ValidateSet('Global', 'USGov', 'USGovDoD', 'China')] [string] $Environment) }
function Install-Module { [CmdletBinding()] param([Parameter(Position = 0)] [string[]] $Name, [ValidateSet('CurrentUser', 'AllUsers')] [string] $Scope) }
function Get-MgUser { [CmdletBinding()] param([Parameter(Mandatory)] [string] $UserId, [string[]] $Property) [pscustomobject] @{ Id = '${id}'; DisplayName = 'A'; UserPrincipalName = 'a@b'; UserType = 'Member'; SignInSessionsValidFromDateTime = (Get-Date) } }
function Update-MgUser { [CmdletBinding()] param([Parameter(Mandatory)] [string] $UserId, [switch] $AccountEnabled, [hashtable] $PasswordProfile) }
function Revoke-MgUserSignInSession { [CmdletBinding()] param([Parameter(Mandatory)] [string] $UserId, [hashtable] $Headers) $true }
function Get-MgUserRegisteredDevice { [CmdletBinding()] param([Parameter(Mandatory)] [string] $UserId) [pscustomobject] @{ Id = '${id}' } }
function Update-MgDevice { [CmdletBinding()] param([Parameter(Mandatory)] [string] $DeviceId, [switch] $AccountEnabled) }
function Get-MgServicePrincipal { [CmdletBinding()] param([string] $Filter, [string] $ServicePrincipalId) [pscustomobject] @{ Id = '${id}'; AppRoles = @([pscustomobject] @{ Id = '${id}'; Value = 'User.Read.All' }) } }
function New-MgServicePrincipalAppRoleAssignment { [CmdletBinding()] param([Parameter(Mandatory)] [string] $ServicePrincipalId, [Parameter(Mandatory)] [string] $PrincipalId, [Parameter(Mandatory)] [string] $ResourceId, [string] $AppRoleId) }
function Get-ADUser { [CmdletBinding()] param([Parameter(Mandatory)] [string] $Filter) [pscustomobject] @{ Name = 'a' } }
function Disable-ADAccount { [CmdletBinding()] param([Parameter(ValueFromPipeline)] $Identity) process { } }
function Set-ADAccountPassword { [CmdletBinding()] param([Parameter(ValueFromPipeline)] $Identity, [switch] $Reset) process { } }
function Read-Host { [CmdletBinding()] param([Parameter(Position = 0)] [string] $Prompt, [switch] $MaskInput) 'typed' }
`;

describe('what people are told to paste, by PowerShell', () => {
  let pwsh: string;
  const tryOut = (script: string) =>
    run(pwsh, ['-NoProfile', '-NonInteractive', '-Command', `${standIns}\n${script}\n'done'`], {
      POWERSHELL_TELEMETRY_OPTOUT: '1',
    });
  const works = (script: string) => {
    const { said } = tryOut(script);
    assert.match(said.trim(), /done$/, `${script}\n${said}`);
  };
  before(function () {
    pwsh = broughtOrSkip(this, 'bin/pwsh');
  });

  it('knows a wrong parameter and a wrong line', () => {
    assert.doesNotMatch(tryOut(`Update-MgUser -User ${id} -Nothing 1`).said.trim(), /done$/);
    assert.doesNotMatch(tryOut('Get-MgUser | (').said.trim(), /done$/);
  });

  it('runs on a result: in every cloud, for an account of Entra and for one from on-premises', () => {
    const adele = account(1, { id, upn: 'adele@contoso.com' });
    const commands = [true, false].flatMap((synced) => emergencyCommands({ ...adele, synced }));
    works([null, 'USGov', 'USGovDoD', 'China'].map(connect).concat(commands).join('\n'));
  });

  it('runs where a permission is missing', () => {
    const body = Buffer.from(JSON.stringify({ roles: [], oid: id })).toString('base64url');
    const missing = missingPermissions(`e30.${body}.x`, { auth: 'application', riskAvailable: true }) ?? [];
    assert.ok(missing.length > 3);
    works(missing.map(({ grant }) => grant).join('\n'));
  });

  it('runs in the docs', () => {
    const blocks = ['docs/runbook.md', 'docs/responder.md'].flatMap((page) =>
      [...readFileSync(new URL(page, root), 'utf8').matchAll(/```powershell\n([\s\S]*?)```/g)].map(
        ([, text = '']) => text,
      ),
    );
    assert.ok(blocks.length > 0);
    for (const block of blocks) works(block.replaceAll(/<[a-z ]+>/g, id));
  });
});
