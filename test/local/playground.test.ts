import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { people, personIds, tenantId } from '../../src/local/people.ts';
import { playgroundConfig, startPlayground } from '../../src/local/playground.ts';

async function listening(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await once(server.listen(0, host), 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

const ping = (host: string, port: number) => fetch(`http://${host}:${port}/_debug/ping`);

describe('the Playground', () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'playground-'));
  });
  after(() => rm(directory, { recursive: true }));

  const options = (port: number) => ({
    botUrl: 'http://127.0.0.1:9/api/messages',
    port,
    people,
    tenantId,
    currentUserId: personIds.alex,
    directory,
    log: () => {},
  });

  /** The Playground takes no 0, and whatever port is free may be somebody's a moment later: then another one. */
  async function startSomewhere(): Promise<Awaited<ReturnType<typeof startPlayground>> & { readonly port: number }> {
    const { server, port } = await listening('127.0.0.1');
    server.close();
    await once(server, 'close');
    const started = await startPlayground(options(port)).catch((error: Error) => {
      if (/is in use|was taken/.test(error.message)) return null;
      throw error;
    });
    return started ? { ...started, port } : startSomewhere();
  }

  it('starts with the people of the tenant, reachable on loopback alone, and leaves nothing when stopped', async function () {
    this.timeout(300_000);
    const { port, ...playground } = await startSomewhere();
    try {
      assert.equal(playground.url, `http://localhost:${port}`);
      const { config } = (await (await fetch(`${playground.url}/_internal/v1/testConfig`)).json()) as {
        config: { tenantId: string; currentUser: { aadObjectId: string } };
      };
      assert.equal(config.tenantId, tenantId);
      assert.equal(config.currentUser.aadObjectId, personIds.alex);

      const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
      for (const { address } of addresses.filter(({ internal, family }) => !internal && family === 'IPv4')) {
        await assert.rejects(ping(address, port), `reachable on ${address}`);
      }
    } finally {
      await playground.stop();
    }
    await playground.stop();
    await assert.rejects(ping('127.0.0.1', port));
  });

  it('says which port is taken instead of moving to another', async () => {
    const { server, port } = await listening('127.0.0.1');
    try {
      await assert.rejects(startPlayground(options(port)), new RegExp(`^Error: Port ${port},.* is in use`));
    } finally {
      server.close();
    }
  });

  it('keeps names in their quotes, whatever they hold', () => {
    const awkward = { id: 'x', displayName: '"\n: {}#\u2028', userPrincipalName: "o'x@contoso.example" };
    const config = JSON.parse(
      playgroundConfig({ people: [awkward, ...people], tenantId, currentUserId: personIds.alex }),
    ) as { users: { name: string; email: string }[] };
    assert.equal(config.users.length, 5);
    assert.equal(config.users[0]?.name, awkward.displayName);
    assert.equal(config.users[0]?.email, '');
  });
});
