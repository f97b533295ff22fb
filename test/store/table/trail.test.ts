import assert from 'node:assert/strict';
import type { TrailRecord } from '../../../src/app/ports.ts';
import type { RequestEvent } from '../../../src/domain/request.ts';
import { runAudit } from '../../../src/store/audit.ts';
import { openStore, openTrail } from '../../../src/store/open.ts';
import { verifyTrail } from '../../../src/store/verify.ts';
import { append } from '../../support/append.ts';
import { type Account, type Azurite, startAzurite } from '../../support/azurite.ts';
import { channel, megan, requested, start, target } from '../../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const cardPosted: RequestEvent = { type: 'CardPosted', cardId: 'card', ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const told: RequestEvent = { type: 'ResultPosted', ...envelope };

type Entity = { partitionKey: string; rowKey: string; [name: string]: unknown };

/** A request whose record takes three rows. */
const long = requested({
  targets: Array.from({ length: 500 }, (_, index) =>
    target(index, { name: '漢'.repeat(256), jobTitle: 'x'.repeat(2000) }),
  ),
});

/** Where the records stand that are written below; what is none of them, where the next would be. */
const order = ['R1:000000', 'R2:000000', 'R1:000001', 'R1:000002', 'R3:000000', 'R1:000003', 'R3:000001'];
function byNumber(key: string): string {
  const [, record, rest = ''] = /^e:(\w+:\d{6})(.*)$/.exec(key) ?? [];
  if (record === undefined) return key.replace(/^e:/, 'n:');
  const seq = order.includes(record) ? order.indexOf(record) + 1 : order.length + 1;
  return `n:${String(seq).padStart(16, '0')}${rest}`;
}

