import { createBoundedMap } from '../base/bounded-map.ts';
import type { Person } from '../domain/account.ts';
import type { Rights } from '../domain/command.ts';
import type { Clock, KnownRecord } from './ports.ts';
import type { WithGroups } from './rights.ts';

/** What an approval read of accounts and people, and the record as it left it. */
export interface Handover {
  readonly known: KnownRecord;
  /** When the first of it was read, by `Clock.elapsed`. */
  readonly readAt: number;
  /** By object id of the account. */
  readonly accounts: ReadonlyMap<string, WithGroups | null>;
  readonly rights: readonly { readonly of: Person; readonly rights: Rights }[];
}

/**
 * A look that is younger than this, made for the approval itself, is the look before the write. Who becomes protected, or
 * loses a right, within that time is taken for what they were when the approver decided.
 */
export const countsForMs = 5000;
const mostLeft = 1000;

/** Left by an approval for what carries it out in the same process, once; a moment later it is worth nothing. */
export function createHandovers(clock: Pick<Clock, 'elapsed'>) {
  const left = createBoundedMap<string, Handover>(mostLeft);
  return {
    leave: (requestId: string, handover: Handover): void => left.set(requestId, handover),
    take(requestId: string): Handover | null {
      const handover = left.get(requestId);
      left.delete(requestId);
      return handover && clock.elapsed() - handover.readAt < countsForMs ? handover : null;
    },
  };
}

export type Handovers = ReturnType<typeof createHandovers>;
