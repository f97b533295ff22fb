import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import type { SignInProblem } from '../domain/command.ts';
import { readDocument } from './read-document.ts';

/** What a token must be to stand for a person. Source: Microsoft identity platform, access token claims. */
interface UserTokenRules {
  readonly tenantId: string;
  /** `api://botid-<MicrosoftAppId>`: what the bot's registration exposes to Teams. */
  readonly audience: string;
  /** Of tokens of version 1 and version 2. */
  readonly issuers: readonly string[];
  /** Entra's signing keys, as a JSON Web Key Set over https. */
  readonly keysUrl: string;
  readonly maxAgeMinutes: number;
}

export type UserToken =
  /** `contexts`: the authentication contexts (`acrs`) that the person has satisfied. */
  | { readonly ok: true; readonly contexts: readonly string[] }
  /** `why`: for the log; nothing of the token is in it. */
  | { readonly ok: false; readonly code: SignInProblem; readonly why: string };

/** Clocks of Entra and of this machine may be apart by so much. */
const clockToleranceS = 60;
const keysWithinMs = 3000;
/** What the bot's registration offers to Teams. */
const userScope = 'access_as_user';
const keyProblems: ReadonlySet<string> = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JWKSNoMatchingKey.code,
  errors.JOSEError.code,
]);

/** Whether a token is what Teams gives a person of this tenant for this bot: signature, issuer, audience, time, person. */
export function createVerifyUserToken(rules: UserTokenRules, now: () => Date) {
  const keys = createRemoteJWKSet(new URL(rules.keysUrl), { timeoutDuration: keysWithinMs, [customFetch]: fetchKeys });
  const { audience, issuers, maxAgeMinutes } = rules;

  return async function verifyUserToken(token: string, personId: string): Promise<UserToken> {
    let claims: JWTPayload;
    try {
      const verified = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        audience,
        issuer: [...issuers],
        maxTokenAge: maxAgeMinutes * 60,
        clockTolerance: clockToleranceS,
        requiredClaims: ['exp', 'iat', 'tid', 'oid', 'scp'],
        currentDate: now(),
      });
      claims = verified.payload;
    } catch (error) {
      return { ok: false, code: isAboutTheToken(error) ? 'signInInvalid' : 'signInUnavailable', why: reasonOf(error) };
    }
    const { tid, oid, scp, acrs, idtyp } = claims;
    const invalid = (why: string): UserToken => ({ ok: false, code: 'signInInvalid', why });
    if (tid !== rules.tenantId) return invalid('tid');
    // Otherwise no person stands behind it, or it was made for something else.
    if (idtyp === 'app' || typeof scp !== 'string' || !scp.split(' ').includes(userScope)) return invalid('scp');
    if (oid !== personId) return { ok: false, code: 'signInOfAnother', why: 'oid' };
    const contexts = (Array.isArray(acrs) ? acrs : [acrs]).filter((context) => typeof context === 'string');
    return { ok: true, contexts };
  };
}

export type VerifyUserToken = ReturnType<typeof createVerifyUserToken>;

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
