import { NotifierError } from '../../app/errors.ts';
import type { Powers } from '../../app/lookups.ts';
import type { Clock, Notifier } from '../../app/ports.ts';
import { mayExplain } from '../../domain/explain.ts';
import { type Conversation, type KnownRequest, placeOf, type Requested } from '../../domain/request.ts';
import { approvalView } from '../cards/approval.ts';
import { backView } from '../cards/back.ts';
import { delayedText, noticeText } from '../cards/in-words.ts';
import { closedView, followView, progressView } from '../cards/outcome.ts';
import type { AdaptiveCardJson, CardRenderer } from '../cards/render-card.ts';
import { type CloudForReaders, mentionOfRequester, resultView } from '../cards/result.ts';
import { shownName, whom } from '../cards/shown.ts';
import { literalText, wordsOnly } from '../cards/untrusted-text.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Chat } from './chat.ts';

/** The one person who reads it, where that is known, and what that person may do. */
interface Reader {
  readonly id?: string;
  readonly powers?: Powers | null;
}

/** What the request's card looks like in its present state. */
export function createRequestCard({ cards, clock }: { cards: CardRenderer; clock: Pick<Clock, 'now'> }) {
  return function requestCard(
    requestId: string,
    state: KnownRequest,
    { powers = null, id }: Reader = {},
  ): AdaptiveCardJson {
    // Everyone there sees this card: it speaks the language of the one who asked.
    const texts = textsFor(state.request.locale);
    switch (state.phase) {
      case 'requested':
        return withRefresh(
          requestId,
          state,
          cards.render('approval', approvalView(requestId, state.request, texts, clock.now(), powers, state.agreed)),
        );
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
        return withRefresh(
          requestId,
          state,
          cards.render('closed', closedView(requestId, state, texts, clock.now(), id ?? null)),
        );
      default:
        return state.phase satisfies never;
    }
  };
}

/**
 * Among several people each client asks for that person's own view, in conversations of up to 60 people: without a list
 * of ids that limit is kept by Teams itself. Once all is over only who denied it has one.
 */
function withRefresh(requestId: string, state: KnownRequest, card: AdaptiveCardJson): AdaptiveCardJson {
  const { conversation, self } = state.request;
  const isOver = state.finishedAt !== null && !(state.decision && mayExplain(state, state.decision.by.id));
  if (conversation.kind === 'personal' || self || isOver) return card;
  return { ...card, refresh: { action: { type: 'Action.Execute', verb: 'refresh', data: { requestId } } } };
}

/** Teams knows by the object id who is meant; the text is what stands on the card. */
function withMention(request: Requested, card: AdaptiveCardJson): AdaptiveCardJson {
  const text = mentionOfRequester(request);
  if (text === null) return card;
  const { id, name } = request.by;
  const mention = { type: 'mention', text, mentioned: { id, name: wordsOnly(name) } };
  return { ...card, msteams: { entities: [mention] } };
}

/** Mentions of who asked, where that is here, and of who approved; none where mentions are off. */
function calledBack({ request, decision, agreed }: KnownRequest) {
  const approved = [...(decision ? [decision.by] : []), ...(agreed ? [agreed] : [])];
  const people =
    request.notify === undefined ? [] : [...(mentionOfRequester(request) ? [request.by] : []), ...approved];
  const byId = new Map(people.map((one) => [one.id, { id: one.id, name: wordsOnly(one.name) }]));
  return [...byId.values()].flatMap((mentioned) =>
    mentioned.name === '' ? [] : [{ type: 'mention', text: `<at>${mentioned.name}</at>`, mentioned }],
  );
}

export type RequestCard = ReturnType<typeof createRequestCard>;

