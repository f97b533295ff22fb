import { setTimeout as delay } from 'node:timers/promises';
import type { RequestsAbout } from '../app/ports.ts';
import type { Requested } from '../domain/request.ts';
import { CallFailure } from './call-failure.ts';
import { type Deadline, deadlineIn, once, repeated, type Times } from './table/calls.ts';
import { toEvents } from './table/rows.ts';
import type { Change, NewRow, Row, TableService } from './table/service.ts';
import {
  aboutEndKey,
  aboutKey,
  aboutRange,
  allEvents,
  eventKey,
  isFirstOfRequest,
  pendingKey,
  pendingOnes,
} from './table-keys.ts';
import { readTail } from './table-tail.ts';

/**
 * Which requests are about which account. The rows for a request are written with its record, in the same transaction;
 * for more accounts than go into one, a note is written instead, and the rows follow. The tail says from which record on
 * every append did so (a version that does not know this takes that away again), and the row `about` up to which
 * record older ones were added.
 */
const mostAtOnce = 40;
const mostChanges = 100;
/** Whoever asks waits so long for what is still missing. */
const patienceMs = 1500;

/** What goes with the record of a request. */
export function aboutChanges(requestId: string, seq: number, request: Requested): readonly Change[] {
  const rows = rowsFor(requestId, seq, request);
  const written =
    rows.length <= mostAtOnce ? rows : [{ rowKey: pendingKey(requestId), request: requestId, seq: BigInt(seq) }];
  return written.map((row) => ({ kind: 'put', row }));
}

export function isWrittenLater({ targets }: Requested): boolean {
  return targets.length > mostAtOnce;
}

function rowsFor(requestId: string, seq: number, { targets }: Requested): readonly NewRow[] {
  const accounts = new Set(targets.map(({ account }) => account.id));
  return [...accounts].map((id) => ({ rowKey: aboutKey(id, seq), request: requestId, seq: BigInt(seq) }));
}

export function createTableAbout(table: TableService, times: Times, isClosed: () => boolean) {
  let working: Promise<void> | undefined;
  const reading = <T>(deadline: Deadline, call: (signal: AbortSignal) => Promise<T>) =>
    repeated(deadline, times, 'the store cannot be read', call);
  const usual = () => deadlineIn(times.callMs);

  /** Page by page, until enough is there or nothing more comes. */
  async function* pages(range: Parameters<TableService['page']>[0], deadline?: Deadline) {
    let next: string | undefined;
    do {
      const from = next;
      const page = await reading(deadline ?? usual(), (signal) => table.page(range, from, signal));
      yield page.rows;
      next = page.next;
    } while (next !== undefined && !isClosed());
  }

  async function put(rows: readonly NewRow[]): Promise<void> {
    for (let at = 0; at < rows.length && !isClosed(); at += mostChanges) {
      const changes = rows.slice(at, at + mostChanges).map((row): Change => ({ kind: 'put', row }));
      await repeated(usual(), times, 'the store cannot be written', (signal) => table.transact(changes, signal));
    }
  }

  /** The rows of a request, from its first record; none when that is not what was written. */
  async function rowsOf(requestId: string, seq: number): Promise<readonly NewRow[]> {
    const from = eventKey(requestId, 0);
    const rows: Row[] = [];
    for await (const some of pages({ from, to: `${from};`, properties: null })) rows.push(...some);
    const [event] = toEvents(rows);
    return event?.whole ? rowsIn(requestId, seq, event.record.body) : [];
  }

  async function writeNoted(): Promise<void> {
    for await (const notes of pages({ ...pendingOnes, properties: ['request', 'seq'] })) {
      for (const { rowKey, request, seq } of notes) {
        await put(await rowsOf(String(request), Number(seq)));
        if (isClosed()) return;
        // Another replica may have done the same.
        await once(usual(), times, (signal) => table.transact([{ kind: 'remove', rowKey }], signal)).catch(
          unlessAbsent,
        );
      }
    }
  }

  /** How far the older records were added, and from where on there is no need to. */
  async function ends(deadline: Deadline) {
    const [row, tail] = await Promise.all([
      reading(deadline, (signal) => table.get(aboutEndKey, ['seq'], signal)),
      readTail(table, deadline, times),
    ]);
    return { done: Number(row?.seq ?? 0), from: tail.about ?? tail.count + 1 };
  }

  async function addOlder(): Promise<void> {
    const { done, from } = await ends(usual());
    if (from <= done + 1) return;
    for await (const rows of pages({ ...allEvents, properties: null, first: true })) {
      const found: NewRow[] = [];
      for (const row of rows) {
        const seq = Number(row.seq);
        if (!isFirstOfRequest(row.rowKey) || !(seq > done && seq < from)) continue;
        const requestId = String(row.request);
        const [event] = Number(row.parts ?? 0) === 0 ? toEvents([row]) : [];
        found.push(...(event ? rowsIn(requestId, seq, event.record.body) : await rowsOf(requestId, seq)));
      }
      await put(found);
    }
    if (!isClosed()) await put([{ rowKey: aboutEndKey, seq: BigInt(from - 1) }]);
  }

  /** Does what was left over. One at a time; what fails is done the next time. */
  function work(): Promise<void> {
    working ??= (async () => {
      await writeNoted();
      await addOlder();
    })()
      .catch(() => undefined)
      .finally(() => {
        working = undefined;
      });
    return working;
  }

  async function isComplete(deadline: Deadline): Promise<boolean> {
    const [{ done, from }, noted] = await Promise.all([
      ends(deadline),
      reading(deadline, (signal) => table.page({ ...pendingOnes, properties: ['seq'], most: 1 }, undefined, signal)),
    ]);
    return from <= done + 1 && noted.rows.length === 0 && noted.next === undefined;
  }

  return {
    work,
    async find(
      accountId: string,
      { before, limit }: { before?: number; limit: number },
      deadline: Deadline,
    ): Promise<RequestsAbout> {
      let complete = await isComplete(deadline);
      if (!complete) {
        const patience = new AbortController();
        await Promise.race([
          work(),
          delay(Math.min(patienceMs, deadline.left() / 2), undefined, { signal: patience.signal }).catch(
            () => undefined,
          ),
        ]);
        patience.abort();
        complete = await isComplete(deadline);
      }
      const requests: { requestId: string; seq: number }[] = [];
      const range = { ...aboutRange(accountId, before), properties: ['request', 'seq'], most: limit };
      for await (const rows of pages(range, deadline)) {
        for (const { request, seq } of rows) requests.push({ requestId: String(request), seq: Number(seq) });
        if (requests.length >= limit) break;
      }
      return { requests: requests.slice(0, limit), complete };
    },
  };
}

/** A record that cannot be read is for whoever reads its request. */
function rowsIn(requestId: string, seq: number, body: string): readonly NewRow[] {
  try {
    const event = JSON.parse(body) as Requested;
    return event.type === 'Requested' ? rowsFor(requestId, seq, event) : [];
  } catch {
    return [];
  }
}

function unlessAbsent(error: unknown): void {
  if (!(error instanceof CallFailure && error.kind === 'absent')) throw error;
}
