import type { TrailRecord } from '../app/ports.ts';
import { type FollowedTrail, mostAtOnce, mostText } from './followed-trail.ts';
import { deadlineIn, repeated, type Times } from './table/calls.ts';
import { toEvents } from './table/rows.ts';
import type { Row, TableService } from './table/service.ts';
import { allEvents, eventsFromTo, indexRange } from './table-keys.ts';
import { beganBefore, indexProperties, type Run, runsOfIndex, runsOfKeys } from './table-places.ts';
import { readTail } from './table-tail.ts';

const usual: Times = { callMs: 60_000, tryMs: 30_000 };
/** Reads under way at the same time. */
const mostReads = 4;
/** Keys kept of what was looked for, some 100 bytes each. */
const mostKeys = 20_000;

/**
 * The rows are not kept in the order of writing. The index says where to read; what it lacks, or says wrongly, is looked
 * for: the service goes through all records then, and answers the keys of those alone. Only what is whole and has its
 * number is given, and nothing behind what is missing.
 */
export function followTable(table: TableService, times: Times = usual): FollowedTrail {
  /** By number. A record stays where it is. */
  let sought: ReadonlyMap<number, string> = new Map();

  const rowsOf = async (range: Parameters<TableService['page']>[0]) => {
    const rows: Row[] = [];
    let next: string | undefined;
    do {
      const page = await repeated(deadlineIn(times.callMs), times, 'the trail cannot be read', (signal) =>
        table.page(range, next, signal),
      );
      rows.push(...page.rows);
      next = page.next;
    } while (next !== undefined);
    return rows;
  };

  async function indexed(seq: number, last: number): Promise<readonly Run[]> {
    const rows = await rowsOf({ ...indexRange(seq + 1, last), properties: indexProperties });
    const runs = runsOfIndex(rows, seq, last);
    if (runs[0]?.seq === seq + 1) return runs;
    // The sink has the beginning of an append, and goes on inside of it.
    const earlier = await rowsOf({ ...beganBefore(seq + 1), properties: indexProperties });
    return runsOfIndex([...earlier, ...rows], seq, last);
  }

  async function seek(seq: number, last: number) {
    const keys = new Map<number, string>();
    const rows = await rowsOf({ ...allEvents, properties: ['seq'], seqs: { after: seq, last } });
    for (const row of rows) keys.set(Number(row.seq), row.rowKey);
    return keys;
  }

  async function recordsOf({ first, last }: Run): Promise<readonly TrailRecord[]> {
    const rows = await rowsOf({ ...eventsFromTo(first, last), properties: null });
    return toEvents(rows).flatMap(({ whole, record }) => (whole ? [record] : []));
  }

  /** Adds what is there, up to `last` or to where it is enough for once. Answers how far that is. */
  async function take(runs: readonly Run[], last: number, found: Map<number, TrailRecord>): Promise<number> {
    let text = 0;
    for (let at = 0; at < runs.length; at += mostReads) {
      const read = await Promise.all(runs.slice(at, at + mostReads).map(recordsOf));
      for (const record of read.flat()) {
        found.set(record.seq, record);
        text += record.body.length;
      }
      const next = runs[at + mostReads];
      // At least the first, which nobody may take for missing.
      if (text > mostText && next) return Math.max(next.seq - 1, runs[0]?.seq ?? 0);
    }
    return last;
  }

  return {
    async end() {
      const { count, head } = await readTail(table, deadlineIn(times.callMs), times);
      return { count, head };
    },
    async after(seq, last) {
      const found = new Map<number, TrailRecord>();
      const most = Math.min(last, seq + mostAtOnce);
      const reached = await take(await indexed(seq, most), most, found);
      const lacking = numbers(seq + 1, reached).filter((number) => !found.has(number));
      const [first] = lacking;
      if (first !== undefined) {
        let keys = sought;
        if (!lacking.every((number) => keys.has(number))) {
          keys = await seek(first - 1, Math.min(last, first - 1 + mostKeys));
          sought = keys;
        }
        await take(runsOfKeys(keys, lacking), reached, found);
        // Whoever repairs the table need not start the process anew.
        if (!lacking.every((number) => found.has(number))) sought = new Map();
      }
      const records: TrailRecord[] = [];
      for (const number of numbers(seq + 1, reached)) {
        const record = found.get(number);
        if (!record) break;
        records.push(record);
      }
      return records;
    },
    close() {},
  };
}

const numbers = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
