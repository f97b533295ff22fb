import { DatabaseSync } from 'node:sqlite';
import type { TableClient } from '@azure/data-tables';
import { eventVersion, hashOf, linkOf } from '../../src/store/event-codec.ts';

const event = {
  v: eventVersion + 1,
  type: 'Announced',
  at: new Date().toISOString(),
  where: 'anywhere',
  more: ['new'],
};
const body = JSON.stringify(event);

/** Adds a record to a request, as a version to come would, beside the process that runs. */
export function appendNewerToSqlite(path: string, request: string): void {
  const db = new DatabaseSync(path, { timeout: 5000 });
  db.exec('BEGIN IMMEDIATE');
  const end = db.prepare('SELECT count, head FROM trail_end').get() as { count: number; head: string };
  const last = db
    .prepare('SELECT position, hash FROM events WHERE request = ? ORDER BY position DESC LIMIT 1')
    .get(request) as { position: number; hash: string };
  const position = last.position + 1;
  const hash = hashOf(last.hash, request, position, body);
  const link = linkOf(end.head, hash);
  db.prepare('INSERT INTO events (seq, request, position, body, hash, link) VALUES (?, ?, ?, ?, ?, ?)').run(
    end.count + 1,
    request,
    position,
    body,
    hash,
    link,
  );
  db.prepare('UPDATE trail_end SET count = ?, head = ?').run(end.count + 1, link);
  db.exec('COMMIT');
  db.close();
}

export async function appendNewerToTable(table: TableClient, request: string): Promise<void> {
  const key = (position: number) => `e:${request}:${String(position).padStart(6, '0')}`;
  const filter = `PartitionKey eq 'trail' and RowKey ge '${key(0)}' and RowKey le '${key(999_999)}'`;
  let [position, before] = [0, ''];
  for await (const row of table.listEntities({ queryOptions: { filter } })) {
    position += 1;
    before = String(row.hash);
  }
  const tail = await table.getEntity('trail', 'tail');
  const hash = hashOf(before, request, position, body);
  const link = linkOf(String(tail.head), hash);
  const seq = BigInt(String(tail.count)) + 1n;
  const { etag, timestamp: _timestamp, ...rest } = tail;
  const at = { partitionKey: 'trail', rowKey: key(position) };
  await table.submitTransaction([
    [
      'update',
      { ...rest, partitionKey: 'trail', rowKey: 'tail', count: seq, head: link, request, position },
      'Replace',
      { etag },
    ],
    ['create', { ...at, request, seq, hash, link, append: 'newer', last: true, parts: 0, body00: body }],
  ]);
}
