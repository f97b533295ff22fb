import type { Target } from '../domain/account.ts';
import type { Change, Requested } from '../domain/request.ts';
import { changeSince, type TwoPersonRule } from '../domain/targets.ts';
import { inParallel } from './in-parallel.ts';
import type { Directory, People, Policy } from './ports.ts';
import { readWithGroups } from './standing.ts';

/**
 * What has changed, since the card was made, in the accounts it shows. Read at the moment of approval.
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

  const changeOf = async (shown: Target, { twoPersons, self, privileged }: Requested): Promise<readonly Change[]> => {
    const targetId = shown.account.id;
    const [known, roles] = await Promise.all([
      readWithGroups(directory, targetId, [...people.protectedUsers, ...operators]),
      directory.roles(targetId),
    ]);
    const holds = (id: string) => known?.groups.has(id) ?? false;
    const isProtected = people.protectedUsers.some(holds);
    const asApp = auth === 'application';
    const code = changeSince(shown, { account: known?.found.account ?? null, isProtected, roles, asApp });
    // What the approver signs in for must show power over others, as it is now.
    const needsStrength = !asApp && !self && privileged === undefined;
    // Where two persons decide anyway, more weight changes nothing else that the card said.
    const isNews = twoPersons === null || needsStrength;
    if (code && (code !== 'rolesUnknown' || isNews)) return [{ targetId, code }];
    const needsTwo = rule === 'privileged' && twoPersons === null && !self;
    return (needsTwo || needsStrength) && operators.some(holds) ? [{ targetId, code: 'gainedRole' }] : [];
  };

  return async function recheck(request: Requested): Promise<readonly Change[]> {
    return (await inParallel(request.targets, (target) => changeOf(target, request))).flat();
  };
}

export type Recheck = ReturnType<typeof createRecheck>;
