import type { Account, Known } from '../domain/account.ts';
import type { Approvers, Requested } from '../domain/request.ts';
import { whoMayApprove } from '../domain/who-may.ts';
import { DirectoryError } from './errors.ts';
import type { People, Policy } from './policy.ts';
import type { Directory, Log } from './ports.ts';
import { membership } from './rights.ts';

/** The card shows the first few and counts the rest; of these, those who are in the conversation are called. */
const mostNamed = 15;
const unknown = { known: false } as const;

export type FindApprovers = () => Promise<
  (asked: Pick<Requested, 'by' | 'self' | 'targets' | 'twoPersons'>) => Known<Approvers>
>;

/**
 * Reads who is on the list of approvers; the answer says which of them could approve a given request. Never throws: a
 * list that cannot be read is "not available" on the card, and keeps no one from asking or deciding.
 */
export function createFindApprovers(deps: { directory: Directory; people: People; log: Log }): FindApprovers {
  const { directory, people, log } = deps;
  return async function findApprovers() {
    let lists: readonly { readonly accounts: readonly Account[]; readonly complete: boolean }[];
    try {
      const read = await Promise.all(people.approvers.map((id) => directory.members(id).catch(ifMissing)));
      lists = read.filter((list) => list !== null);
      if (lists.length === 0) return () => unknown;
      if (lists.length < read.length) log.warn({}, 'APPROVERS names somebody, or a group, that is not there');
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      log.warn({ err: error }, 'who can approve could not be read; the card says so');
      return () => unknown;
    }
    const listed = [...new Map(lists.flatMap(({ accounts }) => accounts).map((one) => [one.id, one])).values()];
    const complete = lists.every((list) => list.complete);

    return (asked) => {
      const { by, self } = asked;
      if (self) return { known: true, value: { named: [nameOf(by)], count: 1, complete: true, requesterToo: true } };
      const able = whoMayApprove(listed, asked).toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
      // Perhaps a person further down the list can.
      if (able.length === 0 && !complete) return unknown;
      const named = able.slice(0, mostNamed).map(nameOf);
      const requesterToo = able.some(({ id }) => id === by.id);
      return { known: true, value: { named, count: able.length, complete, requesterToo } };
    };
  };
}

export type FindNotified = (
  asked: Pick<Requested, 'by' | 'self' | 'targets' | 'twoPersons'>,
  approvers: Known<Approvers>,
) => Promise<Approvers['named']>;

/**
 * Who of those who can approve is called to it: the first few, or those of certain people and groups. Never the one who
 * asks. Never throws: whom to call is no reason not to ask.
 */
export function createFindNotified(deps: {
  directory: Directory;
  people: People;
  notify: Policy['notify'];
  log: Log;
}): FindNotified {
  const { directory, people, notify, log } = deps;
  const find = createFindApprovers({
    directory,
    people: { ...people, approvers: notify === 'approvers' ? [] : notify },
    log,
  });
  return async function findNotified(asked, approvers) {
    if (notify.length === 0) return [];
    const found = notify === 'approvers' ? approvers : await find().then((named) => named(asked));
    const named = found.known ? found.value.named : [];
    // A person who is called must be able to answer, whatever the list says.
    const able = new Set(notify === 'approvers' ? named.map(({ id }) => id) : await approversAmong(named));
    return named.filter(({ id }) => id !== asked.by.id && able.has(id));
  };

  async function approversAmong(named: Approvers['named']): Promise<readonly string[]> {
    try {
      const held = await Promise.all(named.map(({ id }) => membership(directory, id, people.approvers)));
      return named.filter((_, index) => (held[index]?.size ?? 0) > 0).map(({ id }) => id);
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      log.warn({ err: error }, 'who is to be called could not be read; nobody is');
      return [];
    }
  }
}

function nameOf({ id, name }: { readonly id: string; readonly name: string }) {
  return { id, name };
}

/** A list that was deleted holds no one. When none of them is there, that is a wrong setting. */
function ifMissing(error: unknown): null {
  if (error instanceof DirectoryError && error.problem === 'notFound') return null;
  throw error;
}
