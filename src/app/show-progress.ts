import { fold } from '../domain/evolve.ts';
import type { KnownRequest } from '../domain/request.ts';
import type { Clock, Log, Notifier, RequestStore } from './ports.ts';

/** Whoever waits for the progress that long is not told too soon. */
const showWithinMs = 250;

interface Deps {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly store: Pick<RequestStore, 'read'>;
  readonly notifier: Pick<Notifier, 'updateCard'>;
  readonly log: Log;
}

export interface Progress {
  /**
   * Shows the state on the card, beside everything else: neither Graph nor the next batch waits for the chat, and only
   * one at a time is on its way, so that behind a slow chat the result does not stand in a queue of them.
   * @param writing settles when the writes are on their way: what a card takes to make would hold them back
   */
  show(requestId: string, state: KnownRequest, writing: Promise<void>): void;
  /** From here on this process shows the end, behind whatever of this is still on its way. */
  endFollows(requestId: string): void;
}

/** Progress is a courtesy: where it cannot be shown, the result comes all the same. */
export function createProgress({ store, notifier, log, clock }: Deps): Progress {
  const onItsWay = new Map<string, { endFollows: boolean }>();

  async function untilWriting(writing: Promise<void>): Promise<void> {
    const isWriting = writing.then(() => true);
    if (await Promise.race([isWriting, soon().then(() => false)])) return soon();
    await Promise.race([writing.then(soon), clock.sleep(showWithinMs)]);
  }

  /** The request when progress would hide what the card has to show: another replica may have ended it, or a sign-in was lost. */
  async function beyondProgress(requestId: string): Promise<KnownRequest | null> {
    const state = fold((await store.read(requestId)).events);
    if (state.phase === 'none') return null;
    return state.finishedAt !== null || state.signIn?.worker === null ? state : null;
  }

  /** When its turn in the chat comes it may be late. */
  async function begin(requestId: string): Promise<void> {
    if (await beyondProgress(requestId)) throw new TooLate();
  }

  /** What was sent in time may have arrived late: then that has to be shown over it. */
  async function showOver(requestId: string): Promise<void> {
    const state = await beyondProgress(requestId);
    if (state) await notifier.updateCard(requestId, state);
  }

  return {
    show(requestId, state, writing) {
      if (state.cardIds.length === 0 || onItsWay.has(requestId)) return;
      const mark = { endFollows: false };
      onItsWay.set(requestId, mark);
      untilWriting(writing)
        .then(() => notifier.updateCard(requestId, state, () => begin(requestId)))
        .then(
          () => true,
          (error: unknown) => {
            if (error instanceof TooLate) return false;
            log.warn({ requestId, err: error }, 'the card could not be updated; it will be with the result');
            return true;
          },
        )
        .then((isSent) => (isSent && !mark.endFollows ? showOver(requestId) : undefined))
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

/** When everything that waits for nothing outside the process is done. */
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

/** There is more to show than progress by now. */
class TooLate extends Error {
  override readonly name = 'TooLate';
}
