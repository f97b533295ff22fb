import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { runBotToExit } from '../support/production/bot-process.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const run = promisify(execFile);
const nothingDone = /nothing was done/;

describe('storage trouble, as the production entry point meets it', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  let world: World;
  let steps: Steps;

  beforeEach(async () => {
    world = await startWorld();
    steps = createSteps(world);
  });
  afterEach(() => world.stop());

  const path = () => String(world.env.STORE_URL).slice('sqlite:'.length);
  const ask = () => steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);

  /** Waits for what `/readyz` says; an answer is kept for ten seconds. */
  async function ready(expected: RegExp): Promise<void> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const response = await fetch(`${world.bot().url}/readyz`);
      const said = `${response.status} ${await response.text()}`;
      if (expected.test(said)) return;
      assert.ok(Date.now() < deadline, said);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** While it lasts: not ready, nothing approved, nothing written, also nothing asked. After it: all as before. */
  async function trouble(begin: () => Promise<void> | void, end: () => Promise<void> | void): Promise<void> {
    const asked = await ask();
    await begin();
    const refused = await steps.press(megan, asked, 'approve');
    assert.match(refused.text, nothingDone);
    assert.ok(!refused.card);
    const said = steps.nextPost(groupChat('another'));
    await world.teams.say(alex, groupChat('another'), `revoke sessions for ${person('risky').userPrincipalName}`);
    assert.match(await said(), nothingDone);
    await ready(/^503 .*store/);
    assert.deepEqual(world.graph.writes(), []);
    assert.equal(world.bot().exit(), undefined);
    await end();
    await ready(/^200/);
    const result = steps.nextPost(groupChat());
    assert.ok((await steps.press(megan, asked, 'approve')).card);
    assert.match(await result(30_000, /Sessions revoked, verified/), /Adele Vance/);
    assert.equal(world.graph.writes().length, 1);
  }

  it('a full disk', () =>
    trouble(
      // Every write behind this size fails, as on a disk without room.
      async () => void (await run('prlimit', ['--pid', String(world.bot().pid), '--fsize=1024:unlimited'])),
      async () => void (await run('prlimit', ['--pid', String(world.bot().pid), '--fsize=unlimited:unlimited'])),
    ));

  it('a database that something else keeps locked', async () => {
    let other: DatabaseSync | undefined;
    await trouble(
      () => {
        other = new DatabaseSync(path());
        other.exec('BEGIN IMMEDIATE');
      },
      () => other?.close(),
    );
  });

  it('a damaged file, or one that another process has open, ends the start with a sentence', async () => {
    const second = await runBotToExit({ ...world.env, HOST: '127.0.0.1', PORT: '0' });
    assert.equal(second.code, 1);
    assert.match(second.stderr, /cannot open the store .*: another process has it open/);
    // After an orderly end everything is in the file itself, and no log beside it can mend it.
    await world.bot().stop();
    const bytes = readFileSync(path());
    bytes.fill(0xa5, 0, 4096);
    writeFileSync(path(), bytes);
    const damaged = await runBotToExit({ ...world.env, HOST: '127.0.0.1', PORT: '0' });
    assert.equal(damaged.code, 1);
    assert.match(damaged.stderr, /cannot open the store .*: file is not a database/);
    assert.doesNotMatch(damaged.stderr, /\bat \w+.*:\d+:\d+/, 'a stack is no sentence');
  });
});
