import type { Log } from '../app/ports.ts';
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
  { name: 'User.Read.All', without: 'no one can be looked up: the bot cannot work' },
  {
    name: 'GroupMember.Read.All',
    without: 'groups in REQUESTERS, APPROVERS and PROTECTED_USERS cannot be checked: everything is refused',
  },
  {
    name: 'RoleManagement.Read.Directory',
    without: 'directory roles show as "not available" and every account counts as privileged',
  },
  {
    name: 'AuditLog.Read.All',
    without: 'the last sign-in, what happened around a revocation and who came back show as "not available"',
  },
  { name: 'IdentityRiskyUser.Read.All', without: 'the risk shows as "not available"' },
];

/** Sees who is in groups that hide it. */
const readHidden = 'Member.Read.Hidden';

/** What is asked for at the start only where a list names a group that needs it. */
export const optionalPermissions: readonly Permission[] = [
  {
    name: readHidden,
    without: 'groups with hidden membership in REQUESTERS, APPROVERS and PROTECTED_USERS are as if empty',
  },
];

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

interface MissingPermission extends Permission {
  /** PowerShell that grants it. */
  readonly grant: string;
}

/** What an app token says; `null` when it cannot be read: it is Graph's, not ours. */
function grantedBy(token: string): { readonly roles: readonly unknown[]; readonly oid: unknown } | null {
  try {
    const { roles, oid } = claimsOf(token);
    return { roles: Array.isArray(roles) ? roles : [], oid };
  } catch {
    return null;
  }
}

/** Which of the needed ones an app token lacks; `null` when it cannot be read. */
export function missingPermissions(token: string, features: Features): readonly MissingPermission[] | null {
  const granted = grantedBy(token);
  if (!granted) return null;
  const { roles, oid } = granted;
  // The object id of the app's service principal, or of the managed identity.
  const principal = typeof oid === 'string' && /^[0-9a-f-]{36}$/i.test(oid) ? oid : '<object id of the identity>';
  return neededPermissions(features)
    .filter(({ name }) => !roles.includes(name))
    .map((permission) => ({ ...permission, grant: grantCommand(permission.name, principal) }));
}

/** Graph's own app id is the same in every tenant and cloud. */
function grantCommand(name: string, principal: string): string {
  return [
    `$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"`,
    `$role = $graph.AppRoles | Where-Object Value -eq '${name}'`,
    `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${principal} -PrincipalId ${principal} -ResourceId $graph.Id -AppRoleId $role.Id`,
  ].join('; ');
}

interface Deps extends Features {
  readonly root: string;
  readonly credential: Credential;
  readonly told: (missing: readonly string[]) => void;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** What the token that the app calls Graph with lets it do. Each reads it anew. @throws when there is no token */
export function createPermissions({ root, credential, told, log, ...features }: Deps) {
  const readToken = async (): Promise<string> => {
    const token = await credential.getToken(`${root}/.default`);
    if (!token) throw new Error('no token for Graph');
    return token.token;
  };
  const check = async () => {
    const missing = missingPermissions(await readToken(), features);
    // The administrator who was told to grant something sees here that it has arrived; without it the bot does what it can.
    told(missing?.map(({ name }) => name) ?? []);
    return missing;
  };
  return {
    check,
    /** Tells the log which are still to be granted. */
    async tell(): Promise<void> {
      const missing = await check();
      if (!missing) return log.info({}, 'the token does not say which application permissions are there');
      for (const { name: permission, without, grant } of missing) {
        const what = 'an application permission is missing; grant it with admin consent';
        log.warn({ permission, without, grant }, what);
      }
      if (missing.length === 0) log.info({}, 'all application permissions are there');
    },
    /** Whether the app sees who is in groups that hide it. */
    async seesHidden(): Promise<boolean> {
      return grantedBy(await readToken())?.roles.includes(readHidden) ?? false;
    },
  };
}
