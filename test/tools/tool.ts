import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = new URL('../../', import.meta.url);
const tools = new URL('.tools/', root);

/** What scripts/tools.sh has brought; where it could not, and had said so, the suite is skipped. */
export function broughtOrSkip(suite: Mocha.Context, path: string): string {
  const file = fileURLToPath(new URL(path, tools));
  if (!existsSync(file)) suite.skip();
  return file;
}

export function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 << 20,
  });
  return { code: status, stdout, stderr, said: `${stdout}${stderr}` };
}
