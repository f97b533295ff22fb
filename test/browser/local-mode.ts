import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface LocalMode {
  /** Everything it printed so far. */
  output(): string;
  waitForOutput(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>;
  /** A line typed in its terminal. */
  type(line: string): void;
  /** As Ctrl+C does; answers the exit code. */
  stop(): Promise<number | null>;
}

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** What `npm start` starts, with a store of its own and no settings but those given. */
export function startLocalMode(settings: Readonly<Record<string, string>>): LocalMode {
  const directory = mkdtempSync(join(tmpdir(), 'session-revoker-'));
  const { PATH, HOME } = process.env;
  const child: ChildProcess = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    // Not in the root of the repository, whose `.env` it would read.
    cwd: directory,
    env: { PATH, HOME, ...settings, STORE_URL: `sqlite:${join(directory, 'store.db')}` },
    stdio: 'pipe',
  });
  let printed = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = once(child, 'exit');
  return {
    output: () => printed,
    waitForOutput(pattern, withinMs) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => done(new Error(`${pattern} was not printed, but:\n${printed}`)), withinMs);
        const done = (outcome: Error | RegExpExecArray) => {
          clearTimeout(timer);
          watchers.delete(look);
          outcome instanceof Error ? reject(outcome) : resolve(outcome);
        };
        const look = () => {
          const found = pattern.exec(printed);
          if (found) done(found);
        };
        watchers.add(look);
        look();
      });
    },
    type: (line) => void child.stdin?.write(`${line}\n`),
    async stop() {
      if (child.exitCode === null) child.kill('SIGINT');
      const [code] = (await ended) as [number | null];
      rmSync(directory, { recursive: true, force: true });
      return code;
    },
  };
}
