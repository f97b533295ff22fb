import assert from 'node:assert/strict';
import type { RequestStore } from '../../../src/app/ports.ts';
import { connectTable } from '../../../src/store/table/service.ts';
import { openTableStore } from '../../../src/store/table/store.ts';
import { append } from '../../support/append.ts';
import { type Account, type Azurite, startAzurite, unhurried } from '../../support/azurite.ts';
import { account, channel, requested, start, target } from '../../support/samples.ts';
import { failed, type StorageFaults, startStorageFaults } from '../../support/storage-faults.ts';
import { allAbout } from '../about-contract.ts';

const { id } = account(1);
const about = (...numbers: readonly number[]) => requested({ targets: numbers.map((number) => target(number)) });
const crowd = about(...Array.from({ length: 300 }, (_, index) => index));
const openedFor = (place: Account) => openTableStore(connectTable(place.endpoint, place), unhurried);

describe('requests by account, in a table', () => {
  let azurite: Azurite;
  let place: Account;
  let faulty: StorageFaults;
  let store: RequestStore;
  /** Another replica, with nothing in its way. */
  let direct: RequestStore;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());
  beforeEach(async () => {
    place = azurite.account();
    faulty = await startStorageFaults(place);
    store = await openedFor(faulty);
    direct = await openedFor(place);
  });
  afterEach(async () => {
    await Promise.all([store.close(), direct.close()]);
    await faulty.close();
  });

  const keys = async (letter: string) => {
    const found: string[] = [];
    for await (const { rowKey } of place.table.listEntities()) {
      if (rowKey?.startsWith(`${letter}:`)) found.push(rowKey);
    }
    return found;
  };

  it('are written with the request itself, up to forty', async () => {
    const before = faulty.log.length;
    await append(store, 'R1', 0, [about(...Array.from({ length: 40 }, (_, index) => index))], direct);
    assert.equal((await keys('h')).length, 40);
    // The end of the trail, whether it is the one this process knows, and all in one.
    assert(faulty.log.length - before <= 2, String(faulty.log.length - before));
  });

  it('are written before the request, for more', async () => {
    const { reached, release } = faulty.hold(/^append Requested/, 'before');
    const appended = append(store, 'R1', 0, [crowd], direct);
    await reached;
    assert.equal((await keys('h')).length, 300);
    assert.deepEqual(await direct.requestsAbout(id, { limit: 5 }), []);
    release();
    await appended;
    assert.deepEqual(await allAbout(store, id), ['R1']);
  });

  it('lead nowhere where the request was never written, and are passed over', async () => {
    await append(direct, 'R1', 0, [about(1)]);
    faulty.faults.inject({ path: /^append/, answer: failed(403, 'AuthorizationPermissionMismatch') });
    await assert.rejects(append(store, 'R2', 0, [crowd], direct), /nothing was written/);
    assert.equal((await keys('h')).length, 301);
    for (const index of [1, 2, 3]) await append(direct, `S${index}`, 0, [about(1)]);
    for (const limit of [1, 2, 3, 5]) assert.deepEqual(await allAbout(direct, id, limit), ['S3', 'S2', 'S1', 'R1']);
    await append(store, 'R2', 0, [crowd], direct);
    assert.deepEqual(await allAbout(direct, id), ['R2', 'S3', 'S2', 'S1', 'R1']);
  });

  it('are found under the number that the record got, when another replica was quicker', async () => {
    const { reached, release } = faulty.hold(/^append Requested/, 'before');
    const late = append(store, 'R1', 0, [crowd], direct);
    await reached;
    await append(direct, 'R2', 0, [crowd]);
    release();
    await late;
    assert.deepEqual(await direct.requestsAbout(id, { limit: 5 }), [
      { requestId: 'R1', seq: 2 },
      { requestId: 'R2', seq: 1 },
    ]);
    for (const limit of [1, 2]) assert.deepEqual(await allAbout(direct, id, limit), ['R1', 'R2']);
  });

  it('that cannot be written now keep the request from being written', async () => {
    faulty.faults.inject({
      path: /^POST .*batch/,
      answer: failed(403, 'AuthorizationPermissionMismatch'),
      times: Number.POSITIVE_INFINITY,
    });
    await append(store, 'R0', 0, [about(1)], direct);
    await assert.rejects(append(store, 'R1', 0, [crowd], direct), /cannot be written.*nothing was written/);
    assert.deepEqual((await direct.read('R1')).events, []);
    faulty.faults.clear();
    await append(store, 'R1', 0, [crowd], direct);
    assert.deepEqual(await allAbout(direct, id), ['R1', 'R0']);
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
    assert(few <= 2, String(few));
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
