import { spawn } from 'node:child_process';
import { hash as digest } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { openSqliteStore } from '../src/store/sqlite/store.ts';
import { MAIN } from '../test/support/production/bot-process.ts';
import { shownBy } from '../test/support/production/card.ts';
import { personalChat } from '../test/support/production/teams-client.ts';
import { person, startWorld, type World } from '../test/support/production/world.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { crowd } from './crowd.ts';
import { fillStore } from './filled-store.ts';
import { readFigures } from './process-figures.ts';
import { median } from './spread.ts';
import { quietly, startProcess } from './start-process.ts';

const sizes = { few: 100, many: 100_000 } as const;
type Size = keyof typeof sizes;
const both = ['few', 'many'] as const;
const samples = 25;
const starts = 5;
/** The sweep comes round every ten seconds. */
const idleMs = 20_000;

export interface SizeFigures {
  readonly requests: number;
  readonly readyMs: number;
  readonly messageToCardMs: number;
  readonly clickToWriteMs: number;
  /** From the sentence to the answer in the chat. */
  readonly statusMs: number;
  readonly historyMs: number;
  readonly rssMiB: number;
  /** CPU time of a process with nothing to do, in a minute. */
  readonly idleCpuMs: number;
}

export interface TrailFigures {
  readonly records: number;
  readonly bytes: number;
  /** The command `audit verify`, from its start to its end. */
  readonly verifyMs: number;
  readonly peakRssMiB: number;
  /** Reading the same rows and hashing each twice, and nothing else: what no check can do without. */
  readonly floorMs: number;
}

export interface GrowthFigures {
  readonly few: SizeFigures;
  readonly many: SizeFigures;
  readonly trail: TrailFigures;
}

