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

/** Which of them an app token lacks, by its `roles`; `null` when the token cannot be read (it is Graph's, not ours). */
export function missingPermissions(token: string): readonly Permission[] | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { roles } = payload as { roles?: unknown };
    const granted = new Set(Array.isArray(roles) ? roles : []);
    return permissions.filter(({ name }) => !granted.has(name));
  } catch {
    return null;
  }
}
