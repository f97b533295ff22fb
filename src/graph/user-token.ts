import {
  createEmptyPipeline,
  createPipelineRequest,
  getDefaultProxySettings,
  proxyPolicy,
} from '@azure/core-rest-pipeline';
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import type { SignInProblem } from '../domain/command.ts';
import { createHttpClient } from './pipeline.ts';

/** What a token must be to stand for a person. Source: Microsoft identity platform, access token claims. */
export interface UserTokenRules {
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
  { readonly ok: true; readonly contexts: readonly string[] } | { readonly ok: false; readonly code: SignInProblem };

/** Clocks of Entra and of this machine may be apart by so much. */
const clockToleranceS = 60;
const keysWithinMs = 3000;

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
      return { ok: false, code: isAboutTheToken(error) ? 'signInInvalid' : 'signInUnavailable' };
    }
    const { tid, oid, scp, acrs } = claims;
    // Without a scope it is an app's own token, and no person is behind it.
    if (tid !== rules.tenantId || typeof scp !== 'string' || scp === '') return { ok: false, code: 'signInInvalid' };
    if (oid !== personId) return { ok: false, code: 'signInOfAnother' };
    const contexts = (Array.isArray(acrs) ? acrs : [acrs]).filter((context) => typeof context === 'string');
    return { ok: true, contexts };
  };
}

export type VerifyUserToken = ReturnType<typeof createVerifyUserToken>;

/** Everything but not getting the keys. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && error.code !== 'ERR_JOSE_GENERIC'
  );
}

/** By the same way out as Graph: Node's own fetch knows no proxy. */
async function fetchKeys(url: string, options: { readonly signal: AbortSignal }): Promise<Response> {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(proxyPolicy(getDefaultProxySettings()));
  const request = createPipelineRequest({ url, abortSignal: options.signal });
  const { status, bodyAsText } = await pipeline.sendRequest(createHttpClient(), request);
  return new Response(bodyAsText, { status });
}
