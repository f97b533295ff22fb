import { DatabaseSync } from 'node:sqlite';
import { VersionConflict } from '../../app/errors.ts';
import type { OpenedStore, Version } from '../../app/ports.ts';
import { closes, opens, placeOf, type RequestEvent } from '../../domain/request.ts';
import { chainEvents, decode, type EventRecord, linkRecords, requestIdsOf } from '../codec.ts';
import { StoreDamaged, stayDamaged, TrailDamaged } from '../damage.ts';
import { type End, endOf, findDamage } from './check.ts';
import { busyMs, openSqlite, schemaVersion, watchFiles } from './open.ts';

/** What is in the versions that it gives: how many events there were. */
type Read = Version & { readonly count: number };

/** More than can begin with the same code, unless an attacker made them so. */
const mostAlike = 50;

/**
 * The embedded store: one file, one process. A second process is refused; reading the trail (trail.ts) is not.
 * Every append is on disk when it returns (write-ahead log, synchronous=FULL).
 * @param path file path, or ':memory:' for tests
 * @param tell is told of damaged records at the opening, and once when the store turns out to be damaged as a whole
 * @throws when the file cannot be opened, is not ours, is damaged as a whole, or was written by a newer version
 */
export function openSqliteStore(path: string, tell: (damage: TrailDamaged) => void = () => {}): OpenedStore {
  const { db, lock, file, identity, damaged } = openSqlite(path);
  if (damaged !== null) tell(new TrailDamaged(damaged));
  const files = file === null ? null : watchFiles(file);
  /** Where the trail ended when this process last wrote. */
  let seen = endOf(db);

  /** Checks that the files are as this process left them, writes, and remembers how it leaves them. */
  const writing = <T>(write: () => T): T => {
    if (file !== null && files?.check()) {
      lookAgain(file, seen);
      // What is read well now, after a crash may not be: SQLite forgets its log from the first spoilt page on.
      db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    }
    db.exec('BEGIN IMMEDIATE');
    try {
      const written = write();
      db.exec('COMMIT');
      return written;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    } finally {
      files?.left();
    }
  };
  files?.left();

  const sql = {
    events: db.prepare('SELECT body, hash, link FROM events WHERE request = ? ORDER BY position'),
    last: db.prepare('SELECT position, hash FROM events WHERE request = ? ORDER BY position DESC LIMIT 1'),
    add: db.prepare('INSERT INTO events (seq, request, position, body, hash, link) VALUES (?, ?, ?, ?, ?, ?)'),
    setEnd: db.prepare('UPDATE trail_end SET count = ?, head = ?'),
    open: db.prepare('INSERT OR IGNORE INTO open_requests (request, seq, place) VALUES (?, ?, ?)'),
    close: db.prepare('DELETE FROM open_requests WHERE request = ?'),
    openIds: db.prepare('SELECT request FROM open_requests ORDER BY seq'),
    openIdsAt: db.prepare('SELECT request FROM open_requests WHERE place = ? ORDER BY seq'),
    beginning: db.prepare(
      'SELECT request FROM events WHERE request >= ? AND request < ? AND position = 0 ORDER BY seq DESC LIMIT ?',
    ),
    isAbout: db.prepare('INSERT OR IGNORE INTO about (account, seq, request) VALUES (?, ?, ?)'),
    about: db.prepare(
      'SELECT request AS requestId, seq FROM about WHERE account = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
    ),
    approve: db.prepare('INSERT INTO approvals (requester, at, targets) VALUES (?, ?, ?)'),
    approvedSince: db.prepare('SELECT total(targets) AS targets FROM approvals WHERE requester = ? AND at >= ?'),
  };

  const appendNow = ({ requestId, count: expected }: Read, events: readonly RequestEvent[]) => {
    const last = sql.last.get(requestId) as { position: number; hash: string } | undefined;
    const stored = last ? last.position + 1 : 0;
    if (stored !== expected) throw new VersionConflict(`request ${requestId} has ${stored} events, not ${expected}`);
    checkEnd(db, seen);
    let { count, head } = seen;
    const records = linkRecords(head, chainEvents(requestId, last?.hash ?? '', expected, events));
    for (const [offset, { body, hash, link }] of records.entries()) {
      count += 1;
      head = link;
      sql.add.run(count, requestId, expected + offset, body, hash, link);
      const event = events[offset];
      if (event?.type !== 'Requested') continue;
      for (const { account } of event.targets) sql.isAbout.run(account.id, count, requestId);
    }
    sql.setEnd.run(count, head);
    for (const event of events) {
      if (opens(event)) sql.open.run(requestId, count, placeOf(event.where));
      if (event.type === 'Approved') sql.approve.run(event.requesterId, event.at, event.targetCount);
      if (closes(event)) sql.close.run(requestId);
    }
    return { count, head };
  };

  const store: OpenedStore = {
    requestIdOf: requestIdsOf(identity),
    async read(requestId) {
      const records = sql.events.all(requestId) as unknown as EventRecord[];
      const version: Read = { requestId, count: records.length };
      return { events: decode(requestId, records), head: records.at(-1)?.link ?? '', version };
    },
    async append(version, events) {
      seen = writing(() => appendNow(version as Read, events));
      const { requestId, count } = version as Read;
      return { requestId, count: count + events.length } satisfies Read;
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
    async requestsAbout(accountId, { before = Number.MAX_SAFE_INTEGER, limit }) {
      const rows = sql.about.all(accountId, before, limit) as { requestId: string; seq: number }[];
      return rows.map(({ requestId, seq }) => ({ requestId, seq }));
    },
    async approvedSince(requesterId, since) {
      return (sql.approvedSince.get(requesterId, since) as { targets: number }).targets;
    },
    async check() {
      // A write that changes nothing: a full or read-only disk shows here, not at the next approval.
      writing(() => db.exec(`PRAGMA user_version = ${schemaVersion}`));
    },
    async close() {
      if (db.isOpen) db.close();
      if (lock?.isOpen) lock.close();
    },
  };
  return stayDamaged(store, tell);
}

/**
 * Another writer was at the files. Through SQLite, then single records may have been changed; past it, then what
 * this process has in its memory says nothing about the file. @throws StoreDamaged
 */
function lookAgain(file: string, seen: End): void {
  const db = new DatabaseSync(file, { readOnly: true, timeout: busyMs });
  try {
    const { whole } = findDamage(db);
    if (whole !== null) throw new StoreDamaged(`someone else has written to ${file}: ${whole}`);
    checkEnd(db, seen);
  } finally {
    db.close();
  }
}

function checkEnd(db: DatabaseSync, seen: End): void {
  const { count, head } = endOf(db);
  if (count === seen.count && head === seen.head) return;
  throw new StoreDamaged(`the trail ends at record ${count}, and this process has seen record ${seen.count}`);
}
