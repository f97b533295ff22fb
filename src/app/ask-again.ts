import type { Person } from '../domain/account.ts';
import { fold } from '../domain/evolve.ts';
import { isSamePlace, type KnownRequest } from '../domain/request.ts';
import { failedTargets } from '../domain/targets.ts';
import type { Ids, RequestStore } from './ports.ts';
import type { Submit, Submitted } from './submit.ts';

export type AskedAgain =
  | Submitted
  /** Somebody was quicker; this is the request that was made. */
  | { readonly kind: 'already'; readonly state: KnownRequest };

const cameToNothing: ReadonlySet<KnownRequest['phase']> = new Set(['denied', 'cancelled', 'expired']);

/**
 * A new request for those of a finished one that failed, in the same conversation, by anyone who may ask. There is one
 * at a time for each finished request, however often and by how many people the button is pressed.
 * @throws DirectoryError when Graph could not be asked: nothing was recorded.
 */
export function createAskAgain(deps: { store: RequestStore; submit: Submit; ids: Pick<Ids, 'retryOf'> }) {
  const { store, submit, ids } = deps;
  /** The request that asks again now, or the id for one: those that came to nothing do not stand in the way. */
  async function latest(requestId: string): Promise<{ retryId: string; earlier: KnownRequest | null }> {
    let retryId = ids.retryOf(requestId);
    for (;;) {
      const earlier = fold((await store.read(retryId)).events);
      if (earlier.phase === 'none') return { retryId, earlier: null };
      if (earlier.successor) retryId = earlier.successor.id;
      else if (cameToNothing.has(earlier.phase)) retryId = ids.retryOf(retryId);
      else return { retryId, earlier };
    }
  }

  return async function askAgain(click: { requestId: string; by: Person; where: string }): Promise<AskedAgain> {
    const { requestId, by, where } = click;
    const state = fold((await store.read(requestId)).events);
    // From elsewhere a request does not exist: whoever guesses an id learns nothing.
    if (state.phase === 'none' || !isSamePlace(where, state.request.conversation.id)) {
      return { kind: 'refused', code: 'unknownRequest' };
    }
    const failed = failedTargets(state);
    if (state.finishedAt === null || failed.length === 0) return { kind: 'refused', code: 'nothingToRetry' };
    const { request } = state;
    const own = request.self && request.by.id === by.id;
    // Whoever asks may take back, and so could keep their own account out of it.
    if (!own && failed.some(({ account }) => account.id === by.id)) return { kind: 'refused', code: 'isTarget' };
    const { retryId, earlier } = await latest(requestId);
    if (earlier) return { kind: 'already', state: earlier };
    return submit({
      requestId: retryId,
      by,
      conversation: request.conversation,
      targets: own ? 'self' : failed.map(({ account }) => ({ kind: 'objectId', text: account.id })),
      reason: request.reason,
      dryRun: false,
      locale: request.locale,
    });
  };
}

export type AskAgain = ReturnType<typeof createAskAgain>;
