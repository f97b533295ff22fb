import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import sinon from 'sinon';
import type { DirectoryProblem } from '../../src/app/errors.ts';
import { createDirectory } from '../../src/graph/directory.ts';
import { createGraphClient } from '../../src/graph/graph-client.ts';
import { readJson } from '../../src/graph/pipeline.ts';
import { personIds } from '../../src/local/people.ts';
import { silentLog } from '../support/fakes.ts';
import { errorBody } from '../support/graph-errors.ts';
import { createCertificates } from '../support/production/ca.ts';
import { createFakeCredential, createGraphFixture, networkError, useFakeTime } from './fixture.ts';

const { adele } = personIds;
const id = '9b0d3f1e-5a5c-4a52-8f5e-0d2c9b7e1a42';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
const marked = { 'request-id': 'graph-1' };
const answered = (status: number, body: string, headers: Answer['headers'] = marked): Answer => ({
  status,
  headers,
  body,
});
const graph = (status: number, code: string, headers = {}) =>
  answered(status, errorBody(code), { ...marked, ...headers });
const html = '<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>';
const elsewhere = { ...marked, location: 'https://elsewhere.example/v1.0/users/1' };

/** `reads`: how often a read asks, where that is not three times for what may pass in a moment, and once for all else. */
type Row = readonly [name: string, answer: Answer | Error, problem: DirectoryProblem, reads?: number];
const throttled = (wait: string, reads: number): Row => {
  return [`429, Retry-After ${wait}`, graph(429, 'TooManyRequests', { 'retry-after': wait }), 'throttled', reads];
};
/** Every way in which Graph, or what stands before it, is known to refuse or to fail. */
const failures: readonly Row[] = [
  ['404, unknown user', graph(404, 'Request_ResourceNotFound'), 'notFound'],
  ...[200, 401, 403, 404, 407, 411].map((status): Row => [`${status}, a page`, answered(status, html), 'notGraph']),
  // Of a gateway: it names no request, and its JSON is its own.
  ...[200, 302, 400, 401, 403, 404].map(
    (status): Row => [`${status} without marks`, answered(status, '{"message":"Forbidden"}', {}), 'notGraph'],
  ),
  ...[200, 204, 302].map((status): Row => [`${status}, nothing at all`, answered(status, '', {}), 'notGraph']),
  ...[301, 302, 307, 308].map((status): Row => [`${status} elsewhere`, answered(status, html, elsewhere), 'notGraph']),
  ['302 with an error of Graph’s', graph(302, 'Moved', elsewhere), 'rejected'],
  ['409, the account is being changed', graph(409, 'Directory_ConcurrencyViolation'), 'conflict'],
  ['412, the account is being changed', graph(412, 'Request_PreconditionFailed'), 'conflict'],
  ['423, the account is being changed', graph(423, 'resourceLocked'), 'conflict'],
  ['425, the account is being changed', graph(425, 'tooEarly'), 'conflict'],
  ['409, another', graph(409, 'Request_MultipleObjectsWithSameKeyValue'), 'rejected'],
  ['400, a `$` at the beginning of a path', graph(400, 'BadRequest'), 'rejected'],
  ['400, unsupported query', graph(400, 'Request_UnsupportedQuery'), 'rejected'],
  ...['', 'gone', '[]', 'null', '{"error":null}', '{"error":"x"}', '{"error":{"code":7}}'].map(
    (body): Row => [`400, ${body || 'no body'}`, answered(400, body), 'rejected'],
  ),
  ['410', graph(410, 'Gone'), 'rejected'],
  [
    '403, no permission, or the target outranks the caller',
    graph(403, 'Authorization_RequestDenied'),
    'missingPermission',
  ],
  ['403, no licence', graph(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant'), 'missingPermission'],
  ['403, Conditional Access', graph(403, 'insufficient_claims'), 'signIn'],
  ['401, no good token', graph(401, 'InvalidAuthenticationToken'), 'signIn'],
  ...['2', '0', '-5', 'soon'].map((wait) => throttled(wait, 3)),
  ...['6', '1e306', 'Fri, 31 Dec 2027 23:59:59 GMT'].map((wait) => throttled(wait, 1)),
  ['429', graph(429, 'TooManyRequests'), 'throttled'],
  ...[500, 502, 503].map((status): Row => [`${status}`, graph(status, 'serviceNotAvailable'), 'unavailable']),
  ...[502, 503].map((status): Row => [`${status}, a page`, answered(status, html), 'unavailable']),
  ...[408, 504].map((status): Row => [`${status}`, graph(status, 'UnknownError'), 'noAnswer']),
  ['504, a page', answered(504, html), 'noAnswer'],
  ...['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', 'REQUEST_SEND_ERROR'].map(
    (code): Row => [code, networkError(code), 'noAnswer'],
  ),
];

const user = `{"id":"${adele}","userPrincipalName":"somebody@contoso.example","accountEnabled":true`;
/** What is a success by its status, and no account. */
const successes: readonly (readonly [name: string, answer: Answer])[] = [
  ...[200, 201, 202, 204].map((status) => [`${status} without body`, answered(status, '')] as const),
  ...['[]', '[{}]', '7', '"ok"', 'null', '{}', '{"value":true}', '{"value":false}', '{"value":{}}', '{"id":7}'].map(
    (body) => [`200, ${body}`, answered(200, body)] as const,
  ),
  ['half of the JSON', answered(200, user)],
  ['a display name that is a number', answered(200, `${user},"displayName":7}`)],
  ['a UPN that is an object', answered(200, `${user},"userPrincipalName":{}}`)],
  ['a time that is none', answered(200, `${user},"signInSessionsValidFromDateTime":"soon"}`)],
  ['somebody else', answered(200, `${user},"id":"5d2e1f6b-8c3e-4d7f-8a52-1b9e6c7f8d99"}`)],
];
const isRefused = (problem: DirectoryProblem) => problem === 'missingPermission' || problem === 'rejected';
const passes = (answer: Answer | Error, problem: DirectoryProblem) =>
  answer instanceof Error || answer.status === 504 || ['throttled', 'unavailable'].includes(problem);

describe('a bad answer', () => {
  const { failureOf } = useFakeTime();
  const fixture = (answer: Answer | Error) =>
    createGraphFixture({ between: () => (answer instanceof Error ? Promise.reject(answer) : answer) });
  for (const [name, answer, problem, reads = passes(answer, problem) ? 3 : 1] of failures) {
    it(`to a write, sent once: ${name}, ${problem}`, async () => {
      const { directory, sent } = fixture(answer);
      const told = await directory.revoke(adele, id);
      assert.equal(told.kind, isRefused(problem) ? 'refused' : 'unknown');
      assert.equal('code' in told && told.code, problem);
      assert.equal(sent.length, 1);
    });

    it(`to a read: ${name}, ${problem}`, async () => {
      const { directory, sent } = fixture(answer);
      const { problem: told, message, stack = '' } = await failureOf(directory.read(adele));
      assert.equal(told, problem);
      assert.doesNotMatch(`${message}${stack.split('\n')[0]}`, new RegExp(`Prose|users|${adele}`));
      // Who is not found is asked for again, and looked for among the deleted.
      if (problem !== 'notFound') assert.equal(sent.length, reads);
    });
  }

  for (const [name, answer] of successes) {
    it(`accepts a write, and is no account to a read: ${name}`, async () => {
      assert.equal((await fixture(answer).directory.revoke(adele, id)).kind, 'accepted');
      assert.equal((await failureOf(fixture(answer).directory.read(adele))).problem, 'rejected');
    });
  }
});

describe('Graph’s socket', () => {
  const trusted = tls.getCACertificates();
  let server: Server;
  let certificates: Awaited<ReturnType<typeof createCertificates>>;
  let answer: RequestListener;
  let asked: string[];
  before(async () => {
    certificates = await createCertificates();
    // This server alone: whoever connects reads all that is trusted.
    tls.setDefaultCACertificates([certificates.ca]);
    server = createServer({ cert: certificates.cert, key: certificates.key }, (request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    asked = [];
  });
  afterEach(() => sinon.restore());
  after(async () => {
    tls.setDefaultCACertificates(trusted);
    server.closeAllConnections();
    server.close();
    await certificates.remove();
  });

  const rootOf = () => `https://localhost:${(server.address() as AddressInfo).port}`;
  const revoke = () => {
    const root = rootOf();
    const { credential } = createFakeCredential();
    const client = createGraphClient({ root, credential, now: () => new Date() });
    const options = {
      action: 'revokeSignInSessions',
      riskAvailable: true,
      log: silentLog,
      sleep: async () => {},
    } as const;
    return createDirectory({ graph: client, ...options }).revoke(adele, id);
  };
  const lost = { kind: 'unknown', code: 'noAnswer', trace: {} };

  it('that is closed before any header', async () => {
    answer = (request) => request.socket.destroy();
    assert.deepEqual([await revoke(), asked.length], [lost, 1]);
  });

  it('that is closed in the midst of a body', async () => {
    answer = (request, response) => {
      response.writeHead(200, { 'request-id': 'graph-1', 'content-length': '200' });
      response.write('{"value":', () => request.socket.destroy());
    };
    assert.deepEqual([await revoke(), asked.length], [lost, 1]);
  });

  it('on which nothing ever comes: the deadline ends the wait', async () => {
    const deadline = new AbortController();
    sinon.stub(AbortSignal, 'timeout').returns(deadline.signal);
    answer = () => deadline.abort(new DOMException('The operation timed out', 'TimeoutError'));
    assert.deepEqual([await revoke(), asked.length], [lost, 1]);
  });

  it('that leads elsewhere: nothing follows, and no token goes there', async () => {
    answer = (_, response) => {
      // Restify, where another test of this process has loaded it, makes writeHead answer nothing.
      response.writeHead(307, { location: '/v1.0/elsewhere' });
      response.end(html);
    };
    const told = await revoke();
    assert.deepEqual(['code' in told && told.code, asked.length], ['notGraph', 1]);
  });

  it('from which a document comes: as it is, and not where the answer is no success', async () => {
    answer = (request, response) => {
      response.writeHead(request.url === '/keys' ? 200 : 404);
      response.end('{"keys":[]}');
    };
    const read = (path: string) => readJson(rootOf() + path, new AbortController().signal);
    assert.deepEqual(await read('/keys'), { keys: [] });
    await assert.rejects(read('/none'), /localhost answered 404/);
  });
});
