import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { isTrailDamaged, type RequestStore, type TrailRecord } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { hashOf, linkOf } from '../../src/store/codec.ts';
import { openTrail } from '../../src/store/open.ts';
import { connectTable, type TableService } from '../../src/store/table/service.ts';
import { openTableStore } from '../../src/store/table/store.ts';
import { followTable } from '../../src/store/table-follow.ts';
import { append } from '../support/append.ts';
import { type Account, type Azurite, startAzurite } from '../support/azurite.ts';
import type { Fault } from '../support/production/faults.ts';
import { channel, requested, start, target } from '../support/samples.ts';
import { failed, startStorageFaults } from '../support/storage-faults.ts';

const posted: RequestEvent = { type: 'CardPosted', cardId: 'card', at: start.toISOString(), where: channel.id };
const many = (count: number) => Array<RequestEvent>(count).fill(posted);
/** Takes several rows. */
const long = requested({
  targets: Array.from({ length: 500 }, (_, index) =>
    target(index, { name: '漢'.repeat(256), jobTitle: 'é'.repeat(2000) }),
  ),
});

const serviceOf = (account: Account) => connectTable(account.endpoint, account);

/** What the bot writes, less the rows that versions before the index did not know. */
function asBefore(table: TableService): TableService {
  const isOld = (change: Parameters<TableService['transact']>[0][number]) =>
    !(change.kind === 'remove' ? change.rowKey : change.row.rowKey).startsWith('s:');
  return { ...table, transact: (changes, signal) => table.transact(changes.filter(isOld), signal) };
}

/** Counts requests, rows answered, and how often the service had to go through all records. */
function counted(table: TableService) {
  const seen = { calls: 0, rows: 0, scans: 0 };
  const service: TableService = {
    ...table,
    get(...args) {
      seen.calls += 1;
      return table.get(...args);
    },
    async page(range, ...args) {
      seen.calls += 1;
      // A range of keys that spans requests makes the service look at every row in it.
      if (range.seqs !== undefined || range.first || range.from === 'e:') seen.scans += 1;
      const page = await table.page(range, ...args);
      seen.rows += page.rows.length;
      return page;
    },
  };
  const since = async (work: () => Promise<unknown>) => {
    const before = { ...seen };
    await work();
    return { calls: seen.calls - before.calls, rows: seen.rows - before.rows, scans: seen.scans - before.scans };
  };
  return { service, since };
}

const short = ({ seq, requestId, position }: TrailRecord) => `${seq} ${requestId} ${position}`;
/** What differs is told without the bodies, some of which are very long. */
const inShort = (record: TrailRecord) => `${short(record)} ${record.link} ${hashOf('', '', 0, record.body)}`;

function assertSame(actual: readonly TrailRecord[], expected: readonly TrailRecord[], why?: string): void {
  assert.deepEqual(actual.map(inShort), expected.map(inShort), why);
}

