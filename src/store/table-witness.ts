import { StoreDamaged } from './damage.ts';
import type { Identity } from './identity.ts';
import { type Deadline, repeated, type Times } from './table/calls.ts';
import type { TableService } from './table/service.ts';
import { endMissing, readTailRow, type Tail, toTail } from './table-tail.ts';

/** The end of the trail as far as this process has seen it. */
type End = Pick<Tail, 'count' | 'head' | 'last'>;

export interface Witness {
  /** The end as it is now. @throws StoreDamaged when it is not one that can have come after what was seen */
  readTail(deadline: Deadline): Promise<Tail>;
  /** This process has written up to there. */
  saw(end: End): void;
}

/**
 * Remembers which store was opened and how far its trail went. A table that was put back to an earlier state, or was
 * deleted and made anew, is not the one this process speaks for.
 */
export function createWitness(table: TableService, { store }: Pick<Identity, 'store'>, times: Times): Witness {
  let seen: End = { count: 0, head: '', last: null };
  const saw = ({ count, head, last }: End) => {
    if (count > seen.count) seen = { count, head, last };
  };
  return {
    saw,
    async readTail(deadline) {
      const { count, head, last } = seen;
      const [row, record] = await Promise.all([
        readTailRow(table, deadline, times),
        last === null
          ? null
          : repeated(deadline, times, 'the store cannot be read', (signal) => table.get(last, ['link'], signal)),
      ]);
      if (!row) throw new StoreDamaged(endMissing);
      const tail = toTail(row);
      if (tail.store !== store) throw new StoreDamaged('the table is not the one that was opened');
      if (tail.count < count || (tail.count === count && tail.head !== head)) {
        throw new StoreDamaged(`the trail ends at record ${tail.count}, and this process has seen record ${count}`);
      }
      if (last !== null && record?.link !== head) {
        throw new StoreDamaged(`record ${count} is not the one that this process has seen`);
      }
      saw(tail);
      return tail;
    },
  };
}
