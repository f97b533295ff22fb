import type { Trail, TrailRecord } from '../../app/ports.ts';
import { StoreError } from '../damage.ts';
import { allEvents } from '../table-keys.ts';
import { hasEvents, readTailRow, toTail } from '../table-tail.ts';
import { deadlineIn, repeated, type Times } from './calls.ts';
import { toEvents } from './rows.ts';
import type { Row, TableService } from './service.ts';

/** For each page; nobody waits for the audit. */
const times: Times = { callMs: 60_000, tryMs: 30_000 };

/**
 * Opens the table for reading the whole trail, as it was at this moment; the bot may go on writing. The rows come in the
 * order of their keys, so all of them are held in memory to be put in the order of writing.
 * @throws StoreError when there is no table, or nothing in it
 */
export async function openTableTrail(table: TableService): Promise<Trail> {
  const tailNow = async () => {
    const row = await readTailRow(table, deadlineIn(times.callMs), times);
    return row ? toTail(row) : null;
  };
  const tail = await tailNow();
  if (!tail && !(await hasEvents(table, deadlineIn(times.callMs), times))) {
    throw new StoreError(`there is no store in ${table.name}`);
  }
  const end = { count: tail?.count ?? 0, head: tail?.head ?? '' };
  return {
    async *records() {
      const records = await readAll(table);
      const later = (await tailNow())?.count ?? 0;
      // What was written meanwhile is for the next time, and may not be complete here. What nobody wrote is not left out.
      const shown = records.filter(({ seq }) => !(seq > end.count && seq <= later));
      yield* shown.toSorted((one, other) => order(one) - order(other));
    },
    end: () => end,
    close() {},
  };
}

/** A record whose number is none comes first, where it is found. */
const order = ({ seq }: TrailRecord) => (Number.isNaN(seq) ? 0 : seq);

async function readAll(table: TableService): Promise<readonly TrailRecord[]> {
  const records: TrailRecord[] = [];
  let rows: Row[] = [];
  let next: string | undefined;
  do {
    const page = await repeated(deadlineIn(times.callMs), times, 'the trail cannot be read', (signal) =>
      table.page({ ...allEvents, properties: null }, next, signal),
    );
    rows.push(...page.rows);
    next = page.next;
    // The last event of a page may go on in the next.
    const from = next === undefined ? rows.length : lastEventIn(rows);
    records.push(...toEvents(rows.slice(0, from)).map(({ record }) => record));
    rows = rows.slice(from);
  } while (next !== undefined);
  return records;
}

/** Where the rows of the last event begin. */
function lastEventIn(rows: readonly Row[]): number {
  const keyOf = (row: Row | undefined) => row?.rowKey.split(':').slice(0, 3).join(':');
  const last = keyOf(rows.at(-1));
  let from = rows.length;
  while (from > 0 && keyOf(rows[from - 1]) === last) from -= 1;
  return from;
}
