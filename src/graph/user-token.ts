import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import type { SignInProblem } from '../domain/command.ts';
import { readDocument } from './pipeline.ts';

/** What a token of Entra must be. Source: Microsoft identity platform, access token claims. */
interface TokenRules {
  readonly tenantId: string;
  /** `api://botid-<MicrosoftAppId>`: what the bot's registration exposes. */
  readonly audience: string;
  /** Of tokens of version 1 and version 2. */
  readonly issuers: readonly string[];
  /** Entra's signing keys, as a JSON Web Key Set over https. */
  readonly keysUrl: string;
  readonly maxAgeMinutes: number;
}

/** `why`: for the log; nothing of the token is in it. */
type Checked<Good, Code> =
  | ({ readonly ok: true } & Good)
  | { readonly ok: false; readonly code: Code; readonly why: string };

/** `contexts`: the authentication contexts (`acrs`) that the person has satisfied. */
export type UserToken = Checked<{ readonly contexts: readonly string[] }, SignInProblem>;

/** `forbidden`: a good token of an app that may not ask. */
export type AppToken = Checked<{ readonly clientId: string }, 'invalid' | 'forbidden' | 'unavailable'>;

/** Clocks of Entra and of this machine may be apart by so much. */
const clockToleranceS = 60;
const keysWithinMs = 3000;
/** Entra's tokens for apps count for a day at the most, with continuous access evaluation. */
const appTokenMinutes = 24 * 60 + 5;
/** What the bot's registration offers to Teams, and to other apps. */
const userScope = 'access_as_user';
const appRole = 'Requests.Create';
const keyProblems: ReadonlySet<string> = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JWKSNoMatchingKey.code,
  errors.JOSEError.code,
]);

/** Whether a token is one of Entra's for this bot and this tenant: signature, issuer, audience, time. */
function createReadClaims(rules: TokenRules, now: () => Date) {
  const keys = createRemoteJWKSet(new URL(rules.keysUrl), { timeoutDuration: keysWithinMs, [customFetch]: fetchKeys });
  const { audience, issuers, maxAgeMinutes } = rules;
  return async function readClaims(
    token: string,
    requiredClaims: readonly string[],
  ): Promise<Checked<{ readonly claims: JWTPayload }, 'signInInvalid' | 'signInUnavailable'>> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        audience,
        issuer: [...issuers],
        maxTokenAge: maxAgeMinutes * 60,
        clockTolerance: clockToleranceS,
        requiredClaims: ['exp', 'iat', 'tid', ...requiredClaims],
        currentDate: now(),
      });
      return payload.tid === rules.tenantId
        ? { ok: true, claims: payload }
        : { ok: false, code: 'signInInvalid', why: 'tid' };
    } catch (error) {
      return { ok: false, code: isAboutTheToken(error) ? 'signInInvalid' : 'signInUnavailable', why: reasonOf(error) };
    }
  };
}

/** Whether a token is what Teams gives a person of this tenant for this bot. */
export function createVerifyUserToken(rules: TokenRules, now: () => Date) {
  const readClaims = createReadClaims(rules, now);
  return async function verifyUserToken(token: string, personId: string): Promise<UserToken> {
    const read = await readClaims(token, ['oid', 'scp']);
    if (!read.ok) return read;
    const { oid, scp, acrs, idtyp } = read.claims;
    // Otherwise no person stands behind it, or it was made for something else.
    if (idtyp === 'app' || typeof scp !== 'string' || !scp.split(' ').includes(userScope)) {
      return { ok: false, code: 'signInInvalid', why: 'scp' };
    }
    if (oid !== personId) return { ok: false, code: 'signInOfAnother', why: 'oid' };
    const contexts = (Array.isArray(acrs) ? acrs : [acrs]).filter((context) => typeof context === 'string');
    return { ok: true, contexts };
  };
}

export type VerifyUserToken = ReturnType<typeof createVerifyUserToken>;

/**
 * Whether a token stands for another app of this tenant, in its own name, that may open requests here: one of `clients`,
 * with the app role `Requests.Create`. The bot's own token never is.
 */
export function createVerifyAppToken(
  rules: Omit<TokenRules, 'maxAgeMinutes'> & { readonly appId: string; readonly clients: ReadonlySet<string> },
  now: () => Date,
) {
  const readClaims = createReadClaims({ ...rules, maxAgeMinutes: appTokenMinutes }, now);
  return async function verifyAppToken(token: string): Promise<AppToken> {
    const read = await readClaims(token, ['idtyp']);
    if (!read.ok) {
      // Signed with a key that Entra does not know: keys were looked up for it a moment ago.
      const isForeign = read.code === 'signInInvalid' || read.why === errors.JWKSNoMatchingKey.code;
      return { ...read, code: isForeign ? 'invalid' : 'unavailable' };
    }
    const { idtyp, scp, roles, azp, appid } = read.claims;
    // `azp` in tokens of version 2, `appid` in those of version 1.
    const client = typeof azp === 'string' ? azp : appid;
    const forbidden = (why: string): AppToken => ({ ok: false, code: 'forbidden', why });
    // With a scope a person stands behind it, and persons ask in Teams.
    if (idtyp !== 'app' || scp !== undefined) return forbidden('idtyp');
    if (!Array.isArray(roles) || !roles.includes(appRole)) return forbidden('roles');
    if (typeof client !== 'string') return forbidden('azp');
    const clientId = client.toLowerCase();
    return clientId !== rules.appId && rules.clients.has(clientId) ? { ok: true, clientId } : forbidden('azp');
  };
}

export type VerifyAppToken = ReturnType<typeof createVerifyAppToken>;

/** Everything but not getting the keys, or others than those that sign now. */
function isAboutTheToken(error: unknown): boolean {
  return error instanceof errors.JOSEError && !keyProblems.has(error.code);
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed) return `${error.code} ${error.claim}`;
  if (error instanceof errors.JOSEError) return error.code;
  return error instanceof Error ? error.name : 'unknown error';
}

async function fetchKeys(url: string, { signal }: { readonly signal: AbortSignal }): Promise<Response> {
  const { status, text } = await readDocument(url, signal);
  return new Response(text, { status });
}
