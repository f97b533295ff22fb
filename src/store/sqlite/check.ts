import type { DatabaseSync } from 'node:sqlite';
import { closes, opens, type RequestEvent } from '../../domain/request.ts';
import { eventVersion, hashOf, linkOf } from '../codec.ts';
import type { TrailRecord } from '../trail.ts';

/** Beyond this size the file is not read whole at the start; the audit does that. */
const mostWhole = 64 * 1024 * 1024;
/** The last records, whose chains are checked at the start. */
const mostRecords = 10_000;

/** What was found wrong, in a sentence each. */
interface Found {
  /** The file, or the trail as a whole: nothing can be done upon it. */
  readonly whole: string | null;
  /** Single records: nothing is done for their requests, and everything else goes on. */
  readonly records: string | null;
}

export const pragma = (db: DatabaseSync, name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];

export interface End {
  readonly count: number;
  readonly head: string;
}

export const endOf = (db: DatabaseSync) => db.prepare('SELECT count, head FROM trail_end').get() as unknown as End;

/**
 * What the start looks at, so that it stays quick whatever is stored: that SQLite finds its own file in order (up to 64
 * MiB), the last 10,000 records and those of open requests, that none is missing, and that the open list is what they say.
 */
export function findDamage(db: DatabaseSync): Found {
  try {
    const isSmall = Number(pragma(db, 'page_count')) * Number(pragma(db, 'page_size')) <= mostWhole;
    const found = isSmall ? String(pragma(db, 'integrity_check(1)')) : 'ok';
    if (found !== 'ok') return { whole: `the file is damaged: ${found.replaceAll('\n', ' ')}`, records: null };
    return inTheTrail(db);
  } catch (error) {
    return { whole: `the file is damaged: ${error instanceof Error ? error.message : error}`, records: null };
  }
}

type Checked = TrailRecord & { readonly hashBefore: string | null };

const columns = `one.seq, one.request AS requestId, one.position, one.body, one.hash, one.link,
  (SELECT hash FROM events AS before WHERE before.request = one.request AND before.position = one.position - 1) AS hashBefore`;

function inTheTrail(db: DatabaseSync): Found {
  const { count } = endOf(db);
  const from = Math.max(0, count - mostRecords);
  const before = db.prepare('SELECT link FROM events WHERE seq = ?').get(from) as { link: string } | undefined;
  let link = before?.link ?? '';
  let seq = from;
  const flaws: number[] = [];
  /** Requests that were asked for among these records, and whether they are open; `null`: a record does not say. */
  const open = new Map<string, boolean | null>();
  const recent = db.prepare(`SELECT ${columns} FROM events AS one WHERE one.seq > ? ORDER BY one.seq`).iterate(from);
  for (const record of recent as Iterable<unknown> as Iterable<Checked>) {
    seq += 1;
    if (record.seq !== seq) return { whole: `record ${seq} is missing`, records: null };
    const flawed = isChanged(record) || linkOf(link, record.hash) !== record.link;
    if (flawed) flaws.push(seq);
    link = record.link;
    const now = flawed ? null : isOpenAfter(record.body, open.get(record.requestId));
    if (now !== undefined) open.set(record.requestId, now);
  }
  if (seq !== count) return { whole: `record ${seq + 1} is missing`, records: null };
  const older = db.prepare(`SELECT ${columns} FROM events AS one WHERE one.request = ? AND one.seq <= ?`);
  for (const { request } of db.prepare('SELECT request FROM open_requests').all() as { request: string }[]) {
    const records = open.has(request) ? null : (older.all(request, from) as unknown as Checked[]);
    if (records?.length === 0 || open.get(request) === false) return { whole: notListed(request), records: null };
    flaws.push(...(records?.filter(isChanged) ?? []).map((record) => record.seq));
    open.delete(request);
  }
  const [missing] = [...open].find(([, isOpen]) => isOpen) ?? [];
  return {
    whole: missing === undefined ? null : notListed(missing),
    records:
      flaws.length === 0 ? null : `the trail is damaged at record ${flaws.slice(0, 10).join(', ')}; run the audit`,
  };
}

/** `undefined`: it was asked for earlier. What a newer version wrote is for that one to understand. */
function isOpenAfter(body: string, before: boolean | null | undefined): boolean | null | undefined {
  const event = JSON.parse(body) as RequestEvent & { v: number };
  if (event.v > eventVersion || before === null) return null;
  if (closes(event)) return before === undefined ? undefined : false;
  return opens(event) ? true : before;
}

function isChanged({ requestId, position, body, hash, hashBefore }: Checked): boolean {
  return (position > 0 && hashBefore === null) || hashOf(hashBefore ?? '', requestId, position, body) !== hash;
}

const notListed = (request: string) =>
  `the list of open requests does not agree with the trail about request ${request}`;
