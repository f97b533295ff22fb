import { createHttpHeaders, createPipelineRequest, type HttpClient, isRestError } from '@azure/core-rest-pipeline';
import { DirectoryError, type DirectoryProblem } from '../app/errors.ts';
import { retryAfterMs } from '../base/read.ts';
import {
  type Credential,
  createGraphPipelines,
  createHttpClient,
  type RenewableCredential,
  type Transport,
} from './pipeline.ts';

export interface GraphCall {
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

export interface GraphAnswer {
  readonly status: number;
  readonly graphRequestId: string | undefined;
  /** Graph's own clock: the `Date` header. */
  readonly date: string | undefined;
  /** Our clock when the answer was there. */
  readonly receivedAt: string;
  readonly resourceUnits: number | undefined;
  readonly throttlePercentage: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** Until when the token counts that it was refused with, where no other can be had. */
  readonly tokenUntil: string | undefined;
  /** False: it bears none of Graph's marks, so something between here and Graph answered. */
  readonly isGraphs: boolean;
  /** Parsed body; `undefined` when there was none or it was not JSON. */
  readonly body: unknown;
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
  const pipelines = new WeakMap<Credential, ReturnType<typeof createGraphPipelines>>();
  const pipelinesOf = (signedIn: RenewableCredential) => {
    const own = pipelines.get(signedIn) ?? createGraphPipelines(signedIn, scope);
    pipelines.set(signedIn, own);
    return own;
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
        const { staleUntil, read, write } = pipelinesOf(call.as ?? credential);
        const response = await (call.write ? write : read).sendRequest(client, request);
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

/**
 * What an answer means. `null`: it is a success. Decided by status, at times by Graph's code with it; `message` is Graph's
 * prose, and tells one thing that no code does.
 */
export function problemOf({ status, body, isGraphs }: GraphAnswer): DirectoryProblem | null {
  if (status === 429) return 'throttled';
  if (status === 408 || status === 504) return 'noAnswer';
  if (status >= 500) return 'unavailable';
  if (!isGraphs) return 'notGraph';
  if (status === 401) return 'signIn';
  if (status >= 200 && status < 300) return null;
  // No permission is missing: Conditional Access wants another sign-in.
  if (status === 403) return errorCode(body) === 'insufficient_claims' ? 'signIn' : 'missingPermission';
  // A 404 without Graph's code, or about the path, says nothing about an account.
  if (status === 404) return errorCode(body) === '' || isUnknownPath(body) ? 'rejected' : 'notFound';
  const isBusy = busy.has(status) || errorCode(body) === 'Directory_ConcurrencyViolation';
  return isBusy ? 'conflict' : 'rejected';
}

/** Something else is being done to the account just now: precondition failed, locked, too early. Nothing was done. */
const busy: ReadonlySet<number> = new Set([412, 423, 425]);

/** Whether an answer is Graph's: it has a request-id, or JSON in Graph's form, and is no web page. */
function bearsMarks(requestId: string | undefined, text: string | null | undefined, body: unknown): boolean {
  if (/^\s*</.test(text ?? '')) return false;
  const isInForm =
    typeof body === 'object' && body !== null && ['@odata.context', 'value', 'id'].some((key) => key in body);
  return requestId !== undefined || isInForm || errorCode(body) !== '';
}

/** The cloud or the version does not have what was asked: no account is meant, though the status and the code are the same. */
function isUnknownPath(body: unknown): boolean {
  const { message } = (body as { error: { message?: unknown } }).error;
  return typeof message === 'string' && /\bResource not found for the segment\b/i.test(message);
}

/** Graph's own error code, for the log; empty when the body has none. */
export function errorCode(body: unknown): string {
  const error = (body as { error?: { code?: unknown } } | null | undefined)?.error;
  return typeof error?.code === 'string' ? error.code.slice(0, 100) : '';
}
