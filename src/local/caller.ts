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
  const payload = authorization.split('.')[1] ?? '';
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof claims !== 'object' || claims === null || !('oid' in claims)) return undefined;
    if ('idtyp' in claims && claims.idtyp === 'app') return undefined;
    return typeof claims.oid === 'string' ? claims.oid : undefined;
  } catch {
    return undefined;
  }
}
