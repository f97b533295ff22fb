import type { People } from './policy.ts';
import type { Clock, Directory, Log } from './ports.ts';

/** What is wrong with one entry of a list. */
interface ListProblem {
  readonly list: 'REQUESTERS' | 'APPROVERS' | 'PROTECTED_USERS';
  readonly id: string;
  /** `hidden`: a group whose members Graph leaves out of its answers, without a word. */
  readonly code: 'namesNoOne' | 'hidden';
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
        const code = entry === null ? 'namesNoOne' : entry === 'hiddenGroup' && isHidden ? 'hidden' : null;
        return code === null ? [] : [{ list: list as ListProblem['list'], id, code }];
      }),
    );
  };
}

const hourMs = 3_600_000;
/** While something is wrong, so that what is put right counts soon. */
const minuteMs = 60_000;

/** Keeps what is known of the lists: read at the start, and hourly from then on. */
export function createProtection(deps: {
  readonly checkLists: ReturnType<typeof createCheckLists>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Pick<Log, 'warn' | 'error'>;
}) {
  const { checkLists, clock, log } = deps;
  let latest: readonly ListProblem[] | null = null;
  let reading: Promise<readonly ListProblem[]> | undefined;

  const read = (): Promise<readonly ListProblem[]> => {
    reading ??= checkLists()
      .then((problems) => {
        latest = problems;
        for (const problem of problems) {
          const fields = { ...problem, what: whatIsWrong(problem) };
          if (problem.list === 'PROTECTED_USERS')
            log.error(fields, 'it is not known who is protected: no account is revoked');
          else log.warn(fields, 'an entry of a list counts for no one');
        }
        return problems;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };

  const isKnown = async () => unprotecting(latest ?? (await read())).length === 0;

  return {
    isKnown,
    /** @throws while it is not known who is protected */
    async check(): Promise<void> {
      if (!(await isKnown())) throw new Error('PROTECTED_USERS cannot be relied on, so no account is revoked');
    },
    /** @throws with sentences for the operator, when it is known that an entry cannot be relied on */
    async begin(): Promise<void> {
      const wrong = await read().catch((error: unknown) => {
        log.warn({ err: error }, 'the lists could not be read; until they are, no account is revoked');
        return [];
      });
      if (unprotecting(wrong).length === 0) return;
      throw new Error(`cannot start, because it is not known who is protected.\n${wrong.map(whatIsWrong).join('\n')}`);
    },
    /** Looks again and again, until the signal. What cannot be read leaves things as they are. */
    async watch(signal: AbortSignal): Promise<void> {
      for (;;) {
        const isRight = latest !== null && unprotecting(latest).length === 0;
        await clock.sleep(isRight ? hourMs : minuteMs, signal);
        if (signal.aborted) return;
        await read().catch((error: unknown) => log.warn({ err: error }, 'the lists could not be read'));
      }
    },
  };
}

function unprotecting(problems: readonly ListProblem[]): readonly ListProblem[] {
  return problems.filter(({ list }) => list === 'PROTECTED_USERS');
}

/** For the operator: what is wrong with the entry, and what to do. */
function whatIsWrong({ list, id, code }: ListProblem): string {
  return code === 'hidden'
    ? `${list} names ${id}, a group with hidden membership: grant the app Member.Read.Hidden with admin consent, or name another group.`
    : `${list} names ${id}, which is neither a user nor a group of this tenant: correct it, or remove it.`;
}
