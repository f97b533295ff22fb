import type { User } from '@microsoft/microsoft-graph-types';
import { DirectoryError } from '../app/errors.ts';
import type { AccountNow } from '../app/ports.ts';
import type { Account } from '../domain/account.ts';
import type { GraphAnswer } from './graph-client.ts';

/** What tells who a person on a list is, and whether they may act. */
export const memberProperties = 'id,displayName,userPrincipalName,userType,accountEnabled,identities';
/** Properties of the one read that says who a person is. */
export const accountProperties = `${memberProperties},jobTitle,department,onPremisesSyncEnabled,isManagementRestricted`;

/** A Graph user as the domain's account. @throws DirectoryError when it lacks what identifies a person */
export function toAccount(user: User & { isManagementRestricted?: boolean | null }): Account {
  if (typeof user !== 'object' || user === null) throw new DirectoryError('rejected', 'Graph sent no user');
  const id = text(user.id);
  const upn = text(user.userPrincipalName);
  if (!id || !upn) throw new DirectoryError('rejected', 'Graph described a user without id or UPN');
  return {
    id: id.toLowerCase(),
    upn,
    name: text(user.displayName) || upn,
    jobTitle: text(user.jobTitle),
    department: text(user.department),
    external: isExternal(upn, user.identities),
    guest: user.userType === 'Guest',
    // Absent means not readable; an account is never shown as enabled on a guess.
    enabled: user.accountEnabled === true,
    synced: user.onPremisesSyncEnabled === true,
    restricted: user.isManagementRestricted === true,
  };
}

/**
 * Whether a person signs in through another organisation. An external person can be a Member and an internal one a Guest,
 * and an own account that was invited, or converted, bears the traces of it for good: none of those tells.
 */
function isExternal(upn: string, identities: User['identities']): boolean {
  if (/#EXT#/i.test(upn)) return true;
  const own = upn.slice(upn.lastIndexOf('@') + 1).toLowerCase();
  return (Array.isArray(identities) ? identities : []).some((identity) => {
    const { signInType, issuer } = identity ?? {};
    return signInType === 'federated' && String(issuer).toLowerCase() !== own;
  });
}

/** @throws DirectoryError when it is not that account, or not to be understood */
export function toAccountNow(
  { body, date, receivedAt }: Pick<GraphAnswer, 'body' | 'date' | 'receivedAt'>,
  objectId: string,
  property: string,
): AccountNow {
  const account = toAccount(body as User);
  if (account.id !== objectId.toLowerCase()) throw new DirectoryError('rejected', 'Graph described someone else');
  const validFrom = (body as Record<string, unknown>)[property] ?? null;
  // Taken for "never revoked", a time that cannot be read would make the next one look like proof.
  if (validFrom !== null && !isTime(validFrom)) throw new DirectoryError('rejected', `Graph sent no time: ${property}`);
  return { account, validFrom, seen: date === undefined ? undefined : { graph: date, here: receivedAt } };
}

/** Whether it is a date and time as Graph writes them, and there is such a date. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Absent is `null`; anything but text where text belongs is not from Graph. */
function text(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new DirectoryError('rejected', 'Graph described a user in an unknown form');
  return value;
}
