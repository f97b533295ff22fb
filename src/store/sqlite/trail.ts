import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type FollowedTrail, mostAtOnce, mostText, type Trail, type TrailRecord } from '../trail.ts';
import { endOf } from './check.ts';
import { checkVersion } from './open.ts';

/** Opens the embedded store for reading the whole trail, as it was at this moment; the bot may go on writing. */
export function openSqliteTrail(path: string): Trail {
  const db = openToRead(path);
  // One snapshot for the records and their end.
  db.exec('BEGIN');
  const end = endOf(db);
  const records = db.prepare('SELECT seq, request AS requestId, position, body, hash, link FROM events ORDER BY seq');
  return {
    records: () => records.iterate() as unknown as Iterable<TrailRecord>,
    end: () => end,
    close: () => db.close(),
  };
}

/** The same as it grows. */
export function followSqlite(path: string): FollowedTrail {
  const db = openToRead(path);
  const records = db.prepare(
    'SELECT seq, request AS requestId, position, body, hash, link FROM events WHERE seq > ? AND seq <= ? ORDER BY seq',
  );
  return {
    end: async () => endOf(db),
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

/** @throws when there is no store, or none of ours */
function openToRead(path: string): DatabaseSync {
  if (!existsSync(path)) throw new Error(`there is no store at ${path}`);
  const db = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  checkVersion(db);
  return db;
}
