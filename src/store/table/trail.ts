import { hash } from 'node:crypto';
import { StoreError } from '../damage.ts';
import { type FollowedTrail, mostAtOnce, mostText, noRecord, type Trail, type TrailRecord } from '../trail.ts';
import type { Times } from './calls.ts';
import { allEvents, eventsIn, numbered, tailKey } from './rows.ts';
import { createReader, type TableReader, type TableService } from './service.ts';
import { hasRecordsBehind, readTail, toTail } from './tail.ts';

/** For each page; no person waits for the audit or for a copy. */
const patient: Times = { callMs: 60_000, tryMs: 30_000 };
/** Rows in one page, of which each may be of 1 MiB. */
const mostRows = 20;

const readerOf = (table: TableService, times: Times) => createReader(table, times, 'the trail cannot be read');

/** Records come in their order; only what is whole is given, and nothing behind what is missing. */
export function followTable(table: TableService, times: Times = patient): FollowedTrail {
  const reader = readerOf(table, times);
  return {
    async end() {
      const { count, head } = await readTail(reader);
      return { count, head };
    },
    async after(seq, last) {
      const records: TrailRecord[] = [];
      let size = 0;
      const pages = reader.pages({ ...numbered(seq, last), properties: null, most: mostRows });
      for await (const { record, whole } of eventsIn(pages)) {
        if (!whole || record.seq !== seq + records.length + 1) break;
        records.push(record);
        size += record.body.length;
        if (records.length === mostAtOnce || size > mostText) break;
      }
      return records;
    },
    close() {},
  };
}

/**
 * Opens the table for reading the whole trail, as it was at this moment; the bot may go on writing. Each record stands
 * there twice, and is given as it was written only where the two are the same.
 * @throws StoreError when there is no table, or nothing in it
 */
export async function openTableTrail(table: TableService): Promise<Trail> {
  const reader = readerOf(table, patient);
  const row = await reader.get(tailKey, null);
  if (!row && !(await hasRecordsBehind(reader, 0))) throw new StoreError(`there is no store in ${table.name}`);
  const end = row ? toTail(row) : null;
  return {
    records: () => recordsUpTo(reader, end?.count ?? Number.POSITIVE_INFINITY),
    end: () => ({ count: end?.count ?? 0, head: end?.head ?? '' }),
    close() {},
  };
}

/** By their numbers; and what is no record of this trail. Some 100 bytes of each are held in memory. */
async function* recordsUpTo(reader: TableReader, count: number): AsyncGenerator<TrailRecord> {
  let end = count;
  /** What was written meanwhile is for the next time. The end is read after the record, so it knows that one. */
  const isLater = async (seq: number) => {
    if (seq <= count) return false;
    if (seq > end) end = (await readTail(reader)).count;
    return seq <= end;
  };
  const byRequest = new Map<number, string>();
  for await (const { record } of eventsIn(reader.pages({ ...allEvents, properties: null }))) {
    if (!(record.seq > 0) || byRequest.has(record.seq)) yield { ...noRecord, requestId: record.requestId };
    else byRequest.set(record.seq, digestOf(record));
  }
  for await (const { record, whole } of eventsIn(reader.pages({ ...numbered(0), properties: null }))) {
    const { seq } = record;
    const digest = byRequest.get(seq);
    byRequest.delete(seq);
    if (await isLater(seq)) continue;
    // What is missing under its request is left out, so that it is missed.
    if (digest !== undefined) yield digest === digestOf(record) ? record : { ...record, hash: '' };
    else if (!whole || seq > count) yield noRecord;
  }
  for (const seq of byRequest.keys()) if (!(await isLater(seq))) yield noRecord;
}

const digestOf = ({ seq, requestId, position, body, hash: own, link }: TrailRecord) =>
  hash('sha256', JSON.stringify([seq, requestId, position, body, own, link]), 'base64');
