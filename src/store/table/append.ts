import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { VersionConflict } from '../../app/errors.ts';
import type { Version } from '../../app/ports.ts';
import { closes, placeOf, type RequestEvent, type Requested } from '../../domain/request.ts';
import { encode } from '../codec.ts';
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
import type { Change, NewRow, TableReader, TableService } from './service.ts';
import { type Tail, tailRow, type Witness } from './tail.ts';

/** One append, through all its tries. */
interface Job {
  readonly version: Read;
  readonly events: readonly RequestEvent[];
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

/** What is in the versions that the store gives. Events are only ever added, so it stays true of those that it counts. */
export interface Read extends Version {
  readonly count: number;
  /** Of the last event; '' when there is none. */
  readonly hash: string;
  /** Where it was asked; `null` when it never was. */
  readonly place: string | null;
}

/** Of the time of a call, what is kept for finding out whether a write was done. */
const settling = 0.2;
const contendedMs = 1000;
const longestWayMs = 100;
const mostInARow = 8;
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
  /** Until when another replica is taken to be writing, too. */
  let contended = 0;
  /** How long the last transaction took. */
  let tripMs = 0;
  /** Appends behind the one that is under way. */
  let waiting = 0;
  /** The last one could not be written. */
  let unanswered = false;
  /** Appends one after the other, without a moment in between. */
  let inARow = 0;

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
      const writeBy = deadlineIn(times.callMs * (1 - settling));
      const deadline = deadlineIn(times.callMs);
      try {
        await write({ version, events, id: randomUUID(), writeBy, deadline, notOpen: false, taken: null });
        unanswered = false;
        return after(version, events);
      } catch (error) {
        unanswered = error instanceof StoreError;
        throw error;
      }
    });
    line = done.catch(() => undefined);
    return done;
  };

  async function write(job: Job): Promise<void> {
    const { events } = job;
    const { requestId } = job.version;
    if (events.length === 0) return;
    let inDoubt = false;
    let why = new StoreError(`request ${requestId} could not be written in time`);
    await giveWay();
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
        const before = tail;
        tail = undefined;
        inDoubt ||= error.inDoubt;
        why = storeError(`request ${requestId} could not be written`, error);
        // There is a first event already: this append's, from a try that seemed to fail, or another's.
        if (error.kind === 'exists' && (await isDone(job, job.writeBy).catch(unlessConflict))) return;
        if (error.kind === 'exists') job.taken = before?.etag ?? null;
        // Either the end of the chain, and then it cannot be read in the next try, or the place on the open list.
        if (error.kind === 'absent') job.notOpen = true;
        if (error.kind === 'changed') contended = performance.now() + contendedMs;
        const overtaken = error.kind === 'exists' || error.kind === 'changed' || error.kind === 'absent';
        if (!(overtaken || error.again) || !(await pause(job.writeBy, tries, error))) break;
      }
    }
    const Kind = why instanceof StoreDamaged ? StoreDamaged : StoreError;
    if (!inDoubt) throw new Kind(`${why.message}; nothing was written`, { cause: why });
    if (await isDone(job, job.deadline).catch(unlessConflict)) return;
    throw new Kind(`${why.message}; whether it was written is not known`, { cause: why, inDoubt: true });
  }

  /**
   * A replica that was too late must read before it tries again: a replica that never paused between its own appends would not
   * let it in, and would not even know. So it pauses now and then, and often once it has noticed.
   */
  async function giveWay(): Promise<void> {
    inARow = waiting > 0 ? inARow + 1 : 0;
    const trips = performance.now() < contended ? 2 * Math.random() : inARow % mostInARow === mostInARow - 1 ? 2 : 0;
    if (trips > 0) await delay(Math.min(trips * tripMs, longestWayMs));
  }

  async function transact(job: Job): Promise<void> {
    tail ??= await witness.readTail(job.writeBy);
    if (tail.etag === job.taken) {
      throw new StoreDamaged(`record ${tail.count + 1}, which is to be written next, is there already`);
    }
    const events = recordsOf(job, tail);
    const changes = changesFor(job, tail, events);
    refuseTooLarge(job.version.requestId, changes);
    await writeAhead(job, tail);
    const began = performance.now();
    const [etag] = await once(job.writeBy, times, (signal) => table.transact(changes, signal));
    tripMs = performance.now() - began;
    const end = endOf(tail, events);
    witness.saw(end);
    tail = etag === undefined ? undefined : { ...tail, ...end, etag };
  }

  /** What finds a request by its many accounts. It may come to lead to nothing: who reads it looks whether it does. */
  async function writeAhead({ version, events, writeBy }: Job, { count }: Tail): Promise<void> {
    const rows = events.flatMap((event, index) =>
      event.type === 'Requested' && !isWithRecord(event) ? aboutRows(version.requestId, count + index + 1, event) : [],
    );
    const pages = Array.from({ length: Math.ceil(rows.length / mostChanges) }, (_, page) =>
      rows.slice(page * mostChanges, (page + 1) * mostChanges).map((row): Change => ({ kind: 'put', row })),
    );
    const write = (changes: readonly Change[]) =>
      repeated(writeBy, times, 'the store cannot be written', (signal) => table.transact(changes, signal));
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

/** What reading the request would answer now. Its own chain does not depend on where the chain of the store ends. */
function after(version: Read, events: readonly RequestEvent[]): Read {
  const { requestId, count, hash } = version;
  const last = encode(requestId, { hash, link: '' }, count, events).at(-1);
  const first = events.find((event) => event.type === 'Requested');
  const place = first ? placeOf(first.conversation.id) : version.place;
  return { requestId, count: count + events.length, hash: last?.hash ?? hash, place };
}

/** The events as they are stored behind that end. */
function recordsOf({ version, events, id }: Job, { count, head }: Tail): readonly NewEvent[] {
  const { requestId, count: first, hash } = version;
  return encode(requestId, { hash, link: head }, first, events).map((record, index) => ({
    record: { ...record, requestId, position: first + index, seq: count + index + 1 },
    append: id,
    last: index === events.length - 1,
  }));
}

/** The end of the chain is the first of the changes. */
function changesFor({ version, events, notOpen }: Job, tail: Tail, written: readonly NewEvent[]): readonly Change[] {
  const { requestId, place } = version;
  const isOver = events.some(closes);
  // Added, not put: what is there already is another's, or the end was put back.
  const changes: Change[] = written.flatMap(toRows).map((row) => ({ kind: 'add', row }));
  const put = (row: NewRow) => changes.push({ kind: 'put', row });
  for (const [index, event] of events.entries()) {
    const seq = tail.count + index + 1;
    if (event.type === 'Approved') {
      const rowKey = approvalKey(event.requesterId, event.at, requestId, version.count + index);
      put({ rowKey, targets: event.targetCount });
    }
    if (event.type === 'Requested') {
      if (isWithRecord(event)) aboutRows(requestId, seq, event).forEach(put);
      const rowKey = openKey(placeOf(event.conversation.id), requestId);
      if (!isOver) put({ rowKey, request: requestId, seq: BigInt(seq) });
    }
  }
  if (isOver && place !== null && !notOpen) changes.push({ kind: 'remove', rowKey: openKey(place, requestId) });
  const end = tailRow({ ...endOf(tail, written), store: tail.store });
  return [{ kind: 'replace', row: end, etag: tail.etag }, ...changes];
}

const accountsOf = ({ targets }: Requested) => [...new Set(targets.map(({ account }) => account.id))];
const isWithRecord = (request: Requested) => accountsOf(request).length <= mostWithRecord;

function aboutRows(requestId: string, seq: number, request: Requested): readonly NewRow[] {
  const ahead = !isWithRecord(request);
  const row = { request: requestId, seq: BigInt(seq), ahead };
  return accountsOf(request).map((id) => ({ rowKey: aboutKey(id, seq, requestId), ...row }));
}

function endOf({ count, head }: Tail, written: readonly NewEvent[]) {
  return { count: count + written.length, head: written.at(-1)?.record.link ?? head };
}

function unlessConflict(error: unknown): false {
  if (error instanceof VersionConflict) throw error;
  return false;
}
