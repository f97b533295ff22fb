import type { RefusalCode } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import type { KnownRequest, Person, RequestState, Verb } from '../domain/request.ts';
import type { RequestStore } from './ports.ts';
import type { RunCommand } from './run-command.ts';
import { type ReadStanding, stranger } from './standing.ts';

export interface Click {
  readonly requestId: string;
  readonly verb: Verb;
  readonly by: Person;
  /** Conversation id the click or the typed sentence came from. */
  readonly where: string;
}

export type Reviewed =
  | { readonly ok: true; readonly state: KnownRequest }
  | { readonly ok: false; readonly code: RefusalCode; readonly state: RequestState };

interface Deps {
  readonly store: RequestStore;
  readonly readStanding: ReadStanding;
  readonly runCommand: RunCommand;
}

/** Refusals about the person, as opposed to the state of the request; these go on record. */
const aboutThePerson: ReadonlySet<RefusalCode> = new Set([
  'notMember',
  'disabled',
  'notApprover',
  'notRequesterNorApprover',
  'isTarget',
  'onlySelf',
  'twoPersons',
]);

/**
 * Records a decision, durably, before anything is said or done about it.
 * @throws DirectoryError when the person's rights could not be read: nothing was decided.
 */
export function createReview({ store, readStanding, runCommand }: Deps) {
  return async function review(click: Click): Promise<Reviewed> {
    const { requestId, verb, by, where } = click;
    const { events } = await store.read(requestId);
    const state = fold(events);
    if (state.phase === 'none') return { ok: false, code: 'unknownRequest', state };
    // Once decided, the state alone is the answer, and it must be given even while Graph is away.
    const standing = state.phase === 'requested' ? await readStanding(by) : stranger;
    const ran = await runCommand(requestId, { type: verb, by, standing, where });
    if (!ran.ok) {
      const { code } = ran;
      if (aboutThePerson.has(code)) await runCommand(requestId, { type: 'noteRefusal', by, verb, code, where });
      return ran;
    }
    if (ran.state.phase === 'none') throw new Error('a decision without a request');
    return { ok: true, state: ran.state };
  };
}

export type Review = ReturnType<typeof createReview>;

/** The open request with this code in this conversation (or anywhere, when `isHere` says so), or `null`. */
export function createFindByCode({ store }: { store: RequestStore }) {
  return async function findByCode(code: string, isHere: (state: KnownRequest) => boolean): Promise<string | null> {
    for (const id of (await store.openIds()).filter((open) => open.startsWith(code))) {
      const state = fold((await store.read(id)).events);
      if (state.phase !== 'none' && state.request.code === code && isHere(state)) return id;
    }
    return null;
  };
}

export type FindByCode = ReturnType<typeof createFindByCode>;
