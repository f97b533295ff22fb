import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startAuditContainer } from '../support/audit-container.ts';
import { startAzurite } from '../support/azurite.ts';
import { startBlobService } from '../support/blob-container.ts';
import { type Environment, MAIN } from '../support/production/bot-process.ts';
import { createSteps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';
import { failed, startStorageFaults } from '../support/storage-faults.ts';

const run = promisify(execFile);
const verified = /Sessions revoked, verified/;
const always = Number.POSITIVE_INFINITY;

/** What the drill in docs/runbook.md does, as far as it can be played without a cloud. */
describe('the disaster drill', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  const sentence = `revoke sessions for ${adele.userPrincipalName}`;
  let world: World;
  let atTheEnd: (() => unknown)[];

  beforeEach(() => {
    atTheEnd = [];
  });
  afterEach(async () => {
    for (const end of atTheEnd.toReversed()) await end();
  });

  async function start(env: Environment = {}) {
    world = await startWorld({ env });
    atTheEnd.push(() => world.stop());
    return createSteps(world);
  }

  async function audit(env: Environment, ...args: string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [MAIN, 'audit', ...args], {
      env: { PATH: process.env.PATH, ...env },
    });
    return stdout;
  }

  /** Looks until it is so; what the bot answers to `/metrics` and `/readyz` it keeps for a while. */
  async function until(what: string, isSo: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await isSo())) {
      assert.ok(Date.now() < deadline, what);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const ready = (status: number) =>
    until(`never ${status}`, async () => (await fetch(`${world.bot().url}/readyz`)).status === status);

  /** Waits until a metric that an alert asks for is so; the sum over all series that begin like this. */
  const metric = (start: string, isSo: (sum: number) => boolean) =>
    until(start, async () => {
      const text = await (await fetch(`${world.bot().url}/metrics`)).text();
      const values = text.split('\n').filter((line) => line.startsWith(start));
      return isSo(values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0));
    });

  it('ask for the test account, approve', async () => {
    const steps = await start();
    const asked = await steps.ask(alex, groupChat(), sentence);
    const result = steps.nextPost(groupChat());
    await steps.press(megan, asked, 'approve');
    const head = /audit ID\s+([0-9a-f]{12})/.exec(await result(10_000, verified))?.[1] ?? '';
    const { STORE_URL } = world.env;
    assert.match(await audit({ STORE_URL }, 'verify', '--witness', head), /^\d+ records, unbroken/);
    const another = head.replaceAll(/./g, (digit) => (digit === '0' ? '1' : '0'));
    await assert.rejects(audit({ STORE_URL }, 'verify', '--witness', another), /never had the head/);
  });

  it('kill one replica right after Approve', async () => {
    const azurite = await startAzurite();
    atTheEnd.push(() => azurite.close());
    const account = azurite.account();
    const steps = await start({ STORE_URL: account.connectionString });
    const other = await world.startAnother();
    const asked = await steps.ask(alex, groupChat(), sentence);
    // It dies while its call is under way, of which nothing has come.
    world.graph.faults.inject({ path: /revokeSignInSessions/, hang: true });
    const approve = asked.buttons.find(({ verb }) => verb === 'approve') ?? assert.fail();
    assert.equal((await other.teams.execute(megan, groupChat(), asked.activityId, approve)).status, 200);
    await world.graph.waitFor(() => steps.writesFor(adele).length === 1);
    const result = steps.nextPost(groupChat());
    await other.bot.kill();
    assert.match(await result(60_000, verified), /Adele Vance/);
    await steps.closed(asked);
    assert.equal(steps.writesFor(adele).filter(({ done }) => done).length, 1);
    assert.match(await audit({ STORE_URL: account.connectionString }, 'verify'), /unbroken/);

    // The next one is stopped in order, and hears for a moment what a load balancer still sends it.
    const place = groupChat('leaving');
    const open = await steps.ask(alex, place, `revoke sessions for ${person('dormant').userPrincipalName}`);
    const leaving = await world.startAnother();
    const ended = leaving.bot.stop(10_000);
    await leaving.bot.waitForOutput(/"stopping"/);
    assert.equal((await fetch(`${leaving.bot.url}/readyz`)).status, 503);
    const told = steps.nextPost(place);
    const press = open.buttons.find(({ verb }) => verb === 'approve') ?? assert.fail();
    assert.equal((await leaving.teams.execute(megan, place, open.activityId, press)).status, 200);
    assert.match(await told(30_000, verified), /Sessions revoked/);
    assert.equal((await ended).code, 0, leaving.bot.stderr());
    for (const bot of [world.bot(), other.bot, leaving.bot]) {
      assert(!`${bot.stdout()}${bot.stderr()}`.includes(account.key), 'the key of the account is written nowhere');
    }
  });

  it('take away the identity’s role on the store; approve something', async () => {
    const azurite = await startAzurite();
    atTheEnd.push(() => azurite.close());
    const storage = await startStorageFaults(azurite.account());
    atTheEnd.push(() => storage.close());
    const steps = await start({ STORE_URL: storage.connectionString });
    const asked = await steps.ask(alex, groupChat(), sentence);
    await steps.recorded('CardPosted');
    const giveBack = storage.faults.inject({ times: always, answer: failed(403, 'AuthorizationPermissionMismatch') });
    const refused = await steps.press(megan, asked, 'approve');
    assert.match(refused.text, /nothing was done/);
    assert.match(refused.text, /try again/i);
    await ready(503);
    await metric('session_revoker_store_seconds_count{call="read",result="error"}', (sum) => sum > 0);
    assert.deepEqual(world.graph.writes(), []);
    giveBack();
    await ready(200);
    const result = steps.nextPost(groupChat());
    await steps.press(megan, asked, 'approve');
    assert.match(await result(30_000, verified), /Adele Vance/);
    assert.equal(steps.writesFor(adele).length, 1);
  });

  it('take away the identity’s role on the audit container; revoke', async () => {
    const blobs = await startBlobService();
    atTheEnd.push(() => blobs.close());
    const steps = await start();
    const { authority, certificates, env } = world;
    const isBot = (token: string | undefined) =>
      authority.readEntraToken(token, 'https://storage.azure.com') !== undefined;
    const container = await startAuditContainer({ certificates, blobs, isBot });
    atTheEnd.push(() => container.close());
    // Its address is known only now.
    await world.bot().stop();
    await world.start({ AUDIT_SINKS: container.url });
    const asked = await steps.ask(alex, groupChat(), sentence);
    await steps.recorded('CardPosted');
    container.allow(false);
    const result = steps.nextPost(groupChat());
    await steps.press(megan, asked, 'approve');
    assert.match(await result(30_000, verified), /Adele Vance/);
    await world.bot().waitForOutput(/403 AuthorizationPermissionMismatch/);
    await metric('session_revoker_audit_sink_failures_total{sink="blob"}', (sum) => sum > 0);
    await steps.recorded('ResultPosted');
    const { STORE_URL } = env;
    const inStore = await audit({ STORE_URL }, 'export');
    assert.ok((await container.text()).length < inStore.length);
    container.allow(true);
    // Tried again after a pause that grows with the failures.
    await until('the container has everything', async () => (await container.text()) === inStore);
    await metric('session_revoker_audit_sink_behind{sink="blob"}', (sum) => sum === 0);
  });

  it('an account that is no approver presses Approve fifteen times', async () => {
    const steps = await start();
    const asked = await steps.ask(alex, groupChat(), sentence);
    for (let press = 1; press <= 15; press += 1) {
      assert.match((await steps.press(adele, asked, 'approve')).text, /Only an approver/);
    }
    await metric('session_revoker_refused_total{verb="approve",rule="notApprover"}', (sum) => sum === 15);
    // What the alerts of Azure count.
    await world.bot().waitForOutput(/(?:"rule":"notApprover","msg":"refused"\}\s+.*){15}/);
    const trail = await audit({ STORE_URL: world.env.STORE_URL }, 'export');
    const refused = trail.split('\n').filter((line) => line.includes('"type":"AttemptRefused"'));
    assert.equal(refused.length, 15);
    for (const line of refused) assert.equal(JSON.parse(line).by.id, adele.id);
    assert.deepEqual(world.graph.writes(), []);
  });
});
