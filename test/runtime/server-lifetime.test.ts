import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import type { Reply } from '../../src/runtime/server.ts';
import { serve } from '../support/loopback.ts';

describe('listening', () => {
  it('sets limits to how long a sender may take and how many there may be', async () => {
    const running = await serve();
    const http = await running.http();
    const { headersTimeout, keepAliveTimeout, requestTimeout, maxConnections } = http;
    assert.deepEqual([headersTimeout, requestTimeout, maxConnections], [10_000, 30_000, 1000]);
    // No proxy in front sends into a connection that is just being ended.
    assert.ok(keepAliveTimeout > 600_000);
    // Not in the types; how late somebody may be hung up on.
    assert.equal((http as { connectionsCheckingInterval?: number }).connectionsCheckingInterval, 2000);
    await running.close();
  });

  it('tells whoever keeps a connection that it will stay', async () => {
    const running = await serve();
    const socket = await running.open();
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^keep-alive: timeout=620\r$/im);
    socket.destroy();
    await running.close();
  });

  it('ends connections that ask nothing when new ones come and there is little room', async () => {
    const running = await serve();
    const http = await running.http();
    http.maxConnections = 8;
    const idle = await Promise.all(Array.from({ length: 6 }, () => running.open()));
    const hungUp = idle.map(async (socket) => {
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'data');
      return once(socket, 'close');
    });
    await Promise.all(idle.map((socket) => once(socket, 'data')));
    const next = await running.open();
    await Promise.all(hungUp);
    next.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.match(String((await once(next, 'data'))[0]), /^HTTP\/1\.1 200 /);
    next.destroy();
    await running.close();
  });

  it('makes the metrics once for all who ask at the same time', async () => {
    let made = 0;
    const running = await serve({
      metrics: async () => {
        made += 1;
        return { status: 200, body: `made ${made}` };
      },
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => running.ask('GET', '/metrics')));
    assert.ok(made < answers.length, `${made} times for ${answers.length}`);
    // Later ones are new: whoever watches sees what became of it.
    const until = Date.now() + 5000;
    while ((await running.ask('GET', '/metrics')).body === answers.at(-1)?.body) assert.ok(Date.now() < until);
    await running.close();
  });

  it('fails when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    assert(address && typeof address === 'object');
    await assert.rejects(serve({}, address.port), { code: 'EADDRINUSE' }).finally(() => taken.close());
  });
});

describe('a route that fails', () => {
  const failures: [what: string, error: unknown][] = [
    ['an error', new Error('secret reason')],
    ['an error with a status of its own', Object.assign(new Error('secret reason'), { statusCode: 503 })],
    ['a text', 'secret reason'],
  ];
  for (const [what, error] of failures) {
    it(`with ${what} answers 5xx with no body, and the next request is answered`, async () => {
      const fail = () => Promise.reject(error);
      const running = await serve({ receive: fail, ready: fail, metrics: fail });
      for (const [method, path] of [
        ['POST', '/api/messages'],
        ['GET', '/readyz'],
        ['GET', '/metrics'],
      ] as const) {
        const body = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {};
        const answer = await running.ask(method, path, body);
        assert.match(`${answer.status}${answer.body}`, /^50[03]$/);
        assert.doesNotMatch(JSON.stringify(answer.headers), /secret/);
      }
      assert.equal((await running.ask('GET', '/healthz')).status, 200);
      await running.close();
    });
  }
});

describe('closing', () => {
  it('lets the answer out that is being made, takes nothing new, and is done then', async () => {
    const order: string[] = [];
    const begun = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Reply>();
    const running = await serve({
      receive() {
        begun.resolve();
        return answer.promise;
      },
    });
    const asked = running
      .ask('POST', '/api/messages', { headers: { 'content-type': 'application/json' }, body: '{}' })
      .then(({ status }) => order.push(`answered ${status}`));
    await begun.promise;
    const closed = running.close().then(() => order.push('closed'));
    await assert.rejects(running.ask('GET', '/healthz'), { code: 'ECONNREFUSED' });
    assert.deepEqual(order, []);
    answer.resolve({ status: 200 });
    await Promise.all([asked, closed]);
    assert.deepEqual(order.toSorted(), ['answered 200', 'closed']);
  });

  it('does not wait for a connection that asks nothing more', async () => {
    const running = await serve();
    const socket = await running.open();
    socket.resume().write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const hungUp = once(socket, 'close');
    await Promise.all([running.close(), hungUp]);
  });

  it('does not wait for a connection that is kept alive after its answer', async () => {
    const begun = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Reply>();
    const running = await serve({
      ready() {
        begun.resolve();
        return answer.promise;
      },
    });
    const agent = new Agent({ keepAlive: true });
    const asked = request({ port: running.port, host: '127.0.0.1', path: '/readyz', agent }).end();
    const response = once(asked, 'response');
    await begun.promise;
    const closed = running.close();
    answer.resolve({ status: 200 });
    const [message] = await response;
    message.resume();
    await closed;
    agent.destroy();
  });
});
