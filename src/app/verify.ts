import type { KnownRequest } from '../domain/request.ts';
import type { Call, TargetResult } from '../domain/result.ts';
import { unverifiedTargets } from '../domain/targets.ts';
import { type Evidence, evidenceOf, isVerified } from '../domain/verified.ts';
import { inParallel } from './concurrency.ts';
import { DirectoryError } from './errors.ts';
import { ignoreGone } from './keep-trying.ts';
import type { Clock, Directory, Log, Notifier } from './ports.ts';
import type { RunCommand } from './run-command.ts';
import { after, type Next, never, now } from './takeover.ts';

/** Pauses before each look, in ms. Graph's reads lag behind its writes by moments. */
const readBackPauses: readonly number[] = [0, 250, 500, 1000, 2000, 4000];

/** No look begins later than this after the first. With slow reads that is fewer looks; the lease counts on it. */
const lastLookMs = 8000;

/** Looks whether a write took effect. Answers the time from which tokens are valid, or `null` when it did not show. */
export function createReadBack({ directory, clock }: { directory: Directory; clock: Clock }) {
  return async function readBack(call: Call, made: Pick<Evidence, 'sent' | 'acceptedAt'> = {}): Promise<string | null> {
    const began = clock.now().getTime();
    for (const pause of readBackPauses) {
      await clock.sleep(pause);
      if (clock.now().getTime() - began > lastLookMs) return null;
      try {
        const { validFrom = null, seen } = (await directory.read(call.targetId)) ?? {};
        if (validFrom !== null && isVerified({ validFrom, seen, before: call, ...made })) return validFrom;
      } catch (error) {
        // Not reading it now proves nothing either way; the next look may succeed.
        if (!(error instanceof DirectoryError)) throw error;
      }
    }
    return null;
  };
}

export type ReadBack = ReturnType<typeof createReadBack>;

/** When to look again, in ms after the result was known. Graph's reads may lag behind its writes by minutes. */
const minute = 60_000;
export const looks: readonly number[] = [
  minute / 2,
  minute,
  2 * minute,
  4 * minute,
  8 * minute,
  15 * minute,
  30 * minute,
  60 * minute,
];

/** Looks once more for the effects that did not show in time. Answers those that show now. */
export function createProve({ directory, clock }: { directory: Directory; clock: Pick<Clock, 'now'> }) {
  return async function prove(state: KnownRequest): Promise<readonly TargetResult[]> {
    const found = await inParallel(unverifiedTargets(state), async ({ account: { id } }) => {
      const call = state.calls.get(id);
      const reported = state.results.get(id);
      if (!call || !reported) return [];
      try {
        const { validFrom = null, seen } = (await directory.read(id)) ?? {};
        if (validFrom === null || !isVerified({ validFrom, seen, ...evidenceOf(call, reported) })) return [];
        const { attempt: _attempt, outcome: _outcome, ...report } = { code: null, ...reported };
        const { code: _code, ...known } = report;
        return [{ ...known, at: clock.now().toISOString(), outcome: 'verified', validFrom } satisfies TargetResult];
      } catch (error) {
        // Not reading it now proves nothing either way; the next look may succeed.
        if (!(error instanceof DirectoryError)) throw error;
        return [];
      }
    });
    return found.flat();
  };
}

export type Prove = ReturnType<typeof createProve>;

/**
 * The result said "not verified yet": looks again from time to time, and puts card and result right when it shows.
 * Every replica may do this; what they do is the same, and safe to repeat.
 */
export function createCorrect(deps: {
  readonly runCommand: RunCommand;
  readonly prove: Prove;
  readonly notifier: Pick<Notifier, 'updateCard' | 'updateResult'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}) {
  const { runCommand, prove, notifier, clock, log } = deps;
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
}
