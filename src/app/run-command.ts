import type { Command, RefusalCode } from '../domain/command.ts';
import { decide, maxRefusalsOnRecord } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import type { RequestState } from '../domain/request.ts';
import { type Clock, type RequestStore, VersionConflict } from './ports.ts';

export type Ran =
  | { readonly ok: true; readonly state: RequestState }
  | { readonly ok: false; readonly code: RefusalCode; readonly state: RequestState };

/** More than refused clicks that can come between: they must not crowd out a decision made at the same moment. */
const maxTries = 2 * maxRefusalsOnRecord.all;

/**
 * Read, decide, append; and again when somebody else was quicker. This is how exactly one of many simultaneous
 * decisions wins: the others read the winner's event and are refused by the rules.
 */
export function createRunCommand({ store, clock }: { store: RequestStore; clock: Pick<Clock, 'now'> }) {
  return async function runCommand(requestId: string, command: Command): Promise<Ran> {
    for (let tries = 1; ; tries += 1) {
      const { events } = await store.read(requestId);
      const state = fold(events);
      const decision = decide(command, state, clock.now());
      if (!decision.ok) return { ...decision, state };
      try {
        await store.append(requestId, events.length, decision.events);
        return { ok: true, state: fold([...events, ...decision.events]) };
      } catch (error) {
        if (!(error instanceof VersionConflict) || tries === maxTries) throw error;
      }
    }
  };
}

export type RunCommand = ReturnType<typeof createRunCommand>;