describe('the trail of a table store', () => {
  let azurite: Azurite;
  let account: Account;

  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());
  beforeEach(async () => {
    account = azurite.account();
    keysOf = (key) => [key];
    const store = await openStore(access());
    await append(store, 'R1', 0, [requested()]);
    await append(store, 'R2', 0, [long]);
    await append(store, 'R1', 1, [cardPosted, denied]);
    await append(store, 'R3', 0, [requested({ reason: 'another' })]);
    await append(store, 'R1', 3, [told]);
    await append(store, 'R3', 1, [denied]);
    await store.close();
  });

  const access = () => ({ url: account.connectionString, credential: null });

  async function verified() {
    const trail = await openTrail(access());
    return verifyTrail(trail);
  }

  async function rows(): Promise<readonly Entity[]> {
    const found: Entity[] = [];
    for await (const { etag: _etag, timestamp: _timestamp, ...entity } of account.table.listEntities()) {
      found.push(entity as Entity);
    }
    return found;
  }

  async function row(key: string): Promise<Entity> {
    const found = (await rows()).find(({ rowKey }) => rowKey === key);
    assert(found, key);
    return found;
  }

  /** Under which keys a row is tampered with, of those under which it stands. */
  let keysOf = (key: string): readonly string[] => [key];
  const put = (entity: Entity) =>
    Promise.all(keysOf(entity.rowKey).map((rowKey) => account.table.upsertEntity({ ...entity, rowKey }, 'Replace')));
  const change = async (key: string, more: object) => put({ ...(await row(key)), ...more });
  const remove = (key: string) => Promise.all(keysOf(key).map((one) => account.table.deleteEntity('trail', one)));

  it('has nothing wrong with it as it was written, and its records in the order of writing', async () => {
    const found = await verified();
    assert(found.ok && found.count === 7, JSON.stringify(found));
    const records: TrailRecord[] = [];
    for await (const record of (await openTrail(access())).records()) records.push(record);
    assert.deepEqual(
      records.map(({ seq, requestId, position }) => `${seq} ${requestId} ${position}`),
      ['1 R1 0', '2 R2 0', '3 R1 1', '4 R1 2', '5 R3 0', '6 R1 3', '7 R3 1'],
    );
    const kept = (await rows()).filter(({ rowKey }) => rowKey.startsWith('e:R2:000000'));
    assert.equal(kept.length, 3);
  });

  const tamperings: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      'a name is edited',
      async () =>
        change('e:R1:000000', { body00: String((await row('e:R1:000000')).body00).replace('User 1', 'User 2') }),
    ],
    [
      'one letter of a long record is edited',
      async () => change('e:R2:000000:02', { body00: `${(await row('e:R2:000000:02')).body00} ` }),
    ],
    ['a record is emptied', () => change('e:R1:000001', { body00: '' })],
    ['text is added to a record as another property', () => change('e:R1:000001', { body01: ' ' })],
    ['a hash is edited', () => change('e:R1:000001', { hash: '0'.repeat(64) })],
    ['a link is edited', () => change('e:R1:000001', { link: '0'.repeat(64) })],
    ['a number is edited', () => change('e:R1:000001', { seq: { type: 'Int64', value: '4' } })],
    ['a number is none', () => change('e:R1:000001', { seq: 'x' })],
    ['a number is far behind the end', () => change('e:R3:000001', { seq: { type: 'Int64', value: '900' } })],
    ['a record is another request’s', () => change('e:R1:000001', { request: 'R2' })],
    ['a record is deleted', () => remove('e:R1:000001')],
    ['the first record is deleted', () => remove('e:R1:000000')],
    ['the last record is deleted', () => remove('e:R3:000001')],
    ['a part of a long record is deleted', () => remove('e:R2:000000:01')],
    ['the first part of a long record is deleted', () => remove('e:R2:000000')],
    ['a request is deleted', () => Promise.all([remove('e:R3:000000'), remove('e:R3:000001')])],
    [
      'all records are deleted',
      async () =>
        Promise.all((await rows()).filter(({ rowKey }) => rowKey.startsWith('e:')).map(({ rowKey }) => remove(rowKey))),
    ],
    ['a record is there twice', async () => put({ ...(await row('e:R1:000003')), rowKey: 'e:R1:000004' })],
    ['a record is in another request, too', async () => put({ ...(await row('e:R1:000003')), rowKey: 'e:R4:000000' })],
    ['a record goes on', () => put({ partitionKey: 'trail', rowKey: 'e:R1:000003:01', body00: 'more' })],
    ['a row belongs to no record', () => put({ partitionKey: 'trail', rowKey: 'e:R9:000003:01', body00: 'more' })],
    ['a row is like no other', () => put({ partitionKey: 'trail', rowKey: 'e:odd' })],
    [
      'a record is added with a number of its own',
      async () => put({ ...(await row('e:R3:000001')), rowKey: 'e:R3:000002', seq: { type: 'Int64', value: '8' } }),
    ],
    [
      'a record is kept where it is not looked for',
      async () => {
        const first = await row('e:R3:000000');
        await remove(first.rowKey);
        await put({ ...first, rowKey: 'e:R9:000000' });
      },
    ],
    [
      'two records change places',
      async () => {
        const [one, other] = [await row('e:R1:000001'), await row('e:R1:000002')];
        await put({ ...one, rowKey: other.rowKey });
        await put({ ...other, rowKey: one.rowKey });
      },
    ],
    [
      'the end is moved back',
      async () => {
        const last = await row('e:R1:000003');
        await remove('e:R3:000001');
        await change('tail', { count: { type: 'Int64', value: '5' }, head: last.link });
      },
    ],
    ['the count is edited', () => change('tail', { count: { type: 'Int64', value: '8' } })],
    ['the count is 0', () => change('tail', { count: { type: 'Int64', value: '0' } })],
    ['the head is edited', () => change('tail', { head: '0'.repeat(64) })],
    ['the end is deleted', () => remove('tail')],
  ];
  const places: readonly (readonly [string, (key: string) => readonly string[]])[] = [
    ['under its request', (key) => [key]],
    ['under its number', (key) => [byNumber(key)]],
  ];
  for (const [where, keys] of places) {
    for (const [what, tamper] of tamperings) {
      it(`is found damaged when ${what}, ${where}`, async () => {
        keysOf = keys;
        await tamper();
        const found = await verified();
        assert.equal(found.ok, false, JSON.stringify(found));
      });
    }
  }

  it('is found damaged by its chain when a record is edited in both places', async () => {
    const { hash, link } = await row('e:R1:000001');
    keysOf = (key) => [key, byNumber(key)];
    await change('e:R1:000001', { hash: String(link), link: String(hash) });
    assert.equal((await verified()).ok, false);
  });

  it('says where: the first record that is not as it was written', async () => {
    await change('e:R1:000002', { body00: '{}' });
    assert.deepEqual(await verified(), { ok: false, seq: 4, requestId: 'R1', why: 'the record was changed' });
  });

  it('is no trail where there is no table, and where nothing is in it', async () => {
    const empty = azurite.account();
    const opened = () => openTrail({ url: empty.connectionString, credential: null });
    await assert.rejects(opened(), /the table is missing/);
    await empty.table.createTable();
    await assert.rejects(opened(), /there is no store in http.*SessionRevoker$/);
  });

  it('is all there when it takes many pages, and one ends in the middle of a record', async () => {
    const store = await openStore(access());
    // With these before them, the first thousand rows end with the first of the three of R2.
    for (let position = 0; position < 995; position += 5)
      await append(store, 'MANY', position, Array(5).fill(cardPosted));
    assert.equal((await store.read('MANY')).events.length, 995);
    assert.equal((await rows()).filter(({ rowKey }) => rowKey.startsWith('e:'))[999]?.rowKey, 'e:R2:000000');
    const found = await verified();
    assert(found.ok && found.count === 1002, JSON.stringify(found));
  });

  async function audit(...args: string[]) {
    let said = '';
    const hear = (text: string) => {
      said += text;
      return true;
    };
    const code = await runAudit(args, access, { write: async (text) => hear(text), complain: hear });
    return { code, said };
  }

  it('with a row that somebody else wrote under its keys is not said to lack a record', async () => {
    await account.table.createEntity({ partitionKey: 'trail', rowKey: 'e:FOREIGN:000000', note: 'hello' });
    const { code, said } = await audit('verify');
    assert.equal(code, 1);
    assert.match(said, /^The trail is damaged: something that is no record stands among the records/);
  });

  it('is exported no further than somebody reads', async () => {
    const lines: string[] = [];
    const write = async (line: string) => lines.push(line) < 2;
    assert.equal(await runAudit(['export'], access, { write, complain: assert.fail }), 0);
    assert.equal(lines.length, 2);
  });

  it('is checked and exported by the audit command', async () => {
    const { head } = (await openTrail(access())).end();
    assert.deepEqual(await audit('verify'), { code: 0, said: `7 records, unbroken. Head ${head.slice(0, 12)}.\n` });
    assert.equal((await audit('verify', '--witness', head.slice(0, 12))).code, 0);
    assert.match((await audit('verify', '--witness', '0'.repeat(12))).said, /never had the head 0{12}/);
    const lines = (await audit('export')).said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ seq, type }) => `${seq} ${type}`),
      ['1 Requested', '2 Requested', '3 CardPosted', '4 Denied', '5 Requested', '6 ResultPosted', '7 Denied'],
    );
    assert.deepEqual(lines[1].targets, long.targets);
    await remove('e:R1:000001');
    assert.deepEqual(await audit('verify'), {
      code: 1,
      said: 'The trail is damaged at record 3 (request R1): record 3 is missing.\n',
    });
  });
});
