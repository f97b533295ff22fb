import { createHttpHeaders, createPipelineRequest, type HttpClient, isRestError } from '@azure/core-rest-pipeline';
import { DirectoryError } from '../app/errors.ts';
import { retryAfterMs } from '../base/read.ts';
import { bearsMarks, type GraphAnswer } from './graph-error.ts';
import {
  type Credential,
  createFreshTokens,
  createGraphPipeline,
  createHttpClient,
  type RenewableCredential,
  type Transport,
} from './pipeline.ts';

interface GraphCall {
  readonly method: 'GET' | 'POST';
  readonly version: 'v1.0' | 'beta';
  /** From path.ts: begins with `/`, already encoded. */
  readonly path: string;
  readonly body?: object;
  /** For what Graph calls advanced queries; their answers may be some seconds old. */
  readonly eventual?: boolean;
  readonly deadlineMs: number;
  /** Sent once only, because every write has to be on record. */
  readonly write?: boolean;
  /** Instead of the app's own: a person's, who is to be called for. */
  readonly as?: Credential;
  /** A UUID; one is made up when absent. */
  readonly clientRequestId?: string;
}

/** Sends one call. Any status is an answer; no answer in time is a `DirectoryError`. */
export interface GraphClient {
  send(call: GraphCall): Promise<GraphAnswer>;
  /** Of a link in an answer, the path to send. @throws DirectoryError when it leads to another host or version */
  pathOf(link: string, version: GraphCall['version']): string;
}

export function createGraphClient(options: {
  /** Scheme and host without version, such as `https://graph.microsoft.com`. */
  readonly root: string;
  readonly credential: RenewableCredential;
  readonly now: () => Date;
  readonly transport?: Transport | undefined;
  /** Sees every attempt on the wire. */
  readonly watch?: ((client: HttpClient) => HttpClient) | undefined;
}): GraphClient {
  const { root, credential, now, transport, watch = (client) => client } = options;
  const scope = `${root}/.default`;
  const { origin } = new URL(root);
  const pipelinesOf = (signedIn: RenewableCredential) => {
    const fresh = createFreshTokens(signedIn, scope, () => performance.now());
    return {
      read: createGraphPipeline(signedIn, scope, 'read', fresh.policy('read')),
      write: createGraphPipeline(signedIn, scope, 'write', fresh.policy('write')),
      staleUntil: fresh.staleUntil,
    };
  };
  const own = pipelinesOf(credential);
  /** One for each sign-in, because a pipeline keeps the token it has. */
  const others = new WeakMap<Credential, typeof own>();
  const pipelinesFor = (as: Credential | undefined) => {
    if (!as) return own;
    const pipelines = others.get(as) ?? pipelinesOf(as);
    others.set(as, pipelines);
    return pipelines;
  };
  const client = watch(createHttpClient(transport));

  return {
    pathOf(link, version) {
      const { href } = URL.canParse(link) ? new URL(link) : { href: '' };
      // The token goes along: only to Graph, and over nothing but TLS.
      if (!href.startsWith(`${origin}/${version}/`)) {
        throw new DirectoryError('rejected', 'an answer that goes on somewhere else; that was not asked');
      }
      return href.slice(`${origin}/${version}`.length);
    },
    async send(call) {
      const { method, version, path, body, eventual, deadlineMs, clientRequestId } = call;
      const request = createPipelineRequest({
        url: `${root}/${version}${path}`,
        method,
        headers: createHttpHeaders({
          accept: 'application/json',
          // Graph sheds requests of lower priority first; a person is waiting for each of these.
          'x-ms-throttle-priority': 'high',
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(eventual ? { consistencylevel: 'eventual' } : {}),
        }),
        // A POST needs a length, with or without something to say.
        ...(body ? { body: JSON.stringify(body) } : {}),
        ...(clientRequestId ? { requestId: clientRequestId } : {}),
        abortSignal: AbortSignal.timeout(deadlineMs),
      });
      try {
        const { staleUntil, ...pipelines } = pipelinesFor(call.as);
        const response = await pipelines[call.write ? 'write' : 'read'].sendRequest(client, request);
        const graphRequestId = id(response.headers.get('request-id'));
        const answered = parse(response.bodyAsText);
        return {
          status: response.status,
          graphRequestId,
          tokenUntil: response.status === 403 ? (staleUntil() ?? undefined) : undefined,
          isGraphs: bearsMarks(graphRequestId, response.bodyAsText, answered),
          date: isoDate(response.headers.get('date')),
          receivedAt: now().toISOString(),
          resourceUnits: number(response.headers.get('x-ms-resource-unit')),
          throttlePercentage: number(response.headers.get('x-ms-throttle-limit-percentage')),
          retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
          body: answered,
        };
      } catch (error) {
        throw asDirectoryError(error, `${method} ${version}`);
      }
    },
  };
}

/** It stands on the result, so it has to look like an id, even if a proxy answered. */
function id(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w-]{1,64}$/.test(header) ? header : undefined;
}

function isoDate(header: string | undefined): string | undefined {
  const at = Date.parse(header ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

function number(header: string | undefined): number | undefined {
  const value = Number(header);
  return header && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function parse(text: string | null | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** No answer at all: the deadline or the network. The message keeps no path, because paths hold UPNs. */
function asDirectoryError(error: unknown, what: string): DirectoryError {
  if (error instanceof DirectoryError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'AbortError' || name === 'TimeoutError') {
    return new DirectoryError('noAnswer', `${what}: no answer within the deadline`);
  }
  if (isRestError(error)) return new DirectoryError('noAnswer', `${what}: ${error.code ?? 'network error'}`);
  throw error;
}