describe('following a table', function () {
  this.timeout(300_000);
  let azurite: Azurite;
  let account: Account;
  let store: RequestStore;
  /** A replica of a version that writes no index. */
  let old: RequestStore;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());
  beforeEach(async () => {
    account = azurite.account();
    store = await openTableStore(serviceOf(account));
    old = await openTableStore(asBefore(serviceOf(account)));
  });
  afterEach(() => Promise.all([store.close(), old.close()]));

  /** Past the index, as the audit reads it. */
  async function all(from = account): Promise<readonly TrailRecord[]> {
    const trail = await openTrail({ url: from.connectionString, credential: null });
    const records: TrailRecord[] = [];
    for await (const record of trail.records()) records.push(record);
    return records;
  }

  /** As a sink does it, until nothing is left. */
  async function follow(table: TableService, from = 0): Promise<readonly TrailRecord[]> {
    const trail = followTable(table);
    const { count } = await trail.end();
    const records: TrailRecord[] = [];
    while (from + records.length < count) {
      const some = await trail.after(from + records.length, count);
      assert(some.length > 0, `nothing behind ${from + records.length} of ${count}`);
      records.push(...some);
    }
    return records;
  }

  const indexKeys = async () => {
    const keys: string[] = [];
    for await (const { rowKey } of account.table.listEntities()) if (rowKey?.startsWith('s:')) keys.push(rowKey);
    return keys;
  };
  const indexRow = (seq: number) => `s:${String(seq).padStart(16, '0')}`;

  it('finds each append by one row, which was written with it', async () => {
    await append(store, 'R1', 0, [requested(), posted, posted]);
    await append(store, 'R2', 0, [long]);
    await append(store, 'R1', 3, [posted]);
    assert.deepEqual(await indexKeys(), [1, 4, 5].map(indexRow));
    const { rowKey, request, position, count } = await account.table.getEntity('trail', indexRow(5));
    assert.deepEqual([rowKey, request, position, count], [indexRow(5), 'R1', 3, 1]);
    assertSame(await follow(serviceOf(account)), await all());
  });

  it('costs the same for one new record, with 20 stored and with 2,000', async () => {
    const { service, since } = counted(serviceOf(account));
    const trail = followTable(service);
    const fill = async (from: number, to: number) => {
      for (let index = from; index < to; index += 10) await append(store, `R${index}`, 0, many(10));
    };
    const one = async (id: string) => {
      const { count } = await trail.end();
      await append(store, id, 0, [posted]);
      return since(async () => {
        const end = await trail.end();
        assert.deepEqual((await trail.after(count, end.count)).map(short), [`${count + 1} ${id} 0`]);
      });
    };
    await fill(0, 20);
    const few = await one('A');
    await fill(20, 2000);
    assert.deepEqual(await one('B'), few);
    // The end, the index, the record; and of rows the last two.
    assert.deepEqual(few, { calls: 3, rows: 2, scans: 0 });
  });

  it('reads what belongs to one request at once, whatever others wrote in between', async () => {
    for (let index = 0; index < 10; index += 1) {
      await append(store, 'R1', index, [posted]);
      if (index % 3 === 0) await append(store, `S${index}`, 0, [posted]);
    }
    const expected = await all();
    const { service, since } = counted(serviceOf(account));
    const read = await since(async () => assertSame(await followTable(service).after(0, 14), expected));
    // The index, R1, and four others.
    assert.deepEqual(read, { calls: 6, rows: 28, scans: 0 });
  });

  it('costs a scan, and one only, where an earlier version wrote', async () => {
    for (let index = 0; index < 30; index += 1) await append(old, `R${index}`, 0, many(10));
    await append(store, 'new', 0, many(3));
    const { service, since } = counted(serviceOf(account));
    const trail = followTable(service);
    const { count } = await trail.end();
    const records: TrailRecord[] = [];
    const { scans } = await since(async () => {
      while (records.length < count) {
        const some = await trail.after(records.length, count);
        assert(some.length > 0, `nothing behind ${records.length}`);
        records.push(...some);
      }
    });
    assertSame(records, await all());
    assert.equal(scans, 1);
    await append(store, 'new', 3, [posted]);
    const later = await since(async () => assert.equal((await trail.after(count, count + 1)).length, 1));
    assert.equal(later.scans, 0);
  });

  it('finds what an older replica wrote among newer ones, and looks for that alone', async () => {
    await append(store, 'R1', 0, many(4));
    await append(old, 'R2', 0, many(3));
    await append(store, 'R3', 0, many(2));
    await append(old, 'R1', 4, [long]);
    await append(store, 'R2', 3, many(2));
    const { service, since } = counted(serviceOf(account));
    const trail = followTable(service);
    const expected = await all();
    const taken = await since(async () => assertSame(await trail.after(0, 12), expected));
    assert.equal(taken.scans, 1);
    const fresh = counted(serviceOf(account));
    const newest = await fresh.since(async () =>
      assertSame(await followTable(fresh.service).after(10, 12), expected.slice(10)),
    );
    assert.equal(newest.scans, 0);
  });

  it('goes on in the middle of an append, without a scan', async () => {
    await append(store, 'R1', 0, many(90));
    await append(store, 'R2', 0, many(98));
    await append(store, 'R3', 0, many(5));
    const expected = await all();
    const { service, since } = counted(serviceOf(account));
    const trail = followTable(service);
    for (const seq of [1, 50, 89, 90, 91, 187, 188, 190, 192]) {
      for (const last of [seq + 1, Math.min(193, seq + 7), 193]) {
        const { scans } = await since(async () =>
          assertSame(await trail.after(seq, last), expected.slice(seq, Math.min(last, seq + 100))),
        );
        assert.equal(scans, 0, `${seq} to ${last}`);
      }
    }
  });

  it('is not in the way of an append that only just fits, which is looked for then', async () => {
    await append(store, 'R1', 0, many(98));
    await append(store, 'R2', 0, many(99));
    await assert.rejects(append(store, 'R3', 0, many(100)), /101 rows\); nothing was written/);
    assert.deepEqual(await indexKeys(), [indexRow(1)]);
    assertSame(await follow(serviceOf(account)), await all());
  });

  it('gives long records few at a time', async () => {
    for (let index = 0; index < 12; index += 1) await append(store, `R${index}`, 0, [long]);
    const trail = followTable(serviceOf(account));
    const some = await trail.after(0, 12);
    assert(some.length >= 1 && some.length <= 4, String(some.length));
    assertSame(await follow(serviceOf(account)), await all());
  });

  it('believes no row of the index: what it says wrongly is looked for', async () => {
    await append(store, 'R1', 0, many(4));
    await append(store, 'R2', 0, many(4));
    await append(old, 'R3', 0, many(4));
    await append(store, 'R1', 4, many(4));
    const expected = await all();
    const lies: readonly Record<string, unknown>[] = [
      { rowKey: indexRow(1), request: 'R2', position: 0, count: 4 },
      { rowKey: indexRow(1), request: 'R1', position: 1, count: 4 },
      { rowKey: indexRow(1), request: 'R1', position: 0, count: 3 },
      { rowKey: indexRow(1), request: 'R1', position: 0, count: 99 },
      { rowKey: indexRow(1), request: "x' or '", position: -1, count: 1e9 },
      { rowKey: indexRow(1) },
      { rowKey: indexRow(2), request: 'R2', position: 0, count: 4 },
      { rowKey: indexRow(10), request: 'R1', position: 4, count: 4 },
      { rowKey: `${indexRow(1)}x`, request: 'R9', position: 0, count: 4 },
    ];
    for (const lie of lies) {
      const key = String(lie.rowKey);
      const was = await account.table.getEntity('trail', key).catch(() => null);
      await account.table.upsertEntity({ partitionKey: 'trail', ...lie } as never, 'Replace');
      for (const from of [0, 1, 2, 9])
        assertSame(await follow(serviceOf(account), from), expected.slice(from), JSON.stringify(lie));
      // The audit does not even look at it.
      assertSame(await all(), expected);
      await account.table.deleteEntity('trail', key);
      if (was) await account.table.createEntity(was as never);
    }
    assert.equal((await indexKeys()).length, 3);
  });

  it('gives nothing behind a record that is missing or not whole, and goes on when it is back', async () => {
    await append(store, 'R1', 0, many(3));
    await append(store, 'R2', 0, [requested({ reason: 'x'.repeat(600_000) })]);
    await append(store, 'R3', 0, many(2));
    const expected = await all();
    const trail = followTable(serviceOf(account));
    const upToGap = async (from: number) => {
      const records: TrailRecord[] = [];
      for (let some = await trail.after(from, 6); some.length > 0; ) {
        records.push(...some);
        some = from + records.length < 6 ? await trail.after(from + records.length, 6) : [];
      }
      return records;
    };
    for (const [key, seq] of [
      ['e:R1:000001', 2],
      ['e:R2:000000:01', 4],
      ['e:R2:000000', 4],
    ] as const) {
      const { etag: _etag, timestamp: _timestamp, ...row } = await account.table.getEntity('trail', key);
      await account.table.deleteEntity('trail', key);
      assertSame(await upToGap(0), expected.slice(0, seq - 1));
      assertSame(await upToGap(seq - 1), []);
      await account.table.createEntity(row as never);
      assertSame(await upToGap(seq - 1), expected.slice(seq - 1));
    }
  });

  it('looks again for what is not any more where it was found', async () => {
    await append(old, 'R1', 0, many(3));
    const trail = followTable(serviceOf(account));
    assert.equal((await trail.after(0, 3)).length, 3);
    const { etag: _etag, timestamp: _timestamp, ...row } = await account.table.getEntity('trail', 'e:R1:000001');
    await account.table.deleteEntity('trail', 'e:R1:000001');
    assertSame(await trail.after(1, 3), []);
    await account.table.createEntity({ ...row, rowKey: 'e:R9:000000', request: 'R9' } as never);
    assert.deepEqual((await trail.after(1, 3)).map(short), ['2 R9 0', '3 R1 2']);
  });

  it('is not written on where a row of the index says that the next record is there', async () => {
    const row = { partitionKey: 'trail', rowKey: indexRow(1), request: 'R9', position: 5, count: 2 };
    await account.table.createEntity(row);
    await assert.rejects(append(store, 'R1', 0, many(2)), /record 1, which is to be written next, is there already/);
    await assert.rejects(store.openIds(), isTrailDamaged);
  });

  it('gives all in order behind every record, whoever wrote what', async () => {
    for (let round = 0; round < 3; round += 1) {
      const place = azurite.account();
      const writers = await Promise.all(
        [serviceOf(place), asBefore(serviceOf(place)), serviceOf(place)].map((table) => openTableStore(table)),
      );
      const lengths = new Map<string, number>();
      const drawn: string[] = [];
      for (let step = 0; step < 30; step += 1) {
        const writer = randomInt(writers.length);
        const id = `R${randomInt(6)}`;
        const count = [1, 1, 2, 5, 15][randomInt(5)] ?? 1;
        const position = lengths.get(id) ?? 0;
        const first = step === 12 ? [requested({ reason: '漢'.repeat(600_000) })] : [];
        await append(writers[writer] as RequestStore, id, position, [...first, ...many(count)]);
        lengths.set(id, position + count + first.length);
        drawn.push(`${writer} ${id} ${count}${first.length > 0 ? ' long' : ''}`);
      }
      await Promise.all(writers.map((writer) => writer.close()));
      const why = drawn.join(', ');
      const expected = await all(place);
      const links = expected.map(({ link }) => link);
      assert.deepEqual(
        expected.map(({ hash }, index) => linkOf(links[index - 1] ?? '', hash)),
        links,
      );
      const trail = followTable(serviceOf(place));
      for (let seq = 0; seq < expected.length; seq += 1) {
        const some = await trail.after(seq, expected.length);
        assert(some.length > 0, `nothing behind ${seq}: ${why}`);
        assertSame(some, expected.slice(seq, seq + some.length), `behind ${seq}: ${why}`);
      }
      assertSame(await follow(serviceOf(place)), expected, why);
    }
  });

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
      const writing = ['A', 'B'].map((id) => append(wet, `${id}${round}`, 0, many(1 + (round % 4))).catch(() => {}));
      await Promise.all([...writing, append(old, `C${round}`, 0, many(2)), catchUp()]);
    }
    faulty.faults.otherwise(() => undefined);
    await catchUp();
    await wet.close();
    await faulty.close();
    assertSame(inOrder, await all());
    assert(hits > 20 && inOrder.length > 24, `${hits} ${inOrder.length}`);
  });
});
