import { createBoundedMap } from '../base/bounded-map.ts';
import type { Command, RefusalCode } from '../domain/command.ts';
import { decide, maxRefusalsOnRecord } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import type { RequestState } from '../domain/request.ts';
import { VersionConflict } from './errors.ts';
import type { Clock, KnownRecord, RequestStore } from './ports.ts';

export type Ran =
  | { readonly ok: true; readonly state: RequestState; readonly known: KnownRecord }
  | { readonly ok: false; readonly code: RefusalCode; readonly state: RequestState };

/** More than refused clicks that can come between: they must not crowd out a decision made at the same moment. */
const maxTries = 2 * maxRefusalsOnRecord.all;

/**
 * Read, decide, append; and again when another append was quicker. This is how exactly one of many simultaneous
 * decisions wins: the others read the winner's event and are refused by the rules.
 *
 * `known` saves the first reading. It may be out of date: then nothing is appended, because its version is over, and
 * no command is refused by it, because it is read again first.
 */
export function createRunCommand(deps: {
  readonly store: RequestStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly remembered?: Pick<Remembered, 'note'>;
}) {
  const { store, clock, remembered } = deps;
  return async function runCommand(requestId: string, command: Command, known?: KnownRecord): Promise<Ran> {
    let guess = known;
    for (let tries = 1; ; tries += 1) {
      const { events, version } = guess ?? (await store.read(requestId));
      const state = fold(events);
      const decision = decide(command, state, clock.now());
      if (!decision.ok && guess === undefined) return { ...decision, state };
      guess = undefined;
      if (!decision.ok) continue;
      try {
        const written = await store.append(version, decision.events);
        const all = [...events, ...decision.events];
        const ran = { ok: true, state: fold(all), known: { events: all, version: written } } as const;
        remembered?.note(requestId, ran.known, ran.state);
        return ran;
      } catch (error) {
        if (!(error instanceof VersionConflict) || tries === maxTries) throw error;
      }
    }
  };
}

export type RunCommand = ReturnType<typeof createRunCommand>;

/** So many accounts are read in one round of calls. */
export const mostInOneRound = 8;
const mostRemembered = 1000;

/**
 * Requests that wait for a decision, as this process has left them. By it a click begins to read what it needs while the
 * record itself is read; nothing is decided by it. Only small ones are kept: of a large one the reads take longer.
 */
export function createRemembered() {
  const waiting = createBoundedMap<string, KnownRecord>(mostRemembered);
  return {
    get: waiting.get,
    note(requestId: string, known: KnownRecord, state: RequestState): void {
      const isSmall = state.phase === 'requested' && state.request.targets.length <= mostInOneRound;
      if (isSmall) waiting.set(requestId, known);
      else waiting.delete(requestId);
    },
  };
}

export type Remembered = ReturnType<typeof createRemembered>;
