import type { NewRow, Row } from './table/service.ts';
import { eventKey, indexKey, indexRange, isEventKey, keyBehind, mostPositions } from './table-keys.ts';

/**
 * Where the records stand by their number: one row for each append, written with it. Versions before this one write none,
 * so it may lack appends. It is for finding things only; the records themselves say whether they were found.
 */
interface Append {
  /** Of its first record. */
  readonly seq: number;
  readonly requestId: string;
  readonly position: number;
  readonly count: number;
}

/** Records of a request that stand one behind the other, without one between that is not meant. */
export interface Run {
  /** Of the first. */
  readonly seq: number;
  /** Keys of the first and the last. */
  readonly first: string;
  readonly last: string;
}

/** No transaction has room for more. */
const mostOfAnAppend = 100;

export const indexProperties = ['request', 'position', 'count'] as const;

export function toIndexRow({ seq, requestId, position, count }: Append): NewRow {
  return { rowKey: indexKey(seq), request: requestId, position, count };
}

/** Where those are that began earlier, and may go on to this record. */
export function beganBefore(seq: number) {
  return indexRange(Math.max(1, seq - mostOfAnAppend), seq - 1);
}

/** Of the appends in rows of the index, the records behind `seq` up to `last`. What is no such row says nothing. */
export function runsOfIndex(rows: readonly Row[], seq: number, last: number): readonly Run[] {
  const runs = rows.flatMap((row) => {
    const append = toAppend(row);
    if (!append) return [];
    const from = Math.max(append.seq, seq + 1);
    const to = Math.min(append.seq + append.count - 1, last);
    const keyOf = (number: number) => eventKey(append.requestId, append.position + number - append.seq);
    return from > to ? [] : [{ seq: from, first: keyOf(from), last: keyOf(to) }];
  });
  return joined(runs);
}

function toAppend({ rowKey, request, position, count }: Row): Append | null {
  const seq = Number(rowKey.slice(2));
  const isOurs =
    Number.isSafeInteger(seq) &&
    rowKey === indexKey(seq) &&
    typeof request === 'string' &&
    isWithin(position, 0, mostPositions - mostOfAnAppend) &&
    isWithin(count, 1, mostOfAnAppend);
  return isOurs ? { seq, requestId: request, position, count } : null;
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

/** The same of single records: their keys by their numbers. */
export function runsOfKeys(keys: ReadonlyMap<number, string>, seqs: readonly number[]): readonly Run[] {
  const runs = seqs.flatMap((seq) => {
    const key = keys.get(seq);
    return key !== undefined && isEventKey(key) ? [{ seq, first: key, last: key }] : [];
  });
  return joined(runs);
}

/** What goes on in the same request is read with what came before, whatever was written elsewhere in between. */
function joined(runs: readonly Run[]): readonly Run[] {
  const all: Run[] = [];
  /** Where the run stands that goes on with that key. */
  const goingOn = new Map<string, number>();
  for (const run of runs) {
    const at = goingOn.get(run.first) ?? all.length;
    goingOn.delete(run.first);
    all[at] = { ...(all[at] ?? run), last: run.last };
    goingOn.set(keyBehind(run.last), at);
  }
  return all;
}
