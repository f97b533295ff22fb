import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly mail?: string;
}

interface PlaygroundOptions {
  readonly people: readonly Person[];
  readonly tenantId: string;
  /** Object id of the person at the keyboard. */
  readonly currentUserId: string;
  /** Where the bot takes activities, such as `http://127.0.0.1:3978/api/messages`. */
  readonly botUrl: string;
  /** The Playground's own, on loopback. */
  readonly port: number;
  /** For its configuration and its log; made when missing, left behind. */
  readonly directory: string;
  /** Takes each line the Playground prints. */
  readonly log: (line: string) => void;
}

interface Playground {
  /** What to open in a browser. */
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
 * browser, and resolves once it answers. It can be started before the bot.
 * @throws with nothing left running when the package is missing, the port is taken or the Playground does not come up
 */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { port, directory, botUrl, log } = options;
  const cli = locateCli();
  // The Playground itself would move to a random port without a word.
  await refuseTakenPort(port, 'the Playground');

  const logFile = join(directory, 'playground.log');
  const configFile = join(directory, 'playground.yml');
  await mkdir(directory, { recursive: true });
  await writeFile(configFile, playgroundConfig(options));

  // The module runs from src as .ts and from dist as .js.
  const preload = new URL(`./playground-child${extname(import.meta.url)}`, import.meta.url).href;
  const flags = ['--app-endpoint', botUrl, '--channel-id', 'msteams', '--port', `${port}`, '--disable-telemetry'];
  const child = spawn(process.execPath, ['--import', preload, cli, 'start', ...flags], {
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

/** What the Playground calls its conversations and the bot; the names stand in its side bar and in its @mention menu. */
export const playgroundNames = {
  bot: 'Session Revoker',
  groupChat: 'Security on call',
  team: 'Contoso Security',
  channel: 'Incident response',
} as const;

/** The Playground's schema asks for exactly so many people besides the one at the keyboard. */
const otherPeople = 5;

/**
 * The Playground's configuration file, version 0.1.1. Written as JSON, which is YAML, so that no name can break out of its
 * quotes. The person at the keyboard and the first five others are in every roster; no other can be @mentioned there.
 */
export function playgroundConfig(options: Pick<PlaygroundOptions, 'people' | 'tenantId' | 'currentUserId'>): string {
  const { people, tenantId, currentUserId } = options;
  const others = people.filter((person) => person.id !== currentUserId).slice(0, otherPeople);
  // The ids stay the same from start to start: open requests, which outlive the process, are bound to their conversation.
  const config = {
    version: '0.1.1',
    tenantId,
    bot: { id: '28:session-revoker', name: playgroundNames.bot },
    currentUser: people.filter((person) => person.id === currentUserId).map(account)[0],
    users: others.map(account),
    personalChat: { id: 'a:session-revoker' },
    groupChat: { id: '19:security-on-call@thread.v2', name: playgroundNames.groupChat },
    team: {
      id: '19:contoso-security@thread.tacv2',
      name: playgroundNames.team,
      aadGroupId: 'c2b7f1d4-3a68-4f0e-9c15-7de2a4810b36',
      channels: [{ id: '19:incident-response@thread.tacv2', name: playgroundNames.channel }],
    },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function account({ id, displayName: name, userPrincipalName, mail: email = '' }: Person) {
  const [givenName = '', ...surnames] = name.split(' ');
  // Teams finds a member by object id, too; the Playground only by `id`.
  const ids = { id, aadObjectId: id, userPrincipleName: userPrincipalName };
  return { ...ids, name, givenName, surname: surnames.join(' '), email };
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

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/_debug/ping`, { signal: AbortSignal.timeout(stopWithinMs) }).then(
    ({ ok }) => ok,
    () => false,
  );

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
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
 * Another process could still begin to listen right afterwards.
 * @throws when one listens on this port of the loopback interface, IPv4 or IPv6; `localhost` may mean either
 */
export async function refuseTakenPort(port: number, purpose: string): Promise<void> {
  for (const host of ['127.0.0.1', '::1']) {
    const probe = createServer();
    try {
      await once(probe.listen(port, host), 'listening');
      await once(probe.close(), 'close');
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
