import assert from 'node:assert/strict';
import { once } from 'node:events';
import { serve } from '../support/loopback.ts';

describe('a connection that a proxy keeps', function () {
  this.timeout(120_000);

  it('is there after 80 seconds without a request, longer than the time for headers and for a whole request', async () => {
    const running = await serve();
    const socket = await running.open();
    const ask = async () => {
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
      return String((await once(socket, 'data'))[0]);
    };
    assert.match(await ask(), /^HTTP\/1\.1 200 /);
    await new Promise((resolve) => setTimeout(resolve, 80_000));
    assert.match(await ask(), /^HTTP\/1\.1 200 /);
    socket.destroy();
    await running.close();
  });
});
