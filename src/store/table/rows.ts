import { createHash } from 'node:crypto';
import { StoreError } from '../damage.ts';
import type { TrailRecord } from '../trail.ts';
import type { Change, NewRow, Row } from './service.ts';

/**
 * Keys of the rows: what a row is shows in its first letter. Of ids only letters, digits and hyphens are kept as they are,
 * so that no id can end a key early, reach into another request's range or break a filter.
 */
export const tailKey = 'tail';
export const readyKey = 'ready';
export const identityKey = 'store';

export interface Range {
  readonly from: string;
  readonly to: string;
}

/** The character after the colon: what begins with `x:` is before `x;`. */
const behind = ';';
const within = (prefix: string): Range => ({ from: `${prefix}:`, to: `${prefix}${behind}` });
/** A key holds 512 characters, and the longest is made of two ids. */
const longestId = 200;
/** No record has this number. */
const beyond = 10 ** 15;

const digits = (value: number, width: number) => String(value).padStart(width, '0');

function keyPart(id: string): string {
  const text = id.replace(/[^0-9A-Za-z-]/g, (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // No encoded text has `_x`: what follows an underscore is a hexadecimal number.
  return text.length <= longestId ? text : `_x${createHash('sha256').update(id, 'utf16le').digest('hex')}`;
}

/** A record by its request: what the bot reads. */
export const eventKey = (requestId: string, position: number) => `e:${keyPart(requestId)}:${digits(position, 6)}`;
export const eventsOf = (requestId: string) => within(`e:${keyPart(requestId)}`);
export const allEvents = within('e');
/** Records of the requests whose ids begin with a code. `~` is behind every character of a key. */
export const eventsBeginning = (code: string): Range => ({ from: `e:${keyPart(code)}`, to: `e:${keyPart(code)}~` });
export const isFirstOfRequest = (rowKey: string) => /^e:[^:]*:0{6}$/.test(rowKey);

/** The same record by its number: what is followed and audited. */
export const numberKey = (seq: number) => `n:${digits(seq, 16)}`;
/** Records behind `after`, up to `last`. */
export function numbered(after: number, last = beyond): Range {
  return { from: numberKey(after + 1), to: last < beyond ? numberKey(last + 1) : `n${behind}` };
}

export const openKey = (place: string, requestId: string) => `o:${keyPart(place)}:${keyPart(requestId)}`;
export const openOnes = (place?: string) => within(place === undefined ? 'o' : `o:${keyPart(place)}`);

/** The time is written as it is, because its order is the order of the rows. */
export function approvalKey(requesterId: string, at: string, requestId: string, position: number): string {
  return `a:${keyPart(requesterId)}:${timePart(at)}:${keyPart(requestId)}:${digits(position, 6)}`;
}

export function approvalsSince(requesterId: string, since: string): Range {
  const { to } = within(`a:${keyPart(requesterId)}`);
  return { from: `a:${keyPart(requesterId)}:${timePart(since)}`, to };
}

function timePart(at: string): string {
  if (!/^[\dTZ:.+-]{1,40}$/.test(at)) throw new Error('a time that is not ISO 8601');
  return at;
}

const newestFirst = (accountId: string, seq: number) => `h:${keyPart(accountId)}:${digits(beyond - seq, 16)}:`;

/** Which request is about the account, by the number of its first record, the newest first. */
export function aboutKey(accountId: string, seq: number, requestId: string): string {
  return newestFirst(accountId, seq) + keyPart(requestId);
}

/** Requests about an account whose number is below `before`. */
export function aboutRange(accountId: string, before: number | undefined): Range {
  const { from, to } = within(`h:${keyPart(accountId)}`);
  return { from: before === undefined ? from : newestFirst(accountId, Math.min(Math.max(before, 1), beyond) - 1), to };
}

/**
 * Limits of the service: 64 KiB a property and 1 MiB a row, counted in UTF-16; 100 changes and 4 MiB a transaction,
 * counted in UTF-8. A row is kept below 1 MiB in either.
 */
const longestText = 30_000;
const mostOfARow = 1_000_000;
const mostOfATransaction = 4 * 1024 * 1024;
export const mostChanges = 100;
/** What a change costs beside its row: the request it is wrapped in, with the row's key in its address. */
const wrapping = 1500;

export interface NewEvent {
  readonly record: TrailRecord;
  /** A random mark of the append that writes it. */
  readonly append: string;
  /** The last event of that append. */
  readonly last: boolean;
}

/** An event put together from its rows. */
export interface ReadEvent extends NewEvent {
  /** Nothing of it is missing, and it stands where its key says. */
  readonly whole: boolean;
}

/** The rows of one event, under its request and, the same again, under its number. */
export function toRows(event: NewEvent): readonly NewRow[] {
  const { requestId, position, seq } = event.record;
  return [eventKey(requestId, position), numberKey(seq)].flatMap((key) => rowsUnder(key, event));
}

/** The first with all there is to know, and as many as it takes for the rest of a long body. */
function rowsUnder(key: string, { record, append, last }: NewEvent): readonly NewRow[] {
  const { requestId: request, position, seq, hash, link } = record;
  const [body, ...more] = intoRows(record.body);
  const parts = more.length;
  const first: NewRow = { rowKey: key, request, position, seq: BigInt(seq), hash, link, append, last, parts, ...body };
  return [first, ...more.map((rest, index) => ({ rowKey: partKey(key, index + 1), append, ...rest }))];
}

const partKey = (key: string, part: number) => `${key}:${digits(part, 2)}`;

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
      // The first row has the other properties too; 8 KiB hold a request id of any length allowed.
      left = mostOfARow - (rows.length === 1 ? 8192 : 1024);
    }
    const row = rows.at(-1) as Record<string, string>;
    row[`body${digits(Object.keys(row).length, 2)}`] = piece;
    left -= size;
    at = end;
  }
  return rows;
}

