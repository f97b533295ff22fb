import type { Account, Approvers, Known, Requested } from '../domain/request.ts';
import { whoMayApprove } from '../domain/who-may.ts';
import { type Directory, DirectoryError, type Log, type People } from './ports.ts';

/** More names than this help nobody on a phone; the rest is counted. */
const mostNamed = 5;
const unknown = { known: false } as const;

export type FindApprovers = () => Promise<
  (asked: Pick<Requested, 'by' | 'self' | 'targets' | 'twoPersons'>) => Known<Approvers>
>;

/**
 * Reads who is on the list of approvers; the answer says which of them could approve a given request. Never throws: a
 * list that cannot be read is "not available" on the card, and keeps nobody from asking or deciding.
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
      // Perhaps somebody further down the list can.
      if (able.length === 0 && !complete) return unknown;
      const named = able.slice(0, mostNamed).map(nameOf);
      const requesterToo = able.some(({ id }) => id === by.id);
      return { known: true, value: { named, count: able.length, complete, requesterToo } };
    };
  };
}

function nameOf({ id, name }: { readonly id: string; readonly name: string }) {
  return { id, name };
}

/** A list that was deleted holds nobody. When none of them is there, that is no knowledge but a wrong setting. */
function ifMissing(error: unknown): null {
  if (error instanceof DirectoryError && error.problem === 'notFound') return null;
  throw error;
}
