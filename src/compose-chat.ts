import type { Clock } from './app/ports.ts';
import type { Setup } from './setup.ts';
import { createAddresses } from './teams/addresses.ts';
import { createChat } from './teams/chat.ts';
import { createReach } from './teams/connector.ts';
import { createNotifier, createRequestCard } from './teams/notifier.ts';
import { createPacing } from './teams/pacing.ts';
import { createPatientChat } from './teams/patient-chat.ts';
import { createCardRenderer } from './teams/render-card.ts';

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
