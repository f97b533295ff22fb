import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Identity, newIdentity } from '../codec.ts';
import { StoreDamaged } from '../damage.ts';
import { endOf, findDamage, pragma } from './check.ts';

export const schemaVersion = 1;

/** SQLite waits so long, in ms, for a lock that something else holds. The whole process waits with it, so it is short. */
export const busyMs = 250;
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
  CREATE TABLE about (
    account TEXT NOT NULL,
    seq INTEGER NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (account, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    store TEXT NOT NULL,
    secret TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${schemaVersion};
`;

interface Opened {
  readonly db: DatabaseSync;
  readonly lock: DatabaseSync | null;
  /** Where it really is; `null` in memory. */
  readonly file: string | null;
  readonly identity: Identity;
  /** Records that were changed; `null`: none was found. */
  readonly damaged: string | null;
}

/** @throws with a sentence that says what is wrong */
export function openSqlite(path: string): Opened {
  let db: DatabaseSync | undefined;
  let lock: DatabaseSync | null = null;
  try {
    const file = path === ':memory:' ? null : realFile(path);
    if (file !== null) lock = takeLock(`${file}.lock`);
    db = new DatabaseSync(file ?? path, { timeout: busyMs });
    makeDurable(db, file);
    const damaged = prepare(db);
    const identity = db.prepare('SELECT store, secret FROM identity').get() as unknown as Identity;
    // What stands in the log alone would be lost with it.
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return { db, lock, file, identity, damaged };
  } catch (error) {
    db?.close();
    lock?.close();
    throw new Error(`cannot open the store ${path}: ${reason(error)}`, { cause: error });
  }
}

/** @throws where SQLite does not do so, as without shared memory */
function makeDurable(db: DatabaseSync, file: string | null): void {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const mode = pragma(db, 'journal_mode');
  if (file !== null && mode !== 'wal') throw new Error(`it needs a write-ahead log, and has journal_mode ${mode}`);
  if (pragma(db, 'synchronous') !== 2) throw new Error('it does not wait for the disk');
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
  const version = Number(pragma(db, 'user_version'));
  if (version > schemaVersion) throw new Error(`written by a newer version (schema ${version})`);
  if (version !== schemaVersion) throw new Error('not a Session Revoker store');
}

/** Answers which records were changed. @throws when the trail is damaged as a whole */
function prepare(db: DatabaseSync): string | null {
  const { count: tables } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number };
  if (pragma(db, 'user_version') === 0 && tables === 0) {
    const { store, secret } = newIdentity();
    db.exec(`BEGIN EXCLUSIVE; ${schema}`);
    db.prepare('INSERT INTO identity VALUES (1, ?, ?)').run(store, secret);
    db.exec('COMMIT');
  }
  checkVersion(db);
  // A trail whose end was cut off is not written on: what comes after would hide it.
  const { count, head } = endOf(db);
  const last = db.prepare('SELECT seq, link FROM events ORDER BY seq DESC LIMIT 1').get() ?? { seq: 0, link: '' };
  if (count !== last.seq || head !== last.link) {
    throw new Error('the end of the trail is missing; run the audit, and restore from a backup');
  }
  const { whole, records } = findDamage(db);
  if (whole !== null) throw new Error(`${whole}; run the audit, and restore from a backup`);
  return records;
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes('locked') ? 'another process has it open' : message;
}

/**
 * Where the file really is, whatever name leads there; it is made when there is none. The lock is beside it, so a process
 * that opens it under another name finds it locked. Another name that is no link to this one (a hard link) is refused.
 */
function realFile(path: string): string {
  makeFolder(dirname(path));
  if (!existsSync(path)) closeSync(openSync(path, 'a'));
  const file = realpathSync(path);
  const stat = statSync(file);
  if (!stat.isFile()) throw new Error('it is no file: name one, sqlite:<path>');
  if (stat.nlink === 1) return file;
  throw new Error(`it has ${stat.nlink} names (hard links), and another process may have it open under another`);
}

/** Not Node's recursive `mkdir`, which never ends where a parent cannot be made, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/**
 * SQLite goes on writing to files that were deleted, replaced or cut under it, and all of that would be lost.
 */
export function watchFiles(file: string) {
  const all = ['', '-wal', '-shm', '.lock'].map((suffix) => file + suffix);
  const lookAt = () => all.map((path) => ({ path, stat: statSync(path, { throwIfNoEntry: false }) }));
  let seen = lookAt();
  return {
    /** Right after this process has written. */
    left() {
      seen = lookAt();
    },
    /** Answers whether another writer was there. @throws StoreDamaged when a file is not the one it was, or cut */
    check(): boolean {
      const now = lookAt();
      for (const [index, { path, stat }] of now.entries()) {
        const before = seen[index]?.stat;
        if (!stat) throw new StoreDamaged(`${path} was deleted while the store was open`);
        if (!before || stat.dev !== before.dev || stat.ino !== before.ino) {
          throw new StoreDamaged(`${path} was replaced while the store was open`);
        }
        if (stat.size < before.size) throw new StoreDamaged(`${path} was cut while the store was open`);
      }
      return [0, 1].some((index) => now[index]?.stat?.mtimeMs !== seen[index]?.stat?.mtimeMs);
    },
  };
}
