import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RequestStore, VersionConflict } from '../app/ports.ts';
import { closes, type RequestEvent } from '../domain/request.ts';
import { decode, type EventRecord, encode } from './event-codec.ts';

const schemaVersion = 1;

const schema = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (request, position)
  ) STRICT;
  CREATE TABLE open_requests (
    request TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * The embedded store: one file, one process. Opening it takes the file for this process alone; a second one is refused.
 * Every append is on disk when it returns (write-ahead log, synchronous=FULL).
 * @param path file path, or ':memory:' for tests
 * @throws when the file cannot be opened, is not ours, is damaged, or was written by a newer version
 */
export function openSqliteStore(path: string): RequestStore {
  const db = open(path);
  const sql = {
    events: db.prepare('SELECT body, hash FROM events WHERE request = ? ORDER BY position'),
    last: db.prepare('SELECT position, hash FROM events WHERE request = ? ORDER BY position DESC LIMIT 1'),
    add: db.prepare('INSERT INTO events (request, position, body, hash) VALUES (?, ?, ?, ?)'),
    open: db.prepare('INSERT INTO open_requests (request, seq) VALUES (?, ?)'),
    close: db.prepare('DELETE FROM open_requests WHERE request = ?'),
    openIds: db.prepare('SELECT request FROM open_requests ORDER BY seq'),
  };

  const appendNow = (requestId: string, expected: number, events: readonly RequestEvent[]) => {
    const last = sql.last.get(requestId) as { position: number; hash: string } | undefined;
    const count = last ? last.position + 1 : 0;
    if (count !== expected) throw new VersionConflict(`request ${requestId} has ${count} events, not ${expected}`);
    let seq: number | bigint = 0;
    for (const [offset, { body, hash }] of encode(requestId, last?.hash ?? '', expected, events).entries()) {
      seq = sql.add.run(requestId, expected + offset, body, hash).lastInsertRowid;
    }
    if (expected === 0 && events.length > 0) sql.open.run(requestId, seq);
    if (events.some(closes)) sql.close.run(requestId);
  };

  return {
    async read(requestId) {
      const records = sql.events.all(requestId) as unknown as EventRecord[];
      return { events: decode(requestId, records), head: records.at(-1)?.hash ?? '' };
    },
    async append(requestId, expected, events) {
      db.exec('BEGIN IMMEDIATE');
      try {
        appendNow(requestId, expected, events);
        db.exec('COMMIT');
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    async openIds() {
      return (sql.openIds.all() as { request: string }[]).map(({ request }) => request);
    },
    async check() {
      // A write that changes nothing: a full or read-only disk shows here, not at the next approval.
      db.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${schemaVersion}; COMMIT`);
    },
    async close() {
      if (db.isOpen) db.close();
    },
  };
}

function open(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    db = new DatabaseSync(path, { timeout: 2000 });
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    throw new Error(`cannot open the store ${path}: ${reason(error)}`, { cause: error });
  }
}

function prepare(db: DatabaseSync): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  const { count } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number };
  if (version === 0 && count === 0) {
    db.exec(`BEGIN EXCLUSIVE; ${schema} COMMIT;`);
  } else if (version !== schemaVersion) {
    throw new Error(
      version > schemaVersion ? `written by a newer version (schema ${version})` : 'not a Session Revoker store',
    );
  }
  // Takes the exclusive lock now, so that a second process is refused at its start and not in the middle of the night.
  db.exec(`BEGIN EXCLUSIVE; PRAGMA user_version = ${schemaVersion}; COMMIT;`);
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes('locked') ? 'another process has it open' : message;
}
