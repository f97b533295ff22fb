import assert from 'node:assert/strict';
import type { RequestEvent } from '../../../src/domain/request.ts';
import { runAudit } from '../../../src/store/audit.ts';
import { openStore, openTrail } from '../../../src/store/open.ts';
import { connectTable, type Row, type TableService } from '../../../src/store/table/service.ts';
import { openTableTrail } from '../../../src/store/table/trail.ts';
import type { TrailRecord } from '../../../src/store/trail.ts';
import { verifyTrail } from '../../../src/store/verify.ts';
import { append } from '../../support/append.ts';
import { type Account, type Azurite, startAzurite } from '../../support/azurite.ts';
import { channel, megan, requested, start, target } from '../../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const cardPosted: RequestEvent = { type: 'CardPosted', cardId: 'card', ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const told: RequestEvent = { type: 'ResultPosted', ...envelope };

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

/** A table that holds these rows, as they were read. */
function tableOf(rows: ReadonlyMap<string, Row>): TableService {
  const readOnly = () => assert.fail('nothing writes here');
  return {
    name: 'rows',
    create: readOnly,
    transact: readOnly,
    get: async (rowKey) => rows.get(rowKey) ?? null,
    async page({ from, to }) {
      const keys = [...rows.keys()].filter((key) => key >= from && key < to).toSorted();
      return { rows: keys.flatMap((key) => rows.get(key) ?? []), next: undefined };
    },
  };
}

