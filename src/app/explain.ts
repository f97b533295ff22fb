import type { RefusalCode } from '../domain/command.ts';
import { decide } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import type { RequestState } from '../domain/request.ts';
import type { Base } from './policy.ts';
import type { Click } from './read-for-click.ts';
import type { RunCommand } from './run-command.ts';

/** `reason: null` asks whether one may be given. */
type Given = Omit<Click, 'verb' | 'reason' | 'token'> & { readonly reason: string | null };

/** Puts on record why a request was denied. Asks the directory nothing: who denied it is on record. */
export function createExplain({
  store,
  clock,
  runCommand,
}: Pick<Base, 'store' | 'clock'> & { runCommand: RunCommand }) {
  return async function explain({
    requestId,
    by,
    where,
    reason,
  }: Given): Promise<{ readonly state: RequestState; readonly refused: RefusalCode | null }> {
    const command = { type: 'explain', by, where, reason: reason ?? '' } as const;
    if (reason !== null) {
      const ran = await runCommand(requestId, command);
      return { state: ran.state, refused: ran.ok ? null : ran.code };
    }
    const state = fold((await store.read(requestId)).events);
    const decision = decide(command, state, clock.now());
    return { state, refused: decision.ok ? null : decision.code };
  };
}
