import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Environment, MAIN, NODE_FLAGS } from '../test/support/production/bot-process.ts';
import { readFigures } from './process-figures.ts';

export const programs = { echo: fileURLToPath(new URL('echo-bot.mjs', import.meta.url)), bot: MAIN } as const;

const patienceMs = 60_000;

export interface Started {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process to its first answer, whatever that is. */
  readonly answeringMs: number;
  /** To the first 200 at `/readyz`; `null` for a program that has nothing of the kind. */
  readonly readyMs: number | null;
  readonly rssMiB: number;
  stop(): Promise<void>;
}

/** For a program that logs next to nothing, because a log costs something, and so cannot say where it listens. */
export const quietly = async () => ({ LOG_LEVEL: 'warn', PORT: String(await findFreePort()) });

/** One that was free a moment ago. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program and waits until it works. */
export async function startProcess(program: keyof typeof programs, env: Environment): Promise<Started> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, programs[program]], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // A run that breaks off must not leave it behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').then(() => process.off('exit', kill));
  const after = async (path: string, isWanted: (status: number) => boolean): Promise<number> => {
    for (;;) {
      const status = await statusOf(`${url}${path}`);
      if (status !== null && isWanted(status)) return performance.now() - began;
      if (child.exitCode !== null || performance.now() - began > patienceMs)
        throw new Error(`${program} did not start`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const answeringMs = await after('/healthz', () => true);
  const readyMs = program === 'bot' ? await after('/readyz', (status) => status === 200) : null;
  return {
    url,
    pid: child.pid ?? 0,
    answeringMs,
    readyMs,
    rssMiB: readFigures(child.pid ?? 0).rssMiB,
    async stop() {
      kill();
      await ended;
    },
  };
}

/** `null` when nothing answers. */
function statusOf(url: string): Promise<number | null> {
  return fetch(url).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => null,
  );
}
