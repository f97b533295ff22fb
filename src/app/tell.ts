import type { KnownRequest } from '../domain/request.ts';
import { type ClaimPost, NotOurPost } from './claim-post.ts';
import { ignoreGone } from './ignore-gone.ts';
import { leaseMs } from './lease.ts';
import { after, type Next, now } from './next.ts';
import type { Log, Notifier, SignIns } from './ports.ts';
import type { RunCommand } from './run-command.ts';
import type { Progress } from './show-progress.ts';
import type { UntilRecorded } from './until-recorded.ts';

interface Deps extends ClaimPost {
  readonly runCommand: RunCommand;
  readonly untilRecorded: UntilRecorded;
  readonly notifier: Pick<Notifier, 'postCard' | 'updateCard' | 'postResult'>;
  readonly progress: Pick<Progress, 'endFollows'>;
  /** Cards on their way to the chat. */
  readonly posting: ReadonlyMap<string, Promise<void>>;
  readonly signIns: Pick<SignIns, 'forget'>;
  readonly log: Log;
  /** Names this process among the replicas that share the store. */
  readonly worker: string;
}

/**
 * Tells what became of a request: card first (safe to repeat), then the message, then the record that both were done. A
 * card that is still on its way is waited for, because it has to end up showing this.
 */
export function createTell(deps: Deps) {
  const { runCommand, untilRecorded, notifier, progress, posting, claim, patienceFor, signIns, log, worker } = deps;

  return async function tell(requestId: string, state: KnownRequest, head: string, unchanged: number): Promise<Next> {
    const underWay = posting.get(requestId);
    if (underWay !== undefined) return { again: true, when: underWay };
    const patience = patienceFor(state);
    const byAnother = state.posting !== null && state.posting.worker !== worker;
    if (byAnother && unchanged < patience) return after(patience - unchanged);
    const { successor, decision } = state;
    if (decision) signIns.forget({ requestId, personId: decision.by.id });
    // Before the old card says that there is a new one. When it is there already, this changes nothing.
    if (successor) await runCommand(successor.id, { type: 'request', draft: successor.draft });
    // The log is the second witness of the trail, beside the chat.
    log.info({ requestId, phase: state.phase, head: head.slice(0, 12) }, 'finished');
    try {
      await say(requestId, state, state.decision?.verb === 'approve' ? head : null);
    } catch (error) {
      if (!(error instanceof NotOurPost)) throw error;
      return error.code === 'notYours' ? after(leaseMs) : now;
    }
    return successor ? { again: false, other: successor.id } : now;
  };

  async function say(requestId: string, state: KnownRequest, head: string | null): Promise<void> {
    let undeliverable: string | undefined;
    const unlessGone = ignoreGone((error) => {
      log.error({ requestId, err: error }, 'the chat no longer takes this; the trail has it');
      undeliverable = error.message;
    });
    progress.endFollows(requestId);
    let cardBehind = false;
    await notifier
      .updateCard(requestId, state)
      .catch(unlessGone)
      .catch((error: unknown) => {
        // A card that cannot be changed now must not keep the result from being told.
        if (head === null) throw error;
        cardBehind = true;
      });
    let messageId: string | null | undefined;
    if (head !== null) {
      undeliverable = undefined;
      messageId = await notifier.postResult(requestId, state, head, claim(requestId, 'result')).catch(unlessGone);
    } else if (state.cardIds.length === 0) {
      // The card never came while it could be decided, or nobody knows its id; silence would leave everybody waiting.
      const cardId = await notifier.postCard(requestId, state, claim(requestId, 'card')).catch(unlessGone);
      if (cardId) await untilRecorded(requestId, () => runCommand(requestId, { type: 'markCardPosted', cardId }));
    }
    await untilRecorded(requestId, () =>
      runCommand(requestId, {
        type: 'markTold',
        ...(messageId ? { messageId } : {}),
        ...(undeliverable === undefined ? {} : { undeliverable }),
        ...(cardBehind ? { cardBehind } : {}),
      }),
    );
  }
}
