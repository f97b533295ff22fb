import type { Person } from '../domain/account.ts';
import type { HourlyUse, Rights } from '../domain/command.ts';
import type { People, Policy } from './policy.ts';
import type { AccountNow, Clock, Directory, RequestStore } from './ports.ts';

export const stranger: Rights = { member: false, enabled: false, requester: false, approver: false };

/**
 * What the directory says about a person now: never cached, because a person who lost a right must not use it a minute
 * longer. A person of another tenant is a stranger without any look-up.
 * @throws DirectoryError when it cannot be read: then no one may do anything.
 */
export function createReadRights(deps: {
  directory: Directory;
  people: People;
  tenantId: string;
  /** Apps that may ask, by client id. */
  alertClients: ReadonlySet<string>;
}) {
  const { directory, people, tenantId, alertClients } = deps;
  return async function readRights(person: Person): Promise<Rights> {
    if (person.tenantId !== tenantId) return stranger;
    if (person.app) {
      const requester = alertClients.has(person.id);
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
export function createReadHourlyUse(deps: { store: RequestStore; clock: Pick<Clock, 'now'>; policy: Policy }) {
  const { store, clock, policy } = deps;
  return async function readHourlyUse(requesterId: string): Promise<HourlyUse> {
    const since = new Date(clock.now().getTime() - hourMs).toISOString();
    return { used: await store.approvedSince(requesterId, since), most: policy.maxTargetsPerHour };
  };
}

export type ReadHourlyUse = ReturnType<typeof createReadHourlyUse>;
