import { type Clock, type Notifier, NotifierError } from '../app/ports.ts';
import type { KnownRequest } from '../domain/request.ts';
import type { AdaptiveCardJson } from './card-data.ts';
import type { Chat } from './chat.ts';
import type { CardRenderer } from './render-card.ts';
import { textsFor } from './texts/texts-for.ts';
import { approvalView } from './views/approval.ts';
import { closedView, progressView } from './views/outcome.ts';
import { type CloudForReaders, resultView } from './views/result.ts';

/** What the request's card looks like in its present state. */
export function createRequestCard({ cards, clock }: { cards: CardRenderer; clock: Pick<Clock, 'now'> }) {
  return function requestCard(requestId: string, state: KnownRequest): AdaptiveCardJson {
    // Everybody there sees this card: it speaks the language of the one who asked.
    const texts = textsFor(state.request.locale);
    switch (state.phase) {
      case 'requested':
        return cards.render('approval', approvalView(requestId, state.request, texts, clock.now()));
      case 'approved':
      case 'executing':
        return cards.render('progress', progressView(requestId, state, texts, clock.now()));
      case 'denied':
      case 'cancelled':
      case 'expired':
      case 'superseded':
      case 'succeeded':
      case 'partly':
      case 'failed':
        return cards.render('closed', closedView(state, texts, clock.now()));
      default:
        return state.phase satisfies never;
    }
  };
}

export type RequestCard = ReturnType<typeof createRequestCard>;

/** Shows requests in the chat they were made in. */
export function createNotifier(deps: {
  chat: Chat;
  cards: CardRenderer;
  requestCard: RequestCard;
  cloud: CloudForReaders;
}): Notifier {
  const { chat, cards, requestCard, cloud } = deps;
  const resultCard = (requestId: string, state: KnownRequest, head: string) =>
    cards.render('result', resultView(requestId, state, head, textsFor(state.request.locale), cloud));
  return {
    postCard(requestId, state, begin) {
      const card = requestCard(requestId, state);
      return chat.postCard(state.request.conversation, card, card.fallbackText, { begin });
    },
    async updateCard(requestId, state, begin) {
      const card = requestCard(requestId, state);
      const { conversation } = state.request;
      const how = begin ? { begin } : {};
      const done = await Promise.allSettled(
        state.cardIds.map((cardId) => chat.updateCard(conversation, cardId, card, how)),
      );
      const errors = done.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
      // What may work later counts before what never will: one copy that is gone says nothing of the others.
      const worst = errors.find((error) => !isGone(error)) ?? (errors.length === done.length ? errors[0] : undefined);
      if (worst !== undefined) throw worst;
    },
    postResult(requestId, state, head, begin) {
      const card = resultCard(requestId, state, head);
      return chat.postCard(state.request.conversation, card, card.fallbackText, { begin });
    },
    async updateResult(requestId, state, head) {
      if (state.resultId === null) return;
      await chat.updateCard(state.request.conversation, state.resultId, resultCard(requestId, state, head));
    },
  };
}

function isGone(error: unknown): boolean {
  return error instanceof NotifierError && error.kind === 'gone';
}
