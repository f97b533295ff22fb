import {
  type BearerTokenAuthenticationPolicyOptions,
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  getDefaultProxySettings,
  type HttpClient,
  type Pipeline,
  type PipelinePolicy,
  type PipelineResponse,
  proxyPolicy,
  type RetryInformation,
  type RetryModifiers,
  retryPolicy,
  setClientRequestIdPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import { DirectoryError } from '../app/errors.ts';
import { claimsOf, retryAfterMs } from '../base/read.ts';

/** Anything from @azure/identity. */
export type Credential = NonNullable<BearerTokenAuthenticationPolicyOptions['credential']>;

const mostRetries = 2;
/** A longer Retry-After than this is for the caller to wait out, because a person is waiting for the read. */
const longestWaitMs = 5000;

/**
 * The policies of every Graph call, in the order they run. This is the whole list: no redirects are followed, nothing is
 * retried but reads, and nothing logs (URL paths hold UPNs). A pipeline keeps the token it has, so each sign-in has its own.
 */
export function createGraphPipelines(credential: RenewableCredential, scope: string) {
  const fresh = createFreshTokens(credential, scope);
  const pipelineFor = (kind: 'read' | 'write'): Pipeline => {
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(proxyPolicy(getDefaultProxySettings()));
    pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: 'session-revoker' }));
    pipeline.addPolicy(setClientRequestIdPolicy('client-request-id'));
    if (kind === 'read') {
      const strategy = { name: 'retryReads', retry: retryRead };
      pipeline.addPolicy(retryPolicy([strategy], { maxRetries: mostRetries }), { phase: 'Retry' });
    }
    const signing = { credential: asSignIn(credential), scopes: [scope] };
    pipeline.addPolicy(bearerTokenAuthenticationPolicy(signing), { phase: 'Sign' });
    pipeline.addPolicy(fresh.policy(kind), { afterPhase: 'Sign' });
    return pipeline;
  };
  return { read: pipelineFor('read'), write: pipelineFor('write'), staleUntil: fresh.staleUntil };
}

/** The credential with one kind of failure, whatever failed: the sign-in, a certificate's file, or no token at all. */
export const asSignIn = (credential: Credential): Credential => ({
  async getToken(scopes, options) {
    try {
      const token = await credential.getToken(scopes, options);
      if (token) return token;
      throw new Error('the credential has none');
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : 'unknown error';
      // A call that was given up is no failed sign-in.
      if (name === 'AbortError') throw cause;
      throw new DirectoryError('signIn', `no token for Graph (${name})`, { cause });
    }
  },
});

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

/** A credential that can be asked past what it keeps: what it was told an hour ago may be true no more. */
export type RenewableCredential = Credential & {
  /** A credential for the same identity that keeps nothing yet. */
  readonly fresh?: () => Credential;
};

/** What cannot be read for good is worth no fresh token each time. A write is. */
const pauseMs = { read: 60_000, write: 0 };

/**
 * One fresh token where the one that was sent may be out of date: Graph does not take it (401), or it lacks a permission that
 * may have been granted since (403). Neither was carried out, so the call is sent again, once, and only with a token that is
 * another one and, for a 403, holds more.
 */
function createFreshTokens({ fresh }: RenewableCredential, scope: string) {
  const elapsed = () => performance.now();
  let known: { readonly old: string; readonly token: string; readonly until: string } | null = null;
  let asking: Promise<void> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;

  const ask = async (old: string): Promise<void> => {
    askedAt = elapsed();
    const got = await Promise.resolve(fresh?.().getToken(scope, { enableCae: true })).catch(() => null);
    if (got) known = { old, token: got.token, until: new Date(got.expiresOnTimestamp).toISOString() };
  };
  const renew = async (old: string, sentAt: number, kind: 'read' | 'write'): Promise<string | null> => {
    if (!fresh) return null;
    // Those that were under way together are told apart by nothing: one token is for all of them.
    if (!asking && askedAt < sentAt && elapsed() - askedAt >= pauseMs[kind]) {
      asking = ask(old).finally(() => {
        asking = null;
      });
    }
    await asking;
    return known?.old === old ? known.token : null;
  };

  return {
    policy(kind: 'read' | 'write'): PipelinePolicy {
      return {
        name: 'freshToken',
        async sendRequest(request, next) {
          const sent = tokenOf(request.headers.get('authorization'));
          const use = known !== null && known.old === sent ? known.token : sent;
          request.headers.set('authorization', `Bearer ${use}`);
          const sentAt = elapsed();
          const response = await next(request);
          if (!isAboutTheToken(response)) return response;
          const token = await renew(sent, sentAt, kind);
          if (token === null || token === use) return response;
          if (response.status === 403 && !holdsMore(token, use)) return response;
          request.headers.set('authorization', `Bearer ${token}`);
          return next(request);
        },
      };
    },
    /** Until when a token counts that cannot be replaced; `null` where it could be, or nothing was tried. */
    staleUntil: (): string | null => (known !== null && known.old === known.token ? known.until : null),
  };
}

function tokenOf(header: string | undefined): string {
  return (header ?? '').replace(/^Bearer /, '');
}

/** A challenge with claims, in quotes as Graph writes them, is met where the token is made. */
function isAboutTheToken({ status, headers }: PipelineResponse): boolean {
  if (status === 403) return true;
  return status === 401 && !/\bclaims="[\w+/=-]+/.test(headers.get('www-authenticate') ?? '');
}

/** What cannot be read is Graph's to judge, and was judged. */
function holdsMore(token: string, than: string): boolean {
  try {
    const [now, before] = [token, than].map((one) => claimsOf(one).roles);
    return Array.isArray(now) && Array.isArray(before) && now.some((role) => !before.includes(role));
  } catch {
    return false;
  }
}

/** A document that anyone may read, by the same way out as Graph: Node's own fetch knows no proxy. */
export async function readDocument(
  url: string,
  signal: AbortSignal,
  watch = (client: HttpClient) => client,
): Promise<{ status: number; text: string }> {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(proxyPolicy(getDefaultProxySettings()));
  const request = createPipelineRequest({ url, abortSignal: signal });
  const { status, bodyAsText } = await pipeline.sendRequest(watch(createDefaultHttpClient()), request);
  return { status, text: bodyAsText ?? '' };
}

/** @throws where there is none, or what came is no JSON */
export async function readJson(url: string, signal: AbortSignal): Promise<unknown> {
  const { status, text } = await readDocument(url, signal);
  if (status !== 200) throw new Error(`${new URL(url).hostname} answered ${status}`);
  return JSON.parse(text);
}
