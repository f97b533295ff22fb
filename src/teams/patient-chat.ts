import { type Clock, NotifierError } from '../app/ports.ts';
import type { Chat } from './chat.ts';

const mostTries = 3;
const pauseMs = 1000;

/**
 * The chat for answers that stand in no record, and that nobody else would send again: a refusal, help, a dry run. When
 * it is not known whether one arrived it is sent again; to read it twice is better than not at all.
 */
export function createPatientChat(chat: Chat, clock: Pick<Clock, 'sleep'>): Chat {
  const patiently = async <T>(send: () => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof NotifierError) || error.kind !== 'transient' || tries === mostTries) throw error;
        await clock.sleep(Math.max(pauseMs * tries, error.retryAfterMs ?? 0));
      }
    }
  };
  return {
    postCard: (...args) => patiently(() => chat.postCard(...args)),
    updateCard: (...args) => patiently(() => chat.updateCard(...args)),
    postMention: (...args) => patiently(() => chat.postMention(...args)),
    postText: (...args) => patiently(() => chat.postText(...args)),
  };
}
