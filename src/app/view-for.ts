import type { Person } from '../domain/account.ts';
import type { RefusalCode, Rights } from '../domain/command.ts';
import { decide } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import { type DecisionVerb, isSamePlace, type KnownRequest } from '../domain/request.ts';
import type { Clock, RequestStore } from './ports.ts';
import type { Click } from './read-for-click.ts';
import type { ReadHourlyUse, ReadRights } from './rights.ts';

/** What one person could do about an open request now, and why not approve it. */
export interface Powers {
  readonly may: ReadonlySet<DecisionVerb>;
  readonly whyNot: RefusalCode | null;
  readonly isRequester: boolean;
}

interface Looked {
  readonly state: KnownRequest;
  /** `null` when it is no longer open. */
  readonly powers: Powers | null;
}

interface Deps {
  readonly store: RequestStore;
  readonly readRights: ReadRights;
  readonly readHourlyUse: ReadHourlyUse;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
}

/** No decision is made by it. */
const sharedForMs = 2000;
const verbs: readonly DecisionVerb[] = ['approve', 'deny', 'cancel'];

/**
 * A request as one person may see it. Reads only: clients ask for it by themselves, whenever a person opens the chat.
 * `null`: there is no such request here.
 * @throws DirectoryError when the person's rights could not be read
 */
export function createLook({ store, readRights, readHourlyUse, clock }: Deps) {
  const shared = new Map<string, { readonly at: number; readonly rights: Promise<Rights> }>();
  /** A person who opens a chat full of cards is looked up once for all of them. */
  const rightsOf = (by: Person): Promise<Rights> => {
    const now = clock.elapsed();
    for (const [id, { at }] of shared) if (now - at >= sharedForMs) shared.delete(id);
    const known = shared.get(by.id);
    if (known) return known.rights;
    const rights = readRights(by);
    shared.set(by.id, { at: now, rights });
    return rights;
  };

  return async function look({ requestId, by, where }: Omit<Click, 'verb'>): Promise<Looked | null> {
    const state = fold((await store.read(requestId)).events);
    if (state.phase === 'none' || !isSamePlace(where, state.request.conversation.id)) return null;
    if (state.phase !== 'requested') return { state, powers: null };
    const rights = await rightsOf(by);
    const hourly = await readHourlyUse(state.request.by.id);
    const judged = verbs.map((type) => ({
      type,
      decision: decide({ type, by, rights, where, hourly }, state, clock.now()),
    }));
    const forbidden = judged.flatMap(({ type, decision }) =>
      decision.ok || decision.code === 'signInNeeded' ? [] : [{ type, code: decision.code }],
    );
    const may = new Set(verbs.filter((verb) => !forbidden.some(({ type }) => type === verb)));
    const whyNot = forbidden.find(({ type }) => type === 'approve')?.code ?? null;
    return { state, powers: { may, whyNot, isRequester: by.id === state.request.by.id } };
  };
}

export type Look = ReturnType<typeof createLook>;
