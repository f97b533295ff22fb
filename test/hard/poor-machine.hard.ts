import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { append } from '../support/append.ts';
import { MAIN } from '../support/production/bot-process.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat, personalChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World, wrongClock } from '../support/production/world.ts';
import { channel, requested, megan as someone, start } from '../support/samples.ts';

/** What is wrong here is neither Teams nor Graph, but what the process runs on. */
describe('on a poor machine', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  let folder: string;
  let path: string;
  let world: World;
  let steps: Steps;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-poor-'));
    path = join(folder, 'store.db');
    const store = openSqliteStore(path);
    // More than a pipe holds.
    for (let number = 0; number < 80; number += 1) {
      const envelope = { at: start.toISOString(), where: channel.id };
      const asked = requested({ reason: 'x'.repeat(40_000) });
      await append(store, `R${number}`, 0, [
        asked,
        { type: 'Denied', by: someone, ...envelope },
        { type: 'ResultPosted', ...envelope },
      ]);
    }
    await store.close();
    world = await startWorld({ env: { STORE_URL: `sqlite:${path}` } });
    steps = createSteps(world);
  });
  after(async () => {
    await world?.stop();
    await rm(folder, { recursive: true });
  });

  const readiness = async () => {
    const response = await fetch(`${world.bot().url}/readyz`);
    return { status: response.status, ...((await response.json()) as { notReady?: readonly string[] }) };
  };

  it('whose clock is ahead a request does not run out before its time, and the process is not ready', async () => {
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    await steps.recorded('CardPosted');
    await world.bot().kill();
    // Longer than a request is open.
    await world.start(wrongClock(20 * 60_000));
    const { status, notReady } = await readiness();
    assert.deepEqual({ status, notReady }, { status: 503, notReady: ['clock'] });
    assert.match(world.bot().stdout(), /"level":"warn".*this machine's clock is wrong/);
    await steps.press(megan, asked, 'approve');
    assert.equal((await steps.written(adele)).status, 200);
  });

  it('a process is ready while Graph alone dates its answers wrongly', async () => {
    await world.bot().kill();
    world.graph.dateLater(3_600_000);
    await world.start();
    world.graph.dateLater(0);
    assert.equal((await readiness()).status, 200);
  });

  it('whose disk damages one request, people are told so, and the others go on', async () => {
    const place = groupChat('damaged');
    const [damaged, whole] = [
      await steps.ask(alex, place, `revoke sessions for ${person('dormant').userPrincipalName}`),
      await steps.ask(alex, place, `revoke sessions for ${person('synced').userPrincipalName}`),
    ];
    await steps.recorded('CardPosted');
    const db = new DatabaseSync(path, { timeout: 2000 });
    db.prepare(`UPDATE events SET body = replace(body, '"self":false', '"self":true') WHERE body LIKE ?`).run(
      `%"code":"${damaged.code}"%`,
    );
    db.close();
    for (const verb of ['approve', 'deny']) {
      assert.match((await steps.press(megan, damaged, verb)).text, /is damaged.*choose Revoke sessions/i);
    }
    const answer = steps.nextPost(place);
    await world.teams.say(megan, place, `approve ${damaged.code}`);
    assert.match(await answer(10_000, /damaged/), /choose Revoke sessions/i);
    const list = steps.nextPost(place);
    await world.teams.say(megan, place, 'status');
    const shown = await list(10_000, new RegExp(whole.code));
    assert.doesNotMatch(shown, new RegExp(damaged.code));
  });

  const unread = async () => {
    if (!world.bot().exit()) await world.bot().kill();
    await world.start({ AUDIT_SINKS: 'stdout' }, true);
  };

  it('a process whose standard output nobody reads ends in order on a signal', async () => {
    await unread();
    const { code } = await world.bot().stop(10_000);
    assert.equal(code, 0);
  });

  it('a process whose standard output nobody reads ends at once on a second signal', async () => {
    await unread();
    // The first signal waits for this.
    const hit = Promise.withResolvers<void>();
    world.connector.faults.inject({ method: 'POST', hang: true, onHit: hit.resolve });
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
