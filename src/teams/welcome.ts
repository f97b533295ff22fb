import type { Log } from '../app/ports.ts';
import { type Conversation, placeOf } from '../domain/request.ts';
import type { Chat } from './chat.ts';
import type { CardRenderer } from './render-card.ts';
import { textsFor } from './texts/texts-for.ts';
import { welcomeView } from './views/what-if.ts';

/** Teams sends an event again when it was not answered in time; beyond this many places the oldest are forgotten. */
const mostRemembered = 10_000;

/** Says once in each conversation, when the bot comes to it, what it does and how to ask. */
export function createWelcome({ chat, cards, log }: { chat: Chat; cards: CardRenderer; log: Log }) {
  const welcomed = new Set<string>();
  return async function welcome(conversation: Conversation, locale: string): Promise<void> {
    const place = placeOf(conversation.id);
    if (welcomed.has(place)) return;
    welcomed.add(place);
    const [oldest] = welcomed;
    if (welcomed.size > mostRemembered && oldest !== undefined) welcomed.delete(oldest);
    const card = cards.render('help', welcomeView(textsFor(locale)));
    try {
      await chat.postCard(conversation, card, card.fallbackText, { kind: 'text' });
    } catch (error) {
      log.warn({ err: error }, 'nobody was welcomed: the bot cannot post there');
    }
  };
}

export type Welcome = ReturnType<typeof createWelcome>;
