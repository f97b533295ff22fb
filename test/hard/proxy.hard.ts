import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { promisify } from 'node:util';
import { startAzurite } from '../support/azurite.ts';
import { MAIN, startBot } from '../support/production/bot-process.ts';
import { startFakeStorage } from '../support/production/fake-storage.ts';
import { createSteps } from '../support/production/steps.ts';
import { channelThread } from '../support/production/teams-client.ts';
import { person, startSurroundings, startWorld } from '../support/production/world.ts';

/** A proxy that lets everything through and remembers where to, and with which credentials. `routes`: where else to. */
async function startProxy(routes: Readonly<Record<string, string>> = {}) {
  const seen: { readonly target: string; readonly credentials: string | undefined }[] = [];
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, socket) => {
    const target = request.url ?? '';
    seen.push({ target, credentials: request.headers['proxy-authorization'] });
    const [host = '', port] = (routes[target] ?? target).split(':');
    const beyond = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      beyond.pipe(socket).pipe(beyond);
    });
    beyond.on('error', () => socket.destroy());
    socket.on('error', () => beyond.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { seen, port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('behind a proxy with credentials', function () {
  this.timeout(300_000);

  it('Graph, sign-in, the connector and the keys of the Bot Framework are reached through it', async () => {
    const routes: Record<string, string> = {};
    const proxy = await startProxy(routes);
    // A name that leads nowhere but through the proxy.
    const keys = 'revoker.table.core.windows.net';
    const world = await startWorld({
      env: {
        HTTPS_PROXY: `http://user:secret@127.0.0.1:${proxy.port}`,
        ToBotFromChannelOpenIdMetadataUrl: `https://${keys}/v1/.well-known/openidconfiguration`,
      },
    });
    routes[`${keys}:443`] = new URL(world.authority.url).host;
    try {
      const steps = createSteps(world);
      const sentence = `revoke sessions for ${person('adele').userPrincipalName}`;
      const asked = await steps.ask(person('alex'), channelThread(), sentence);
      await steps.press(person('megan'), asked, 'approve');
      await steps.written(person('adele'));
      const reached = new Set(proxy.seen.map(({ target }) => target));
      assert(reached.has(`${keys}:443`));
      for (const url of [world.env.GRAPH_ENDPOINT, world.env.AZURE_AUTHORITY_HOST, world.connector.serviceUrl]) {
        assert(reached.has(new URL(url ?? '').host), `${url} was not reached through the proxy`);
      }
      const credentials = `Basic ${Buffer.from('user:secret').toString('base64')}`;
      assert.deepEqual(new Set(proxy.seen.map((one) => one.credentials)), new Set([credentials]));
    } finally {
      await world.stop();
      proxy.close();
    }
  });

  it('the storage account is reached through it, with a token for storage', async () => {
    const azurite = await startAzurite();
    const surroundings = await startSurroundings();
    const { authority, certificates, env } = surroundings;
    const beyond = azurite.account();
    const storage = await startFakeStorage({
      certificates,
      beyond,
      isBot: (authorization) => authority.readEntraToken(authorization, 'https://storage.azure.com') !== undefined,
    });
    const address = 'revoker.table.core.windows.net';
    const proxy = await startProxy({ [`${address}:443`]: new URL(storage.url).host });
    const HTTPS_PROXY = `http://user:secret@127.0.0.1:${proxy.port}`;
    const settings = { ...env, STORE_URL: `https://${address}`, HTTPS_PROXY };
    try {
      const bot = await startBot(settings);
      assert.equal((await bot.stop()).code, 0, bot.stderr());
      assert.equal(await beyond.table.getEntity('trail', 'ready').then(({ rowKey }) => rowKey), 'ready');
      const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'audit', 'verify'], { env: settings });
      assert.equal(stdout, '0 records, unbroken. Head none.\n');
      const credentials = `Basic ${Buffer.from('user:secret').toString('base64')}`;
      const visits = proxy.seen.filter(({ target }) => target === `${address}:443`);
      assert.deepEqual(new Set(visits.map((one) => one.credentials)), new Set([credentials]));
      assert.equal(storage.refused(), 0);
    } finally {
      await Promise.all([surroundings.close(), storage.close(), azurite.close()]);
      proxy.close();
    }
  });
});
