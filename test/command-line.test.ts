import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN, runBotToExit } from './support/production/bot-process.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
/** Its own Node is new enough, whoever runs this; so it is told another version. */
const olderBy = (node: string) => {
  const told = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } })`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(told)}` };
};

describe('the command line', function () {
  this.timeout(300_000);

  it('--version and --help answer, on an old Node, too', async () => {
    const said = await runBotToExit({}, { args: ['--version'] });
    assert.deepEqual([said.code, said.stdout, said.stderr], [0, `${version}\n`, '']);
    const help = await runBotToExit(olderBy('18.0.0'), { args: ['--help'] });
    assert.equal(help.code, 0);
    for (const command of ['audit verify', 'audit export', '--version']) assert.ok(help.stdout.includes(command));
  });

  it('settings stand in .env of the folder where it runs, if there is one; a real variable counts for more', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'session-revoker-env-'));
    const stopped = { REQUEST_TTL_MINUTES: '0' };
    try {
      const without = await runBotToExit(stopped, { cwd });
      assert.match(without.stderr, /^Session Revoker cannot start\.[^\n]*\n {2}- REQUEST_TTL_MINUTES [^\n]*\n$/);
      await writeFile(join(cwd, '.env'), 'MAX_TARGETS=0\nREQUEST_TTL_MINUTES=10\n');
      const { code, stderr } = await runBotToExit(stopped, { cwd });
      assert.equal(code, 1);
      for (const name of ['MAX_TARGETS', 'REQUEST_TTL_MINUTES']) assert.match(stderr, new RegExp(`^  - ${name} `, 'm'));
    } finally {
      await rm(cwd, { recursive: true });
    }
  });

  it('what it does not know starts nothing', async () => {
    const { code, stdout, stderr } = await runBotToExit({}, { args: ['--verison'] });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^Session Revoker: --verison .*--help.*\.\n$/);
  });

  for (const node of ['20.20.2', '22.12.0']) {
    it(`Node ${node} is too old: one sentence`, async () => {
      const { code, stdout, stderr } = await runBotToExit(olderBy(node));
      const sentence = `Session Revoker: it needs Node 22.13 or newer, and this is ${node}.\n`;
      assert.deepEqual([code, stdout, stderr], [1, '', sentence]);
    });
  }

  it('loads nothing that an old Node may not know before that', () => {
    const imports = readFileSync(MAIN, 'utf8').match(/^import\b.*$/gm);
    assert.deepEqual(imports, [
      "import module, { createRequire } from 'node:module';",
      "import { fileURLToPath } from 'node:url';",
    ]);
  });
});