/** The same work beside 100 and beside 100,000 requests that are over, in turn. */
export async function benchGrowth(): Promise<GrowthFigures> {
  const people = crowd(1000);
  const folder = await mkdtemp(join(tmpdir(), 'session-revoker-bench-'));
  const paths = { few: join(folder, 'few.db'), many: join(folder, 'many.db') };
  try {
    const model = await recordOne(people);
    for (const size of both) await fillStore(paths[size], sizes[size], model, people);
    const trail = await measureTrail(paths.many);
    return { ...(await measureBoth(paths, people)), trail };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What one request about one account leaves on record. */
async function recordOne(people: ReturnType<typeof crowd>) {
  const about = people[0];
  if (!about) throw new Error('nobody');
  const world = await startWorld({ people, env: await quietly() });
  try {
    await carryOut(world, about, 0);
    const path = String(world.env.STORE_URL).slice('sqlite:'.length);
    const reading = new DatabaseSync(path, { readOnly: true });
    const untilTold = () => reading.prepare(`SELECT request FROM events WHERE body LIKE '%"ResultPosted"%'`).get();
    while (!untilTold()) await new Promise((resolve) => setTimeout(resolve, 20));
    const { request } = untilTold() as { request: string };
    reading.close();
    await world.bot().stop();
    const store = openSqliteStore(path);
    const { events } = await store.read(request);
    await store.close();
    return { events, about };
  } finally {
    await world.stop();
  }
}

async function measureBoth(paths: Readonly<Record<Size, string>>, people: ReturnType<typeof crowd>) {
  const env = { MAX_TARGETS_PER_HOUR: '100000', MAX_OPEN_PER_REQUESTER: '1000', NOTIFY: 'none' };
  const worlds: Partial<Record<Size, World>> = {};
  try {
    for (const size of both)
      worlds[size] = await startWorld({
        people,
        env: { ...env, ...(await quietly()), STORE_URL: `sqlite:${paths[size]}` },
      });
    const worldOf = (size: Size) => worlds[size] as World;
    const carried: Record<Size, CarriedOut[]> = { few: [], many: [] };
    const asked: Record<Size, { status: number[]; history: number[] }> = {
      few: { status: [], history: [] },
      many: { status: [], history: [] },
    };
    for (let index = 0; index < samples; index += 1) {
      for (const size of index % 2 === 0 ? both : both.toReversed()) {
        // Somebody of whom there is nothing yet in either.
        const someone = people[people.length - 1 - index];
        if (!someone) throw new Error('nobody is left');
        carried[size].push(await carryOut(worldOf(size), someone, 50));
        asked[size].status.push(await answerTo(worldOf(size), `status`));
        asked[size].history.push(await answerTo(worldOf(size), `history ${people[0]?.userPrincipalName}`));
      }
    }
    const idle = await Promise.all(both.map((size) => idleCpu(worldOf(size).bot().pid)));
    const rss = both.map((size) => readFigures(worldOf(size).bot().pid).rssMiB);
    await Promise.all(both.map((size) => worldOf(size).bot().stop()));
    const ready: Record<Size, number[]> = { few: [], many: [] };
    for (let start = 0; start < starts; start += 1) {
      for (const size of both) {
        const started = await startProcess('bot', worldOf(size).env);
        ready[size].push(started.readyMs ?? Number.NaN);
        await started.stop();
      }
    }
    const figures = (size: Size, index: number): SizeFigures => ({
      requests: sizes[size],
      readyMs: median(ready[size]),
      messageToCardMs: median(carried[size].map(({ messageToCardMs }) => messageToCardMs)),
      clickToWriteMs: median(carried[size].map(({ clickToWriteMs }) => clickToWriteMs)),
      statusMs: median(asked[size].status),
      historyMs: median(asked[size].history),
      rssMiB: rss[index] ?? Number.NaN,
      idleCpuMs: idle[index] ?? Number.NaN,
    });
    return { few: figures('few', 0), many: figures('many', 1) };
  } finally {
    await Promise.all(both.map((size) => worlds[size]?.stop()));
  }
}

let chats = 0;

/** From a sentence to what is said about it, in a chat where nothing else is. */
async function answerTo({ teams, connector }: World, sentence: string): Promise<number> {
  chats += 1;
  const megan = person('megan');
  const place = { ...personalChat(megan), id: `a:1growth-${chats}` };
  const began = performance.now();
  await teams.say(megan, place, sentence);
  const posted = await connector.waitFor(() => connector.conversation(place.id)[0]);
  if (!/status|history|open/i.test(shownBy(posted.activity))) throw new Error(shownBy(posted.activity));
  return performance.now() - began;
}

async function idleCpu(pid: number): Promise<number> {
  const before = readFigures(pid).cpuMs;
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  return (readFigures(pid).cpuMs - before) * (60_000 / idleMs);
}

async function measureTrail(path: string): Promise<TrailFigures> {
  const { ms: floorMs, bytes } = readAndHash(path);
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, 'audit', 'verify'], {
    env: { PATH: process.env.PATH, STORE_URL: `sqlite:${path}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakRssMiB = 0;
  const look = setInterval(() => {
    peakRssMiB = peakOf(child.pid ?? 0) ?? peakRssMiB;
  }, 50);
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  clearInterval(look);
  const records = Number(/^(\d+) records, unbroken/.exec(said)?.[1]);
  return { records, bytes, verifyMs: performance.now() - began, peakRssMiB, floorMs };
}

/** `null` when it has just ended. */
function peakOf(pid: number): number | null {
  try {
    return readFigures(pid).peakRssMiB || null;
  } catch {
    return null;
  }
}

/** The rows of the whole trail in their order, each hashed twice, as its two chains want. */
function readAndHash(path: string): { readonly ms: number; readonly bytes: number } {
  const db = new DatabaseSync(path, { readOnly: true });
  const began = performance.now();
  let bytes = 0;
  const rows = db.prepare('SELECT seq, request, position, body, hash, link FROM events ORDER BY seq').iterate();
  for (const { body, hash, link } of rows as Iterable<{ body: string; hash: string; link: string }>) {
    digest('sha256', body);
    digest('sha256', `${hash}${link}`);
    bytes += body.length;
  }
  const ms = performance.now() - began;
  db.close();
  return { ms, bytes };
}
