import { NotifierError } from '../../app/errors.ts';
import { sayPatiently } from '../../app/keep-trying.ts';
import type { Clock } from '../../app/ports.ts';
import type { Conversation } from '../../domain/request.ts';
import type { Chat } from './chat.ts';

/** Answers of one conversation that are tried again; a person who chatters where the bot may not speak fills no memory. */
export const mostTriedAgain = 20;

/**
 * The chat for answers that stand in no record, and that no other process would send again: a refusal, help, a dry run. When
 * it is not known whether one arrived it is sent again; to read it twice is better than not at all.
 */
export function createPatientChat(chat: Chat, clock: Pick<Clock, 'elapsed' | 'sleep'>): Chat {
  const waiting = new Map<string, number>();
  const count = (id: string, by: number) => {
    const now = (waiting.get(id) ?? 0) + by;
    if (now === 0) waiting.delete(id);
    else waiting.set(id, now);
  };

  const patiently = async <T>({ id }: Conversation, send: () => Promise<T>): Promise<T> => {
    let waits = false;
    const once = async () => {
      try {
        return { value: await send() };
      } catch (error) {
        if (waits) throw error;
        if ((waiting.get(id) ?? 0) >= mostTriedAgain) throw new NotifierError('gone', tooMany, { cause: error });
        waits = true;
        count(id, 1);
        throw error;
      }
    };
    try {
      const said = await sayPatiently(once, clock);
      if (!said) throw new Error('it is wanted until it is said');
      return said.value;
    } finally {
      if (waits) count(id, -1);
    }
  };
  return {
    postCard: (where, ...more) => patiently(where, () => chat.postCard(where, ...more)),
    updateCard: (where, ...more) => patiently(where, () => chat.updateCard(where, ...more)),
    postMention: (where, ...more) => patiently(where, () => chat.postMention(where, ...more)),
    postText: (where, ...more) => patiently(where, () => chat.postText(where, ...more)),
  };
}

const tooMany = 'too many answers wait to be tried again in this conversation';
