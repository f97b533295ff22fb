import type { Account, Known, Person } from '../domain/account.ts';
import type { HourlyUse, Rights } from '../domain/command.ts';
import type { Approvers, Requested } from '../domain/request.ts';
import { whoMayApprove } from '../domain/who-may.ts';
import { DirectoryError } from './errors.ts';
import type { Base } from './policy.ts';
import type { AccountNow, Directory } from './ports.ts';

export const stranger: Rights = { member: false, enabled: false, requester: false, approver: false };

/**
 * What the directory says about a person now: never cached, because a person who lost a right must not use it a minute
 * longer. A person of another tenant is a stranger without any look-up.
 * @throws DirectoryError when it cannot be read: then no one may do anything.
 */
export function createReadRights({ directory, policy, tenantId }: Pick<Base, 'directory' | 'policy' | 'tenantId'>) {
  const { people, alerts } = policy;
  return async function readRights(person: Person): Promise<Rights> {
    if (person.tenantId !== tenantId) return stranger;
    if (person.app) {
      const requester = alerts?.clients.has(person.id) ?? false;
      return { member: requester, enabled: requester, requester, approver: false, upn: person.id };
    }
    const known = await readWithGroups(directory, person.id, [...people.requesters, ...people.approvers]);
    if (!known) return stranger;
    const { found, groups } = known;
    return {
      member: !found.account.guest && !found.account.external,
      enabled: found.account.enabled,
      requester: people.requesters.some((id) => groups.has(id)),
      approver: people.approvers.some((id) => groups.has(id)),
      upn: found.account.upn,
    };
  };
}

export type ReadRights = ReturnType<typeof createReadRights>;

/** An account, and those of the ids that were asked about that are it or hold it. */
export interface WithGroups {
  readonly found: AccountNow;
  readonly groups: ReadonlySet<string>;
}

/** An account and its groups, read side by side; `null` when there is no such account. */
export async function readWithGroups(
  directory: Directory,
  id: string,
  ids: readonly string[],
): Promise<WithGroups | null> {
  const groups = membership(directory, id, ids);
  // Looked at below; without an account its failure says nothing.
  groups.catch(() => undefined);
  const found = await directory.read(id);
  return found && { found, groups: await groups };
}

/** Those of `ids` (users or groups) that are the person or hold the person. */
export async function membership(
  directory: Directory,
  personId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const others = [...new Set(ids)].filter((id) => id !== personId);
  const groups = others.length > 0 ? await directory.memberOf(personId, others) : new Set<string>();
  return ids.includes(personId) ? new Set([...groups, personId]) : groups;
}

const hourMs = 3_600_000;

/**
 * How much of `MAX_TARGETS_PER_HOUR` a requester has used. Approvals made at the same instant may each see the use
 * before the other's: the limit is a brake, not a lock.
 */
export function createReadHourlyUse({ store, clock, policy }: Pick<Base, 'store' | 'clock' | 'policy'>) {
  return async function readHourlyUse(requesterId: string): Promise<HourlyUse> {
    const since = new Date(clock.now().getTime() - hourMs).toISOString();
    return { used: await store.approvedSince(requesterId, since), most: policy.maxTargetsPerHour };
  };
}

export type ReadHourlyUse = ReturnType<typeof createReadHourlyUse>;

/** The card shows the first few and counts the rest; of these, those who are in the conversation are called. */
const mostNamed = 15;
const unknown = { known: false } as const;

type Asked = Pick<Requested, 'by' | 'self' | 'targets' | 'twoPersons'>;
export type FindApprovers = () => Promise<(asked: Asked) => Known<Approvers>>;

/**
 * Reads who is on the list of approvers; the answer says which of them could approve a given request. Never throws: a
 * list that cannot be read is "not available" on the card, and keeps no one from asking or deciding.
 */
export function createFindApprovers(
  { directory, log, policy }: Pick<Base, 'directory' | 'log' | 'policy'>,
  list: readonly string[] = policy.people.approvers,
): FindApprovers {
  return async function findApprovers() {
    let lists: readonly { readonly accounts: readonly Account[]; readonly complete: boolean }[];
    try {
      const read = await Promise.all(list.map((id) => directory.members(id).catch(ifMissing)));
      lists = read.filter((list) => list !== null);
      if (lists.length === 0) return () => unknown;
      if (lists.length < read.length) log.warn({}, 'APPROVERS names someone, or a group, that is not there');
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

export type FindNotified = (asked: Asked, approvers: Known<Approvers>) => Promise<Approvers['named']>;

/**
 * Who of those who can approve is called to it: the first few, or those of certain people and groups. Never the one who
 * asks. Never throws: whom to call is no reason not to ask.
 */
export function createFindNotified(deps: Pick<Base, 'directory' | 'log' | 'policy'>): FindNotified {
  const { directory, log } = deps;
  const { people, notify } = deps.policy;
  const find = createFindApprovers(deps, notify === 'approvers' ? [] : notify);
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
      log.warn({ err: error }, 'who is to be called could not be read; no one is');
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
