import { isTimeFor, wants } from '../domain/courtesy.ts';
import { fold } from '../domain/evolve.ts';
import type { Courtesy, KnownRequest } from '../domain/request.ts';
import { sayPatiently } from './patience.ts';
import { type Clock, type Log, NotifierError, type RequestStore } from './ports.ts';
import type { RunCommand } from './run-command.ts';

interface Deps {
  readonly store: Pick<RequestStore, 'read'>;
  readonly runCommand: RunCommand;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * On record before it is said, so that nobody is called twice; while the chat refuses it, it is said again, as long as it
 * helps anybody. When it cannot be said nobody waits for it.
 */
export function createSayOnce({ store, runCommand, clock, log }: Deps) {
  const isStillTime = async (requestId: string, what: Courtesy) => {
    const state = fold((await store.read(requestId)).events);
    return state.phase !== 'none' && isTimeFor(what, state, clock.now());
  };
  return async function sayOnce(
    requestId: string,
    state: KnownRequest,
    what: Courtesy,
    say: () => Promise<void>,
  ): Promise<void> {
    if (!wants(state, what)) return;
    const noticed = await runCommand(requestId, { type: 'notice', what });
    if (!noticed.ok) return;
    try {
      await sayPatiently(say, clock, () => isStillTime(requestId, what));
    } catch (error) {
      if (!(error instanceof NotifierError)) throw error;
      log.warn({ requestId, what, err: error }, 'nobody was told besides the card');
    }
  };
}

export type SayOnce = ReturnType<typeof createSayOnce>;
