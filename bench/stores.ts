import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeOf, type RequestEvent } from '../src/domain/request.ts';
import { openStore, openTrail } from '../src/store/open.ts';
import { verifyTrail } from '../src/store/verify.ts';
import { startAzurite } from '../test/support/azurite.ts';
import { startWorld, type World } from '../test/support/production/world.ts';
import { requested } from '../test/support/samples.ts';
import { carryOut } from './carry-out.ts';
import { crowd } from './crowd.ts';
import { newRequestId } from './filled-store.ts';
import { median, type Spread, spread } from './spread.ts';
import { quietly } from './start-process.ts';

const requests = 150;
const eventsEach = 10;
const clicks = 30;

export interface StoreFigures {
  /** One event added to a request, durable when it returns. */
  readonly appendMs: Spread;
  /** A request of ten events. */
  readonly readMs: Spread;
  /** What is open in one conversation: all of them here. */
  readonly openMs: Spread;
  /** A page of what there was about one account. */
  readonly aboutMs: Spread;
  /** The trail checked, for a record. */
  readonly verifyRecordMs: number;
  /** From the click to the write, through the whole process. */
  readonly clickToWriteMs: number;
}

export interface StoresFigures {
  readonly sqlite: StoreFigures;
  /** In Microsoft's emulator on the same machine. */
  readonly table: StoreFigures;
  /** The least that a call to that emulator takes: one row read by its key. */
  readonly tableRoundTripMs: number;
}

/** The same on the embedded store and on a table. */
export async function benchStores(): Promise<StoresFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'session-revoker-bench-'));
  const azurite = await startAzurite();
  const people = crowd(clicks * 2);
  const worlds: World[] = [];
  try {
    const account = azurite.account();
    const urls = {
      sqlite: `sqlite:${join(folder, 'alone.db')}`,
      table: account.connectionString,
    };
    const alone = { sqlite: await measure(urls.sqlite), table: await measure(urls.table) };
    const trips: number[] = [];
    for (let trip = 0; trip < 100; trip += 1) {
      const began = performance.now();
      await account.table.getEntity('trail', 'tail').catch(() => undefined);
      trips.push(performance.now() - began);
    }
    const env = { MAX_TARGETS_PER_HOUR: '100000', MAX_OPEN_PER_REQUESTER: '1000', NOTIFY: 'none' };
    worlds.push(await startWorld({ people, env: { ...env, ...(await quietly()) } }));
    worlds.push(
      await startWorld({
        people,
        env: { ...env, ...(await quietly()), STORE_URL: azurite.account().connectionString },
      }),
    );
    const took: [number[], number[]] = [[], []];
    for (let click = 0; click < clicks; click += 1) {
      for (const which of [0, 1] as const) {
        const someone = people[click];
        const world = worlds[which];
        if (world && someone) took[which].push((await carryOut(world, someone, 50)).clickToWriteMs);
      }
    }
    return {
      sqlite: { ...alone.sqlite, clickToWriteMs: median(took[0]) },
      table: { ...alone.table, clickToWriteMs: median(took[1]) },
      tableRoundTripMs: median(trips),
    };
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
    await azurite.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(url: string): Promise<Omit<StoreFigures, 'clickToWriteMs'>> {
  const access = { url, credential: null };
  const store = await openStore(access);
  const appends: number[] = [];
  const reads: number[] = [];
  const opens: number[] = [];
  const abouts: number[] = [];
  const timed = async (into: number[], work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    into.push(performance.now() - began);
  };
  const request = requested();
  const [about] = request.targets.map(({ account }) => account.id);
  if (!about) throw new Error('a request about nobody');
  const posted: RequestEvent = { type: 'CardPosted', at: request.at, where: request.where, cardId: '1' };
  try {
    for (let index = 0; index < requests; index += 1) {
      const id = newRequestId();
      for (let position = 0; position < eventsEach; position += 1) {
        const { version } = await store.read(id);
        await timed(appends, () => store.append(version, [position === 0 ? request : posted]));
      }
      await timed(reads, () => store.read(id));
      await timed(opens, () => store.openIds(placeOf(request.conversation.id)));
      await timed(abouts, () => store.requestsAbout(about, { limit: 5 }));
    }
  } finally {
    await store.close();
  }
  const trail = await openTrail(access);
  const began = performance.now();
  const verified = await verifyTrail(trail);
  const tookMs = performance.now() - began;
  trail.close();
  if (!verified.ok) throw new Error(verified.why);
  return {
    appendMs: spread(appends),
    readMs: spread(reads),
    openMs: spread(opens),
    aboutMs: spread(abouts),
    verifyRecordMs: tookMs / verified.count,
  };
}
