import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type PlaygroundConfigOptions, playgroundConfig } from './playground-config.ts';

interface PlaygroundOptions extends PlaygroundConfigOptions {
  /** where the bot takes activities, such as http://127.0.0.1:3978/api/messages */
  readonly botUrl: string;
  /** the Playground's own port, on loopback */
  readonly port: number;
  /** for its configuration and its log; made when missing, left behind */
  readonly directory: string;
  /** takes each line the Playground prints */
  readonly log: (line: string) => void;
}

interface Playground {
  /** what to open in a browser */
  readonly url: string;
  /** Ends the Playground and whatever it started. May be called again. */
  stop(): Promise<void>;
}

const startWithinMs = 60_000;
const stopWithinMs = 5_000;
const pollEveryMs = 100;
/** A process group of its own keeps Ctrl+C from the Playground, so that the bot can still say its last words there. */
const ownGroup = process.platform !== 'win32';

/**
 * Starts the Microsoft 365 Agents Playground as a process of its own, on loopback, without telemetry and without opening a
 * browser, and resolves once it answers. It does not wait for the bot and can be started before it.
 * Rejects, with nothing left running, when the package is missing, the port is taken or the Playground does not come up.
 */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { port, directory, log } = options;
  const cli = locateCli();
  // The Playground itself would move to a random port without a word.
  await refuseTakenPort(port, 'the Playground');

  const logFile = join(directory, 'playground.log');
  const configFile = join(directory, 'playground.yml');
  await mkdir(directory, { recursive: true });
  await writeFile(configFile, playgroundConfig(options));

  const child = spawn(process.execPath, ['--import', besideThisFile('playground-child'), cli, ...flags(options)], {
    cwd: directory,
    // Nothing is inherited: no credential, no proxy, no variable that the Playground would take for a setting.
    env: {
      M365_AGENTS_PLAYGROUND_CONFIG_PATH: configFile,
      M365_AGENTS_PLAYGROUND_LOGFILE: logFile,
      TEAMSAPPTESTER_BROWSER: 'none',
      // Its telemetry library reports on itself even where --disable-telemetry is given.
      APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
      APPLICATION_INSIGHTS_NO_DIAGNOSTIC_CHANNEL: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: ownGroup,
    windowsHide: true,
  });
  let stopping = false;
  const stop = () => {
    stopping = true;
    return end(child);
  };
  try {
    await untilAnswering(child, port, log);
  } catch (error) {
    await stop();
    const reason = await lastWords(logFile);
    throw new Error(`The Playground did not start: ${(error as Error).message}${reason}`, { cause: error });
  }
  child.once('exit', () => {
    if (!stopping) log('The Playground has ended by itself; start again to have it back.');
  });
  return { url: `http://localhost:${port}`, stop };
}

function flags({ botUrl, port }: PlaygroundOptions): string[] {
  return ['start', '--app-endpoint', botUrl, '--channel-id', 'msteams', '--port', `${port}`, '--disable-telemetry'];
}

function locateCli(): string {
  try {
    return createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/cli.js');
  } catch (cause) {
    throw new Error(
      'Local mode needs the package @microsoft/m365agentsplayground, a development dependency: install with `npm ci`, without --omit=dev.',
      { cause },
    );
  }
}

/** The module runs from src as .ts and from dist as .js. */
function besideThisFile(name: string): string {
  return new URL(`./${name}${extname(import.meta.url)}`, import.meta.url).href;
}

async function untilAnswering(child: ChildProcess, port: number, log: (line: string) => void): Promise<void> {
  let failure: Error | undefined;
  let announced = false;
  child.on('error', (error) => {
    failure = error;
  });
  child.on('exit', (code, signal) => {
    failure = new Error(`it ended by itself (${signal ?? `exit code ${code}`}).`);
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface(stream).on('line', (line) => {
      const listening = /^Listening on (\d+)$/.exec(line)?.[1];
      if (listening === `${port}`) announced = true;
      else if (listening) failure = new Error(`port ${port} was taken meanwhile.`);
      log(line);
    });
  }
  const deadline = AbortSignal.timeout(startWithinMs);
  while (!failure && !deadline.aborted) {
    if (announced && (await answers(port))) return;
    await delay(pollEveryMs);
  }
  throw failure ?? new Error(`it did not answer on port ${port} within ${startWithinMs / 1000} s.`);
}

async function answers(port: number): Promise<boolean> {
  try {
    const { ok } = await fetch(`http://127.0.0.1:${port}/_debug/ping`, { signal: AbortSignal.timeout(stopWithinMs) });
    return ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  const over = new Promise((resolve) => child.once('exit', resolve));
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const force = setTimeout(() => signal(child, 'SIGKILL'), stopWithinMs);
  signal(child, 'SIGTERM');
  await over;
  clearTimeout(force);
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (ownGroup && child.pid !== undefined) process.kill(-child.pid, name);
    else child.kill(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Why it failed stands only in its log: it prints nothing where there is no terminal. */
async function lastWords(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const errors = text.split('\n').filter((line) => line.startsWith('error '));
  return errors.map((line) => ` ${line.slice('error '.length)}`).join('');
}

/**
 * Rejects when another process listens on this port of the loopback interface, IPv4 or IPv6; `localhost` may mean either.
 * A race with a process that starts listening right afterwards stays possible.
 */
export async function refuseTakenPort(port: number, purpose: string): Promise<void> {
  for (const host of ['127.0.0.1', '::1']) {
    const probe = createServer();
    try {
      await once(probe.listen(port, host), 'listening');
      await new Promise((closed) => probe.close(closed));
    } catch (cause) {
      // Any other refusal, such as a machine without IPv6, says nothing about the port.
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') continue;
      throw new Error(
        `Port ${port}, on which ${purpose} is to listen, is in use: end the program that holds it (perhaps an earlier start of this one).`,
        { cause },
      );
    }
  }
}
