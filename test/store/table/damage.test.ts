import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isTrailDamaged } from '../../../src/app/errors.ts';
import type { OpenedStore } from '../../../src/app/ports.ts';
import type { RequestEvent } from '../../../src/domain/request.ts';
import { openStore } from '../../../src/store/open.ts';
import { append } from '../../support/append.ts';
import { type Account, type Azurite, startAzurite } from '../../support/azurite.ts';
import { channel, megan, requested, start } from '../../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const cardPosted: RequestEvent = { type: 'CardPosted', cardId: 'card-1', ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };

type Rows = readonly { readonly partitionKey: string; readonly rowKey: string }[];

/** What somebody with rights on the storage account can do to a table while replicas run on it. */
describe('a table that is not what its replicas have seen', () => {
  let azurite: Azurite;
  let account: Account;
  let told: Error[];
  let one: OpenedStore;
  let other: OpenedStore;

  const opened = (tell?: (damage: Error) => void) =>
    openStore({ url: account.connectionString, credential: null }, tell);

  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());
  beforeEach(async () => {
    account = azurite.account();
    told = [];
    one = await opened((error) => told.push(error));
    other = await opened();
    await append(one, 'R1', 0, [requested(), cardPosted]);
  });

  async function rows(): Promise<Rows> {
    const all: Rows[number][] = [];
    for await (const { etag: _etag, timestamp: _timestamp, ...row } of account.table.listEntities()) {
      // The row that `check` writes is of no record.
      if (row.rowKey !== 'ready') all.push(row as Rows[number]);
    }
    return all;
  }

  async function restore(earlier: Rows): Promise<void> {
    for (const { partitionKey, rowKey } of await rows()) await account.table.deleteEntity(partitionKey, rowKey);
    for (const row of earlier) await account.table.createEntity(row);
  }

  /** Every way to use it is refused, and nothing is written. */
  async function isDamaged(store: OpenedStore, message: RegExp): Promise<void> {
    const before = await rows();
    await assert.rejects(append(store, 'R1', 2, [denied]), (error: Error) => {
      assert.match(error.message, message);
      return isTrailDamaged(error);
    });
    for (const call of [
      () => store.check(),
      () => store.read('R1'),
      () => store.openIds(),
      () => append(store, 'R8', 0, [requested()]),
    ]) {
      await assert.rejects(call, isTrailDamaged);
    }
    assert.deepEqual(await rows(), before);
  }

  it('its end was put back: no replica goes on, none begins', async () => {
    const tail = (await rows()).filter(({ rowKey }) => rowKey === 'tail');
    await append(one, 'R2', 0, [requested()]);
    for (const row of tail) await account.table.updateEntity(row, 'Replace');
    await isDamaged(one, /ends at record 2, and this process has seen record 3/);
    // This one has never seen more than there is now.
    await isDamaged(other, /record 3, which is to be written next, is there already/);
    await assert.rejects(opened(), /there are records behind the end of the trail/);
  });

  it('it was restored: what was denied since is not decided again by who knows, also when the copy was written on', async () => {
    const earlier = await rows();
    await append(one, 'R1', 2, [denied]);
    await restore(earlier);
    await isDamaged(one, /ends at record 2, and this process has seen record 3/);
    // Whoever has not seen the denial cannot miss it: for that there are the copies outside the store and the heads in the chat.
    const third = await opened();
    for (const id of ['R3', 'R4', 'R5']) await append(third, id, 0, [requested()]);
    assert.equal(told.length, 1);
  });

  it('it was restored and written on, past what was seen', async () => {
    const earlier = await rows();
    await append(one, 'R2', 0, [requested()]);
    await restore(earlier);
    const third = await opened();
    for (const id of ['R3', 'R4', 'R5']) await append(third, id, 0, [requested()]);
    await assert.rejects(one.check(), /record 3 is not the one that this process has seen/);
    await isDamaged(one, /record 3 is not the one/);
  });

  it('it was deleted: nothing is done, also when it is put back', async () => {
    const earlier = await rows();
    await account.table.deleteTable();
    await assert.rejects(one.check(), /the table is missing/);
    await account.table.createTable();
    await restore(earlier);
    await isDamaged(one, /the table is missing/);
    await append(other, 'R1', 2, [denied]);
    assert.equal(told.length, 1);
  });

  it('it was made anew by another process: that is another store, with other ids', async () => {
    await account.table.deleteTable();
    const third = await opened();
    await append(third, 'R1', 0, [requested(), cardPosted]);
    await isDamaged(one, /not the one that was opened/);
    await isDamaged(other, /not the one that was opened/);
    await append(third, 'R1', 2, [denied]);
    assert.notEqual(third.requestIdOf('a'), one.requestIdOf('a'));
    assert.equal(other.requestIdOf('a'), one.requestIdOf('a'));
    assert.equal((await opened()).requestIdOf('a'), third.requestIdOf('a'));
  });

  for (const [what, change] of [
    ['was deleted', () => account.table.deleteEntity('trail', 'store')],
    [
      'is another one',
      () => account.table.updateEntity({ partitionKey: 'trail', rowKey: 'store', store: 'x' }, 'Merge'),
    ],
  ] as const) {
    it(`is not opened when its identity ${what}`, async () => {
      await change();
      await assert.rejects(opened(), /the identity of the table is missing/);
    });
  }

  it('tells nobody its secret', async () => {
    const { secret } = (await account.table.getEntity('trail', 'store')) as { secret?: string };
    assert.match(secret ?? '', /^[0-9a-f]{64}$/);
    for (const row of await rows()) {
      if (row.rowKey !== 'store') assert(!inspect(row).includes(secret ?? ''), row.rowKey);
    }
    await account.table.deleteTable();
    await assert.rejects(one.check(), (error) => !String(error).includes(secret ?? ''));
  });
});
