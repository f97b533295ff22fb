import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWatch, whenBusy } from './watch.ts';

type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type BotProcess = {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly pid: number;
  /** Everything written so far. */
  stdout(): string;
  stderr(): string;
  /** Waits until what was written, on either, matches. */
  waitForOutput(pattern: RegExp, timeoutMs?: number): Promise<void>;
  /** Undefined while it runs. */
  exit(): Exit | undefined;
  readonly exited: Promise<Exit>;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM; throws when the process is still there after `timeoutMs`, having killed it. */
  stop(timeoutMs?: number): Promise<Exit>;
  /** SIGKILL: the machine is gone. */
  kill(): Promise<Exit>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
/** As every way to run it in production has them. */
export const NODE_FLAGS = ['--max-old-space-size=512', '--max-semi-space-size=4'] as const;
/** Where it runs: not in the root of the repository, whose `.env` the bot would read. */
const FOLDER = dirname(MAIN);

/** A line of the log. */
const heardPort = /"port":(\d+).*"msg":"listening"/;

function run(env: Environment, cwd: string, main = MAIN, args: readonly string[] = [], unread = false) {
  // Only what is given: a proxy or a secret of the machine that runs the tests must not reach the bot.
  const child: ChildProcess = spawn(process.execPath, [...NODE_FLAGS, main, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const watch = createWatch();
  let isUnread = unread;
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
      if (isUnread && heardPort.test(output.stdout)) child.stdout?.pause();
      watch.changed();
    });
  }
  // A test run that breaks off must not leave a bot behind.
  const killAtEnd = () => child.kill('SIGKILL');
  process.once('exit', killAtEnd);
  let exit: Exit | undefined;
  child.once('exit', () => {
    isUnread = false;
    child.stdout?.resume();
  });
  // `close` comes when the output has been read to its end as well.
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', killAtEnd);
      exit = { code, signal };
      resolve(exit);
    });
  });
  return { child, output, watch, exited, exit: () => exit };
}

/** Runs the production entry point until it ends by itself; for starts that must fail. Kills it after `timeoutMs`. */
export async function runBotToExit(
  env: Environment,
  { args = [] as readonly string[], timeoutMs = 60_000, cwd = FOLDER } = {},
) {
  const { child, output, exited } = run(env, cwd, MAIN, args);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const exit = await exited;
  clearTimeout(timer);
  return { ...exit, ...output };
}

/**
 * Starts the production entry point, or that of another build, and waits until it says that it is ready. Throws with its
 * output otherwise. A bot that logs less than `info` does not say its port, and is given one (`PORT`). `unread`: from then
 * on nobody reads its standard output.
 */
export async function startBot(
  env: Environment,
  readyTimeoutMs = 60_000,
  cwd = FOLDER,
  main = MAIN,
  unread = false,
): Promise<BotProcess> {
  const { child, output, watch, exited, exit } = run({ PORT: '0', HOST: '127.0.0.1', ...env }, cwd, main, [], unread);
  const end = async (signal: NodeJS.Signals) => {
    if (!exit()) child.kill(signal);
    return exited;
  };

  const deadline = Date.now() + readyTimeoutMs;
  let url = '';
  let last = 'it said no port';
  for (;;) {
    const port = env.PORT ?? heardPort.exec(output.stdout)?.[1];
    if (port) {
      url = `http://127.0.0.1:${port}`;
      const answer = await fetch(`${url}/readyz`).then(
        async (response) => ({ status: response.status, body: await response.text() }),
        (error: unknown) => ({ status: 0, body: String(error) }),
      );
      // On a machine with a wrong clock it gets no readier than this.
      const isAllButClock = env.CLOCK_SHIFT_MS !== undefined && /"notReady":\["clock"\]/.test(answer.body);
      if (answer.status === 200 || isAllButClock) break;
      last = `${answer.status} ${answer.body}`;
    }
    if (exit() || Date.now() > deadline) {
      await end('SIGKILL');
      throw new Error(`the bot did not get ready (${last})\n${output.stdout}\n${output.stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }

  return {
    url,
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async waitForOutput(pattern, timeoutMs) {
      const all = () => `${output.stdout}\n${output.stderr}`;
      await watch.waitFor(
        () => pattern.test(all()),
        timeoutMs,
        () => `The bot wrote:\n${all()}`,
      );
    },
    signal: (name) => void child.kill(name),
    exit,
    exited,
    async stop(timeoutMs = 10_000) {
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs * whenBusy);
      const result = await end('SIGTERM');
      clearTimeout(timer);
      if (result.signal === 'SIGKILL') throw new Error(`still running ${timeoutMs} ms after SIGTERM\n${output.stderr}`);
      return result;
    },
    kill: () => end('SIGKILL'),
  };
}
