import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWatch } from '../support/production/watch.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('npm run dev', function () {
  this.timeout(300_000);

  it('starts local mode again when a file changes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'session-revoker-dev-'));
    const [, ...args] = String(scripts.dev).split(' ');
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { PATH: process.env.PATH, PORT: '0', STORE_URL: `sqlite:${join(folder, 'store.db')}` },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const ended = once(child, 'exit');
    const watch = createWatch();
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        watch.changed();
      });
    }
    const banners = (count: number) =>
      watch.waitFor(
        () => (said.match(/Session Revoker, local mode/g) ?? []).length === count,
        120_000,
        () => said,
      );
    try {
      await banners(1);
      for (const [index, file] of ['src/main.ts', 'cards/help.json'].entries()) {
        utimesSync(join(root, file), new Date(), new Date());
        await banners(index + 2);
      }
    } finally {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
    assert.doesNotMatch(said, /Error/);
  });
});
