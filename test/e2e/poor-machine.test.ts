import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openSqliteStore } from '../../src/store/sqlite-store.ts';
import { MAIN } from '../support/production/bot-process.ts';
import { personalChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';
import { channel, megan, requested, start } from '../support/samples.ts';

/** What is wrong here is neither Teams nor Graph, but what the process runs on. */
describe('on a poor machine', function () {
  this.timeout(60_000);
  let folder: string;
  let path: string;
  let world: World;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-poor-'));
    path = join(folder, 'store.db');
    const store = openSqliteStore(path);
    // More than a pipe holds.
    for (let number = 0; number < 50; number += 1) {
      const envelope = { at: start.toISOString(), where: channel.id };
      const asked = requested({ reason: 'x'.repeat(40_000) });
      await store.append(`R${number}`, 0, [
        asked,
        { type: 'Denied', by: megan, ...envelope },
        { type: 'ResultPosted', ...envelope },
      ]);
    }
    await store.close();
    world = await startWorld({ env: { AUDIT_SINKS: 'stdout', STORE_URL: `sqlite:${path}` }, unread: true });
  });
  after(async () => {
    await world?.stop();
    await rm(folder, { recursive: true });
  });

  it('a process whose standard output nobody reads ends in order on a signal', async () => {
    const { code } = await world.bot().stop(10_000);
    assert.equal(code, 0);
  });

  it('a process whose standard output nobody reads ends at once on a second signal', async () => {
    await world.start();
    // The first signal waits for this.
    const hit = Promise.withResolvers<void>();
    world.connector.faults.inject({ method: 'POST', hang: true, onHit: hit.resolve });
    const alex = person('alex');
    await world.teams.say(alex, personalChat(alex), 'help');
    await hit.promise;
    const isReady = () =>
      fetch(`${world.bot().url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    world.bot().signal('SIGTERM');
    while (await isReady()) await setTimeout(20);
    world.bot().signal('SIGTERM');
    const { code } = await world.bot().exited;
    assert.equal(code, 1);
  });

  it('a reader of the exported trail may leave early', async () => {
    const env = { PATH: process.env.PATH, STORE_URL: `sqlite:${path}` };
    const child = spawn(process.execPath, [MAIN, 'audit', 'export'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (text) => {
      complaint += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = await once(child, 'close');
    assert.deepEqual({ code, complaint }, { code: 0, complaint: '' });
  });
});
