import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openSqliteStore } from '../src/store/sqlite/store.ts';
import { startWorld } from '../test/support/production/world.ts';
import { carryOut } from './carry-out.ts';
import { crowd } from './crowd.ts';
import { createCaller } from './one-by-one.ts';
import { type Spread, spread } from './spread.ts';
import { quietly } from './start-process.ts';

const warmUp = 10;
const samples = 60;
/** After so long Node has closed its idle connections. */
const idleMs = 6000;
const idleSamples = 8;

export interface ClickFigures {
  readonly samples: number;
  /** From the moment the click is sent to the arrival of the write at Graph, in ms. */
  readonly clickToWriteMs: Spread;
  /** The same after six seconds without any traffic, so that connections have to be made anew. */
  readonly afterSilenceMs: Spread & { readonly samples: number };
  /** One HTTPS round trip to the same Graph on a connection that is open. */
  readonly roundTripMs: Spread;
  /** One record in a store of the same kind on the same disk, durable when it returns. */
  readonly recordMs: Spread;
  /** How many round trips a click takes, by the medians. */
  readonly roundTrips: number;
}

/** Graph answers at once, so that what is measured is the bot: three rounds of reads, two records on disk, the write. */
export async function benchClick(): Promise<ClickFigures> {
  const people = crowd(warmUp + samples + idleSamples);
  const world = await startWorld({
    people,
    env: { MAX_TARGETS_PER_HOUR: '100000', MAX_OPEN_PER_REQUESTER: '1000', NOTIFY: 'none', ...(await quietly()) },
  });
  try {
    const call = createCaller(world);
    let next = 0;
    const click = async (silenceMs: number): Promise<number> => {
      const someone = people[next++];
      if (!someone) throw new Error('nobody is left');
      return (await carryOut(world, someone, silenceMs)).clickToWriteMs;
    };
    const roundTrip = async () => {
      const began = performance.now();
      await call('GET', `/users/${people[0]?.id}?$select=id`);
      return performance.now() - began;
    };
    for (let count = 0; count < warmUp; count += 1) await click(0);
    const clicks: number[] = [];
    const trips: number[] = [];
    for (let count = 0; count < samples; count += 1) {
      // Long enough for what the last one left to do, and for nothing else.
      clicks.push(await click(100));
      await roundTrip();
      trips.push(await roundTrip());
    }
    const afterSilence: number[] = [];
    for (let count = 0; count < idleSamples; count += 1) afterSilence.push(await click(idleMs));
    const [clickToWriteMs, roundTripMs] = [spread(clicks), spread(trips)];
    return {
      samples,
      clickToWriteMs,
      afterSilenceMs: { ...spread(afterSilence), samples: idleSamples },
      roundTripMs,
      recordMs: spread(await record()),
      roundTrips: clickToWriteMs.median / roundTripMs.median,
    };
  } finally {
    await world.stop();
  }
}

async function record(): Promise<readonly number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'session-revoker-bench-'));
  const store = openSqliteStore(join(folder, 'store.db'));
  const took: number[] = [];
  for (let position = 0; position < samples; position += 1) {
    // As between clicks: one record right after the other is quicker.
    await delay(20);
    const { version } = await store.read('K7F3AAAAAAAAAAAAAAAA');
    const began = performance.now();
    await store.append(version, [{ type: 'ProofGivenUp', at: '', where: '' }]);
    took.push(performance.now() - began);
  }
  await store.close();
  await rm(folder, { recursive: true, force: true });
  return took;
}
