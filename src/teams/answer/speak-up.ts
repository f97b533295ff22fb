import type { Clock, Log } from '../../app/ports.ts';
import { sayAfterMs } from '../../domain/notifications.ts';
import type { Conversation } from '../../domain/request.ts';
import type { Chat } from '../chat/chat.ts';

interface Deps {
  readonly chat: Pick<Chat, 'postText'>;
  readonly after: Clock['after'];
  readonly log: Pick<Log, 'warn'>;
}

/** Nobody waits in silence for an answer: while the work goes on, the words are said once. */
export function createSpeakUp({ chat, after, log }: Deps) {
  return async function speakUp<T>(conversation: Conversation, words: string, work: Promise<T>): Promise<T> {
    const cancel = after(sayAfterMs, () => {
      chat
        .postText(conversation, words)
        .catch((error: unknown) => log.warn({ err: error }, 'whoever waits for an answer could not be told so'));
    });
    try {
      return await work;
    } finally {
      cancel();
    }
  };
}

export type SpeakUp = ReturnType<typeof createSpeakUp>;
