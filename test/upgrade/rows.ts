import { DatabaseSync } from 'node:sqlite';
import type { TableClient } from '@azure/data-tables';
import type { EventRecord } from '../../src/store/event-codec.ts';

/** A row of either store as a line of JSON, with nothing added or taken away. 64-bit integers are `{ "int64": "…" }`. */
export type GoldenRow = Readonly<Record<string, unknown>>;

const fromTable = (value: unknown) => (typeof value === 'bigint' ? { int64: String(value) } : value);
const toTable = (value: unknown) =>
  typeof value === 'object' && value !== null && 'int64' in value ? BigInt(String(value.int64)) : value;

/** The schema as it stands in the file, then the rows of each table. */
export function readSqlite(path: string): readonly GoldenRow[] {
  const db = new DatabaseSync(path);
  const schema = db.prepare('SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL').all() as GoldenRow[];
  const version = db.prepare('PRAGMA user_version').get() as GoldenRow;
  const tables = schema.filter(({ type }) => type === 'table').map(({ name }) => String(name));
  const rows = tables.flatMap((table) =>
    db
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => ({ table, ...row })),
  );
  db.close();
  return [version, ...schema.map(({ sql }) => ({ sql })), ...rows];
}

/** @param leftOut tables that an even earlier version did not have */
export function writeSqlite(path: string, rows: readonly GoldenRow[], leftOut = /^$/): void {
  const db = new DatabaseSync(path);
  for (const { user_version, sql, table, ...row } of rows) {
    if (user_version !== undefined) db.exec(`PRAGMA user_version = ${Number(user_version)}`);
    else if (sql !== undefined) {
      if (!leftOut.test(/(?:TABLE|ON) (?:IF NOT EXISTS )?(\w+)/.exec(String(sql))?.[1] ?? '')) db.exec(String(sql));
    } else if (!leftOut.test(String(table))) {
      const names = Object.keys(row);
      const values = Object.values(row) as (string | number)[];
      db.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map(() => '?')})`).run(...values);
    }
  }
  db.close();
}

export async function readTable(table: TableClient): Promise<readonly GoldenRow[]> {
  const rows: GoldenRow[] = [];
  for await (const row of table.listEntities()) {
    const { etag: _etag, timestamp: _timestamp, ...own } = row;
    rows.push(Object.fromEntries(Object.entries(own).map(([name, value]) => [name, fromTable(value)])));
  }
  return rows.filter(({ rowKey }) => rowKey !== 'ready');
}

export async function writeTable(table: TableClient, rows: readonly GoldenRow[]): Promise<void> {
  await table.createTable();
  const entities = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toTable(value)])),
  );
  for (let at = 0; at < entities.length; at += 50) {
    const some = entities.slice(at, at + 50) as { partitionKey: string; rowKey: string }[];
    await table.submitTransaction(some.map((entity) => ['create', entity]));
  }
}

/** The records in the rows of either store, by request, each in its order. */
export function eventsIn(rows: readonly GoldenRow[]): readonly (EventRecord & { requestId: string; seq: number })[] {
  const isEvent = ({ table, rowKey = '' }: GoldenRow) => table === 'events' || /^e:[^:]*:\d{6}$/.test(String(rowKey));
  const records = rows.filter(isEvent).map((row) => {
    const { request, seq, hash, link, body } = row as Record<string, unknown>;
    // Long ones would go on in other properties and rows; none of these is.
    return { requestId: request, seq: Number(toTable(seq)), hash, link, body: body ?? row.body00 };
  });
  const events = records as unknown as (EventRecord & { requestId: string; seq: number })[];
  return events.toSorted((one, other) => one.seq - other.seq);
}
