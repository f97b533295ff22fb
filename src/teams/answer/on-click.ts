import type { AgainVerb, AskAgain, AskedAgain } from '../../app/ask-again.ts';
import type { Log } from '../../app/ports.ts';
import type { Click, Review, Reviewed } from '../../app/review.ts';
import type { Look, Powers } from '../../app/view-for.ts';
import type { Conversation, KnownRequest } from '../../domain/request.ts';
import type { OpenLines } from '../cards/already-open.ts';
import { leftOutLines } from '../cards/left-out.ts';
import { literalText } from '../cards/literal-run.ts';
import { ownAccountLine } from '../cards/notice.ts';
import { shownName } from '../cards/shown.ts';
import type { Chat } from '../chat/chat.ts';
import type { RequestCard } from '../chat/notifier.ts';
import type { Texts } from '../texts/en.ts';
import type { Speaker } from '../wire/actor.ts';
import { isAgain, type Pressed } from '../wire/incoming.ts';
import { type ClickAnswer, login, message, type SignInRequest } from './click-answer.ts';
import { startClock } from './in-time.ts';
import { sentenceFor } from './sentence-for.ts';
import type { SpeakUp } from './speak-up.ts';

interface Deps {
  readonly review: Review;
  readonly askAgain: AskAgain;
  readonly look: Look;
  readonly requestCard: RequestCard;
  readonly openLines: OpenLines;
  /** `null` where Graph is called as the app, and nobody signs in. */
  readonly signInRequest: SignInRequest | null;
  readonly chat: Chat;
  readonly wake: (requestId: string) => void;
  /** Keeps the process alive for work that outlives the turn. */
  readonly outsideTurn: (name: string, work: () => Promise<void>) => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly speakUp: SpeakUp;
  /** Begins some work, and tells at any moment what it waits for. */
  readonly watchWaiting: <T>(work: () => Promise<T>) => { readonly done: Promise<T>; waitsFor(): 'store' | 'graph' };
  readonly log: Log;
}

/** A press, or a client that asks for its reader's own view. */
export interface CardAction extends Pick<Pressed, 'requestId' | 'token'> {
  readonly verb: Pressed['verb'] | 'refresh';
}

interface Answered {
  readonly answer: ClickAnswer;
  /** Something happened that will show in the chat by itself. */
  readonly decided: boolean;
}

const mostRemembered = 1000;

