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

  /** Another replica may have ended it meanwhile: then the end has to be shown over what came after it. */
  async function showEnd(requestId: string): Promise<void> {
    const state = fold((await store.read(requestId)).events);
    if (state.phase !== 'none' && state.finishedAt !== null) await notifier.updateCard(requestId, state);
  }

  return {
    show(requestId, state) {
      if (state.cardIds.length === 0 || onItsWay.has(requestId)) return;
      const mark = { endFollows: false };
      onItsWay.set(requestId, mark);
      notifier
        .updateCard(requestId, state)
        .catch((error: unknown) => {
          log.warn({ requestId, err: error }, 'the card could not be updated; it will be with the result');
        })
        .then(() => (mark.endFollows ? undefined : showEnd(requestId)))
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
