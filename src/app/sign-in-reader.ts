import type { SignIn } from '../domain/findings.ts';
import { DirectoryError } from './errors.ts';
import type { Clock, EntraLogs, Log } from './ports.ts';

/** Requests are due at the same moments; so long those that come are waited for. */
const gatherMs = 1000;
/** About a minute's worth of Graph's limit; the rest have their turn then. */
const mostAccounts = 150;

interface Question {
  readonly accountIds: readonly string[];
  readonly since: string;
  readonly answered: PromiseWithResolvers<readonly SignIn[]>;
}

/**
 * Reads the sign-in log for many requests: what is asked while another question is under way, or at about the same moment,
 * is asked of Graph together. While Graph does not answer it fails for all of them.
 */
export function createSignInReader({
  logs,
  clock,
  log,
}: {
  readonly logs: Pick<EntraLogs, 'signIns'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
}) {
  const waiting: Question[] = [];
  let isReading = false;

  const next = (): readonly Question[] => {
    const ids = new Set<string>();
    const fits = waiting.findIndex(({ accountIds }, index) => {
      for (const id of accountIds) ids.add(id);
      return index > 0 && ids.size > mostAccounts;
    });
    return waiting.splice(0, fits < 0 ? waiting.length : fits);
  };

  const answer = async (questions: readonly Question[]): Promise<void> => {
    const ids = [...new Set(questions.flatMap(({ accountIds }) => accountIds))];
    const since = questions.map((question) => question.since).reduce((one, other) => (one < other ? one : other));
    try {
      const found = await logs.signIns(ids, since);
      for (const { accountIds, answered } of questions) {
        const own = new Set(accountIds);
        answered.resolve(found.filter(({ accountId }) => own.has(accountId)));
      }
    } catch (error) {
      const half = questions.length >> 1;
      // Pages without an end are about one of the accounts: the others are read without it.
      if (half > 0 && error instanceof DirectoryError && error.problem === 'rejected') {
        await answer(questions.slice(0, half));
        await answer(questions.slice(half));
        return;
      }
      log.warn({ accounts: ids.length, err: error }, 'the sign-in log could not be read; it is read again');
      for (const { answered } of questions) answered.reject(error);
    }
  };

  const readAll = async () => {
    isReading = true;
    while (waiting.length > 0) {
      await clock.sleep(gatherMs);
      await answer(next());
    }
    isReading = false;
  };

  /** @param since ISO 8601; what is earlier may come, too. @throws DirectoryError */
  return function signIns(accountIds: readonly string[], since: string): Promise<readonly SignIn[]> {
    const answered = Promise.withResolvers<readonly SignIn[]>();
    waiting.push({ accountIds, since, answered });
    if (!isReading) void readAll();
    return answered.promise;
  };
}
