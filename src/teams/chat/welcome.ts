import type { Clock, Log } from '../../app/ports.ts';
import { createBoundedMap } from '../../base/bounded-map.ts';
import { type Conversation, placeOf } from '../../domain/request.ts';
import type { CardRenderer } from '../cards/render-card.ts';
import { helpView } from '../cards/what-if.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Chat } from './chat.ts';

/** Teams sends an event again when it was not answered in time, so one that comes so soon is the same. */
const sameWithinMs = 120_000;
/** Beyond this many places the oldest are forgotten. */
const mostRemembered = 10_000;

interface Deps {
  readonly chat: Chat;
  readonly cards: CardRenderer;
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly log: Log;
}

/** Says in a conversation, whenever the bot comes to it, what it does and how to ask. */
export function createWelcome({ chat, cards, clock, log }: Deps) {
  const welcomed = createBoundedMap<string, number>(mostRemembered);
  return {
    async come(conversation: Conversation, locale: string): Promise<void> {
      const place = placeOf(conversation.id);
      const now = clock.elapsed();
      if (now - (welcomed.get(place) ?? Number.NEGATIVE_INFINITY) < sameWithinMs) return;
      welcomed.set(place, now);
      const card = cards.render('help', helpView(textsFor(locale), true));
      try {
        await chat.postCard(conversation, card, card.fallbackText, { kind: 'text' });
      } catch (error) {
        log.warn({ err: error }, 'no one was welcomed: the bot cannot post there');
      }
    },
    go(conversation: Conversation): void {
      welcomed.delete(placeOf(conversation.id));
    },
  };
}

export type Welcome = ReturnType<typeof createWelcome>;
