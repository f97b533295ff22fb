import { type Identity, newIdentity } from '../codec.ts';
import { StoreDamaged, StoreError, TrailDamaged } from '../damage.ts';
import { type Deadline, deadlineIn, failureOf, repeated, type Times } from './calls.ts';
import { eventKey, identityKey, numbered, numberKey, tailKey } from './rows.ts';
import { change, createReader, type NewRow, type Row, type TableReader, type TableService } from './service.ts';

/** Version of the rows. A table written by a newer version is refused, never guessed at. */
const schemaVersion = 1;

/** Where the chain of the whole store ends. Every append replaces it, so there is no append that it does not know. */
export interface Tail {
  readonly count: number;
  readonly head: string;
  /** Which store it is the end of. */
  readonly store: string;
  readonly etag: string;
}

const endMissing = 'the end of the trail is missing; run the audit, and restore from a backup';
const endBehind = 'there are records behind the end of the trail; run the audit, and restore from a backup';
const identityMissing = 'the identity of the table is missing; restore from a backup';

export function tailRow({ count, head, store }: Omit<Tail, 'etag'>): NewRow {
  return { rowKey: tailKey, version: schemaVersion, count: BigInt(count), head, store };
}

/** @throws StoreError when it is no tail, or a newer version's */
export function toTail(row: Row): Tail {
  const version = Number(row.version);
  if (version > schemaVersion) throw new StoreError(`written by a newer version (schema ${version})`);
  const count = Number(row.count);
  const { head, store, etag } = row;
  const isTail = version === schemaVersion && Number.isSafeInteger(count) && count >= 0 && typeof head === 'string';
  if (!isTail || typeof store !== 'string') {
    throw new StoreError('the table is not a Session Revoker store, or its row `tail` was changed');
  }
  return { count, head, store, etag };
}

/** @throws StoreDamaged when there is none: what would be appended then could not be told from a forgery */
export async function readTail(reader: TableReader, deadline?: Deadline): Promise<Tail> {
  const row = await reader.get(tailKey, null, deadline);
  if (!row) throw new StoreDamaged(endMissing);
  return toTail(row);
}

/** The service may answer an empty page and a place to go on from. */
export async function hasRecordsBehind(reader: TableReader, seq: number, deadline?: Deadline): Promise<boolean> {
  const pages = reader.pages({ ...numbered(seq), properties: ['request'], most: 1 }, deadline);
  for await (const rows of pages) if (rows.length > 0) return true;
  return false;
}

/**
 * Makes sure that there is a table, that it is ours, and that its trail has its end. What is missing is made, but never
 * in place of something that was there. Creating is not even tried where the table exists, so that an identity that may
 * only read and write its rows is enough.
 * @throws StoreError with a sentence that says what is wrong
 */
export async function openTable(table: TableService, times: Times): Promise<Identity> {
  const deadline = deadlineIn(times);
  const reader = createReader(table, times);
  try {
    const row = await repeated(deadline, 'it cannot be read', (signal) => readOrCreate(table, signal));
    if (!row) await begin(table, reader, deadline);
    const tail = await readTail(reader, deadline);
    const identity = await reader.get(identityKey, null, deadline);
    if (identity?.store !== tail.store || typeof identity.secret !== 'string') throw new TrailDamaged(identityMissing);
    await checkEnd(reader, tail, deadline);
    return { store: tail.store, secret: identity.secret };
  } catch (error) {
    throw new StoreError(`cannot open the store ${table.name}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** The end of the trail, as it is; `null` where there is none, then in a table that is there. */
async function readOrCreate(table: TableService, signal: AbortSignal): Promise<Row | null> {
  try {
    return await table.get(tailKey, ['version'], signal);
  } catch (error) {
    if (failureOf(error).kind !== 'noTable') throw error;
  }
  try {
    await table.create(signal);
    return null;
  } catch (error) {
    if (failureOf(error).kind !== 'forbidden') throw error;
    throw new StoreError('there is no such table, and the identity may not create it');
  }
}

/** The first rows of an empty table. Another replica may be doing the same. */
async function begin(table: TableService, reader: TableReader, deadline: Deadline): Promise<void> {
  const hasRecords = await hasRecordsBehind(reader, 0, deadline);
  // Looked for after the records: the replica that wrote those had it there.
  if (await reader.get(tailKey, null, deadline)) return;
  if (hasRecords) throw new TrailDamaged(endMissing);
  const { store, secret } = newIdentity();
  const changes = [tailRow({ count: 0, head: '', store }), { rowKey: identityKey, store, secret }].map(change.add);
  await repeated(deadline, 'it cannot be written', async (signal) => {
    await table.transact(changes, signal).catch((error: unknown) => {
      if (failureOf(error).kind !== 'exists') throw error;
    });
  });
}

/**
 * Whether the last record is there, under its number and under its request, and none behind it. Another replica may be
 * writing meanwhile.
 * @throws TrailDamaged when it is not so
 */
async function checkEnd(reader: TableReader, from: Tail, deadline: Deadline): Promise<void> {
  for (let tail = from; ; ) {
    const { count, head, etag } = tail;
    if (count > 0) {
      const byNumber = await reader.get(numberKey(count), ['request', 'position', 'link'], deadline);
      const key = eventKey(String(byNumber?.request), Number(byNumber?.position));
      const record = byNumber && (await reader.get(key, ['link'], deadline));
      if (byNumber?.link !== head || record?.link !== head) throw new TrailDamaged(endMissing);
    }
    if (!(await hasRecordsBehind(reader, count, deadline))) return;
    tail = await readTail(reader, deadline);
    if (tail.etag === etag) throw new TrailDamaged(endBehind);
  }
}

/** The end of the trail as far as this process has seen it. */
type End = Pick<Tail, 'count' | 'head'>;

/**
 * Remembers which store was opened and how far its trail went. A table that was put back to an earlier state, or was
 * deleted and made anew, is not the one this process speaks for.
 */
export function createWitness(reader: TableReader, { store }: Pick<Identity, 'store'>) {
  let seen: End = { count: 0, head: '' };
  /** This process has written up to there. */
  const saw = ({ count, head }: End) => {
    if (count > seen.count) seen = { count, head };
  };
  return {
    saw,
    /** The end as it is now. @throws StoreDamaged when it is not one that can have come after what was seen */
    async readTail(deadline: Deadline): Promise<Tail> {
      const { count, head } = seen;
      const [tail, record] = await Promise.all([
        readTail(reader, deadline),
        count === 0 ? { link: '' } : reader.get(numberKey(count), ['link'], deadline),
      ]);
      if (tail.store !== store) throw new StoreDamaged('the table is not the one that was opened');
      if (tail.count < count || (tail.count === count && tail.head !== head)) {
        throw new StoreDamaged(`the trail ends at record ${tail.count}, and this process has seen record ${count}`);
      }
      if (record?.link !== head) {
        throw new StoreDamaged(`record ${count} is not the one that this process has seen`);
      }
      saw(tail);
      return tail;
    },
  };
}

export type Witness = ReturnType<typeof createWitness>;
