import type { DatabaseSync } from 'node:sqlite';
import type { RequestsAbout } from '../app/ports.ts';
import type { RequestEvent } from '../domain/request.ts';

/** Which requests are about which account, and up to which record that is written down. */
const schema = `
  CREATE TABLE IF NOT EXISTS about (
    account TEXT NOT NULL,
    seq INTEGER NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (account, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS about_end (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO about_end VALUES (1, 0);
`;

/** Records looked at in one go, so that nothing else waits for long. */
const slice = 500;

interface AboutList {
  /** To be called in the transaction of the append. */
  add(requestId: string, seq: number, event: RequestEvent): void;
  /** The same, once all is added: `count` records are there. */
  end(count: number): void;
  find(accountId: string, page: { readonly before?: number; readonly limit: number }): RequestsAbout;
  stop(): void;
}

/**
 * Records that were written without this list, by an earlier version, are added a few at a time, beside everything else.
 * A version that does not know the list leaves its end where it was, so what that one writes is added, too.
 * @param writing does it in a transaction
 */
export function openSqliteAbout(db: DatabaseSync, writing: (write: () => void) => void): AboutList {
  db.exec(schema);
  const sql = {
    add: db.prepare('INSERT OR IGNORE INTO about (account, seq, request) VALUES (?, ?, ?)'),
    end: db.prepare('SELECT seq FROM about_end'),
    setEnd: db.prepare('UPDATE about_end SET seq = ?'),
    count: db.prepare('SELECT count FROM trail_end'),
    // A damaged record is for whoever reads its request.
    addOld: db.prepare(`
      INSERT OR IGNORE INTO about (account, seq, request)
      SELECT json_extract(one.value, '$.account.id'), events.seq, events.request
      FROM events, json_each(CASE WHEN json_valid(events.body) THEN events.body ELSE '{}' END, '$.targets') AS one
      WHERE events.seq > ? AND events.seq <= ? AND events.position = 0
    `),
    find: db.prepare('SELECT request, seq FROM about WHERE account = ? AND seq < ? ORDER BY seq DESC LIMIT ?'),
  };
  const numberOf = (row: unknown, name: string) => (row as Record<string, number>)[name] ?? 0;

  let complete = numberOf(sql.end.get(), 'seq') >= numberOf(sql.count.get(), 'count');
  let next: NodeJS.Immediate | undefined;
  const addOlder = () => {
    const from = numberOf(sql.end.get(), 'seq');
    const to = Math.min(from + slice, numberOf(sql.count.get(), 'count'));
    try {
      writing(() => {
        sql.addOld.run(from, to);
        sql.setEnd.run(to);
      });
      complete = to >= numberOf(sql.count.get(), 'count');
    } catch {
      // A full disk, say. What is there stays as it is, and the next start goes on.
      return;
    }
    if (!complete) next = setImmediate(addOlder);
  };
  if (!complete) next = setImmediate(addOlder);

  return {
    add(requestId, seq, event) {
      if (event.type !== 'Requested') return;
      for (const { account } of event.targets) sql.add.run(account.id, seq, requestId);
    },
    end(count) {
      if (complete) sql.setEnd.run(count);
    },
    find(accountId, { before = Number.MAX_SAFE_INTEGER, limit }) {
      const rows = sql.find.all(accountId, before, limit) as { request: string; seq: number }[];
      return { requests: rows.map(({ request, seq }) => ({ requestId: request, seq })), complete };
    },
    stop() {
      clearImmediate(next);
    },
  };
}
