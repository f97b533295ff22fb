import { createBoundedMap } from '../base/bounded-map.ts';
import { afterAnswer, type Said } from '../domain/delivery.ts';
import { isTrailDamaged, NotifierError, UnreadableRequest } from './errors.ts';
import type { Clock, Log, Notifier } from './ports.ts';

/** A failure so long after the last one is a new trouble. */
const afreshMs = 120_000;
const mostRemembered = 10_000;

interface Trouble {
  readonly since: number;
  readonly last: number;
  readonly tries: number;
}

/** What a failure means after so many others: the same one with the pause before the next try, or `gone` in the end. */
function judge(error: NotifierError, what: Said, tries: number, triedMs: number): NotifierError {
  if (error.kind === 'gone') return error;
  const { status, code, retryAfterMs, message, cause } = error;
  const next = afterAnswer({ status, code, retryAfterMs }, what, tries, triedMs);
  return next.do === 'retry'
    ? new NotifierError('transient', message, { status, code, retryAfterMs: next.afterMs, triedMs, cause })
    : new NotifierError('gone', message, { status, code, triedMs, cause });
}

/**
 * Says it in this process until it is said, for what no other process would say again.
 * @param still asked before each further try: whether it still helps anyone
 * @throws NotifierError when it is undeliverable
 */
export async function sayPatiently<T>(
  say: () => Promise<T>,
  clock: Pick<Clock, 'elapsed' | 'sleep'>,
  still: () => Promise<boolean> = async () => true,
): Promise<T | undefined> {
  const since = clock.elapsed();
  for (let tries = 1; ; tries += 1) {
    try {
      return await say();
    } catch (error) {
      if (!(error instanceof NotifierError)) throw error;
      const judged = judge(error, 'words', tries, clock.elapsed() - since);
      if (judged.kind === 'gone') throw judged;
      await clock.sleep(judged.retryAfterMs ?? 0);
      if (!(await still())) return undefined;
    }
  }
}

/**
 * The chat for what stands in a record, and is said again by the replica that does the next step of the request. Remembers
 * for how long each thing has been refused, so that a passing fault loses nothing and a lasting one has an end; after a
 * restart the time begins anew.
 */
export function createKeepTrying(notifier: Notifier, clock: Pick<Clock, 'elapsed'>): Notifier {
  const troubles = createBoundedMap<string, Trouble>(mostRemembered);
  async function patiently<T>(key: string, say: () => Promise<T>): Promise<T> {
    try {
      const said = await say();
      troubles.delete(key);
      return said;
    } catch (error) {
      if (!(error instanceof NotifierError)) throw error;
      const now = clock.elapsed();
      const known = troubles.get(key);
      const { since, tries } = known && now - known.last < afreshMs ? known : { since: now, tries: 0 };
      const judged = judge(error, 'card', tries + 1, now - since);
      if (judged.kind === 'transient') troubles.set(key, { since, last: now, tries: tries + 1 });
      else troubles.delete(key);
      throw judged;
    }
  }
  return {
    postCard: (id, ...more) => patiently(`card ${id}`, () => notifier.postCard(id, ...more)),
    updateCard: (id, state, begin) =>
      patiently(`update ${id} ${state.phase}`, () => notifier.updateCard(id, state, begin)),
    postResult: (id, ...more) => patiently(`result ${id}`, () => notifier.postResult(id, ...more)),
    updateResult: (id, ...more) => patiently(`correction ${id}`, () => notifier.updateResult(id, ...more)),
    postBack: (id, ...more) => patiently(`back ${id}`, () => notifier.postBack(id, ...more)),
    // Their callers try them again.
    postNotice: (...what) => notifier.postNotice(...what),
    postUnreachable: (...what) => notifier.postUnreachable(...what),
    postFollow: (...what) => notifier.postFollow(...what),
    postAttempt: (...what) => notifier.postAttempt(...what),
  };
}

/** Catches that it cannot be said at all; everything else may work later. */
export function ignoreGone(note: (error: NotifierError) => void) {
  return (error: unknown): undefined => {
    if (!(error instanceof NotifierError) || error.kind !== 'gone') throw error;
    note(error);
  };
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** Then another process, or this one later, finds out that it may stand in the chat. */
const patienceMs = 10 * 60_000;

/**
 * What was posted stands in the chat, and this process alone knows it: when the record fails, the record is repeated and
 * the post is not.
 */
export function createUntilRecorded({ clock, log }: { clock: Pick<Clock, 'elapsed' | 'sleep'>; log: Log }) {
  return async function untilRecorded<T>(requestId: string, record: () => Promise<T>): Promise<T> {
    const since = clock.elapsed();
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return await record();
      } catch (error) {
        const isFinal = isTrailDamaged(error) || error instanceof UnreadableRequest;
        if (isFinal || clock.elapsed() - since >= patienceMs) throw error;
        log.warn({ requestId, err: error, pauseMs }, 'what was posted is not on record yet; the record is tried again');
        await clock.sleep(pauseMs);
      }
    }
  };
}
