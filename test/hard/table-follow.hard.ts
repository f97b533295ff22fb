import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { RequestStore } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { openTrail } from '../../src/store/open.ts';
import { connectTable } from '../../src/store/table/service.ts';
import { openTableStore } from '../../src/store/table/store.ts';
import { followTable } from '../../src/store/table/trail.ts';
import type { TrailRecord } from '../../src/store/trail.ts';
import { append } from '../support/append.ts';
import { type Account, type Azurite, startAzurite, unhurried } from '../support/azurite.ts';
import type { Fault } from '../support/production/faults.ts';
import { channel, start } from '../support/samples.ts';
import { failed, startStorageFaults } from '../support/storage-faults.ts';

const posted: RequestEvent = { type: 'CardPosted', cardId: 'card', at: start.toISOString(), where: channel.id };
const many = (count: number) => Array<RequestEvent>(count).fill(posted);
const serviceOf = (account: Account) => connectTable(account.endpoint, account);

describe('following a table', function () {
  this.timeout(300_000);
  let azurite: Azurite;
  let account: Account;
  /** Another replica, with nothing in its way. */
  let other: RequestStore;
  before(async () => {
    azurite = await startAzurite();
    account = azurite.account();
    other = await openTableStore(serviceOf(account), unhurried);
  });
  after(async () => {
    await other?.close();
    await azurite?.close();
  });

  async function all(): Promise<readonly TrailRecord[]> {
    const trail = await openTrail({ url: account.connectionString, credential: null });
    const records: TrailRecord[] = [];
    for await (const record of trail.records()) records.push(record);
    return records;
  }

  it('finds all in bad weather, also of appends whose answers were lost', async () => {
    const faulty = await startStorageFaults(account);
    const times = { callMs: 8000, tryMs: 300 };
    const wet = await openTableStore(serviceOf(faulty), times);
    const trail = followTable(serviceOf(faulty), { callMs: 20_000, tryMs: 300 });
    const faults: readonly Fault[] = [
      { answer: 'drop' },
      { answer: failed(503, 'ServerBusy') },
      { dropAnswer: true },
      { dropAnswer: true },
      { answer: { status: 200, body: '{}', headers: { 'content-type': 'application/json' } } },
    ];
    const inOrder: TrailRecord[] = [];
    const catchUp = async () => {
      const { count } = await trail.end();
      while (inOrder.length < count) {
        const some = await trail.after(inOrder.length, count);
        assert(some.length > 0);
        inOrder.push(...some);
      }
    };
    let hits = 0;
    faulty.faults.otherwise(() => {
      if (randomInt(10) >= 3) return undefined;
      hits += 1;
      return faults[randomInt(faults.length)];
    });
    for (let round = 0; round < 12; round += 1) {
      // Whether it was written does not matter here: the trail says.
      const writing = ['A', 'B'].map((id) =>
        append(wet, `${id}${round}`, 0, many(1 + (round % 4)), other).catch(() => {}),
      );
      await Promise.all([...writing, append(other, `C${round}`, 0, many(2)), catchUp()]);
    }
    faulty.faults.otherwise(() => undefined);
    await catchUp();
    await wet.close();
    await faulty.close();
    assert.deepEqual(inOrder, await all());
    assert(hits > 20 && inOrder.length > 24, `${hits} ${inOrder.length}`);
  });
});
