import type { Person } from '../domain/account.ts';
import { isSamePlace, type KnownRequest } from '../domain/request.ts';
import { failedTargets } from '../domain/targets.ts';
import type { Base } from './policy.ts';
import { recorded } from './recorded.ts';
import type { Submit, Submitted } from './submit.ts';

export type AskedAgain =
  | Submitted
  /** Another person was quicker; this is the request that was made. */
  | { readonly kind: 'already'; readonly state: KnownRequest };

/** `retry`: for those that failed. `again`: for all that were done, because something was changed since. */
type AgainVerb = 'retry' | 'again';

const cameToNothing: ReadonlySet<KnownRequest['phase']> = new Set(['denied', 'cancelled', 'expired']);

/** For so long after its end a request can be done again; then a person who wants that types it. */
const againWithinMs = 24 * 60 * 60_000;

/**
 * A new request for accounts of a finished one, in the same conversation, by anyone who may ask. There is one at a time for
 * each finished request, however often and by how many people the button is pressed.
 * @throws DirectoryError when Graph could not be asked: nothing was recorded.
 */
export function createAskAgain(deps: Pick<Base, 'store' | 'ids' | 'clock'> & { readonly submit: Submit }) {
  const { store, submit, ids, clock } = deps;
  /** The request that asks again now, or the id for one: those that stand in no one's way any more are passed over. */
  async function latest(verb: AgainVerb, requestId: string): Promise<{ id: string; earlier: KnownRequest | null }> {
    let id = ids.retryOf(requestId, verb);
    for (;;) {
      const { state: earlier } = (await recorded(store, id)) ?? {};
      if (!earlier) return { id, earlier: null };
      const isOver = cameToNothing.has(earlier.phase) || (verb === 'again' && earlier.finishedAt !== null);
      if (earlier.successor) id = earlier.successor.id;
      else if (isOver) id = ids.retryOf(id, verb);
      else return { id, earlier };
    }
  }

  return async function askAgain(
    verb: AgainVerb,
    click: { requestId: string; by: Person; where: string },
  ): Promise<AskedAgain> {
    const { requestId, by, where } = click;
    const { state } = (await recorded(store, requestId)) ?? {};
    // From elsewhere a request does not exist: a person who guesses an id learns nothing.
    if (!state || !isSamePlace(where, state.request.conversation.id)) {
      return { kind: 'refused', code: 'unknownRequest' };
    }
    const { request, finishedAt, decision } = state;
    const targets = verb === 'retry' ? failedTargets(state) : request.targets;
    if (finishedAt === null || decision?.verb !== 'approve' || targets.length === 0) {
      return { kind: 'refused', code: 'nothingToRetry' };
    }
    if (verb === 'again' && clock.now().getTime() - Date.parse(finishedAt) > againWithinMs) {
      return { kind: 'refused', code: 'tooLongAgo' };
    }
    const own = request.self && request.by.id === by.id;
    // The requester may take it back, and so could keep their own account out of it.
    if (!own && targets.some(({ account }) => account.id === by.id)) return { kind: 'refused', code: 'isTarget' };
    const { id, earlier } = await latest(verb, requestId);
    if (earlier) return { kind: 'already', state: earlier };
    return submit({
      requestId: id,
      by,
      conversation: request.conversation,
      targets: own ? 'self' : targets.map(({ account }) => ({ kind: 'objectId', text: account.id })),
      reason: request.reason,
      dryRun: false,
      locale: request.locale,
    });
  };
}

export type AskAgain = ReturnType<typeof createAskAgain>;
