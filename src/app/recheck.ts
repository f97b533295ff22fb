import type { AccountFacts, Change, ChangeCode, Renamed, Target } from '../domain/account.ts';
import type { Requested } from '../domain/request.ts';
import { changeSince, type TwoPersonRule } from '../domain/targets.ts';
import { inParallel } from './concurrency.ts';
import type { People, Policy } from './policy.ts';
import type { Directory } from './ports.ts';
import { readWithGroups, type WithGroups } from './rights.ts';

interface Found {
  readonly changes: readonly Change[];
  readonly renamed: readonly Renamed[];
  /** As they were read, by object id. */
  readonly accounts: ReadonlyMap<string, WithGroups | null>;
}

/**
 * What has changed, since the card was made, in the accounts it shows. Read at the moment of approval. A new name is no
 * such change: the object id is what is approved.
 * @throws DirectoryError when it cannot be read: then nothing is approved.
 */
export function createRecheck(deps: {
  directory: Directory;
  people: People;
  rule: TwoPersonRule;
  auth: Policy['auth'];
}) {
  const { directory, people, rule, auth } = deps;
  const operators = [...people.requesters, ...people.approvers];

  const lookAt = async (shown: Target, request: Requested): Promise<Found> => {
    const targetId = shown.account.id;
    const [known, roles] = await Promise.all([
      readWithGroups(directory, targetId, [...people.protectedUsers, ...operators]),
      directory.roles(targetId),
    ]);
    const account = known?.found.account ?? null;
    const hasNewName = account && (account.name !== shown.account.name || account.upn !== shown.account.upn);
    const change = changeOf(shown, request, known, roles);
    return {
      changes: change ? [{ targetId, code: change }] : [],
      renamed: hasNewName ? [{ targetId, name: account.name, upn: account.upn }] : [],
      accounts: new Map([[targetId, known]]),
    };
  };

  function changeOf(
    shown: Target,
    { twoPersons, self, privileged }: Requested,
    known: WithGroups | null,
    roles: AccountFacts['roles'],
  ): ChangeCode | null {
    const holds = (id: string) => known?.groups.has(id) ?? false;
    const isProtected = people.protectedUsers.some(holds);
    const asApp = auth === 'application';
    const code = changeSince(shown, { account: known?.found.account ?? null, isProtected, roles, asApp });
    // What the approver signs in for must show power over others, as it is now.
    const needsStrength = !asApp && !self && privileged === undefined;
    // Where two persons decide anyway, more weight changes nothing else that the card said.
    const isNews = twoPersons === null || needsStrength;
    if (code && (code !== 'rolesUnknown' || isNews)) return code;
    const needsTwo = rule === 'privileged' && twoPersons === null && !self;
    return (needsTwo || needsStrength) && operators.some(holds) ? 'gainedRole' : null;
  }

  return async function recheck(request: Requested): Promise<Found> {
    const found = await inParallel(request.targets, (target) => lookAt(target, request));
    return {
      changes: found.flatMap(({ changes }) => changes),
      renamed: found.flatMap(({ renamed }) => renamed),
      accounts: new Map(found.flatMap(({ accounts }) => [...accounts])),
    };
  };
}

export type Recheck = ReturnType<typeof createRecheck>;
