import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { TrailRecord } from '../app/ports.ts';
import { find, type StoreAccess } from './open-store.ts';
import { checkVersion } from './sqlite-store.ts';
import { deadlineIn, repeated, type Times } from './table-calls.ts';
import { allEvents } from './table-keys.ts';
import { toEvents } from './table-rows.ts';
import type { Row, TableService } from './table-service.ts';
import { readTail } from './table-tail.ts';

/** The trail as it grows, for whoever carries on with it from where they are. Reads only, beside the bot. */
export interface FollowedTrail {
  /** How many records there are, and the last link. */
  end(): Promise<{ readonly count: number; readonly head: string }>;
  /** Records behind `seq` up to `last` at most, in order, some of them: at least one where there is one. */
  after(seq: number, last: number): Promise<readonly TrailRecord[]>;
  close(): void;
}

const mostAtOnce = 100;
const mostText = 1024 * 1024;
const times: Times = { callMs: 60_000, tryMs: 30_000 };

/** @throws when there is no store */
export function followTrail(access: StoreAccess): FollowedTrail {
  const found = find(access);
  return found.kind === 'sqlite' ? followSqlite(found.path) : followTable(found.table);
}

function followSqlite(path: string): FollowedTrail {
  if (!existsSync(path)) throw new Error(`there is no store at ${path}`);
  const db = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  checkVersion(db);
  const end = db.prepare('SELECT count, head FROM trail_end');
  const records = db.prepare(
    'SELECT seq, request AS requestId, position, body, hash, link FROM events WHERE seq > ? AND seq <= ? ORDER BY seq',
  );
  return {
    end: async () => end.get() as { count: number; head: string },
    async after(seq, last) {
      const read: TrailRecord[] = [];
      let size = 0;
      for (const record of records.iterate(seq, Math.min(last, seq + mostAtOnce)) as Iterable<unknown>) {
        read.push({ ...(record as TrailRecord) });
        size += read.at(-1)?.body.length ?? 0;
        if (size > mostText) break;
      }
      return read;
    },
    close: () => db.close(),
  };
}

/** The rows are not kept in the order of writing, so the service looks at all of them, and sends those alone. */
function followTable(table: TableService): FollowedTrail {
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
  return {
    async end() {
      const { count, head } = await readTail(table, deadlineIn(times.callMs), times);
      return { count, head };
    },
    async after(seq, last) {
      const seqs = { after: seq, last: Math.min(last, seq + mostAtOnce) };
      const rows: Row[] = [];
      for (const row of await rowsOf({ ...allEvents, properties: null, seqs })) {
        rows.push(row);
        const key = row.rowKey;
        if (Number(row.parts) > 0) rows.push(...(await rowsOf({ from: `${key}:`, to: `${key};`, properties: null })));
      }
      const records = toEvents(rows).map(({ record }) => record);
      return records.toSorted((one, other) => one.seq - other.seq);
    },
    close() {},
  };
}
