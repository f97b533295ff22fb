import type { User } from '@microsoft/microsoft-graph-types';
import { type AccountNow, DirectoryError } from '../app/ports.ts';
import type { Account } from '../domain/request.ts';

/** Properties of the one read that says who somebody is. */
export const accountProperties: readonly string[] = [
  'id',
  'displayName',
  'userPrincipalName',
  'jobTitle',
  'department',
  'userType',
  'accountEnabled',
  'externalUserState',
  'creationType',
  'onPremisesSyncEnabled',
  'isManagementRestricted',
];

/** What tells who somebody on a list is, and whether they may act. */
export const memberProperties: readonly string[] = [
  'id',
  'displayName',
  'userPrincipalName',
  'userType',
  'accountEnabled',
  'externalUserState',
  'creationType',
];

/** A Graph user as the domain's account. @throws DirectoryError when it lacks what identifies somebody */
export function toAccount(user: User & { isManagementRestricted?: boolean | null }): Account {
  const { id, userPrincipalName: upn } = user;
  if (!id || !upn) throw new DirectoryError('rejected', 'Graph described a user without id or UPN');
  return {
    id: id.toLowerCase(),
    upn,
    name: user.displayName ?? upn,
    jobTitle: user.jobTitle ?? null,
    department: user.department ?? null,
    external: isExternal(user),
    guest: user.userType === 'Guest',
    // Absent means not readable; an account is never shown as enabled on a guess.
    enabled: user.accountEnabled === true,
    synced: user.onPremisesSyncEnabled === true,
    restricted: user.isManagementRestricted === true,
  };
}

/** An external person can be a Member and an internal one a Guest, so `userType` alone does not tell. */
function isExternal(user: User): boolean {
  return (
    /#EXT#/i.test(user.userPrincipalName ?? '') ||
    (user.externalUserState ?? null) !== null ||
    user.creationType === 'Invitation' ||
    user.creationType === 'SelfServiceSignUp'
  );
}

export function toAccountNow(body: unknown, property: string): AccountNow {
  const user = body as User & Record<string, unknown>;
  if (typeof user !== 'object' || user === null) throw new DirectoryError('rejected', 'Graph sent no user');
  const validFrom = user[property];
  return { account: toAccount(user), validFrom: typeof validFrom === 'string' ? validFrom : null };
}
