import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSteps } from '../test/support/production/steps.ts';
import { channelThread } from '../test/support/production/teams-client.ts';
import { person, startWorld } from '../test/support/production/world.ts';

interface Ran {
  readonly file: string;
  /** Empty for a function without a name. */
  readonly name: string;
}

/**
 * Which files and functions of the production process run for one message and one click and did not run at its start: what
 * a newcomer has to read to understand it, in the order of first use (within one turn of the event loop, in that of the
 * files). What the process does by itself meanwhile is among it.
 */
async function walk(): Promise<readonly [name: string, ran: readonly Ran[]][]> {
  const folder = await mkdtemp(join(tmpdir(), 'session-revoker-walk-'));
  const file = join(folder, 'stretches.json');
  const recorder = new URL('walk-recorder.mjs', import.meta.url).href;
  const world = await startWorld({ env: { NODE_OPTIONS: `--import ${recorder}`, WALK_FILE: file } });
  try {
    const steps = createSteps(world);
    let ended = 0;
    const end = async () => {
      ended += 1;
      world.bot().signal('SIGUSR2');
      await world.bot().waitForOutput(new RegExp(`stretch ${ended} noted`));
    };
    const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
    const place = channelThread();
    await end();
    const asked = await steps.ask(alex, place, `revoke sessions for ${adele.userPrincipalName} because laptop stolen`);
    await steps.recorded('CardPosted');
    await end();
    await steps.press(megan, asked, 'approve');
    await steps.closed(asked);
    await steps.recorded('ResultPosted');
    await end();
    const [, message = [], click = []] = JSON.parse(await readFile(file, 'utf8')) as Ran[][];
    return [
      ['a message, to its card', message],
      ['a click, to its result', click],
    ];
  } finally {
    await world.stop();
    await rm(folder, { recursive: true });
  }
}

const seen = new Set<string>();
let functions = 0;
for (const [name, ran] of await walk()) {
  console.log(`\n${name}`);
  for (const file of new Set(ran.map((one) => one.file))) {
    const names = ran.filter((one) => one.file === file).map((one) => one.name || '(nameless)');
    console.log(`  ${seen.has(file) ? ' ' : '+'} src/${file}.ts: ${names.join(', ')}`);
    seen.add(file);
  }
  functions += ran.length;
  console.log(`so far ${seen.size} files, ${functions} functions`);
}
