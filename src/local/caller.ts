import { badRequest } from './graph-errors.ts';

/**
 * Puts the signed-in person in the place of `me`, taken from the token's `oid` without checking the signature: there is no
 * issuer here whose signature could be checked. Throws a GraphFault for a token that names nobody.
 */
export function asUser(segments: readonly string[], headers: Readonly<Record<string, string>>): readonly string[] {
  if (segments[0] !== 'me') return segments;
  const objectId = objectIdIn(headers.authorization ?? '');
  if (objectId === undefined) throw badRequest('/me request is only valid with delegated authentication flow.');
  return ['users', objectId, ...segments.slice(1)];
}

function objectIdIn(authorization: string): string | undefined {
  const { oid, idtyp } = claimsIn(authorization);
  return typeof oid === 'string' && idtyp !== 'app' ? oid : undefined;
}

/** Whether the token lets an application see who is in groups that hide it; as above, it is read and not checked. */
export function seesHidden(headers: Readonly<Record<string, string>>): boolean {
  const roles = claimsIn(headers.authorization ?? '').roles;
  return Array.isArray(roles) && roles.includes('Member.Read.Hidden');
}

function claimsIn(authorization: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
