import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { TrailRecord } from '../app/ports.ts';
import { type FollowedTrail, mostAtOnce, mostText } from './followed-trail.ts';
import { find, type StoreAccess } from './open.ts';
import { checkVersion } from './sqlite/open.ts';
import { followTable } from './table-follow.ts';

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
