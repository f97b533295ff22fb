import { failureOf } from '../call-failure.ts';
import { StoreError, TrailDamaged } from '../damage.ts';
import { type Identity, newIdentity } from '../identity.ts';
import { identityKey } from '../table-keys.ts';
import { checkEnd, endMissing, firstRows, hasEvents, readTailRow, toTail } from '../table-tail.ts';
import { type Deadline, deadlineIn, once, pause, repeated, storeError, type Times } from './calls.ts';
import type { TableService } from './service.ts';

/**
 * Makes sure that there is a table, that it is ours, and that its trail has its end. What is missing is made, but never
 * in place of something that was there. Creating is not even tried where the table exists, so that an identity that may
 * only read and write its rows is enough.
 * @throws StoreError with a sentence that says what is wrong
 */
export async function openTable(table: TableService, times: Times): Promise<Identity> {
  const deadline = deadlineIn(times.callMs);
  try {
    await createIfMissing(table, deadline, times);
    const row = (await readTailRow(table, deadline, times)) ?? (await begin(table, deadline, times));
    const { store } = toTail(row);
    const identity = await readIdentity(table, deadline, times);
    if (store === null || identity?.store !== store) throw new TrailDamaged(identityMissing);
    await checkEnd(table, deadline, times);
    return identity;
  } catch (error) {
    throw new StoreError(`cannot open the store ${table.name}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

const identityMissing = 'the identity of the table is missing; restore from a backup';

async function readIdentity(table: TableService, deadline: Deadline, times: Times): Promise<Identity | null> {
  const row = await repeated(deadline, times, 'the store cannot be read', (signal) =>
    table.get(identityKey, null, signal),
  );
  return typeof row?.store === 'string' && typeof row.secret === 'string'
    ? { store: row.store, secret: row.secret }
    : null;
}

async function createIfMissing(table: TableService, deadline: Deadline, times: Times): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    let creating = false;
    try {
      await once(deadline, times, async (signal) => {
        // Any row would do; whether it is there does not matter here.
        await table.get('tail', ['version'], signal).catch(async (error: unknown) => {
          if (failureOf(error).kind !== 'noTable') throw error;
          creating = true;
          await table.create(signal);
        });
      });
      return;
    } catch (error) {
      const failure = failureOf(error);
      if (creating && failure.kind === 'forbidden') {
        throw new StoreError('there is no such table, and the identity may not create it');
      }
      if (!failure.again || !(await pause(deadline, tries, failure))) throw storeError('it cannot be read', failure);
    }
  }
}

/** The first rows of an empty table. Another replica may be doing the same. */
async function begin(table: TableService, deadline: Deadline, times: Times) {
  const changes = firstRows(newIdentity()).map((row) => ({ kind: 'add', row }) as const);
  for (let tries = 1; ; tries += 1) {
    const events = await hasEvents(table, deadline, times);
    // Looked for after the events: whoever wrote those had it there.
    const row = await readTailRow(table, deadline, times);
    if (row) return row;
    if (events) throw new TrailDamaged(endMissing);
    try {
      await once(deadline, times, (signal) => table.transact(changes, signal));
    } catch (error) {
      const failure = failureOf(error);
      const again = failure.again || failure.kind === 'exists';
      if (!again || !(await pause(deadline, tries, failure))) throw storeError('it cannot be written', failure);
    }
  }
}
