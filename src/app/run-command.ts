import type { Command, RefusalCode } from '../domain/command.ts';
import { decide, maxRefusalsOnRecord } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import type { RequestState } from '../domain/request.ts';
import { type Clock, type RequestStore, UnreadableRequest, VersionConflict } from './ports.ts';

export type Ran =
  | { readonly ok: true; readonly state: RequestState }
  | { readonly ok: false; readonly code: RefusalCode; readonly state: RequestState };

/** More than refused clicks that can come between: they must not crowd out a decision made at the same moment. */
const maxTries = 2 * maxRefusalsOnRecord.all;

/**
 * Read, decide, append; and again when another append was quicker. This is how exactly one of many simultaneous
 * decisions wins: the others read the winner's event and are refused by the rules.
 */
export function createRunCommand({ store, clock }: { store: RequestStore; clock: Pick<Clock, 'now'> }) {
  return async function runCommand(requestId: string, command: Command): Promise<Ran> {
    for (let tries = 1; ; tries += 1) {
      const { events, version } = await store.read(requestId);
      const state = fold(events);
      const decision = decide(command, state, clock.now());
      if (!decision.ok) return { ...decision, state };
      try {
        await store.append(version, decision.events);
        return { ok: true, state: fold([...events, ...decision.events]) };
      } catch (error) {
        if (!(error instanceof VersionConflict) || tries === maxTries) throw error;
      }
    }
  };
}

export type RunCommand = ReturnType<typeof createRunCommand>;

/** What was read, or why it cannot be read here, for callers that can do without. */
export async function unlessUnreadable<T>(reading: Promise<T>): Promise<T | UnreadableRequest> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UnreadableRequest) return error;
    throw error;
  }
}

/** Of those that could not be read, the one to speak of: a person has to look at damage. */
export function worst(unreadable: readonly UnreadableRequest[]): UnreadableRequest | undefined {
  return unreadable.find(({ why }) => why === 'damaged') ?? unreadable[0];
}
