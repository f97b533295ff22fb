import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { VersionConflict } from '../../src/app/errors.ts';
import type { RequestStore } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { openTrail } from '../../src/store/open.ts';
import { connectTable } from '../../src/store/table/service.ts';
import { openTableStore } from '../../src/store/table/store.ts';
import { followTable } from '../../src/store/table/trail.ts';
import type { TrailRecord } from '../../src/store/trail.ts';
import { verifyTrail } from '../../src/store/verify.ts';
import { createDice } from '../crash/dice.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import type { Fault } from '../support/production/faults.ts';
import { channel, start } from '../support/samples.ts';
import { failed, startStorageFaults } from '../support/storage-faults.ts';

const times = { callMs: 2000, tryMs: 200 };
const turns = 4;
const requests = 12;

describe('two replicas of a table store in bad weather', function () {
  this.timeout(300_000);
  let azurite: Azurite;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());

  it('write all that waits in the queue of a slow table: the time of each begins with its turn', async () => {
    const faulty = await startStorageFaults(azurite.account());
    const slow = { callMs: 4000, tryMs: 4000 };
    const store = await openTableStore(connectTable(faulty.endpoint, faulty), slow);
    faulty.faults.inject({ path: /^append/, delayMs: slow.callMs / 3, times: Infinity });
    const ids = ['A', 'B', 'C', 'D', 'E', 'F'];
    const event: RequestEvent = { type: 'CardPosted', cardId: '1', at: start.toISOString(), where: channel.id };
    const versions = await Promise.all(ids.map(async (id) => (await store.read(id)).version));
    await Promise.all(versions.map((version) => store.append(version, [event])));
    for (const id of ids) assert.deepEqual((await store.read(id)).events, [event]);
    await faulty.close();
  });

  it('lose nothing they said is written, write nothing they said is not, and nothing twice', async () => {
    const seed = randomInt(2 ** 31);
    const dice = createDice(String(seed));
    const beyond = azurite.account();
    const faulty = [await startStorageFaults(beyond), await startStorageFaults(beyond)];
    const stores = await Promise.all(
      faulty.map((account) => openTableStore(connectTable(account.endpoint, account), times)),
    );
    const faults: readonly Fault[] = [
      { answer: 'drop' },
      { answer: failed(503, 'ServerBusy') },
      { answer: failed(500, 'InternalError') },
      { dropAnswer: true },
      { dropAnswer: true },
      { delayMs: 250 },
      { hang: true },
    ];
    const weather = () => (dice.chance(0.3) ? dice.one(faults) : undefined);
    for (const one of faulty) one.faults.otherwise(weather);

    type Said = 'written' | 'overtaken' | 'not written' | 'not known';
    const said: { id: string; position: number; cardId: string; outcome: Said }[] = [];
    let cards = 0;
    const calm = await openTableStore(connectTable(beyond.endpoint, beyond));
    async function tryAppend(store: RequestStore, id: string): Promise<void> {
      const cardId = `card-${++cards}`;
      const event: RequestEvent = { type: 'CardPosted', cardId, at: start.toISOString(), where: channel.id };
      const { events, version } = await calm.read(id);
      const position = events.length;
      const outcome = await store.append(version, [event]).then(
        (): Said => 'written',
        (error: unknown): Said => {
          if (error instanceof VersionConflict) return 'overtaken';
          const text = String(error);
          assert.match(text, /; nothing was written$|; whether it was written is not known$/, `seed ${seed}`);
          return text.endsWith('not known') ? 'not known' : 'not written';
        },
      );
      said.push({ id, position, cardId, outcome });
    }
    // Both write to every request, in the same order, two at a time.
    const workOn = async (store: RequestStore, parity: number) => {
      for (let index = parity; index < requests; index += 2) {
        for (let turn = 0; turn < turns; turn += 1) await tryAppend(store, `R${index}`);
      }
    };
    // A third one follows all the while, in the same weather.
    const [wet = assert.fail()] = faulty;
    const follower = followTable(connectTable(wet.endpoint, wet), { callMs: 20_000, tryMs: 300 });
    const followed: TrailRecord[] = [];
    const catchUp = async () => {
      const { count } = await follower.end();
      while (followed.length < count) followed.push(...(await follower.after(followed.length, count)));
    };
    let isWorking = true;
    const following = (async () => {
      while (isWorking) await catchUp();
    })();
    await Promise.all(stores.flatMap((store) => [workOn(store, 0), workOn(store, 1)]));
    isWorking = false;
    await following;
    for (const one of faulty) one.faults.otherwise(undefined);
    await catchUp();
    for (const one of faulty) await one.close();

    const trail = await openTrail({ url: beyond.connectionString, credential: null });
    const records: TrailRecord[] = [];
    for await (const record of trail.records()) records.push(record);
    assert.deepEqual(followed, records, `seed ${seed}`);
    const verified = await verifyTrail(trail);
    assert(verified.ok, `seed ${seed}: ${JSON.stringify(verified)}`);
    const counts: Record<string, number> = {};
    for (const { id, position, cardId, outcome } of said) {
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      const at = (await calm.read(id)).events.flatMap((event, place) =>
        event.type === 'CardPosted' && event.cardId === cardId ? [place] : [],
      );
      const why = `seed ${seed}: ${cardId} of ${id} at ${position} was said to be ${outcome}, and is at ${at}`;
      if (outcome === 'written') assert.deepEqual(at, [position], why);
      else if (outcome === 'not known') assert(at.length === 0 || (at.length === 1 && at[0] === position), why);
      else assert.deepEqual(at, [], why);
    }
    assert((counts.written ?? 0) > 0 && (counts.overtaken ?? 0) > 0, `seed ${seed}: ${JSON.stringify(counts)}`);
  });
});
