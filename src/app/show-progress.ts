import { fold } from '../domain/evolve.ts';
import type { KnownRequest } from '../domain/request.ts';
import type { Log, Notifier, RequestStore } from './ports.ts';

interface Deps {
  readonly store: Pick<RequestStore, 'read'>;
  readonly notifier: Pick<Notifier, 'updateCard'>;
  readonly log: Log;
}

export interface Progress {
  /**
   * Shows the state on the card, beside everything else: neither Graph nor the next batch waits for the chat, and only
   * one at a time is on its way, so that behind a slow chat the result does not stand in a queue of them.
   */
  show(requestId: string, state: KnownRequest): void;
  /** From here on this process shows the end, behind whatever of this is still on its way. */
  endFollows(requestId: string): void;
}

/** Progress is a courtesy: where it cannot be shown, the result comes all the same. */
export function createProgress({ store, notifier, log }: Deps): Progress {
  const onItsWay = new Map<string, { endFollows: boolean }>();

  /** The request when it is over; another replica may have ended it. */
  async function ended(requestId: string): Promise<KnownRequest | null> {
    const state = fold((await store.read(requestId)).events);
    return state.phase !== 'none' && state.finishedAt !== null ? state : null;
  }

  /** When its turn in the chat comes it may be late. */
  async function begin(requestId: string): Promise<void> {
    if (await ended(requestId)) throw new TooLate();
  }

  /** What was sent in time may have arrived late: then the end has to be shown over it. */
  async function showEnd(requestId: string): Promise<void> {
    const state = await ended(requestId);
    if (state) await notifier.updateCard(requestId, state);
  }

  return {
    show(requestId, state) {
      if (state.cardIds.length === 0 || onItsWay.has(requestId)) return;
      const mark = { endFollows: false };
      onItsWay.set(requestId, mark);
      notifier
        .updateCard(requestId, state, () => begin(requestId))
        .then(
          () => true,
          (error: unknown) => {
            if (error instanceof TooLate) return false;
            log.warn({ requestId, err: error }, 'the card could not be updated; it will be with the result');
            return true;
          },
        )
        .then((isSent) => (isSent && !mark.endFollows ? showEnd(requestId) : undefined))
        .catch((error: unknown) => {
          log.error({ requestId, err: error }, 'the card may show progress although all is over');
        })
        .finally(() => onItsWay.delete(requestId));
    },
    endFollows(requestId) {
      const mark = onItsWay.get(requestId);
      if (mark) mark.endFollows = true;
    },
  };
}

/** All was over before the progress could be sent. */
class TooLate extends Error {
  override readonly name = 'TooLate';
}
