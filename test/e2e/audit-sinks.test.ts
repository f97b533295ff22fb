import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MAIN } from '../support/production/bot-process.ts';
import { createSteps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

describe('audit sinks of the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  let folder: string;
  let world: World;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-sinks-'));
  });
  afterEach(async () => {
    await world.stop();
    await rm(folder, { recursive: true });
  });

  const audit = (...args: string[]) =>
    spawnSync(process.execPath, [MAIN, 'audit', ...args], { encoding: 'utf8', env: { PATH: process.env.PATH } });

  it('hold the whole story in order, over a kill, and verify without the store', async () => {
    const file = join(folder, 'trail.jsonl');
    world = await startWorld({ env: { AUDIT_SINKS: `stdout:${join(folder, 'stdout.seq')}, file:${file}` } });
    const steps = createSteps(world);
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    await steps.recorded('CardPosted');
    await world.bot().kill();
    await world.start();
    const result = steps.nextPost(groupChat());
    await steps.press(megan, asked, 'approve');
    const head = /audit ID\s+([0-9a-f]{12})/.exec(await result(30_000, /audit ID/))?.[1] ?? '';
    await world.bot().waitForOutput(/"type":"ResultPosted"/);
    assert.equal((await world.bot().stop(10_000)).code, 0);
    const types = (text: string) =>
      text
        .split('\n')
        .flatMap((line) => (line.includes('"link"') ? [(JSON.parse(line) as { type: string }).type] : []));
    const kept = types(await readFile(file, 'utf8'));
    assert.deepEqual([kept[0], kept.at(-1)], ['Requested', 'ResultPosted']);
    for (const type of ['CardPosted', 'Approved', 'ExecutionStarted', 'TargetsProcessed', 'Finished']) {
      assert.ok(kept.includes(type), type);
    }
    const checked = audit('verify', file, '--witness', head);
    assert.equal(checked.status, 0, checked.stderr);
    assert.match(checked.stdout, new RegExp(`^${kept.length} records, unbroken`));
  });

  it('go on in a new file when the old one is moved away, and verify together', async () => {
    const file = join(folder, 'trail.jsonl');
    world = await startWorld({ env: { AUDIT_SINKS: `file:${file}` } });
    const steps = createSteps(world);
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    while (!(await readFile(file, 'utf8')).includes('"type":"CardPosted"')) await setTimeout(50);
    await rename(file, `${file}.1`);
    await steps.press(megan, asked, 'approve');
    await steps.closed(asked);
    assert.equal((await world.bot().stop(10_000)).code, 0);
    assert.match(world.bot().stdout(), /"level":"warn".*a sink is not as it was left/);
    const counts = await Promise.all(
      [`${file}.1`, file].map(async (each) => (await readFile(each, 'utf8')).trimEnd().split('\n').length),
    );
    const checked = audit('verify', `${file}.1`, file);
    assert.equal(checked.status, 0, checked.stderr);
    assert.match(checked.stdout, new RegExp(`^${counts.reduce((sum, count) => sum + count)} records, unbroken`));
  });

  it('that cannot be written to hold nothing back, and show in the metrics', async () => {
    world = await startWorld({ env: { AUDIT_SINKS: `file:${folder}` } });
    const steps = createSteps(world);
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    await steps.press(megan, asked, 'approve');
    await steps.closed(asked);
    await steps.written(adele);
    await world.bot().waitForOutput(/"sink":"file".*a sink failed/);
    const metrics = await (await fetch(`${world.bot().url}/metrics`)).text();
    assert.match(metrics, /^session_revoker_audit_sink_failures_total\{sink="file"\} [1-9]/m);
  });
});
