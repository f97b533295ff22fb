import type { KnownRequest } from '../domain/request.ts';
import type { Call, TargetResult } from '../domain/result.ts';
import { unverifiedTargets } from '../domain/targets.ts';
import { type Evidence, evidenceOf, isVerified } from '../domain/verified.ts';
import { inParallel } from './concurrency.ts';
import { DirectoryError } from './errors.ts';
import { ignoreGone } from './keep-trying.ts';
import type { Base } from './policy.ts';
import type { Directory } from './ports.ts';
import type { RunCommand } from './run-command.ts';
import { after, type Next, never, now } from './takeover.ts';

/** Pauses before each look, in ms. Graph's reads lag behind its writes by moments. */
const readBackPauses: readonly number[] = [0, 250, 500, 1000, 2000, 4000];

/** No look begins later than this after the first. With slow reads that is fewer looks; the lease counts on it. */
const lastLookMs = 8000;

/** The time from which tokens are valid where the account shows that it is this call's; `null` where that does not show now. */
async function validSince(
  directory: Directory,
  accountId: string,
  evidence: Omit<Evidence, 'validFrom' | 'seen'>,
): Promise<string | null> {
  try {
    const { validFrom = null, seen } = (await directory.read(accountId)) ?? {};
    return validFrom !== null && isVerified({ validFrom, seen, ...evidence }) ? validFrom : null;
  } catch (error) {
    // Not reading it now proves nothing either way; the next look may succeed.
    if (!(error instanceof DirectoryError)) throw error;
    return null;
  }
}

/** Looks whether a write took effect. Answers the time from which tokens are valid, or `null` when it did not show. */
export function createReadBack({ directory, clock }: Pick<Base, 'directory' | 'clock'>) {
  return async function readBack(call: Call, made: Pick<Evidence, 'sent' | 'acceptedAt'> = {}): Promise<string | null> {
    const began = clock.now().getTime();
    for (const pause of readBackPauses) {
      await clock.sleep(pause);
      if (clock.now().getTime() - began > lastLookMs) return null;
      const validFrom = await validSince(directory, call.targetId, { before: call, ...made });
      if (validFrom !== null) return validFrom;
    }
    return null;
  };
}

export type ReadBack = ReturnType<typeof createReadBack>;

/** When to look again, in ms after the result was known. Graph's reads may lag behind its writes by minutes. */
export const looks: readonly number[] = [0.5, 1, 2, 4, 8, 15, 30, 60].map((minutes) => minutes * 60_000);

/**
 * The result said "not verified yet": looks again from time to time, and puts card and result right when it shows.
 * Every replica may do this; what they do is the same, and safe to repeat.
 */
export function createCorrect(
  deps: Pick<Base, 'directory' | 'notifier' | 'clock' | 'log'> & { readonly runCommand: RunCommand },
) {
  const { directory, runCommand, notifier, clock, log } = deps;
  /** Which look for a late effect was the last one that found nothing. */
  const looked = new Map<string, number>();

  return async function correct(requestId: string, state: KnownRequest, head: string): Promise<Next> {
    if (state.unshown > 0) {
      const unlessGone = ignoreGone((error) =>
        log.error({ requestId, err: error }, 'the result could not be corrected'),
      );
      if (state.cardBehind) await notifier.updateCard(requestId, state).catch(unlessGone);
      await notifier.updateResult(requestId, state, head).catch(unlessGone);
      await runCommand(requestId, { type: 'markCorrected', shown: state.unshown });
      return now;
    }
    if (state.proof === 'none') return never;
    const since = clock.now().getTime() - Date.parse(state.finishedAt ?? state.request.at);
    const look = looks.findLastIndex((at) => at <= since);
    const next = looks[look + 1];
    if (look < 0 || looked.get(requestId) === look) return after((next ?? 0) - since);
    const results = await prove(state);
    if (results.length > 0) await runCommand(requestId, { type: 'noteProof', results });
    else if (next === undefined) await runCommand(requestId, { type: 'giveUpProof' });
    if (results.length > 0 || next === undefined) looked.delete(requestId);
    else looked.set(requestId, look);
    return now;
  };

  /** Looks once more for the effects that did not show in time. Answers those that show now. */
  async function prove(state: KnownRequest): Promise<readonly TargetResult[]> {
    const found = await inParallel(unverifiedTargets(state), async ({ account: { id } }) => {
      const call = state.calls.get(id);
      const reported = state.results.get(id);
      const validFrom = call && reported && (await validSince(directory, id, evidenceOf(call, reported)));
      if (!validFrom) return [];
      const { attempt: _attempt, outcome: _outcome, code: _code, ...known } = { code: null, ...reported };
      return [{ ...known, at: clock.now().toISOString(), outcome: 'verified', validFrom } satisfies TargetResult];
    });
    return found.flat();
  }
}
