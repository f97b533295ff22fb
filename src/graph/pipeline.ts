import {
  type AuthorizeRequestOnChallengeOptions,
  type BearerTokenAuthenticationPolicyOptions,
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  getDefaultProxySettings,
  type HttpClient,
  type Pipeline,
  type PipelinePolicy,
  proxyPolicy,
  type RetryInformation,
  type RetryModifiers,
  retryPolicy,
  setClientRequestIdPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import { DirectoryError } from '../app/ports.ts';
import { retryAfterMs } from '../base/read.ts';

/** Anything from @azure/identity. */
export type Credential = NonNullable<BearerTokenAuthenticationPolicyOptions['credential']>;

const mostRetries = 2;
/** A longer Retry-After than this is for the caller to wait out, because a person is waiting for the read. */
const longestWaitMs = 5000;

/**
 * The policies of every Graph call, in the order they run, `fresh` for what is refused with an old token. This is the whole list: no redirects are followed, nothing
 * is retried but reads, and nothing logs (URL paths hold UPNs).
 */
export function createGraphPipeline(
  credential: Credential,
  scope: string,
  kind: 'read' | 'write',
  fresh: PipelinePolicy,
): Pipeline {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(proxyPolicy(getDefaultProxySettings()));
  pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: 'session-revoker' }));
  pipeline.addPolicy(setClientRequestIdPolicy('client-request-id'));
  if (kind === 'read') {
    const strategy = { name: 'retryReads', retry: retryRead };
    pipeline.addPolicy(retryPolicy([strategy], { maxRetries: mostRetries }), { phase: 'Retry' });
  }
  const signing = {
    credential: asSignIn(credential),
    scopes: [scope],
    challengeCallbacks: { authorizeRequestOnChallenge },
  };
  pipeline.addPolicy(bearerTokenAuthenticationPolicy(signing), { phase: 'Sign' });
  pipeline.addPolicy(fresh, { afterPhase: 'Sign' });
  return pipeline;
}

/** The policy knows challenges whose parameters stand in quotes, as Graph writes them; a header may do without. */
async function authorizeRequestOnChallenge(options: AuthorizeRequestOnChallengeOptions): Promise<boolean> {
  const { request, response, scopes, getAccessToken } = options;
  const header = response.headers.get('www-authenticate') ?? '';
  const claims = /\bBearer\b.*\bclaims=([\w+/=-]+)/i.exec(header)?.[1];
  if (!claims || !/\berror="?insufficient_claims\b/.test(header)) return false;
  const token = await getAccessToken(scopes, {
    enableCae: true,
    claims: Buffer.from(claims, 'base64').toString('utf8'),
  });
  if (token) request.headers.set('authorization', `Bearer ${token.token}`);
  return token !== null;
}

/** The credential with one kind of failure, whatever failed: the sign-in, a certificate's file, or no token at all. */
export function asSignIn(credential: Credential): Credential {
  return {
    async getToken(scopes, options) {
      const token = await Promise.resolve(credential.getToken(scopes, options)).catch((cause: unknown) => {
        const name = cause instanceof Error ? cause.name : 'unknown error';
        // A call that was given up is no failed sign-in.
        if (name === 'AbortError') throw cause;
        throw new DirectoryError('signIn', `no token for Graph (${name})`, { cause });
      });
      if (!token) throw new DirectoryError('signIn', 'no token for Graph (the credential has none)');
      return token;
    },
  };
}

/** Whether and when to read again. A write is never sent twice here: each one has to be on record first. */
function retryRead({ retryCount, response, responseError }: RetryInformation): RetryModifiers {
  if (responseError && !response) {
    const isNetwork = responseError.code !== undefined && responseError.name !== 'AbortError';
    return isNetwork ? { retryAfterInMs: 200 * 2 ** retryCount } : { skipStrategy: true };
  }
  const status = response?.status ?? 0;
  if (status !== 429 && status < 500) return { skipStrategy: true };
  const wait = retryAfterMs(response?.headers.get('retry-after'), Date.now()) ?? 500 * 2 ** retryCount;
  return wait > longestWaitMs ? { skipStrategy: true } : { retryAfterInMs: wait };
}

/** A stand-in for the network: what local mode's emulated tenant offers. Header names are lower-case. */
export type Transport = (request: {
  readonly method: string;
  /** Path and query, beginning `/v1.0/` or `/beta/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}>;

/** The client under the policies: the network, or a transport. */
export function createHttpClient(transport?: Transport): HttpClient {
  if (!transport) return createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const url = new URL(request.url);
      const sent = {
        method: request.method,
        path: url.pathname + url.search,
        headers: { ...request.headers.toJSON(), host: url.host },
        ...(typeof request.body === 'string' ? { body: request.body } : {}),
      };
      const { status, headers, body } = await transport(sent);
      return { request, status, headers: createHttpHeaders(headers), bodyAsText: body ?? null };
    },
  };
}
