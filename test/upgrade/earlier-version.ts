import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The last commit that wrote each earlier version of the stored form. */
export const lastToWrite: Readonly<Record<number, string>> = {
  1: '7aa6aa8bc53f6f7e95ca405f7b71c423b90805e6',
};

export interface Built {
  /** Its entry point. */
  readonly main: string;
  remove(): Promise<void>;
}

/**
 * Builds the product as it was, in a folder of its own, with the packages of now.
 * @throws with what to do when that commit is not in this copy of the repository
 */
export async function buildEarlier(commit: string): Promise<Built> {
  const isHere = await run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root }).then(
    () => true,
    () => false,
  );
  if (!isHere) {
    throw new Error(
      `commit ${commit} is not in this copy of the repository, and the version that was upgraded from is built from it: ` +
        'get the whole history with `git fetch --unshallow` (in CI: check out with depth 0), in a clone, not an unpacked archive',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'session-revoker-earlier-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const archive = join(folder, 'source.tar');
    const parts = ['src', 'cards', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
    await run('git', ['archive', '--output', archive, commit, ...parts], { cwd: root });
    const source = join(folder, 'source');
    await mkdir(source);
    await run('tar', ['-xf', archive, '-C', source]);
    await symlink(join(root, 'node_modules'), join(source, 'node_modules'), 'dir');
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    // Its types were checked when it was written.
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: source });
    const main = join(source, 'dist', 'main.js');
    if (!existsSync(main)) throw new Error(`commit ${commit} has no src/main.ts`);
    return { main, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
