import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { RequestStore } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { hashOf, linkOf } from '../../src/store/codec.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { openSqliteTrail } from '../../src/store/sqlite/trail.ts';
import type { Trail, TrailRecord } from '../../src/store/trail.ts';
import { verifyTrail } from '../../src/store/verify.ts';
import { append } from '../support/append.ts';
import { runs } from '../support/chance.ts';
import { channel, megan, requested, start } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const more: readonly RequestEvent[] = [
  { type: 'CardPosted', cardId: 'card', ...envelope },
  { type: 'Denied', by: megan, ...envelope },
  { type: 'ResultPosted', ...envelope },
];

interface Written {
  readonly records: readonly TrailRecord[];
  readonly end: ReturnType<Trail['end']>;
}

function asTrail({ records, end }: Written): Trail {
  return { records: () => records, end: () => end, close() {} };
}

/** Seven requests whose events were written in turns. */
async function write(path: string): Promise<Written> {
  const store: RequestStore = openSqliteStore(path);
  const ids = Array.from({ length: 7 }, (_, index) => `R${index}`);
  for (const id of ids) await append(store, id, 0, [requested({ reason: id })]);
  for (const [index, event] of more.entries()) for (const id of ids) await append(store, id, index + 1, [event]);
  await store.close();
  const trail = openSqliteTrail(path);
  const records: TrailRecord[] = [];
  for await (const record of trail.records()) records.push({ ...record });
  const written = { records, end: { ...trail.end() } };
  trail.close();
  return written;
}

describe('verifying the trail', () => {
  let directory: string;
  let written: Written;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'session-revoker-'));
    written = await write(join(directory, 'store.db'));
  });
  after(() => rmSync(directory, { recursive: true }));

  it('finds nothing wrong with a trail as it was written', async () => {
    const { head } = written.end;
    assert.deepEqual(await verifyTrail(asTrail(written)), { ok: true, count: 28, head, missingWitnesses: [] });
  });

  it('finds nothing wrong with an empty one', async () => {
    const empty = { records: [], end: { count: 0, head: '' } };
    assert.deepEqual(await verifyTrail(asTrail(empty)), { ok: true, count: 0, head: '', missingWitnesses: [] });
  });

  it('can be read while the bot has the store open', async () => {
    const path = join(directory, 'open.db');
    const store = openSqliteStore(path);
    await append(store, 'R1', 0, [requested()]);
    const trail = openSqliteTrail(path);
    assert.equal((await verifyTrail(trail)).ok, true);
    await append(store, 'R1', 1, [...more]);
    trail.close();
    await store.close();
  });

  it('finds every edit, deletion, insertion, reordering and truncation: 10,000 random ones', async () => {
    const count = written.records.length;
    const index = fc.nat(count - 1);
    const fields = fc.constantFrom('seq', 'requestId', 'position', 'body', 'hash', 'link' as const);
    const tamperings = fc.oneof(
      fc.record({
        kind: fc.constant('edit' as const),
        index,
        field: fields,
        at: fc.nat(),
        by: fc.integer({ min: 1, max: 93 }),
      }),
      fc.record({ kind: fc.constant('delete' as const), index }),
      fc.record({ kind: fc.constant('insert' as const), index, from: index }),
      fc.record({ kind: fc.constant('swap' as const), index, from: index }).filter((swap) => swap.index !== swap.from),
      fc.record({ kind: fc.constant('truncate' as const), index }),
      fc.record({ kind: fc.constant('removeRequest' as const), index }),
    );
    type Tampering = typeof tamperings extends fc.Arbitrary<infer T> ? T : never;
    await fc.assert(
      fc.asyncProperty(tamperings, fc.boolean(), async (tampering: Tampering, renumber) => {
        const records = tamper([...written.records], tampering);
        const shown =
          renumber && tampering.kind !== 'edit' ? records.map((record, at) => ({ ...record, seq: at + 1 })) : records;
        const verified = await verifyTrail(asTrail({ records: shown, end: written.end }));
        assert.equal(verified.ok, false, JSON.stringify(tampering));
      }),
      { numRuns: runs(10_000) },
    );

    function tamper(records: TrailRecord[], tampering: Tampering): TrailRecord[] {
      const record = records[tampering.index] as TrailRecord;
      switch (tampering.kind) {
        case 'edit': {
          const value = record[tampering.field];
          const changed = typeof value === 'number' ? value + tampering.by : shift(value, tampering.at, tampering.by);
          records[tampering.index] = { ...record, [tampering.field]: changed };
          return records;
        }
        case 'delete':
          return records.filter((one) => one !== record);
        case 'insert':
          return records.toSpliced(tampering.from, 0, record);
        case 'swap':
          return records.with(tampering.index, records[tampering.from] as TrailRecord).with(tampering.from, record);
        case 'truncate':
          return records.slice(0, tampering.index);
        case 'removeRequest':
          return records.filter(({ requestId }) => requestId !== record.requestId);
        default:
          return tampering satisfies never;
      }
    }

    /** One character becomes another of the printable ones. */
    function shift(text: string, at: number, by: number): string {
      const place = at % text.length;
      const code = text.charCodeAt(place);
      const other = 32 + ((((code - 32) % 95) + 95 + by) % 95);
      return text.slice(0, place) + String.fromCharCode(other === code ? code + 1 : other) + text.slice(place + 1);
    }
  });

  it('says where: the first record that is not as it was written', async () => {
    const records = written.records.map((record) =>
      record.seq === 9 ? { ...record, body: `${record.body} ` } : record,
    );
    const verified = await verifyTrail(asTrail({ records, end: written.end }));
    assert.deepEqual(verified, { ok: false, seq: 9, requestId: 'R1', why: 'the record was changed' });
  });

  it('finds by a head seen elsewhere that the whole store was written anew', async () => {
    const witness = written.records[20]?.link.slice(0, 12) ?? '';
    let link = '';
    const hashes = new Map<string, string>();
    const records = written.records.map((record) => {
      const body = record.body.replaceAll('Megan', 'Alex');
      const hash = hashOf(hashes.get(record.requestId) ?? '', record.requestId, record.position, body);
      hashes.set(record.requestId, hash);
      link = linkOf(link, hash);
      return { ...record, body, hash, link };
    });
    const forged = asTrail({ records, end: { count: records.length, head: link } });
    const verified = await verifyTrail(forged, [witness]);
    assert(verified.ok);
    assert.deepEqual(verified.missingWitnesses, [witness]);
    const honest = await verifyTrail(asTrail(written), [witness.toUpperCase()]);
    assert(honest.ok && honest.missingWitnesses.length === 0);
  });
});
