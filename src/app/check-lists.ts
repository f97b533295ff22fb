import type { Directory, People } from './ports.ts';

/** What is wrong with one entry of a list. */
export interface ListProblem {
  readonly list: 'REQUESTERS' | 'APPROVERS' | 'PROTECTED_USERS';
  readonly id: string;
  /** `hidden`: a group whose members Graph leaves out of its answers, without a word. */
  readonly code: 'namesNobody' | 'hidden';
}

/**
 * Reads what each entry of the three lists names: it has to be there, and Graph has to tell who is in it. Who is protected
 * by an entry that Graph is silent about would be revoked.
 * @throws DirectoryError when it cannot be read: nothing is known then
 */
export function createCheckLists(deps: {
  readonly directory: Pick<Directory, 'entry'>;
  readonly people: People;
  /** Whether the app may see who is in groups that hide it; asked for only where there is such a group. */
  readonly seesHidden: () => Promise<boolean>;
}) {
  const { directory, people, seesHidden } = deps;
  const lists = { REQUESTERS: people.requesters, APPROVERS: people.approvers, PROTECTED_USERS: people.protectedUsers };

  return async function checkLists(): Promise<readonly ListProblem[]> {
    const ids = [...new Set(Object.values(lists).flat())];
    const entries = new Map(await Promise.all(ids.map(async (id) => [id, await directory.entry(id)] as const)));
    const isHidden = [...entries.values()].includes('hiddenGroup') && !(await seesHidden());
    return Object.entries(lists).flatMap(([list, named]) =>
      named.flatMap((id): readonly ListProblem[] => {
        const entry = entries.get(id);
        const code = entry === null ? 'namesNobody' : entry === 'hiddenGroup' && isHidden ? 'hidden' : null;
        return code === null ? [] : [{ list: list as ListProblem['list'], id, code }];
      }),
    );
  };
}

export type CheckLists = ReturnType<typeof createCheckLists>;
