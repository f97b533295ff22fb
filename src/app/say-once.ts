import { wants } from '../domain/courtesy.ts';
import type { Courtesy, KnownRequest } from '../domain/request.ts';
import { type Log, NotifierError } from './ports.ts';
import type { RunCommand } from './run-command.ts';

/** On record before it is said, so that nobody is called twice. When it cannot be said nobody waits for it. */
export function createSayOnce({ runCommand, log }: { runCommand: RunCommand; log: Log }) {
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
      await say();
    } catch (error) {
      if (!(error instanceof NotifierError)) throw error;
      log.warn({ requestId, what, err: error }, 'nobody was told besides the card');
    }
  };
}

export type SayOnce = ReturnType<typeof createSayOnce>;
