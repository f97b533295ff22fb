import assert from 'node:assert/strict';
import { isTrailDamaged, VersionConflict } from '../../src/app/errors.ts';
import type { RequestStore } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { StoreError } from '../../src/store/damage.ts';
import { openTrail } from '../../src/store/open.ts';
import { connectTable } from '../../src/store/table/service.ts';
import { openTableStore } from '../../src/store/table/store.ts';
import { verifyTrail } from '../../src/store/verify.ts';
import { append as appendVia } from '../support/append.ts';
import { type Account, type Azurite, startAzurite } from '../support/azurite.ts';
import type { FakeAnswer } from '../support/production/https-server.ts';
import { channel, megan, requested, start } from '../support/samples.ts';
import { failed, type StorageFaults, startStorageFaults } from '../support/storage-faults.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const cardPosted: RequestEvent = { type: 'CardPosted', cardId: 'card-1', ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const told: RequestEvent = { type: 'ResultPosted', ...envelope };

const always = Number.POSITIVE_INFINITY;
/** Short, so that a test does not take as long as the store may. */
const short = { callMs: 2500, tryMs: 600 };
const openedFor = (account: Account, times?: { callMs: number; tryMs: number }) =>
  openTableStore(connectTable(account.endpoint, account), times);

describe('table store in trouble', () => {
  let azurite: Azurite;
  let beyond: Account;
  let faulty: StorageFaults;
  let store: RequestStore;
  /** Another replica, with nothing in its way. */
  let other: RequestStore;

  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());
  beforeEach(async () => {
    beyond = azurite.account();
    faulty = await startStorageFaults(beyond);
    store = await openedFor(faulty, { callMs: 8000, tryMs: 500 });
    other = await openedFor(beyond);
    await append(store, 'R1', 0, [requested()]);
  });
  afterEach(() => faulty.close());

  /** What was read is read undisturbed. */
  const append = (one: RequestStore, id: string, expected: number, events: readonly RequestEvent[]) =>
    appendVia(one, id, expected, events, other);

  async function typesOnRecord(): Promise<readonly string[]> {
    const trail = await openTrail({ url: beyond.connectionString, credential: null });
    const types: string[] = [];
    for await (const { body } of trail.records()) types.push(JSON.parse(body).type);
    const verified = await verifyTrail(trail);
    assert(verified.ok, JSON.stringify(verified));
    return types;
  }

  it('does not take its own append for another one that it read meanwhile', async () => {
    const answered = Promise.withResolvers<void>();
    let read: Promise<unknown> | undefined;
    faulty.faults.inject({
      path: /append CardPosted/,
      answerAfter: answered.promise,
      onHit: () => {
        read = store.read('R1');
      },
    });
    await append(store, 'R1', 1, [cardPosted]);
    await read;
    answered.resolve();
    assert.deepEqual(await typesOnRecord(), ['Requested', 'CardPosted']);
  });

  const sent = (match: RegExp) => faulty.log.filter(({ call }) => match.test(call)).length;
  const json = { 'content-type': 'application/json;odata=minimalmetadata' };
  const retryAfter = { 'retry-after': '0' };
  const answers: readonly (readonly [string, FakeAnswer])[] = [
    ['the connection closes', 'drop'],
    ['500', failed(500, 'InternalError')],
    ['500 that is no JSON', { status: 500, body: '<html>' }],
    ['503 with Retry-After', failed(503, 'ServerBusy', retryAfter)],
    ['429 with Retry-After', failed(429, 'TooManyRequests', retryAfter)],
    ['408', failed(408, 'OperationTimedOut')],
    ['a success that cannot be read', { status: 202, body: 'half an ans' }],
    ['half of a success', { status: 200, headers: json, body: '{"value":[{"RowKey":"e:R1:0' }],
    ['a success about something else', { status: 200, headers: json, body: '{}' }],
  ];

  for (const [name, answer] of answers) {
    it(`writes once when an append is not done and answered with: ${name}`, async () => {
      faulty.faults.inject({ path: /^append CardPosted/, answer, times: 2 });
      await append(store, 'R1', 1, [cardPosted]);
      assert.equal(sent(/^append CardPosted/), 3);
      await append(store, 'R1', 2, [denied]);
      assert.deepEqual(await typesOnRecord(), ['Requested', 'CardPosted', 'Denied']);
    });

    it(`writes once when an append is done and answered with: ${name}`, async () => {
      faulty.answerAfterwards(/^append CardPosted/, answer);
      await append(store, 'R1', 1, [cardPosted]);
      await append(store, 'R1', 2, [denied]);
      assert.deepEqual(await typesOnRecord(), ['Requested', 'CardPosted', 'Denied']);
    });

    it(`knows its own append that was done, when it may not even try again: ${name}`, async () => {
      faulty.answerAfterwards(/^append CardPosted/, answer);
      faulty.faults.inject({ path: /^append CardPosted/, times: 1 });
      faulty.faults.inject({ path: /^append CardPosted/, answer: failed(403, 'AuthorizationFailure'), times: always });
      await append(store, 'R1', 1, [cardPosted]);
      assert.deepEqual(await typesOnRecord(), ['Requested', 'CardPosted']);
    });

    it(`reads through: ${name}`, async () => {
      faulty.faults.inject({ path: /^page e:R1/, answer, times: 2 });
      assert.equal((await store.read('R1')).events.length, 1);
      assert.equal(sent(/^page e:R1/), 3);
    });
  }

  it('writes once when an append hangs before it is done, and tries again', async () => {
    faulty.faults.inject({ path: /^append CardPosted/, hang: true });
    await append(store, 'R1', 1, [cardPosted]);
    assert.deepEqual(await typesOnRecord(), ['Requested', 'CardPosted']);
  });

  it('knows its own append when the answer hangs', async () => {
    const { reached, release } = faulty.hold(/^append CardPosted/, 'after');
    const appended = append(store, 'R1', 1, [cardPosted]);
    await reached;
    await appended;
    release();
    assert.deepEqual(await typesOnRecord(), ['Requested', 'CardPosted']);
  });

  it('takes a request off the open list once, though the answer is lost', async () => {
    await append(store, 'R1', 1, [denied]);
    faulty.faults.inject({ path: /^append ResultPosted/, dropAnswer: true });
    await append(store, 'R1', 2, [told]);
    assert.deepEqual(await store.openIds(), []);
    assert.deepEqual(await typesOnRecord(), ['Requested', 'Denied', 'ResultPosted']);
  });

  it('does not mind a place on the open list that is gone', async () => {
    await append(store, 'R1', 1, [denied]);
    for await (const { rowKey } of beyond.table.listEntities()) {
      if (rowKey?.startsWith('o:')) await beyond.table.deleteEntity('trail', rowKey);
    }
    await append(store, 'R1', 2, [told]);
    assert.deepEqual(await typesOnRecord(), ['Requested', 'Denied', 'ResultPosted']);
  });

  it('leaves the decision to the other replica, when that was quicker while its own was under way', async () => {
    const { reached, release } = faulty.hold(/^append Denied/, 'before');
    const late = append(store, 'R1', 1, [denied]);
    await reached;
    await append(other, 'R1', 1, [cardPosted]);
    release();
    await assert.rejects(late, VersionConflict);
    assert.deepEqual(await typesOnRecord(), ['Requested', 'CardPosted']);
  });

  it('does not take the other replica for itself, when answers are lost too', async () => {
    const { reached, release } = faulty.hold(/^append Denied/, 'before');
    faulty.answerAfterwards(/^append Denied/, 'drop', 3);
    const late = append(store, 'R1', 1, [denied]);
    await reached;
    await append(other, 'R1', 1, [denied]);
    release();
    await assert.rejects(late, VersionConflict);
    assert.deepEqual(await typesOnRecord(), ['Requested', 'Denied']);
  });

  it('says that it does not know, and is right about it: what comes to pass later is there once', async () => {
    const hasty = await openedFor(faulty, short);
    const { reached, release } = faulty.hold(/^append Denied/, 'before');
    faulty.faults.inject({ path: /^append Denied/, hang: true, times: always });
    const appended = append(hasty, 'R1', 1, [denied]);
    await reached;
    await assert.rejects(
      appended,
      (error) => error instanceof StoreError && error.inDoubt && /is not known/.test(error.message),
    );
    assert.equal((await hasty.read('R1')).events.length, 1);
    release();
    while ((await hasty.read('R1')).events.length === 1);
    faulty.faults.clear();
    await assert.rejects(append(hasty, 'R1', 1, [denied]), VersionConflict);
    assert.deepEqual(await typesOnRecord(), ['Requested', 'Denied']);
  });

  it('says that it does not know when the service fails to the end, also where it was done', async () => {
    const hasty = await openedFor(faulty, short);
    await append(hasty, 'R1', 1, [cardPosted]);
    faulty.answerAfterwards(/^append Denied/, failed(500, 'InternalError'), always);
    faulty.faults.inject({ path: /^get/, answer: failed(500, 'InternalError'), times: always });
    await assert.rejects(append(hasty, 'R1', 2, [denied]), /not be written.*HTTP 500 InternalError.*is not known/);
    faulty.faults.clear();
    assert.equal((await hasty.read('R1')).events.length, 3);
    assert.deepEqual(await typesOnRecord(), ['Requested', 'CardPosted', 'Denied']);
  });

  it('goes on by itself when the trouble is over', async () => {
    const hasty = await openedFor(faulty, short);
    const remove = faulty.faults.inject({ path: /^/, answer: failed(503, 'ServerBusy'), times: always });
    const calls = [append(hasty, 'R1', 1, [denied]), hasty.read('R1'), hasty.openIds(), hasty.check()];
    await Promise.all(calls.map((call) => assert.rejects(call, /busy or in trouble/)));
    remove();
    await hasty.check();
    await append(hasty, 'R1', 1, [denied]);
    assert.deepEqual(await typesOnRecord(), ['Requested', 'Denied']);
  });

  it('waits as long as the service asks, and not at all when that is too long', async () => {
    const busy = failed(503, 'ServerBusy', { 'retry-after': '1' });
    faulty.faults.inject({ path: /^append Denied/, answer: busy, times: 2 });
    const began = performance.now();
    await append(store, 'R1', 1, [denied]);
    assert(performance.now() - began >= 2000);
    faulty.faults.inject({ path: /^append/, answer: failed(429, 'Busy', { 'retry-after': '60' }), times: always });
    await assert.rejects(append(store, 'R1', 2, [told]), /busy or in trouble \(HTTP 429 Busy\)/);
    assert.equal(sent(/^append ResultPosted/), 1);
  });

  it('ends every call when nothing is answered', async () => {
    const patient = await openedFor(faulty);
    faulty.faults.inject({ path: /^/, hang: true, times: always });
    const calls = [
      append(patient, 'R1', 1, [denied]),
      append(patient, 'R2', 0, [requested()]),
      patient.read('R1'),
      patient.openIds(),
      patient.approvedSince('alex', start.toISOString()),
      patient.check(),
    ];
    await Promise.all(calls.map((call) => assert.rejects(call, StoreError)));
  });

  it('does not try again what is forbidden, and says that nothing was written', async () => {
    faulty.faults.inject({ path: /^append/, answer: failed(403, 'AuthorizationPermissionMismatch'), times: always });
    await assert.rejects(
      append(store, 'R1', 1, [denied]),
      /may not do this \(HTTP 403 AuthorizationPermissionMismatch\); nothing was written$/,
    );
    assert.equal(sent(/^append Denied/), 1);
    assert.deepEqual(await typesOnRecord(), ['Requested']);
  });

  it('is not ready when it may read and no longer write', async () => {
    faulty.faults.inject({
      path: /^(check|append)/,
      answer: failed(403, 'AuthorizationPermissionMismatch'),
      times: always,
    });
    assert.equal((await store.read('R1')).events.length, 1);
    await assert.rejects(store.check(), /cannot be written: the identity or key may not do this/);
  });

  it('says that the table is missing when it was deleted, and never makes another', async () => {
    await beyond.table.deleteTable();
    const calls = [
      append(store, 'R1', 1, [denied]),
      append(store, 'R2', 0, [requested()]),
      store.read('R1'),
      store.openIds(),
      store.approvedSince('alex', start.toISOString()),
      store.check(),
    ];
    await Promise.all(calls.map((call) => assert.rejects(call, /the table is missing/)));
    assert.equal(sent(/^create/), 1);
  });

  it('does not write on when the end of the trail is gone, and is not opened any more', async () => {
    await beyond.table.deleteEntity('trail', 'tail');
    await assert.rejects(append(store, 'R1', 1, [denied]), /the end of the trail is missing.*nothing was written/);
    await assert.rejects(store.check(), /the end of the trail is missing/);
    await assert.rejects(append(store, 'R1', 1, [denied]), isTrailDamaged);
    await assert.rejects(openedFor(beyond), /cannot open the store .*: the end of the trail is missing/);
  });

  it('is not opened when the last record is gone', async () => {
    await beyond.table.deleteEntity('trail', 'e:R1:000000');
    await assert.rejects(openedFor(beyond), /the end of the trail is missing/);
  });

  it('leaves alone what a newer version has taken over, at its start and while it runs', async () => {
    await beyond.table.updateEntity({ partitionKey: 'trail', rowKey: 'tail', version: 2 }, 'Merge');
    await assert.rejects(openedFor(beyond), /newer version \(schema 2\)/);
    await assert.rejects(append(store, 'R1', 1, [denied]), /newer version \(schema 2\)/);
    await assert.rejects(store.check(), /newer version/);
    assert.equal((await store.read('R1')).events.length, 1);
  });

  it('is content with a table that is there, when it may not make one', async () => {
    faulty.faults.inject({ path: /^create/, answer: failed(403, 'AuthorizationPermissionMismatch'), times: always });
    const again = await openedFor(faulty);
    assert.equal((await again.read('R1')).events.length, 1);
    assert.equal(sent(/^create/), 1, 'only by the store that found none');
    await beyond.table.deleteTable();
    await assert.rejects(openedFor(faulty), /there is no such table, and the identity may not create it/);
  });

  it('begins in a table that somebody made by hand', async () => {
    const empty = azurite.account();
    await empty.table.createTable();
    const begun = await openedFor(empty);
    await appendVia(begun, 'R1', 0, [requested()]);
    assert.deepEqual(await begun.openIds(), ['R1']);
  });

  it('refuses a table with rows of somebody else', async () => {
    const foreign = azurite.account();
    await foreign.table.createTable();
    await foreign.table.createEntity({ partitionKey: 'trail', rowKey: 'tail', note: 'groceries' });
    await assert.rejects(openedFor(foreign), /not a Session Revoker store/);
  });

  it('refuses a record that is too large, and writes nothing of it', async () => {
    const huge = requested({ reason: '漢'.repeat(1_400_000) });
    await assert.rejects(
      append(store, 'R2', 0, [huge]),
      /R2 is too large for the store \(\d+ bytes, \d+ rows\); nothing/,
    );
    await assert.rejects(append(store, 'R2', 0, Array(50).fill(cardPosted)), /101 rows\); nothing was written/);
    assert.deepEqual(await store.openIds(), ['R1']);
    await append(store, 'R2', 0, Array(49).fill(cardPosted));
    assert.equal((await typesOnRecord()).length, 50);
  });

  for (const [what, key] of [
    ['half of an append', 'e:R1:000002'],
    ['half of a record', 'e:R1:000001:01'],
    ['the second half of a record', 'e:R1:000001'],
  ] as const) {
    it(`reads again when it saw ${what}, and never gives half of one`, async () => {
      await append(other, 'R1', 1, [requested({ reason: 'x'.repeat(600_000) }), denied]);
      const { etag: _etag, timestamp: _timestamp, ...row } = await beyond.table.getEntity('trail', key);
      await beyond.table.deleteEntity('trail', key);
      await assert.rejects(store.read('R1'), (error: Error) => {
        assert.match(error.message, /trail of request R1 is damaged at record [12]$/);
        return isTrailDamaged(error);
      });
      const { reached, release } = faulty.hold(/^page e:R1/, 'after');
      const read = store.read('R1');
      await reached;
      await beyond.table.createEntity({ ...row, partitionKey: 'trail', rowKey: key });
      release();
      assert.equal((await read).events.length, 3);
    });
  }
});
