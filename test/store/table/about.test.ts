import assert from 'node:assert/strict';
import type { RequestStore } from '../../../src/app/ports.ts';
import { connectTable } from '../../../src/store/table/service.ts';
import { openTableStore } from '../../../src/store/table/store.ts';
import { append } from '../../support/append.ts';
import { type Account, type Azurite, startAzurite } from '../../support/azurite.ts';
import { account, channel, requested, start, target } from '../../support/samples.ts';
import { failed, type StorageFaults, startStorageFaults } from '../../support/storage-faults.ts';
import { allAbout } from '../about-contract.ts';

const { id } = account(1);
const about = (...numbers: readonly number[]) => requested({ targets: numbers.map((number) => target(number)) });
const crowd = about(...Array.from({ length: 300 }, (_, index) => index));
const openedFor = (place: Account) => openTableStore(connectTable(place.endpoint, place));

describe('requests by account, in a table', () => {
  let azurite: Azurite;
  let place: Account;
  let faulty: StorageFaults;
  let store: RequestStore;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());
  beforeEach(async () => {
    place = azurite.account();
    faulty = await startStorageFaults(place);
    store = await openedFor(faulty);
  });
  afterEach(async () => {
    await store.close();
    await faulty.close();
  });

  const keys = async (letter: string) => {
    const found: string[] = [];
    for await (const { rowKey } of place.table.listEntities()) {
      if (rowKey?.startsWith(`${letter}:`)) found.push(rowKey);
    }
    return found;
  };

  /** What a version leaves that knows nothing of this: it writes the tail without `about`, and none of the rows. */
  async function forgetFrom(seq: number) {
    for await (const row of place.table.listEntities()) {
      const isOurs = row.rowKey?.startsWith('h:') || row.rowKey?.startsWith('p:');
      if (isOurs && Number(row.seq) >= seq) await place.table.deleteEntity('trail', row.rowKey ?? '');
    }
    const { about: _, ...tail } = await place.table.getEntity('trail', 'tail');
    await place.table.updateEntity(tail as Parameters<typeof place.table.updateEntity>[0], 'Replace');
  }

  it('are written with the request itself, up to forty', async () => {
    await append(store, 'R1', 0, [about(...Array.from({ length: 40 }, (_, index) => index))]);
    assert.equal((await keys('h')).length, 40);
    assert.deepEqual(await keys('p'), []);
  });

  it('follow for more, and nothing is left of the note', async () => {
    const opened = faulty.log.length;
    await append(store, 'R1', 0, [crowd]);
    assert.deepEqual(await allAbout(store, id), ['R1']);
    assert.equal((await keys('h')).length, 300);
    assert.deepEqual(await keys('p'), []);
    // Nobody goes through the whole trail for that.
    assert(!faulty.log.slice(opened).some(({ call }) => call === 'page e:'));
  });

  it('that a replica left to be written are written by the one that looks for them', async () => {
    // Dead right after the record of the request.
    faulty.faults.inject({ path: /^page p:/, hang: true, times: Number.POSITIVE_INFINITY });
    await append(store, 'R1', 0, [crowd]);
    assert.deepEqual(await keys('h'), []);
    const other = await openedFor(place);
    assert.deepEqual(await allAbout(other, id), ['R1']);
    await other.close();
  });

  it('that cannot be written now are said to be missing, and come later', async () => {
    faulty.faults.inject({
      path: /^POST .*batch/,
      answer: failed(403, 'AuthorizationPermissionMismatch'),
      times: Number.POSITIVE_INFINITY,
    });
    await append(store, 'R0', 0, [about(1)]);
    await append(store, 'R1', 0, [crowd]);
    const { requests, complete } = await store.requestsAbout(id, { limit: 5 });
    assert.deepEqual([requests.map(({ requestId }) => requestId), complete], [['R0'], false]);
    faulty.faults.clear();
    assert.deepEqual(await allAbout(store, id), ['R1', 'R0']);
  });

  it('written by a version that knew none of this are added', async () => {
    for (let index = 0; index < 30; index += 1) await append(store, `R${index}`, 0, [about(1, index + 2)]);
    await append(store, 'large', 0, [requested({ targets: crowd.targets, reason: '漢'.repeat(300_000) })]);
    await allAbout(store, id);
    await forgetFrom(1);
    const other = await openedFor(place);
    assert.equal((await allAbout(other, id)).length, 31);
    assert.equal((await allAbout(other, account(2).id)).length, 2);
    await other.close();
  });

  it('that such a version wrote while it was back for a while are added, too', async () => {
    for (let index = 0; index < 5; index += 1) await append(store, `R${index}`, 0, [about(1)]);
    await forgetFrom(4);
    const other = await openedFor(place);
    await append(other, 'R5', 0, [about(1)]);
    assert.deepEqual(await allAbout(other, id), ['R5', 'R4', 'R3', 'R2', 'R1', 'R0']);
    // And this is looked for once.
    faulty.faults.clear();
    const before = faulty.log.length;
    assert.equal((await allAbout(store, id)).length, 6);
    assert(!faulty.log.slice(before).some(({ call }) => /^page e:/.test(call)));
    await other.close();
  });

  it('cost the same, however many are stored', async () => {
    const callsFor = async (wanted: string) => {
      const before = faulty.log.length;
      await store.requestsAbout(wanted, { limit: 5 });
      return faulty.log.length - before;
    };
    for (let index = 0; index < 6; index += 1) await append(store, `R${index}`, 0, [about(1)]);
    const few = await callsFor(id);
    for (let index = 0; index < 60; index += 1) await append(store, `S${index}`, 0, [about(1, 2)]);
    assert.equal(await callsFor(id), few);
    assert(few <= 4, String(few));
  });

  it('are the same whichever replica wrote them', async () => {
    const other = await openedFor(place);
    await Promise.all(
      [store, other].flatMap((one, which) =>
        Array.from({ length: 10 }, (_, index) => append(one, `${'AB'[which]}${index}`, 0, [about(1)])),
      ),
    );
    const found = await allAbout(store, id);
    assert.equal(new Set(found).size, 20);
    assert.deepEqual(await allAbout(other, id, 7), found);
    const at = { at: start.toISOString(), where: channel.id };
    await append(other, 'A0', 1, [{ type: 'CardPosted', cardId: 'c', ...at }]);
    assert.deepEqual(await allAbout(store, id), found);
    await other.close();
  });
});
