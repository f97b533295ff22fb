import assert from 'node:assert/strict';
import { RestError } from '@azure/core-rest-pipeline';
import sinon from 'sinon';
import { DirectoryError, type DirectoryProblem } from '../../src/app/errors.ts';
import type { GraphAction } from '../../src/domain/result.ts';
import { createDirectory } from '../../src/graph/directory.ts';
import { createGraphClient } from '../../src/graph/graph-client.ts';
import type { Credential, Transport } from '../../src/graph/pipeline.ts';
import type { EmulatedGroup, EmulatedPerson } from '../../src/local/directory.ts';
import { groups, people } from '../../src/local/people.ts';
import { createTenant } from '../../src/local/tenant.ts';
import { withEmptyFirstPage } from '../support/paged-tenant.ts';

export const root = 'https://graph.contoso.example';

type GraphRequest = Parameters<Transport>[0];
type GraphReply = Awaited<ReturnType<Transport>>;

/** One request as it left the pipeline, and when (milliseconds since the epoch, of the clock that is installed). */
type Sent = GraphRequest & { readonly at: number };

/** What stands between the pipeline and the tenant: a reply of its own, an error thrown, or `undefined` to pass on. */
type Between = (request: GraphRequest, earlier: number) => GraphReply | undefined | Promise<GraphReply | undefined>;

/** A credential that hands out `token 1`, `token 2`, … and keeps what it was asked for. */
export function createFakeCredential() {
  const asked: { scopes: string | string[]; claims: string | undefined; enableCae: boolean | undefined }[] = [];
  const credential: Credential = {
    async getToken(scopes, options) {
      asked.push({ scopes, claims: options?.claims, enableCae: options?.enableCae });
      return { token: `token-${asked.length}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  return { credential, asked };
}

/** The emulated tenant behind the real pipeline. */
export function createGraphFixture({
  action = 'revokeSignInSessions',
  riskAvailable = true,
  between = () => undefined,
  credential,
  more = {},
  isPaged = () => false,
}: {
  readonly action?: GraphAction;
  readonly riskAvailable?: boolean;
  readonly between?: Between;
  readonly credential?: Credential;
  /** Collections whose first page is empty. */
  readonly isPaged?: (path: string) => boolean;
  readonly more?: { readonly people?: readonly EmulatedPerson[]; readonly groups?: readonly EmulatedGroup[] };
} = {}) {
  let ids = 0;
  const tenant = createTenant({
    now: () => new Date(),
    uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    readBackLagMs: 0,
    people: [...people, ...(more.people ?? [])],
    groups: [...groups, ...(more.groups ?? [])],
  });
  const paged = withEmptyFirstPage(tenant, isPaged);
  const fake = createFakeCredential();
  const sent: Sent[] = [];
  const transport: Transport = async (request) => {
    const earlier = sent.length;
    sent.push({ ...request, at: Date.now() });
    return (await between(request, earlier)) ?? paged.handle(request);
  };
  const graph = createGraphClient({
    root,
    credential: credential ?? fake.credential,
    now: () => new Date(),
    transport,
  });
  const logged: object[] = [];
  const log = { warn: (fields: object) => void logged.push(fields) };
  const directory = createDirectory({ graph, action, riskAvailable, log, sleep: async () => {} });
  return { tenant, sent, asked: fake.asked, graph, directory, logged };
}

/** For the tests of a suite: time that stands until it is passed. */
export function useFakeTime(now = Date.parse('2026-11-21T03:00:00.400Z')) {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    // The platform's own would count real time.
    sinon.stub(AbortSignal, 'timeout').callsFake((ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), ms);
      return controller.signal;
    });
  });
  afterEach(() => sinon.restore());
  /** The outcome once all waiting is over. */
  async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
    const [[outcome]] = await Promise.all([Promise.allSettled([work]), clock.runAllAsync()]);
    return outcome;
  }
  return {
    settled,
    pass: (ms: number) => clock.tickAsync(ms),
    /** Why it failed, once all waiting is over. */
    async failureOf(work: Promise<unknown>): Promise<DirectoryError> {
      const outcome = await settled(work);
      assert(outcome.status === 'rejected' && outcome.reason instanceof DirectoryError, JSON.stringify(outcome));
      return outcome.reason;
    },
  };
}

/** Always the same reply, with an error body as Graph writes it unless another is given. */
export function reply(
  status: number,
  { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
): GraphReply {
  const error = JSON.stringify({ error: { code: `Code${status}`, message: 'Prose of Graph, never shown' } });
  return { status, headers: { 'request-id': 'graph-1', ...headers }, body: body ?? error };
}

/** What the network client throws when there was no answer. */
export function networkError(code: string): Error {
  return new RestError(`${code}: the network said no`, { code });
}

/** For `assert.rejects`: a DirectoryError with that problem. */
export function isProblem(problem: DirectoryProblem) {
  return (error: unknown) => error instanceof DirectoryError && error.problem === problem;
}

/** Turns a reply of the tenant into one with another body. */
export function json(body: unknown, status = 200): GraphReply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'request-id': 'graph-1' },
    body: JSON.stringify(body),
  };
}

/** Path and query apart, the query by its decoded names. */
export function parsePath(path: string): { readonly pathname: string; readonly query: URLSearchParams } {
  const { pathname, searchParams } = new URL(path, root);
  return { pathname, query: searchParams };
}
