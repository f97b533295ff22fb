import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RequestStore, VersionConflict } from '../app/ports.ts';
import { closes, placeOf, type RequestEvent } from '../domain/request.ts';
import { decode, type EventRecord, encode } from './event-codec.ts';
import { openSqliteAbout } from './sqlite-about.ts';

const schemaVersion = 1;
/** More than can begin with the same code, unless somebody made them so. */
const mostAlike = 50;

const schema = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    request TEXT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    link TEXT NOT NULL,
    UNIQUE (request, position)
  ) STRICT;
  CREATE TABLE open_requests (
    request TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    place TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX open_by_place ON open_requests (place, seq);
  CREATE TABLE approvals (
    requester TEXT NOT NULL,
    at TEXT NOT NULL,
    targets INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX approvals_by_requester ON approvals (requester, at);
  CREATE TABLE trail_end (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL,
    head TEXT NOT NULL
  ) STRICT;
  INSERT INTO trail_end VALUES (1, 0, '');
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * The embedded store: one file, one process. A second process is refused; reading the trail (sqlite-trail.ts) is not.
 * Every append is on disk when it returns (write-ahead log, synchronous=FULL).
 * @param path file path, or ':memory:' for tests
 * @throws when the file cannot be opened, is not ours, is damaged, or was written by a newer version
 */
export function openSqliteStore(path: string): RequestStore {
  const { db, lock } = open(path);
  const about = openSqliteAbout(db);
  const file = path === ':memory:' ? null : statSync(path).ino;

  /** SQLite would go on writing to a file that was deleted or replaced under it, and all of that would be lost. */
  const checkFile = () => {
    if (file !== null && statSync(path, { throwIfNoEntry: false })?.ino !== file) {
      throw new Error(`the store ${path} was deleted or replaced while it was open`);
    }
  };

  const sql = {
    events: db.prepare('SELECT body, hash, link FROM events WHERE request = ? ORDER BY position'),
    last: db.prepare('SELECT position, hash FROM events WHERE request = ? ORDER BY position DESC LIMIT 1'),
    end: db.prepare('SELECT count, head FROM trail_end'),
    add: db.prepare('INSERT INTO events (seq, request, position, body, hash, link) VALUES (?, ?, ?, ?, ?, ?)'),
    setEnd: db.prepare('UPDATE trail_end SET count = ?, head = ?'),
    open: db.prepare('INSERT INTO open_requests (request, seq, place) VALUES (?, ?, ?)'),
    close: db.prepare('DELETE FROM open_requests WHERE request = ?'),
    openIds: db.prepare('SELECT request FROM open_requests ORDER BY seq'),
    openIdsAt: db.prepare('SELECT request FROM open_requests WHERE place = ? ORDER BY seq'),
    beginning: db.prepare(
      'SELECT request FROM events WHERE request >= ? AND request < ? AND position = 0 ORDER BY seq DESC LIMIT ?',
    ),
    approve: db.prepare('INSERT INTO approvals (requester, at, targets) VALUES (?, ?, ?)'),
    approvedSince: db.prepare('SELECT total(targets) AS targets FROM approvals WHERE requester = ? AND at >= ?'),
  };

  const appendNow = (requestId: string, expected: number, events: readonly RequestEvent[]) => {
    const last = sql.last.get(requestId) as { position: number; hash: string } | undefined;
    const stored = last ? last.position + 1 : 0;
    if (stored !== expected) throw new VersionConflict(`request ${requestId} has ${stored} events, not ${expected}`);
    let { count, head } = sql.end.get() as { count: number; head: string };
    const records = encode(requestId, { hash: last?.hash ?? '', link: head }, expected, events);
    for (const [offset, { body, hash, link }] of records.entries()) {
      count += 1;
      head = link;
      sql.add.run(count, requestId, expected + offset, body, hash, link);
      about.add(requestId, count, events[offset] as RequestEvent);
    }
    sql.setEnd.run(count, head);
    about.end(count);
    for (const event of events) {
      if (event.type === 'Requested') sql.open.run(requestId, count, placeOf(event.conversation.id));
      if (event.type === 'Approved') sql.approve.run(event.requesterId, event.at, event.targetCount);
      if (closes(event)) sql.close.run(requestId);
    }
  };

  return {
    async read(requestId) {
      const records = sql.events.all(requestId) as unknown as EventRecord[];
      return { events: decode(requestId, records), head: records.at(-1)?.link ?? '' };
    },
    async append(requestId, expected, events) {
      checkFile();
      db.exec('BEGIN IMMEDIATE');
      try {
        appendNow(requestId, expected, events);
        db.exec('COMMIT');
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    async openIds(place) {
      const rows = place === undefined ? sql.openIds.all() : sql.openIdsAt.all(place);
      return (rows as { request: string }[]).map(({ request }) => request);
    },
    async idsBeginning(start) {
      // Behind every character there is.
      const rows = sql.beginning.all(start, `${start}\u{10FFFF}`, mostAlike) as { request: string }[];
      return rows.map(({ request }) => request);
    },
    async requestsAbout(accountId, page) {
      return about.find(accountId, page);
    },
    async approvedSince(requesterId, since) {
      return (sql.approvedSince.get(requesterId, since) as { targets: number }).targets;
    },
    async check() {
      checkFile();
      // A write that changes nothing: a full or read-only disk shows here, not at the next approval.
      db.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${schemaVersion}; COMMIT`);
    },
    async close() {
      about.stop();
      if (db.isOpen) db.close();
      if (lock?.isOpen) lock.close();
    },
  };
}

function open(path: string): { db: DatabaseSync; lock: DatabaseSync | null } {
  let db: DatabaseSync | undefined;
  let lock: DatabaseSync | null = null;
  try {
    if (path !== ':memory:') {
      mkdirSync(dirname(path), { recursive: true });
      lock = takeLock(`${path}.lock`);
    }
    db = new DatabaseSync(path, { timeout: 2000 });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    prepare(db);
    return { db, lock };
  } catch (error) {
    db?.close();
    lock?.close();
    throw new Error(`cannot open the store ${path}: ${reason(error)}`, { cause: error });
  }
}

/** Held as long as the process lives and let go by the system however it ends. Keeps writers out, not readers. */
function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** @throws when the file is not ours, or of a newer version than this one knows */
export function checkVersion(db: DatabaseSync): void {
  const version = versionOf(db);
  if (version > schemaVersion) throw new Error(`written by a newer version (schema ${version})`);
  if (version !== schemaVersion) throw new Error('not a Session Revoker store');
}

function versionOf(db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

function prepare(db: DatabaseSync): void {
  const { count } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number };
  if (versionOf(db) === 0 && count === 0) {
    db.exec(`BEGIN EXCLUSIVE; ${schema} COMMIT;`);
  }
  checkVersion(db);
  // A trail whose end was cut off is not written on: what comes after would hide it.
  const end = db.prepare('SELECT count, head FROM trail_end').get() as { count: number; head: string };
  const last = db.prepare('SELECT seq, link FROM events ORDER BY seq DESC LIMIT 1').get() as
    | { seq: number; link: string }
    | undefined;
  if (end.count !== (last?.seq ?? 0) || end.head !== (last?.link ?? '')) {
    throw new Error('the end of the trail is missing; run the audit, and restore from a backup');
  }
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes('locked') ? 'another process has it open' : message;
}