export function createOnClick(deps: Deps) {
  const {
    review,
    askAgain,
    look,
    requestCard,
    signInRequest,
    chat,
    wake,
    outsideTurn,
    sleep,
    log,
    speakUp,
    openLines,
    watchWaiting,
  } = deps;

  const lateSignIns = new Set<string>();

  return async function onClick(
    { person, conversation }: Speaker,
    action: CardAction,
    texts: Texts,
  ): Promise<ClickAnswer> {
    const { verb, requestId, token } = action;
    const from = { requestId, by: person, where: conversation.id };
    const inTime = startClock(sleep);
    if (verb === 'refresh') return (await inTime(show(from, texts))) ?? message(texts.stillOpen);
    const key = `${requestId} ${person.id} ${verb}`;
    if (token === undefined && signInRequest && lateSignIns.delete(key)) return login(requestId, signInRequest, texts);
    const { done: deciding, waitsFor } = watchWaiting(() =>
      isAgain(verb)
        ? again(verb, from, texts)
        : decide({ ...from, verb, ...(token === undefined ? {} : { token }) }, conversation, texts),
    );
    const first = await inTime(deciding);
    if (first) return first.answer;
    // The decision goes on. When it fails after all, only the chat is left to say so.
    outsideTurn('late decision', async () => {
      const { answer, decided } = await speakUp(conversation, texts.stillWorking, deciding);
      const tell = (words: string) =>
        chat.postText(conversation, texts.lateAnswer(shownName({ name: literalText(person.name) }), words), {
          for: person.id,
        });
      if (answer.statusCode === 401) {
        // Only the answer to a click can ask for a sign-in. The next one does, without looking at anything again.
        remember(lateSignIns, key);
        await tell(texts.signInLate);
      } else if (!decided && typeof answer.value === 'string') await tell(answer.value);
    });
    return message(texts.stillChecking(waitsFor()));
  };

  /** Whatever goes wrong, the person hears of it, and nothing raw. */
  function failed(requestId: string, error: unknown, texts: Texts): Answered {
    log.error({ err: error, requestId }, 'a click could not be dealt with');
    return {
      answer: message(sentenceFor(error, texts)),
      decided: false,
    };
  }

  /** Asked by the client itself, so it must change nothing, and no failure is worth words. */
  async function show(from: Omit<Click, 'verb'>, texts: Texts): Promise<ClickAnswer> {
    const { requestId } = from;
    const looked = await look(from).catch((error: unknown) => {
      log.warn({ err: error, requestId }, 'what a person may do could not be read; the card shows all buttons');
      return 'unknown' as const;
    });
    if (looked === null) return message(texts.refusals.unknownRequest);
    if (looked === 'unknown') return message(texts.stillOpen);
    return card(requestId, looked.state, texts, looked.powers);
  }

  async function again(verb: AgainVerb, click: Omit<Click, 'verb'>, texts: Texts): Promise<Answered> {
    let asked: AskedAgain;
    try {
      asked = await askAgain(verb, click);
    } catch (error) {
      return failed(click.requestId, error, texts);
    }
    switch (asked.kind) {
      case 'recorded':
        wake(asked.requestId);
        return { answer: message(texts.askedAgain), decided: true };
      case 'already':
        return { answer: message(texts.alreadyAskedAgain(asked.state.request.code)), decided: false };
      case 'alreadyOpen':
        return { answer: message(openLines(asked, texts).join('\n')), decided: false };
      case 'refused':
        return { answer: message(texts.refusals[asked.code]), decided: false };
      case 'nobody':
        return {
          answer: message([texts.nobodyLeft, ...leftOutLines(asked.omitted, texts)].join('\n')),
          decided: false,
        };
      case 'preview':
      case 'miscalled':
        throw new Error('asking again is never a dry run, and is by object id alone');
      default:
        return asked satisfies never;
    }
  }

  async function decide(click: Click, conversation: Conversation, texts: Texts): Promise<Answered> {
    let reviewed: Reviewed;
    try {
      reviewed = await review(click);
    } catch (error) {
      return failed(click.requestId, error, texts);
    }
    const { state } = reviewed;
    if (reviewed.ok) {
      wake(click.requestId);
      return { answer: card(click.requestId, reviewed.state, texts), decided: true };
    }
    if (reviewed.code === 'signInNeeded' && signInRequest && click.token === undefined) {
      return { answer: login(click.requestId, signInRequest, texts), decided: false };
    }
    if (reviewed.code === 'superseded') wake(click.requestId);
    // Somebody was quicker, or this is the same click again: the card as it is now says it best.
    const isOver = ['alreadyDecided', 'expired', 'superseded'].includes(reviewed.code);
    if (isOver && state.phase !== 'none' && state.phase !== 'requested') {
      return { answer: card(click.requestId, state, texts), decided: false };
    }
    if (reviewed.ofNote && state.phase !== 'none') {
      const line = ownAccountLine(state.request, click);
      outsideTurn('attempt on an own account', () => chat.postText(conversation, line, { for: click.by.id }));
    }
    return { answer: message(texts.refusals[reviewed.code]), decided: false };
  }

  function card(requestId: string, state: KnownRequest, texts: Texts, powers: Powers | null = null): ClickAnswer {
    try {
      return {
        statusCode: 200,
        type: 'application/vnd.microsoft.card.adaptive',
        value: requestCard(requestId, state, powers),
      };
    } catch (error) {
      // The decision stands; saying that something went wrong would make the person think it does not.
      log.error({ err: error, requestId }, 'a card could not be made');
      return message(texts.isDecided);
    }
  }
}

/** The oldest is forgotten, which costs its person one more click. */
function remember(keys: Set<string>, key: string): void {
  keys.add(key);
  const [oldest] = keys;
  if (keys.size > mostRemembered && oldest !== undefined) keys.delete(oldest);
}

export type OnClick = ReturnType<typeof createOnClick>;
