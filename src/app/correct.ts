import type { KnownRequest } from '../domain/request.ts';
import { ignoreGone } from './ignore-gone.ts';
import { after, type Next, now } from './next.ts';
import type { Clock, Log, Notifier } from './ports.ts';
import { looks, type Prove } from './prove.ts';
import type { RunCommand } from './run-command.ts';

interface Deps {
  readonly runCommand: RunCommand;
  readonly prove: Prove;
  readonly notifier: Pick<Notifier, 'updateCard' | 'updateResult'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/**
 * The result said "not verified yet": looks again from time to time, and puts card and result right when it shows.
 * Every replica may do this; what they do is the same, and safe to repeat.
 */
export function createCorrect({ runCommand, prove, notifier, clock, log }: Deps) {
  /** Which look for a late effect was the last one that found nothing. */
  const looked = new Map<string, number>();

  return async function correct(requestId: string, state: KnownRequest, head: string): Promise<Next> {
    if (state.proof === 'found') {
      const unlessGone = ignoreGone((error) =>
        log.error({ requestId, err: error }, 'the result could not be corrected'),
      );
      await notifier.updateCard(requestId, state).catch(unlessGone);
      await notifier.updateResult(requestId, state, head).catch(unlessGone);
      await runCommand(requestId, { type: 'markCorrected' });
      return now;
    }
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