const isFirstHalf = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

/** @throws StoreError when the service would refuse the transaction for its size; nothing is written then */
export function refuseTooLarge(requestId: string, changes: readonly Change[]): void {
  const size = changes.reduce((sum, [, row]) => {
    const json = JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    return sum + Buffer.byteLength(json) + wrapping;
  }, wrapping);
  if (changes.length <= mostChanges && size <= mostOfATransaction) return;
  throw new StoreError(
    `the record of request ${requestId} is too large for the store (${size} bytes, ${changes.length} rows)`,
  );
}

/** Puts rows, page by page in the order of their keys, together to events. A row that belongs to none makes one that is not whole. */
export async function* eventsIn(pages: AsyncIterable<readonly Row[]>): AsyncGenerator<ReadEvent> {
  let rows: Row[] = [];
  for await (const page of pages) {
    for (const row of page) {
      const [first] = rows;
      if (first && mainKey(row) !== mainKey(first)) {
        yield toEvent(mainKey(first), rows);
        rows = [];
      }
      rows.push(row);
    }
  }
  const [first] = rows;
  if (first) yield toEvent(mainKey(first), rows);
}

const mainKey = ({ rowKey }: Row) => /^(e:[^:]*:\d{6}|n:\d{16}):\d\d$/.exec(rowKey)?.[1] ?? rowKey;

function toEvent(key: string, rows: readonly Row[]): ReadEvent {
  const first = rows[0]?.rowKey === key ? rows[0] : undefined;
  const more = rows.slice(first ? 1 : 0);
  const requestId = textOf(first?.request);
  const position = Number(first?.position ?? Number.NaN);
  const seq = Number(first?.seq ?? Number.NaN);
  const inPlace = key === eventKey(requestId, position) || key === numberKey(seq);
  const complete = first?.parts === more.length && more.every((row, index) => row.rowKey === partKey(key, index + 1));
  return {
    record: {
      seq,
      requestId,
      // Who checks the trail sees by it that this is not the record that was written here.
      position: inPlace ? position : -1,
      body: rows.map(bodyOf).join(''),
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
