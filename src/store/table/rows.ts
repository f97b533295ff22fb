import type { TrailRecord } from '../../app/ports.ts';
import type { EventRecord } from '../codec.ts';
import { StoreError } from '../damage.ts';
import { eventKey, mostPositions, partKey } from '../table-keys.ts';
import type { Change, NewRow, Row } from './service.ts';

/**
 * Limits of the service: 64 KiB a property and 1 MiB a row, counted in UTF-16; 100 changes and 4 MiB a transaction,
 * counted in UTF-8. A row is kept below 1 MiB in either.
 */
const longestText = 30_000;
const mostOfARow = 1_000_000;
const mostOfATransaction = 4 * 1024 * 1024;
const mostChanges = 100;
/** What a change costs beside its row: the request it is wrapped in, with the row's key in its address. */
const wrapping = 1500;
const longestRequestId = 1000;

/** An event's own row, put together with the rows that go on with its body. */
export interface ReadEvent {
  readonly record: TrailRecord;
  /** Which append wrote it. */
  readonly append: string;
  /** The last event of that append. */
  readonly last: boolean;
  /** Nothing of it is missing, and it stands where its key says. */
  readonly whole: boolean;
}

/** The rows of one event: the first with all there is to know, and as many as it takes for the rest of a long body. */
export function toRows(event: {
  readonly requestId: string;
  readonly position: number;
  readonly seq: number;
  readonly record: EventRecord;
  readonly append: string;
  readonly last: boolean;
  readonly place: string | null;
}): readonly NewRow[] {
  const { requestId, position, seq, record, append, last, place } = event;
  if (position >= mostPositions) throw new StoreError(`request ${requestId} has too many events`);
  if (requestId.length > longestRequestId) throw new StoreError('a request id that is too long');
  const bodies = intoRows(record.body);
  const key = eventKey(requestId, position);
  const { hash, link } = record;
  const first: NewRow = {
    rowKey: key,
    request: requestId,
    seq: BigInt(seq),
    hash,
    link,
    append,
    last,
    parts: bodies.length - 1,
    ...(place === null ? {} : { place }),
    ...bodies[0],
  };
  return [first, ...bodies.slice(1).map((body, index) => ({ rowKey: partKey(key, index + 1), append, ...body }))];
}

/** The text in properties, and those in as many rows as they need. */
function intoRows(text: string): readonly Readonly<Record<string, string>>[] {
  const rows: Record<string, string>[] = [];
  let left = 0;
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + longestText, text.length);
    // A character of two halves stays whole: half of one cannot be stored.
    if (end < text.length && isFirstHalf(text.charCodeAt(end - 1))) end -= 1;
    const piece = text.slice(at, end);
    const size = Math.max(2 * piece.length, Buffer.byteLength(JSON.stringify(piece))) + 100;
    if (left < size) {
      rows.push({});
      // The first row has the other properties too; 8 KiB hold a request id and a place of any length allowed.
      left = mostOfARow - (rows.length === 1 ? 8192 : 1024);
    }
    const row = rows.at(-1) as Record<string, string>;
    row[`body${String(Object.keys(row).length).padStart(2, '0')}`] = piece;
    left -= size;
    at = end;
  }
  return rows;
}

const isFirstHalf = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

/** Whether the service takes so much in one transaction. */
export function fits(changes: readonly Change[]): boolean {
  return changes.length <= mostChanges && sizeOf(changes) <= mostOfATransaction;
}

/** @throws StoreError when the service would refuse the transaction for its size; nothing is written then */
export function refuseTooLarge(requestId: string, changes: readonly Change[]): void {
  if (fits(changes)) return;
  throw new StoreError(
    `the record of request ${requestId} is too large for the store (${sizeOf(changes)} bytes, ${changes.length} rows)`,
  );
}

function sizeOf(changes: readonly Change[]): number {
  return changes.reduce((sum, change) => {
    const row = change.kind === 'remove' ? {} : change.row;
    const json = JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    return sum + Buffer.byteLength(json) + wrapping;
  }, wrapping);
}

/** Puts rows, in the order of their keys, together to events. A row that belongs to none makes one that is not whole. */
export function toEvents(rows: readonly Row[]): readonly ReadEvent[] {
  const groups = new Map<string, { first: Row | null; more: Row[] }>();
  for (const row of rows) {
    const key = /^(e:[^:]*:\d{6})(?::\d\d)?$/.exec(row.rowKey)?.[1] ?? row.rowKey;
    const group = groups.get(key) ?? { first: null, more: [] };
    if (row.rowKey === key) group.first = row;
    else group.more.push(row);
    groups.set(key, group);
  }
  return [...groups].map(([key, { first, more }]) => toEvent(key, first, more));
}

function toEvent(key: string, first: Row | null, more: readonly Row[]): ReadEvent {
  const requestId = textOf(first?.request);
  const position = Number(/:(\d{6})$/.exec(key)?.[1] ?? Number.NaN);
  const inPlace = first !== null && eventKey(requestId, position) === key;
  const complete =
    Number(first?.parts ?? 0) === more.length && more.every(({ rowKey }, index) => rowKey === partKey(key, index + 1));
  return {
    record: {
      seq: Number(first?.seq ?? Number.NaN),
      requestId,
      // Who checks the trail sees by it that this is not the record that was written here.
      position: inPlace ? position : -1,
      body: [first, ...more].map((row) => (row ? bodyOf(row) : '')).join(''),
      hash: textOf(first?.hash),
      link: textOf(first?.link),
    },
    append: textOf(first?.append),
    last: first?.last === true,
    whole: inPlace && complete,
  };
}

function bodyOf(row: Row): string {
  return Object.keys(row)
    .filter((name) => name.startsWith('body'))
    .toSorted()
    .map((name) => textOf(row[name]))
    .join('');
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
