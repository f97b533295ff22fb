import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Version, VersionConflict } from '../../app/ports.ts';
import { closes, placeOf, type RequestEvent } from '../../domain/request.ts';
import { CallFailure } from '../call-failure.ts';
import { type EventRecord, encode } from '../codec.ts';
import { StoreDamaged, StoreError } from '../damage.ts';
import { aboutChanges } from '../table-about.ts';
import { approvalKey, eventKey, openKey } from '../table-keys.ts';
import { toIndexRow } from '../table-places.ts';
import { type Tail, tailRow } from '../table-tail.ts';
import type { Witness } from '../table-witness.ts';
import { type Deadline, deadlineIn, leastMs, once, pause, repeated, storeError, type Times } from './calls.ts';
import { fits, refuseTooLarge, toRows } from './rows.ts';
import type { Change, NewRow, TableService } from './service.ts';

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

/**
 * One transaction an append: the events, the end of the chain, the open list and the hourly use, all or none. The end of
 * the chain is replaced only if nobody else has replaced it, so the records of all replicas make one chain. Whoever was
 * too late links its records to the new end and tries again; whether it may is decided by the key of its first event.
 */
export function createTableAppend(table: TableService, witness: Witness, times: Times) {
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
  return function append(version: Read, events: readonly RequestEvent[]): Promise<void> {
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
   * Whoever was too late must read before it tries again: a replica that never paused between its own appends would not
   * let it in, and would not even know. So it pauses now and then, and often once it has noticed.
   */
  async function giveWay(): Promise<void> {
    inARow = waiting > 0 ? inARow + 1 : 0;
    const trips = performance.now() < contended ? 2 * Math.random() : inARow % mostInARow === mostInARow - 1 ? 2 : 0;
    if (trips > 0) await delay(Math.min(trips * tripMs, longestWayMs));
  }

  async function transact(job: Job): Promise<void> {
    const { version, events } = job;
    const { requestId, count: expected, hash } = version;
    tail ??= await witness.readTail(job.writeBy);
    if (tail.etag === job.taken) {
      throw new StoreDamaged(`record ${tail.count + 1}, which is to be written next, is there already`);
    }
    const leave = !job.notOpen && events.some(closes) ? version.place : null;
    const records = encode(requestId, { hash, link: tail.head }, expected, events);
    const changes = fitted(requestId, changesFor(job, records, tail, leave), indexRow(job, tail.count + 1));
    const began = performance.now();
    const etags = await once(job.writeBy, times, (signal) => table.transact(changes, signal));
    tripMs = performance.now() - began;
    const [etag] = etags;
    const end = { ...endOf(tail, records), last: eventKey(requestId, expected + events.length - 1) };
    witness.saw(end);
    tail = etag === undefined ? undefined : { ...tail, ...end, etag };
  }

  /** Whether these events are there, written by this append. @throws VersionConflict when they are another's */
  async function isDone({ version, id }: Job, deadline: Deadline): Promise<boolean> {
    const { requestId, count: expected } = version;
    const row = await repeated(deadline, times, 'the store cannot be read', (signal) =>
      table.get(eventKey(requestId, expected), ['append'], signal),
    );
    if (row && row.append !== id) throw conflict(requestId, expected);
    return row !== null;
  }
}

/** The end of the chain is the first of the changes. */
function changesFor(job: Job, records: readonly EventRecord[], tail: Tail, leave: string | null): readonly Change[] {
  const { events, id } = job;
  const { requestId, count: expected } = job.version;
  const end = endOf(tail, records);
  const last = { requestId, position: expected + events.length - 1 };
  const store = tail.store ?? '';
  const changes: Change[] = [{ kind: 'replace', row: tailRow({ ...end, store, last }), etag: tail.etag }];
  for (const [index, event] of events.entries()) {
    const position = expected + index;
    const seq = tail.count + index + 1;
    const record = records[index] as EventRecord;
    const isLast = index === events.length - 1;
    const asked = event.type === 'Requested' ? placeOf(event.conversation.id) : null;
    const rows = toRows({ requestId, position, seq, record, append: id, last: isLast, place: asked });
    for (const row of rows) changes.push({ kind: 'add', row });
    if (event.type === 'Approved') {
      const rowKey = approvalKey(event.requesterId, event.at, requestId, position);
      changes.push({ kind: 'put', row: { rowKey, targets: event.targetCount } });
    }
    if (event.type === 'Requested') changes.push(...aboutChanges(requestId, seq, event));
    if (asked !== null && !events.some(closes)) {
      changes.push({ kind: 'put', row: { rowKey: openKey(asked, requestId), request: requestId, seq: BigInt(seq) } });
    }
  }
  if (leave !== null) changes.push({ kind: 'remove', rowKey: openKey(leave, requestId) });
  return changes;
}

/** With the row of the index, unless just that is too much: then the records are looked for, and nothing else is lost. */
function fitted(requestId: string, changes: readonly Change[], index: NewRow): readonly Change[] {
  // Added, not put: an index row for the next record means that the end was put back.
  const all: readonly Change[] = [...changes, { kind: 'add', row: index }];
  if (fits(all)) return all;
  refuseTooLarge(requestId, changes);
  return changes;
}

function indexRow({ version, events }: Job, seq: number): NewRow {
  return toIndexRow({ seq, requestId: version.requestId, position: version.count, count: events.length });
}

function endOf(tail: Tail, records: readonly EventRecord[]) {
  return {
    count: tail.count + records.length,
    head: records.at(-1)?.link ?? tail.head,
    about: tail.about ?? tail.count + 1,
  };
}

function conflict(requestId: string, expected: number): VersionConflict {
  return new VersionConflict(`request ${requestId} does not have exactly ${expected} events`);
}

function unlessConflict(error: unknown): false {
  if (error instanceof VersionConflict) throw error;
  return false;
}
