import { StoreError, TrailDamaged } from './damage.ts';
import type { Identity } from './identity.ts';
import { type Deadline, repeated, type Times } from './table/calls.ts';
import type { NewRow, Row, TableService } from './table/service.ts';
import { allEvents, behindRecord, eventKey, identityKey, tailKey } from './table-keys.ts';

/** Version of the rows. A table written by a newer version is refused, never guessed at. */
const schemaVersion = 1;

/** Where the chain of the whole store ends. Every append replaces it, so there is no append that it does not know. */
export interface Tail {
  readonly count: number;
  readonly head: string;
  /** From this record on every append wrote which accounts it is about; `null`: the last one did not. */
  readonly about: number | null;
  /** Which store it is the end of; `null`: it does not say. */
  readonly store: string | null;
  /** Key of the last record; `null` before there is one. */
  readonly last: string | null;
  readonly etag: string;
}

export const endMissing = 'the end of the trail is missing; run the audit, and restore from a backup';
const endBehind = 'there are records behind the end of the trail; run the audit, and restore from a backup';

/** @param last the last record's request and position, so that its absence shows */
export function tailRow(
  end: Pick<Tail, 'count' | 'head'> & {
    about: number;
    store: string;
    last: { requestId: string; position: number };
  },
): NewRow {
  const { count, head, about, store, last } = end;
  return {
    rowKey: tailKey,
    version: schemaVersion,
    count: BigInt(count),
    head,
    about: BigInt(about),
    store,
    request: last.requestId,
    position: last.position,
  };
}

/** The first rows of a table. */
export function firstRows({ store, secret }: Identity): readonly NewRow[] {
  return [
    { rowKey: tailKey, version: schemaVersion, count: 0n, head: '', about: 1n, store },
    { rowKey: identityKey, store, secret },
  ];
}

/** @throws StoreError when it is no tail, or a newer version's */
export function toTail(row: Row): Tail {
  const version = Number(row.version);
  if (version > schemaVersion) throw new StoreError(`written by a newer version (schema ${version})`);
  const count = Number(row.count);
  if (version !== schemaVersion || !Number.isSafeInteger(count) || count < 0 || typeof row.head !== 'string') {
    throw new StoreError('the table is not a Session Revoker store, or its row `tail` was changed');
  }
  const about = Number(row.about ?? Number.NaN);
  return {
    count,
    head: row.head,
    about: Number.isSafeInteger(about) ? about : null,
    store: typeof row.store === 'string' ? row.store : null,
    last: count === 0 ? null : eventKey(String(row.request), Number(row.position)),
    etag: row.etag,
  };
}

/** @throws StoreError also when there is none: what would be appended then could not be told from a forgery */
export async function readTail(table: TableService, deadline: Deadline, times: Times): Promise<Tail> {
  const row = await readTailRow(table, deadline, times);
  if (!row) throw new TrailDamaged(endMissing);
  return toTail(row);
}

export function readTailRow(table: TableService, deadline: Deadline, times: Times): Promise<Row | null> {
  return repeated(deadline, times, 'the store cannot be read', (signal) => table.get(tailKey, null, signal));
}

export async function hasEvents(table: TableService, deadline: Deadline, times: Times): Promise<boolean> {
  let next: string | undefined;
  do {
    // The service may answer an empty page and a place to go on from.
    const page = await repeated(deadline, times, 'the store cannot be read', (signal) =>
      table.page({ ...allEvents, properties: ['seq'] }, next, signal),
    );
    if (page.rows.length > 0) return true;
    next = page.next;
  } while (next !== undefined);
  return false;
}

/**
 * Whether the last record that the tail names is there, and none behind it. Another replica may be writing meanwhile.
 * @throws TrailDamaged when it is not so
 */
export async function checkEnd(table: TableService, deadline: Deadline, times: Times): Promise<void> {
  const reading = <T>(call: (signal: AbortSignal) => Promise<T>) =>
    repeated(deadline, times, 'the store cannot be read', call);
  for (;;) {
    const tail = await readTail(table, deadline, times);
    const { count, head, last } = tail;
    const record = last === null ? null : await reading((signal) => table.get(last, ['seq', 'link'], signal));
    if (last !== null && (!record || Number(record.seq) !== count || record.link !== head)) {
      throw new TrailDamaged(endMissing);
    }
    const { rows } = await reading((signal) =>
      table.page({ ...behindRecord(count), properties: ['request'], most: 1 }, undefined, signal),
    );
    if (rows.length === 0) return;
    if ((await readTail(table, deadline, times)).etag === tail.etag) throw new TrailDamaged(endBehind);
  }
}
