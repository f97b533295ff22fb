import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { VersionConflict } from '../../app/errors.ts';
import type { Version } from '../../app/ports.ts';
import { closes, opens, placeOf, type RequestEvent, type Requested } from '../../domain/request.ts';
import { type ChainedEvent, chainEvents, linkRecords } from '../codec.ts';
import { StoreDamaged, StoreError } from '../damage.ts';
import {
  CallFailure,
  type Deadline,
  deadlineIn,
  leastMs,
  once,
  pause,
  repeated,
  storeError,
  type Times,
} from './calls.ts';
import {
  aboutKey,
  approvalKey,
  eventKey,
  mostChanges,
  type NewEvent,
  openKey,
  refuseTooLarge,
  toRows,
} from './rows.ts';
import { type Change, change, type NewRow, type TableReader, type TableService } from './service.ts';
import { type Tail, tailRow, type Witness } from './tail.ts';

/** What is in the versions that the store gives. Events are only ever added, so it stays true of those that it counts. */
export interface Read extends Version {
  readonly count: number;
  /** Of the last event; '' when there is none. */
  readonly hash: string;
  /** Where it was asked; `null` when it never was. */
  readonly place: string | null;
}

/** One append, through all its tries. */
interface Job {
  readonly version: Read;
  readonly events: readonly RequestEvent[];
  readonly chained: readonly ChainedEvent[];
  /** In every row it writes: by it an append whose answer was lost knows its own again. */
  readonly id: string;
  /** No try begins after this; what is left of the time is for finding out what became of the last. */
  readonly writeBy: Deadline;
  readonly deadline: Deadline;
  /** The request was not on the open list any more. */
  notOpen: boolean;
  /** A row that the last try would have added was there, and it was not this append's: what the end was then. */
  taken: string | null;
}

/** Of the time of a call, what is kept for finding out whether a write was done. */
const settling = 0.2;
const longestWayMs = 100;
/** Of appends behind which others wait, how many leave the end of the chain to another replica for a moment. */
const givingWay = 1 / 8;
/** Accounts of one request that are found by rows written with its record; more have theirs before. */
const mostWithRecord = 40;

/**
 * One transaction an append: the events, the end of the chain, the open list and the hourly use, all or none. The end of
 * the chain is replaced only if no other replica has replaced it, so the records of all replicas make one chain. A replica that
 * was too late links its records to the new end and tries again; whether it may is decided by the key of its first event.
 */
