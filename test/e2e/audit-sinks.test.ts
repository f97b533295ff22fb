import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAudit } from '../../src/store/audit.ts';
import { createSteps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

describe('audit sinks of the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  let folder: string;
  let world: World;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-sinks-'));
    world = await startWorld({ env: { AUDIT_SINKS: `stdout:${join(folder, 'place.json')}` } });
  });
  after(async () => {
    await world?.stop();
    await rm(folder, { recursive: true });
  });

  const ask = () => createSteps(world).ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);

  it('hold the whole story in order, over a kill, and verify without the store', async () => {
    const steps = createSteps(world);
    const asked = await ask();
    await world.bot().waitForOutput(/"type":"CardPosted"/);
    await world.bot().kill();
    let printed = world.bot().stdout();
    await world.start();
    const result = steps.nextPost(groupChat());
    await steps.press(megan, asked, 'approve');
    const head = /audit ID\s+([0-9a-f]{12})/.exec(await result(30_000, /audit ID/))?.[1] ?? '';
    await world.bot().waitForOutput(/"type":"ResultPosted"/);
    printed += world.bot().stdout();
    const lines = printed.split('\n').filter((line) => line.includes('"link"'));
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    const told = [
      'Requested',
      'CardPosted',
      'Approved',
      'ExecutionStarted',
      'TargetsProcessed',
      'Finished',
      'ResultPosted',
    ];
    // What was copied right before the kill may be copied again.
    assert.deepEqual(
      [...new Set(types)].filter((type) => told.includes(type)),
      told,
    );
    const copy = join(folder, 'trail.jsonl');
    await writeFile(copy, `${lines.join('\n')}\n`);
    let said = '';
    const write = async (text: string) => {
      said += text;
      return true;
    };
    const out = { write, complain: assert.fail };
    assert.equal(await runAudit(['verify', copy, '--witness', head], assert.fail, out), 0);
    assert.match(said, /^\d+ records, unbroken/);
  });

  it('that cannot be written to hold nothing back, and show in the metrics', async () => {
    const place = join(folder, 'place.json');
    // While nothing is copied, so that it does not come back.
    await world.bot().kill();
    await rm(place);
    await mkdir(place);
    await world.start();
    const steps = createSteps(world);
    const asked = await ask();
    await steps.press(megan, asked, 'approve');
    await steps.closed(asked);
    await steps.written(adele);
    await world.bot().waitForOutput(/"sink":"stdout".*a sink failed/);
    const metrics = await (await fetch(`${world.bot().url}/metrics`)).text();
    assert.match(metrics, /^session_revoker_audit_sink_failures_total\{sink="stdout"\} [1-9]/m);
  });
});