/** Shows requests in the chat they were made in. */
export function createNotifier(deps: {
  chat: Chat;
  cards: CardRenderer;
  requestCard: RequestCard;
  cloud: CloudForReaders;
  now: () => Date;
}): Notifier {
  const { chat, cards, requestCard, cloud, now } = deps;
  const resultCard = (requestId: string, state: KnownRequest, head: string, who: 'all' | 'follow' = 'all') => {
    const view = resultView(requestId, state, head, textsFor(state.request.locale), cloud);
    // To ask again is for where it is decided.
    if (who === 'follow') {
      const details = { ...view.details, again: null };
      return cards.render('result', { ...view, called: null, retry: null, again: null, details });
    }
    return withMention(state.request, cards.render('result', view));
  };
  /** What is done about it, as everyone sees it, but to sign in again is for where it is decided. */
  const followed = (requestId: string, state: KnownRequest) =>
    state.finishedAt === null
      ? cards.render('progress', {
          ...progressView(requestId, state, textsFor(state.request.locale), now()),
          goOn: null,
        })
      : cards.render('closed', closedView(requestId, state, textsFor(state.request.locale), now()));
  const followCard = (requestId: string, state: KnownRequest) =>
    state.phase === 'requested'
      ? cards.render('progress', followView(requestId, state, textsFor(state.request.locale)))
      : followed(requestId, state);
  /** The requester's own card: what is done about the request, and in the end its result. */
  const updateFollow = async (requestId: string, state: KnownRequest, card: AdaptiveCardJson) => {
    const { request, followId } = state;
    if (request.origin && followId !== null) {
      await chat.updateCard(request.origin, followId, card, turnOf(requestId, state));
    }
  };
  return {
    postCard(requestId, state, begin) {
      const card = requestCard(requestId, state);
      const { conversation } = state.request;
      return chat.postCard(conversation, card, card.fallbackText, { ...turnOf(requestId, state), begin });
    },
    async updateCard(requestId, state, begin) {
      const card = requestCard(requestId, state);
      const { conversation } = state.request;
      const how = { ...turnOf(requestId, state), ...(begin ? { begin } : {}) };
      const done = await Promise.allSettled([
        ...state.cardIds.map((cardId) => chat.updateCard(conversation, cardId, card, how)),
        ...(state.followId === null ? [] : [updateFollow(requestId, state, followCard(requestId, state))]),
      ]);
      const errors = done.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
      // What may work later counts before what never will: one copy that is gone says nothing of the others.
      const worst = errors.find((error) => !isGone(error)) ?? (errors.length === done.length ? errors[0] : undefined);
      if (worst !== undefined) throw worst;
    },
    postNotice(state, what) {
      if (what === 'delayed') {
        return chat.postText(threadOf(state), delayedText(state, now(), textsFor(state.request.locale)));
      }
      const { notify = [], locale, code } = state.request;
      if (what === 'agreed') {
        const texts = textsFor(locale);
        const words = texts.agreed(whom(state.request, texts), wordsOnly(state.agreed?.name ?? ''), code);
        return chat.postText(threadOf(state), words);
      }
      const called = what === 'signIn' && state.decision ? [state.decision.by] : notify;
      const words = (names: readonly string[]) => noticeText(state, what, names, textsFor(locale));
      return chat.postMention(threadOf(state), called, words, { for: state.request.by.id });
    },
    async postBack(requestId, state, begin) {
      const { request } = state;
      const called = calledBack(state);
      const view = backView(
        requestId,
        state,
        called.map(({ text }) => text),
        textsFor(request.locale),
        cloud.adminCenter,
      );
      if (view === null) return;
      const mentions = called.length === 0 ? {} : { msteams: { entities: called } };
      const card = { ...cards.render('back', view), ...mentions };
      await chat.postCard(threadOf(state), card, card.fallbackText, { ...turnOf(requestId, state), begin });
    },
    postAttempt({ request }, { by, verb, where }) {
      const said = textsFor(request.locale).ownAccount(shownName({ name: literalText(by.name) }), verb, request.code);
      return chat.postText({ ...request.conversation, id: where }, said, { for: by.id });
    },
    async postUnreachable({ request }) {
      const { origin, code, locale, by } = request;
      const texts = textsFor(locale);
      if (origin) await chat.postText(origin, texts.unreachable(whom(request, texts), code), { for: by.id });
    },
    postFollow(requestId, state) {
      const { origin } = state.request;
      if (!origin) return Promise.reject(new NotifierError('gone', 'it was asked for where it is decided'));
      const card = followCard(requestId, state);
      return chat.postCard(origin, card, card.fallbackText, turnOf(requestId, state));
    },
    async postResult(requestId, state, head, begin) {
      const card = resultCard(requestId, state, head);
      const posting = chat.postCard(threadOf(state), card, card.fallbackText, { ...turnOf(requestId, state), begin });
      // In another chat, so that neither waits for the other.
      const follow = updateFollow(requestId, state, resultCard(requestId, state, head, 'follow')).catch(
        () => undefined,
      );
      const [resultId] = await Promise.all([posting, follow]);
      return resultId;
    },
    async updateResult(requestId, state, head) {
      if (state.resultId === null) return;
      const card = resultCard(requestId, state, head);
      await chat.updateCard(threadOf(state), state.resultId, card, turnOf(requestId, state));
      await updateFollow(requestId, state, resultCard(requestId, state, head, 'follow')).catch(() => undefined);
    },
  };
}

/** Whose load it is, and whether that person waits to hear the end. */
function turnOf(requestId: string, { request, finishedAt }: KnownRequest) {
  return { for: request.by.id, about: requestId, urgent: finishedAt !== null };
}

/** A card that began a thread of its own in a channel has what follows under it. */
function threadOf({ request: { conversation }, cardIds: [root] }: KnownRequest): Conversation {
  const begins = conversation.kind === 'channel' && placeOf(conversation.id) === conversation.id && root !== undefined;
  return begins ? { ...conversation, id: `${conversation.id};messageid=${root}` } : conversation;
}

function isGone(error: unknown): boolean {
  return error instanceof NotifierError && error.kind === 'gone';
}
