import { claimsOf } from '../base/read.ts';
import type { Credential } from './pipeline.ts';

/** An application permission, and what is lost without it. Source: the Graph permissions reference. */
export interface Permission {
  readonly name: string;
  /** For the operator, in the log. */
  readonly without: string;
}

export const permissions: readonly Permission[] = [
  { name: 'User.RevokeSessions.All', without: 'nothing can be revoked' },
  { name: 'User.Read.All', without: 'nobody can be looked up: the bot cannot work' },
  {
    name: 'GroupMember.Read.All',
    without: 'groups in REQUESTERS, APPROVERS and PROTECTED_USERS cannot be checked: everything is refused',
  },
  {
    name: 'RoleManagement.Read.Directory',
    without: 'directory roles show as "not available" and every account counts as privileged',
  },
  { name: 'AuditLog.Read.All', without: 'the last sign-in shows as "not available"' },
  { name: 'IdentityRiskyUser.Read.All', without: 'the risk shows as "not available"' },
];

/** Sees who is in groups that hide it. */
export const readHidden = 'Member.Read.Hidden';

/** What is asked for at the start only where a list names a group that needs it. */
export const optionalPermissions: readonly Permission[] = [
  {
    name: readHidden,
    without: 'groups with hidden membership in REQUESTERS, APPROVERS and PROTECTED_USERS are as if empty',
  },
];

/** Whether an app token has it; `null` when the token cannot be read. */
export function hasPermission(token: string, name: string): boolean | null {
  try {
    const { roles } = claimsOf(token);
    return Array.isArray(roles) && roles.includes(name);
  } catch {
    return null;
  }
}

interface Features {
  readonly auth: 'application' | 'delegated';
  readonly riskAvailable: boolean;
}

/** Those that the app itself needs: not what the approver's own token has to hold, nor what the cloud does not have. */
export function neededPermissions({ auth, riskAvailable }: Features): readonly Permission[] {
  const needless = new Set([
    ...(auth === 'delegated' ? ['User.RevokeSessions.All'] : []),
    ...(riskAvailable ? [] : ['IdentityRiskyUser.Read.All']),
  ]);
  return permissions.filter(({ name }) => !needless.has(name));
}

export interface MissingPermission extends Permission {
  /** PowerShell that grants it. */
  readonly grant: string;
}

/**
 * Which of the needed ones an app token lacks, by its `roles`; `null` when the token cannot be read (it is Graph's, not
 * ours).
 */
export function missingPermissions(token: string, features: Features): readonly MissingPermission[] | null {
  try {
    const { roles, oid } = claimsOf(token);
    const granted = new Set(Array.isArray(roles) ? roles : []);
    // The object id of the app's service principal, or of the managed identity.
    const principal = typeof oid === 'string' && /^[0-9a-f-]{36}$/i.test(oid) ? oid : '<object id of the identity>';
    return neededPermissions(features)
      .filter(({ name }) => !granted.has(name))
      .map((permission) => ({ ...permission, grant: grantCommand(permission.name, principal) }));
  } catch {
    return null;
  }
}

/** Graph's own app id is the same in every tenant and cloud. */
function grantCommand(name: string, principal: string): string {
  return [
    `$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"`,
    `$role = $graph.AppRoles | Where-Object Value -eq '${name}'`,
    `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${principal} -PrincipalId ${principal} -ResourceId $graph.Id -AppRoleId $role.Id`,
  ].join('; ');
}

/** The token that the app calls Graph with. @throws when there is none */
export async function readToken({ root, credential }: { root: string; credential: Credential }): Promise<string> {
  const token = await credential.getToken(`${root}/.default`);
  if (!token) throw new Error('no token for Graph');
  return token.token;
}