describe('the trail of a table store', () => {
  let azurite: Azurite;
  let account: Account;

  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());

  const access = () => ({ url: account.connectionString, credential: null });

  async function write() {
    account = azurite.account();
    const store = await openStore(access());
    await append(store, 'R1', 0, [requested()]);
    await append(store, 'R2', 0, [long]);
    await append(store, 'R1', 1, [cardPosted, denied]);
    await append(store, 'R3', 0, [requested({ reason: 'another' })]);
    await append(store, 'R1', 3, [told]);
    await append(store, 'R3', 1, [denied]);
    await store.close();
  }

  const verified = async () => verifyTrail(await openTrail(access()));

  /** All rows, as the store reads them. */
  async function readRows(): Promise<ReadonlyMap<string, Row>> {
    const everything = { from: '', to: '\uffff', properties: null };
    const rows = new Map<string, Row>();
    let next: string | undefined;
    do {
      const page = await connectTable(account.endpoint, account).page(everything, next, AbortSignal.timeout(60_000));
      for (const row of page.rows) rows.set(row.rowKey, row);
      next = page.next;
    } while (next !== undefined);
    return rows;
  }

  describe('that was tampered with', () => {
    let asWritten: ReadonlyMap<string, Row>;
    let rows: Map<string, Row>;
    before(async () => {
      await write();
      asWritten = await readRows();
    });
    beforeEach(() => {
      keysOf = (key) => [key];
      rows = new Map(asWritten);
    });

    const verified = async () => verifyTrail(await openTableTrail(tableOf(rows)));
    const row = (key: string) => rows.get(key) ?? assert.fail(key);
    /** Under which keys a row is tampered with, of those under which it stands. */
    let keysOf = (key: string): readonly string[] => [key];
    const put = (one: Readonly<Record<string, unknown>> & { readonly rowKey: string }) => {
      for (const rowKey of keysOf(one.rowKey)) rows.set(rowKey, { etag: '', ...one, rowKey });
    };
    const change = (key: string, more: object) => put({ ...row(key), ...more });
    const remove = (key: string) => {
      for (const one of keysOf(key)) assert(rows.delete(one), one);
    };

    it('is whole before', async () => {
      assert.equal((await verified()).ok, true);
    });

    const tamperings: readonly (readonly [string, () => void])[] = [
      [
        'a name is edited',
        () => change('e:R1:000000', { body00: String(row('e:R1:000000').body00).replace('User 1', 'User 2') }),
      ],
      [
        'one letter of a long record is edited',
        () => change('e:R2:000000:02', { body00: `${row('e:R2:000000:02').body00} ` }),
      ],
      ['a record is emptied', () => change('e:R1:000001', { body00: '' })],
      ['text is added to a record as another property', () => change('e:R1:000001', { body01: ' ' })],
      ['a hash is edited', () => change('e:R1:000001', { hash: '0'.repeat(64) })],
      ['a link is edited', () => change('e:R1:000001', { link: '0'.repeat(64) })],
      ['a number is edited', () => change('e:R1:000001', { seq: 4n })],
      ['a number is none', () => change('e:R1:000001', { seq: 'x' })],
      ['a number is far behind the end', () => change('e:R3:000001', { seq: 900n })],
      ['a record is another request’s', () => change('e:R1:000001', { request: 'R2' })],
      ['a record is deleted', () => remove('e:R1:000001')],
      ['the first record is deleted', () => remove('e:R1:000000')],
      ['the last record is deleted', () => remove('e:R3:000001')],
      ['a part of a long record is deleted', () => remove('e:R2:000000:01')],
      ['the first part of a long record is deleted', () => remove('e:R2:000000')],
      ['a request is deleted', () => ['e:R3:000000', 'e:R3:000001'].forEach(remove)],
      ['all records are deleted', () => [...rows.keys()].filter((key) => key.startsWith('e:')).forEach(remove)],
      ['a record is there twice', () => put({ ...row('e:R1:000003'), rowKey: 'e:R1:000004' })],
      ['a record is in another request, too', () => put({ ...row('e:R1:000003'), rowKey: 'e:R4:000000' })],
      ['a record goes on', () => put({ rowKey: 'e:R1:000003:01', body00: 'more' })],
      ['a row belongs to no record', () => put({ rowKey: 'e:R9:000003:01', body00: 'more' })],
      ['a row is like no other', () => put({ rowKey: 'e:odd' })],
      [
        'a record is added with a number of its own',
        () => put({ ...row('e:R3:000001'), rowKey: 'e:R3:000002', seq: 8n }),
      ],
      [
        'a record is kept where it is not looked for',
        () => {
          const first = row('e:R3:000000');
          remove(first.rowKey);
          put({ ...first, rowKey: 'e:R9:000000' });
        },
      ],
      [
        'two records change places',
        () => {
          const [one, other] = [row('e:R1:000001'), row('e:R1:000002')];
          put({ ...one, rowKey: other.rowKey });
          put({ ...other, rowKey: one.rowKey });
        },
      ],
      [
        'the end is moved back',
        () => {
          const last = row('e:R1:000003');
          remove('e:R3:000001');
          change('tail', { count: 5n, head: last.link });
        },
      ],
      ['the count is edited', () => change('tail', { count: 8n })],
      ['the count is 0', () => change('tail', { count: 0n })],
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
          tamper();
          const found = await verified();
          assert.equal(found.ok, false, JSON.stringify(found));
        });
      }
    }

    it('is found damaged by its chain when a record is edited in both places', async () => {
      const { hash, link } = row('e:R1:000001');
      keysOf = (key) => [key, byNumber(key)];
      change('e:R1:000001', { hash: String(link), link: String(hash) });
      assert.equal((await verified()).ok, false);
    });

    it('says where: the first record that is not as it was written', async () => {
      change('e:R1:000002', { body00: '{}' });
      assert.deepEqual(await verified(), { ok: false, seq: 4, requestId: 'R1', why: 'the record was changed' });
    });
  });

  describe('that the service keeps', () => {
    beforeEach(write);

    it('has nothing wrong with it as it was written, and its records in the order of writing', async () => {
      const found = await verified();
      assert(found.ok && found.count === 7, JSON.stringify(found));
      const records: TrailRecord[] = [];
      for await (const record of (await openTrail(access())).records()) records.push(record);
      assert.deepEqual(
        records.map(({ seq, requestId, position }) => `${seq} ${requestId} ${position}`),
        ['1 R1 0', '2 R2 0', '3 R1 1', '4 R1 2', '5 R3 0', '6 R1 3', '7 R3 1'],
      );
      const kept = [...(await readRows()).keys()].filter((key) => key.startsWith('e:R2:000000'));
      assert.equal(kept.length, 3);
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
      assert.equal([...(await readRows()).keys()].filter((key) => key.startsWith('e:'))[999], 'e:R2:000000');
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
      await account.table.deleteEntity('trail', 'e:R1:000001');
      assert.deepEqual(await audit('verify'), {
        code: 1,
        said: 'The trail is damaged at record 3 (request R1): record 3 is missing.\n',
      });
    });
  });
});
