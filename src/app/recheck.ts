import type { Change, Requested, Target } from '../domain/request.ts';
import { changeSince } from '../domain/targets.ts';
import { inParallel } from './in-parallel.ts';
import type { Directory, People } from './ports.ts';
import { readWithGroups } from './standing.ts';

const atOnce = 8;

/**
 * What has changed, since the card was made, in the accounts it shows. Read at the moment of approval.
 * @throws DirectoryError when it cannot be read: then nothing is approved.
 */
export function createRecheck({ directory, people }: { directory: Directory; people: People }) {
  const changeOf = async (shown: Target): Promise<readonly Change[]> => {
    const targetId = shown.account.id;
    const [known, roles] = await Promise.all([
      readWithGroups(directory, targetId, people.protectedUsers),
      directory.roles(targetId),
    ]);
    const isProtected = known !== null && known.groups.size > 0;
    const code = changeSince(shown, { account: known?.found.account ?? null, isProtected, roles });
    return code ? [{ targetId, code }] : [];
  };

  return async function recheck({ targets }: Requested): Promise<readonly Change[]> {
    return (await inParallel(targets, atOnce, changeOf)).flat();
  };
}

export type Recheck = ReturnType<typeof createRecheck>;
