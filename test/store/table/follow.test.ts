import assert from 'node:assert/strict';
import { isTrailDamaged } from '../../../src/app/errors.ts';
import type { RequestStore } from '../../../src/app/ports.ts';
import type { RequestEvent } from '../../../src/domain/request.ts';
import { openTrail } from '../../../src/store/open.ts';
import { connectTable, type TableService } from '../../../src/store/table/service.ts';
import { openTableStore } from '../../../src/store/table/store.ts';
import { followTable } from '../../../src/store/table/trail.ts';
import type { TrailRecord } from '../../../src/store/trail.ts';
import { append } from '../../support/append.ts';
import { type Account, type Azurite, startAzurite, unhurried } from '../../support/azurite.ts';
import { channel, requested, start, target } from '../../support/samples.ts';

const posted: RequestEvent = { type: 'CardPosted', cardId: 'card', at: start.toISOString(), where: channel.id };
const many = (count: number) => Array<RequestEvent>(count).fill(posted);
/** Takes several rows. */
const long = requested({
  targets: Array.from({ length: 500 }, (_, index) =>
    target(index, { name: '漢'.repeat(256), jobTitle: 'x'.repeat(2000) }),
  ),
});
const short = ({ seq, requestId, position }: TrailRecord) => `${seq} ${requestId} ${position}`;

describe('following a table', () => {
  let azurite: Azurite;
  let account: Account;
  let store: RequestStore;
  let seen = { calls: 0, rows: 0 };
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());
  beforeEach(async () => {
    account = azurite.account();
    store = await openTableStore(connectTable(account.endpoint, account), unhurried);
  });
  afterEach(() => store.close());

  /** Counts requests, and rows answered. */
  function counted(): TableService {
    const table = connectTable(account.endpoint, account);
    return {
      ...table,
      get(...args) {
        seen.calls += 1;
        return table.get(...args);
      },
      async page(...args) {
        seen.calls += 1;
        const page = await table.page(...args);
        seen.rows += page.rows.length;
        return page;
      },
    };
  }

  async function all(): Promise<readonly TrailRecord[]> {
    const trail = await openTrail({ url: account.connectionString, credential: null });
    const records: TrailRecord[] = [];
    for await (const record of trail.records()) records.push(record);
    return records;
  }

  /** As a sink does it, until nothing more comes. */
  async function follow(from = 0): Promise<readonly TrailRecord[]> {
    const trail = followTable(connectTable(account.endpoint, account));
    const { count } = await trail.end();
    const records: TrailRecord[] = [];
    while (from + records.length < count) {
      const some = await trail.after(from + records.length, count);
      if (some.length === 0) break;
      records.push(...some);
    }
    return records;
  }

  it('costs the same for one new record, with 20 stored and with 300', async () => {
    const trail = followTable(counted());
    const one = async (id: string) => {
      const { count } = await trail.end();
      await append(store, id, 0, [posted]);
      seen = { calls: 0, rows: 0 };
      const end = await trail.end();
      assert.deepEqual((await trail.after(count, end.count)).map(short), [`${count + 1} ${id} 0`]);
      return seen;
    };
    for (let index = 0; index < 2; index += 1) await append(store, `R${index}`, 0, many(10));
    const few = await one('A');
    for (let index = 2; index < 13; index += 1) await append(store, `R${index}`, 0, many(25));
    const later = await one('B');
    assert.deepEqual([few.rows, later.rows], [1, 1]);
    // The end, and the record; the service may say that there is more, and give nothing then.
    assert(few.calls <= 3 && later.calls <= 3, `${few.calls} ${later.calls}`);
  });

  it('gives all in order behind every record, whoever wrote it', async () => {
    const other = await openTableStore(connectTable(account.endpoint, account), unhurried);
    await append(store, 'R1', 0, [requested(), posted, posted]);
    await append(other, 'R2', 0, [long]);
    await append(store, 'R1', 3, many(45));
    await append(other, 'R3', 0, [requested({ reason: '漢'.repeat(300_000) })]);
    await append(other, 'R2', 1, many(3));
    const expected = await all();
    assert.equal(expected.length, 53);
    const trail = followTable(connectTable(account.endpoint, account));
    for (let seq = 0; seq < expected.length; seq += 1) {
      const some = await trail.after(seq, expected.length);
      assert(some.length > 0, String(seq));
      assert.deepEqual(some, expected.slice(seq, seq + some.length));
      assert.deepEqual((await trail.after(seq, seq + 1)).map(short), [short(expected[seq] as TrailRecord)]);
    }
    assert.deepEqual(await follow(), expected);
    await other.close();
  });

  it('gives long records few at a time', async () => {
    for (let index = 0; index < 9; index += 1) await append(store, `R${index}`, 0, [long]);
    const some = await followTable(counted()).after(0, 9);
    assert(some.length >= 1 && some.length <= 7, String(some.length));
    assert.equal((await follow()).length, 9);
  });

  it('gives nothing behind a record that is missing or not whole, and goes on when it is back', async () => {
    await append(store, 'R1', 0, many(3));
    await append(store, 'R2', 0, [requested({ reason: 'x'.repeat(600_000) })]);
    await append(store, 'R3', 0, many(2));
    const expected = await all();
    for (const [key, seq] of [
      ['n:0000000000000002', 2],
      ['n:0000000000000004:01', 4],
      ['n:0000000000000004', 4],
    ] as const) {
      const { etag: _etag, timestamp: _timestamp, ...row } = await account.table.getEntity('trail', key);
      await account.table.deleteEntity('trail', key);
      assert.deepEqual(await follow(), expected.slice(0, seq - 1));
      assert.deepEqual(await follow(seq - 1), []);
      await account.table.createEntity(row as never);
      assert.deepEqual(await follow(seq - 1), expected.slice(seq - 1));
    }
  });

  it('is not written on where the next record is there already', async () => {
    await account.table.createEntity({ partitionKey: 'trail', rowKey: 'n:0000000000000001', request: 'R9' });
    await assert.rejects(append(store, 'R1', 0, many(2)), /record 1, which is to be written next, is there already/);
    await assert.rejects(store.openIds(), isTrailDamaged);
  });
});
