import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Trail, TrailRecord } from '../../app/ports.ts';
import { checkVersion } from './open.ts';

/** Opens the embedded store for reading the whole trail, as it was at this moment; the bot may go on writing. */
export function openSqliteTrail(path: string): Trail {
  if (!existsSync(path)) throw new Error(`there is no store at ${path}`);
  const db = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  checkVersion(db);
  // One snapshot for the records and their end.
  db.exec('BEGIN');
  const end = db.prepare('SELECT count, head FROM trail_end').get() as { count: number; head: string };
  const records = db.prepare('SELECT seq, request AS requestId, position, body, hash, link FROM events ORDER BY seq');
  return {
    records: () => records.iterate() as unknown as Iterable<TrailRecord>,
    end: () => end,
    close: () => db.close(),
  };
}
