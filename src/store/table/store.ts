import { UnreadableRequest } from '../../app/errors.ts';
import type { OpenedStore } from '../../app/ports.ts';
import { placeOf } from '../../domain/request.ts';
import { decode, requestIdsOf } from '../codec.ts';
import { type StoreDamaged, StoreError, stayDamaged } from '../damage.ts';
import { createTableAppend, type Read } from './append.ts';
import { type Deadline, deadlineIn, leastMs, repeated, type Times } from './calls.ts';
import {
  aboutRange,
  approvalsSince,
  eventsBeginning,
  eventsIn,
  eventsOf,
  isFirstOfRequest,
  numberKey,
  openOnes,
  type Range,
  type ReadEvent,
  readyKey,
} from './rows.ts';
import { change, createReader, type Row, type TableService } from './service.ts';
import { createWitness, openTable } from './tail.ts';

/** No call of the store takes longer than ten seconds; a slow line still gets some tries. */
const usual: Times = { callMs: 10_000, tryMs: 3000 };
/** The check whether the store is there does not wait as long as that. */
const checkMs = 4500;
/** Reads of a request that are not whole, before it counts as damaged. */
const mostTornReads = 4;
/** More requests than can begin with the same code, unless an attacker made them so. */
const mostAlike = 50;

/**
 * The store for several replicas: one table of Azure Table Storage, in which docs/audit.md says what is where.
 * An append is one transaction and durable when it returns. Every call ends within ten seconds, an append within ten
 * seconds of its turn.
 * @param tell is told once when the store turns out to be damaged
 * @throws StoreError when the table cannot be used, with a sentence that says why
 */
export async function openTableStore(
  table: TableService,
  times: Times = usual,
  tell: (damage: StoreDamaged) => void = () => {},
): Promise<OpenedStore> {
  const identity = await openTable(table, times);
  const reader = createReader(table, times);
  const witness = createWitness(reader, identity);
  await witness.readTail(deadlineIn(times));
  const append = createTableAppend(table, reader, witness, times);
  let closed = false;

  const begin = (callMs = times.callMs): Deadline => {
    if (closed) throw new StoreError('the store is closed');
    return deadlineIn({ ...times, callMs });
  };
  const rowsIn = async (range: Range, properties: readonly string[], deadline: Deadline) => {
    const rows: Row[] = [];
    for await (const page of reader.pages({ ...range, properties }, deadline)) rows.push(...page);
    return rows;
  };
  /** A row that was written before its request may lead to nothing, or to what another one wrote there. */
  const leadsThere = async ({ ahead, seq, request }: Row, deadline: Deadline) =>
    ahead !== true || (await reader.get(numberKey(Number(seq)), ['request'], deadline))?.request === request;

  const store: OpenedStore = {
    requestIdOf: requestIdsOf(identity),
    async read(requestId) {
      const deadline = begin();
      for (let tries = 1; ; tries += 1) {
        const found: ReadEvent[] = [];
        const pages = reader.pages({ ...eventsOf(requestId), properties: null }, deadline);
        for await (const event of eventsIn(pages)) found.push(event);
        const flaw = flawIn(requestId, found);
        if (flaw === null) {
          const records = found.map(({ record }) => record);
          const events = decode(requestId, records);
          const [first] = events;
          const last = records.at(-1);
          const place = first?.type === 'Requested' ? placeOf(first.conversation.id) : null;
          const version: Read = { requestId, count: records.length, hash: last?.hash ?? '', place };
          return { events, head: last?.link ?? '', version };
        }
        // The pages of a read are no snapshot: what looks torn may have been written between two of them.
        if (tries === mostTornReads || deadline.left() < leastMs) {
          throw new UnreadableRequest('damaged', `the trail of request ${requestId} is damaged at record ${flaw}`);
        }
      }
    },
    async append(version, events) {
      begin();
      return append(version as Read, events);
    },
    async openIds(place) {
      const rows = await rowsIn(openOnes(place), ['request', 'seq'], begin());
      return rows.toSorted((one, other) => Number(one.seq) - Number(other.seq)).map(({ request }) => String(request));
    },
    async idsBeginning(start) {
      const rows = await rowsIn(eventsBeginning(start), ['request'], begin());
      return rows
        .filter(({ rowKey }) => isFirstOfRequest(rowKey))
        .slice(0, mostAlike)
        .map(({ request }) => String(request));
    },
    async requestsAbout(accountId, { before, limit }) {
      const deadline = begin();
      const found: { requestId: string; seq: number }[] = [];
      const wanted = { ...aboutRange(accountId, before), properties: ['request', 'seq', 'ahead'], most: limit };
      for await (const rows of reader.pages(wanted, deadline)) {
        const there = await Promise.all(rows.map((row) => leadsThere(row, deadline)));
        for (const [index, { request, seq }] of rows.entries()) {
          if (there[index]) found.push({ requestId: String(request), seq: Number(seq) });
        }
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    async approvedSince(requesterId, since) {
      const rows = await rowsIn(approvalsSince(requesterId, since), ['targets'], begin());
      return rows.reduce((sum, { targets }) => sum + Number(targets), 0);
    },
    async check() {
      const deadline = begin(Math.min(checkMs, times.callMs));
      // A write that changes nothing: a permission that was taken away shows here, not at the next approval.
      const write = repeated(deadline, 'the store cannot be written', (signal) =>
        table.transact([change.put({ rowKey: readyKey })], signal),
      );
      await Promise.all([write, witness.readTail(deadline)]);
    },
    async close() {
      closed = true;
    },
  };
  return stayDamaged(store, tell);
}

/** The first position at which something is missing or half there; `null` when it is all of one piece. */
function flawIn(requestId: string, events: readonly ReadEvent[]): number | null {
  const flaw = events.findIndex(
    ({ whole, record }, position) => !whole || record.position !== position || record.requestId !== requestId,
  );
  if (flaw >= 0) return flaw;
  // An append is there as a whole or not at all.
  return events.length === 0 || events.at(-1)?.last ? null : events.length;
}