export function createTableAppend(table: TableService, reader: TableReader, witness: Witness, times: Times) {
  /** As this process left it. Another replica may have gone on: then the next transaction fails, and it is read again. */
  let tail: Tail | undefined;
  let line: Promise<unknown> = Promise.resolve();
  /** How long the last transaction took. */
  let tripMs = 0;
  /** Appends behind the one that is under way. */
  let waiting = 0;
  /** The last one could not be written. */
  let unanswered = false;

  /** @throws VersionConflict; @throws StoreError, which says whether the events may be written all the same */
  return function append(version: Read, events: readonly RequestEvent[]): Promise<Read> {
    const asked = performance.now();
    // One after the other: appends of one process would only be in each other's way at the end of the chain. Their time
    // runs from their turn: a slow store does not fail those that wait behind it. One that does not answer does.
    waiting += 1;
    const done = line.then(async () => {
      waiting -= 1;
      if (unanswered && performance.now() - asked > times.callMs / 2) {
        throw new StoreError(`request ${version.requestId} could not be written in time; nothing was written`);
      }
      const { requestId, count, hash } = version;
      const chained = chainEvents(requestId, hash, count, events);
      const writeBy = deadlineIn({ ...times, callMs: times.callMs * (1 - settling) });
      const deadline = deadlineIn(times);
      const job = { version, events, chained, id: randomUUID(), writeBy, deadline, notOpen: false, taken: null };
      try {
        await write(job);
        unanswered = false;
      } catch (error) {
        unanswered = error instanceof StoreError;
        throw error;
      }
      const place = events.find((event) => event.type === 'Requested')?.conversation.id;
      return {
        requestId,
        count: count + events.length,
        hash: chained.at(-1)?.hash ?? hash,
        place: place === undefined ? version.place : placeOf(place),
      };
    });
    line = done.catch(() => undefined);
    return done;
  };

  async function write(job: Job): Promise<void> {
    const { requestId } = job.version;
    if (job.events.length === 0) return;
    let inDoubt = false;
    let why = new StoreError(`request ${requestId} could not be written in time`);
    // A replica that was too late must read before it tries again: one that never paused between its own appends would
    // not let it in, and would not even know.
    if (waiting > 0 && Math.random() < givingWay) await delay(Math.min(2 * tripMs, longestWayMs));
    for (let tries = 1; job.writeBy.left() > leastMs; tries += 1) {
      try {
        return await transact(job);
      } catch (error) {
        if (error instanceof StoreError) {
          // What came before says more about a write that may have been done.
          if (!inDoubt || error instanceof StoreDamaged) why = error;
          break;
        }
        if (!(error instanceof CallFailure)) throw error;
        const { kind } = error;
        const before = tail;
        tail = undefined;
        inDoubt ||= error.inDoubt;
        why = storeError(`request ${requestId} could not be written`, error);
        // There is a first event already: this append's, from a try that seemed to fail, or another's.
        if (kind === 'exists' && (await isDone(job, job.writeBy).catch(unlessConflict))) return;
        if (kind === 'exists') job.taken = before?.etag ?? null;
        // Either the end of the chain, and then it cannot be read in the next try, or the place on the open list.
        if (kind === 'absent') job.notOpen = true;
        const overtaken = kind === 'exists' || kind === 'changed' || kind === 'absent';
        if (!(overtaken || error.again) || !(await pause(job.writeBy, tries, error))) break;
      }
    }
    const Kind = why instanceof StoreDamaged ? StoreDamaged : StoreError;
    if (!inDoubt) throw new Kind(`${why.message}; nothing was written`, { cause: why });
    if (await isDone(job, job.deadline).catch(unlessConflict)) return;
    throw new Kind(`${why.message}; whether it was written is not known`, { cause: why, inDoubt: true });
  }

  async function transact(job: Job): Promise<void> {
    tail ??= await witness.readTail(job.writeBy);
    if (tail.etag === job.taken) {
      throw new StoreDamaged(`record ${tail.count + 1}, which is to be written next, is there already`);
    }
    const written = recordsOf(job, tail);
    const end = { count: tail.count + written.length, head: written.at(-1)?.record.link ?? tail.head };
    const replaced = change.replace(tailRow({ ...end, store: tail.store }), tail.etag);
    const changes = [replaced, ...changesFor(job, written)];
    refuseTooLarge(job.version.requestId, changes);
    await writeAhead(job, tail);
    const began = performance.now();
    const [etag] = await once(job.writeBy, (signal) => table.transact(changes, signal));
    tripMs = performance.now() - began;
    witness.saw(end);
    tail = etag === undefined ? undefined : { ...tail, ...end, etag };
  }

  /** What finds a request by its many accounts. It may come to lead to nothing: who reads it looks whether it does. */
  async function writeAhead({ version, events, writeBy }: Job, { count }: Tail): Promise<void> {
    const rows = events.flatMap((event, index) =>
      event.type === 'Requested' && !isWithRecord(event) ? aboutRows(version.requestId, count + index + 1, event) : [],
    );
    const pages = Array.from({ length: Math.ceil(rows.length / mostChanges) }, (_, page) =>
      rows.slice(page * mostChanges, (page + 1) * mostChanges).map(change.put),
    );
    const write = (changes: readonly Change[]) =>
      repeated(writeBy, 'the store cannot be written', (signal) => table.transact(changes, signal));
    await Promise.all(pages.map(write));
  }

  /** Whether these events are there, written by this append. @throws VersionConflict when they are another's */
  async function isDone({ version, id }: Job, deadline: Deadline): Promise<boolean> {
    const { requestId, count: expected } = version;
    const row = await reader.get(eventKey(requestId, expected), ['append'], deadline);
    if (row && row.append !== id) {
      throw new VersionConflict(`request ${requestId} does not have exactly ${expected} events`);
    }
    return row !== null;
  }
}

/** The events as they are stored behind that end. */
function recordsOf({ version, chained, id }: Job, { count, head }: Tail): readonly NewEvent[] {
  const { requestId, count: first } = version;
  return linkRecords(head, chained).map((record, index) => ({
    record: { ...record, requestId, position: first + index, seq: count + index + 1 },
    append: id,
    last: index === chained.length - 1,
  }));
}

/** All but the end of the chain. */
function changesFor({ version, events, notOpen }: Job, written: readonly NewEvent[]): readonly Change[] {
  const { requestId, place } = version;
  const isOver = events.some(closes);
  // Added, not put: what is there already is another's, or the end was put back.
  const changes = written.flatMap(toRows).map(change.add);
  for (const [index, event] of events.entries()) {
    const { seq = 0, position = 0 } = written[index]?.record ?? {};
    if (event.type === 'Approved') {
      const rowKey = approvalKey(event.requesterId, event.at, requestId, position);
      changes.push(change.put({ rowKey, targets: event.targetCount }));
    }
    if (event.type === 'Requested' && isWithRecord(event))
      changes.push(...aboutRows(requestId, seq, event).map(change.put));
    if (opens(event) && !isOver) {
      const rowKey = openKey(placeOf(event.where), requestId);
      changes.push(change.put({ rowKey, request: requestId, seq: BigInt(seq) }));
    }
  }
  if (isOver && place !== null && !notOpen) changes.push(change.remove(openKey(place, requestId)));
  return changes;
}

const accountsOf = ({ targets }: Requested) => [...new Set(targets.map(({ account }) => account.id))];
const isWithRecord = (request: Requested) => accountsOf(request).length <= mostWithRecord;

function aboutRows(requestId: string, seq: number, request: Requested): readonly NewRow[] {
  const row = { request: requestId, seq: BigInt(seq), ahead: !isWithRecord(request) };
  return accountsOf(request).map((id) => ({ rowKey: aboutKey(id, seq, requestId), ...row }));
}

function unlessConflict(error: unknown): false {
  if (error instanceof VersionConflict) throw error;
  return false;
}
