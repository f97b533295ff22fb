import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Reply } from '../src/server.ts';
import { serve } from './support/loopback.ts';

describe('listening', () => {
  it('sets limits to how long a sender may take and how many there may be', async () => {
    const running = await serve();
    const { headersTimeout, requestTimeout, maxConnections } = await running.http();
    assert.deepEqual([headersTimeout, requestTimeout, maxConnections], [10_000, 30_000, 1000]);
    await running.close();
  });
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
});
