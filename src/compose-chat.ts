import type { Clock } from './app/ports.ts';
import type { Setup } from './setup.ts';
import { createCardRenderer } from './teams/cards/render-card.ts';
import { createAddresses } from './teams/chat/addresses.ts';
import { createChat } from './teams/chat/chat.ts';
import { createReach } from './teams/chat/connector.ts';
import { createNotifier, createRequestCard } from './teams/chat/notifier.ts';
import { createPacing } from './teams/chat/pacing.ts';
import { createPatientChat } from './teams/chat/patient-chat.ts';

/**
 * What speaks in Teams.
 * @param shares how many replicas share Teams' limits
 */
export function composeChat(setup: Setup, clock: Clock, shares: number) {
  const cards = createCardRenderer(new URL('../cards/', import.meta.url));
  const requestCard = createRequestCard({ cards, clock });
  const addresses = createAddresses(clock);
  const reach = createReach({
    adapter: setup.adapter.cloud,
    appId: setup.appId,
    isAllowed: setup.isAllowedServiceUrl,
    addresses,
  });
  const chat = createChat({ reach, paced: createPacing(clock, shares), sleep: (ms) => clock.sleep(ms) });
  const answers = createPatientChat(chat, clock);
  const notifier = createNotifier({
    chat,
    cards,
    requestCard,
    cloud: setup.cloud,
    now: clock.now,
  });
  return { cards, requestCard, reach, addresses, answers, notifier };
}

export type ComposedChat = ReturnType<typeof composeChat>;
