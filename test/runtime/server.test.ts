import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Serving, serve } from '../support/loopback.ts';
import type { RawAnswer } from '../support/production/raw-request.ts';

const limit = 256 * 1024;
const json = { 'content-type': 'application/json' };
const asText = (size: number) => JSON.stringify('a'.repeat(size - 2));

describe('the server', () => {
  let running: Serving;
  const received: { authorization: string | undefined; body: unknown }[] = [];
  before(async () => {
    running = await serve({
      receive: async (authorization, readBody) => {
        if (authorization === 'Bearer bad') return { status: 401 };
        const read = await readBody();
        if ('status' in read) return read;
        received.push({ authorization, body: read.json });
        return { status: 202, body: { ok: true } };
      },
      ready: async () => ({ status: 503, body: { ready: false, notReady: ['store'] } }),
      metrics: async () => ({ status: 200, body: '# HELP x\n', contentType: 'text/plain; version=0.0.4' }),
    });
  });
  beforeEach(() => {
    received.length = 0;
  });
  after(() => running.close());

  const post = (body: string | Buffer, headers: Readonly<Record<string, string>> = json) =>
    running.ask('POST', '/api/messages', { headers, body });

  it('answers an upgrade as any other request, so that it cannot keep a socket', async () => {
    const text = await running.raw(
      'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    assert.match(text, /^HTTP\/1\.1 200 /);
  });

  it('hands over a body with its authorization, and sends the reply', async () => {
    const { status, headers, body } = await post('{"type":"message","text":"\u00e9 \\u2028"}', {
      ...json,
      authorization: 'Bearer x',
    });
    assert.deepEqual(received, [{ authorization: 'Bearer x', body: { type: 'message', text: '\u00e9 \u2028' } }]);
    assert.deepEqual([status, body, headers['content-type']], [202, '{"ok":true}', 'application/json; charset=utf-8']);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['content-length'], '11');
    assert.equal(headers.server ?? '', '');
  });

  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8']) {
    it(`takes ${type}`, async () => assert.equal((await post('{}', { 'content-type': type })).status, 202));
  }

  it('says that it lives, with nothing else', async () => {
    const { status, body } = await running.ask('GET', '/healthz');
    assert.deepEqual([status, body], [200, '']);
  });

  it('says what is not ready, and gives the metrics', async () => {
    const ready = await running.ask('GET', '/readyz');
    assert.deepEqual([ready.status, ready.body], [503, '{"ready":false,"notReady":["store"]}']);
    const metrics = await running.ask('GET', '/metrics?x=1');
    assert.deepEqual(
      [metrics.status, metrics.body, metrics.headers['content-type']],
      [200, '# HELP x\n', 'text/plain; version=0.0.4'],
    );
  });

  const refused: [what: string, status: number, ask: () => Promise<RawAnswer>][] = [
    ...['gzip', 'GZIP', 'deflate', 'br', 'zstd', 'identity', 'gzip, gzip', 'x'].map(
      (encoding): [string, number, () => Promise<RawAnswer>] => [
        `Content-Encoding: ${encoding}`,
        415,
        () => post('{}', { ...json, 'content-encoding': encoding }),
      ],
    ),
    [
      'gzip that is not gzip',
      415,
      () => post(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), { ...json, 'content-encoding': 'gzip' }),
    ],
    ['a web form', 415, () => post('{}', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['plain text', 415, () => post('{}', { 'content-type': 'text/plain' })],
    ['text that names JSON', 415, () => post('{}', { 'content-type': 'text/plain; application/json' })],
    ['another kind of JSON', 415, () => post('{}', { 'content-type': 'application/json-patch+json' })],
    ['lines of JSON', 415, () => post('{}', { 'content-type': 'application/jsonl' })],
    ['no content type', 415, () => post('{}', {})],
    ['a byte too many', 413, () => post(asText(limit + 1))],
    ['no JSON', 400, () => post('{"type":')],
    ['nothing', 400, () => post('')],
    ['a lone byte order mark', 400, () => post('\ufeff')],
    ['JSON nested in lists 65 deep', 400, () => post('['.repeat(65) + ']'.repeat(65))],
    ['JSON nested in objects 65 deep', 400, () => post(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`)],
    ['100,000 opening brackets', 400, () => post('['.repeat(100_000))],
    ['depth behind a string with an escaped quote', 400, () => post(`["\\"",${'['.repeat(65)}${']'.repeat(65)}]`)],
  ];
  for (const [what, status, ask] of refused) {
    it(`answers ${status} with no body to ${what}, and goes on`, async () => {
      const answer = await ask();
      assert.deepEqual([answer.status, answer.body], [status, '']);
      assert.equal(received.length, 0);
      assert.equal((await running.ask('GET', '/healthz')).status, 200);
    });
  }

  const unknown: [method: string, path: string][] = [
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', '/api/messages'],
    ['PUT', '/api/messages'],
    ['OPTIONS', '/api/messages'],
    ['POST', '/api/messages/'],
    ['POST', '/api/messages/1'],
    ['POST', '/API/messages'],
    ['POST', '/healthz'],
    ['HEAD', '/healthz'],
    ['DELETE', '/metrics'],
    ['TRACE', '/readyz'],
    ['PROPFIND', '/'],
    ['GET', '/%'],
    ['GET', '/%ff%fe'],
    ['GET', '//healthz'],
    ['GET', '/healthz/..;/metrics'],
    ['GET', '/.env'],
  ];
  for (const [method, path] of unknown) {
    it(`answers 404 with no body to ${method} ${path}, and goes on`, async () => {
      const { status, body } = await running.ask(method, path);
      assert.deepEqual([status, body], [404, '']);
      assert.equal(received.length, 0);
      assert.equal((await running.ask('GET', '/healthz')).status, 200);
    });
  }

  for (const target of [
    'OPTIONS *',
    'GET *',
    'POST *',
    'OPTIONS http://x/*',
    'OPTIONS http://x/healthz',
    'M-SEARCH *',
  ]) {
    it(`answers 404 with no body to ${target}`, async () => {
      const answer = await running.raw(`${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 404 [\s\S]*\r\n\r\n$/);
    });
  }

  it('takes a body of exactly 256 KiB, and 64 levels', async () => {
    assert.equal((await post(asText(limit))).status, 202);
    assert.equal((await post('['.repeat(64) + ']'.repeat(64))).status, 202);
    assert.equal((await post(JSON.stringify(`${'['.repeat(500)}\\"{`))).status, 202);
    assert.equal((await post(`[${'[],'.repeat(500)}1]`)).status, 202);
  });

  it('counts bytes, not characters', async () => {
    assert.equal((await post(JSON.stringify('\u00e9'.repeat(limit / 2)))).status, 413);
  });

  it('refuses by Content-Length before the body comes, and closes the connection', async () => {
    const answer = await running.raw(
      `POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${limit + 1}\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.match(answer, /^connection: close\r$/im);
  });

  it('stops reading a body without length at the limit', async () => {
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
    const head =
      'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    // The body has no end: only the limit can be what ends it.
    assert.match(await running.raw(head + chunk.repeat(5)), /^HTTP\/1\.1 413 /);
    assert.equal(received.length, 0);
  });

  it('answers who is refused without waiting for the body, and closes the connection', async () => {
    const answer = await running.raw(
      'POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bad\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.match(answer, /^connection: close\r$/im);
  });

  it('keeps the connection of who is refused when the body has come', async () => {
    const socket = await running.open();
    const request =
      'POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bad\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    for (let time = 0; time < 3; time += 1) {
      socket.write(request);
      const [answer] = await once(socket, 'data');
      assert.match(String(answer), /^HTTP\/1\.1 401 /);
      assert.match(String(answer), /^connection: keep-alive\r$/im);
    }
    socket.destroy();
  });

  it('closes the connection when a body comes where nothing is', async () => {
    const answer = await running.raw('POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    assert.match(answer, /^HTTP\/1\.1 404 /);
    assert.match(answer, /^connection: close\r$/im);
  });

  it('refuses a body in thousands of pieces', async () => {
    const head =
      'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    assert.match(await running.raw(`${head}${'1\r\n \r\n'.repeat(4097)}`), /^HTTP\/1\.1 413 /);
    const few = `${'1\r\n \r\n'.repeat(4000)}2\r\n{}\r\n0\r\n\r\n`;
    assert.match(await running.raw(head.replace('Host: x', 'Host: x\r\nConnection: close') + few), /^HTTP\/1\.1 202 /);
  });

  it('hangs up on who sends a request before the last one is answered', async () => {
    received.length = 0;
    const request =
      'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    assert.equal(await running.raw(request.repeat(300)), '');
    assert.ok(received.length <= 1, `${received.length} of 300 were worked on`);
    assert.equal((await running.ask('GET', '/healthz')).status, 200);
  });

  it('survives a sender that leaves in the middle', async () => {
    const socket = await running.open();
    const head =
      'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n';
    await new Promise((resolve) => socket.write(`${head}{"a"`, resolve));
    socket.destroy();
    await once(socket, 'close');
    assert.equal((await running.ask('GET', '/healthz')).status, 200);
    assert.equal(received.length, 0);
  });

  for (const text of [
    'GARBAGE\r\n\r\n',
    'GET /healthz HTTP/1.1\r\n\r\n',
    'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  ]) {
    it(`answers 400 without explanation to ${JSON.stringify(text.slice(0, 20))}`, async () => {
      const answer = await running.raw(text);
      assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
      assert.doesNotMatch(answer, /error|parse|restify|node/i);
    });
  }
});
