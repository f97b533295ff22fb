import type { Clock, Log } from '../../app/ports.ts';
import { createBoundedMap } from '../../base/bounded-map.ts';
import { sayAfterMs } from '../../domain/notifications.ts';
import { shownName } from '../cards/shown.ts';
import { literalText } from '../cards/untrusted-text.ts';
import type { Chat } from '../chat/chat.ts';
import type { Texts } from '../texts/en.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Asked } from '../wire/incoming.ts';
import { type Reply, type ReplyTo, words } from './reply.ts';

/** Teams waits 10 to 15 s for an answer and then shows an error, and clicks again by itself; a person has lost patience before. */
export const answerWithinMs = 2500;

/**
 * One stretch of time, which begins now, for everything that an answer is made of: what is not there by its end is `null`.
 * It goes on all the same; a failure in time is thrown.
 */
export function startClock(sleep: (ms: number) => Promise<void>, ms = answerWithinMs) {
  const over = sleep(ms).then(() => null);
  return function inTime<T>(work: Promise<T>): Promise<T | null> {
    return Promise.race([work, over]);
  };
}

export type InTime = ReturnType<typeof startClock>;

/** What is answered when the time is over. `isTold`: what came of it is said in the conversation then. */
export interface Late {
  readonly reply: (waitsFor: 'store' | 'graph', texts: Texts) => Reply;
  readonly isTold: boolean;
}

/** The work that outlives the turn, by name; none where all is said. */
export type Behind = readonly (readonly [name: string, work: () => Promise<void>])[];

interface Deps {
  readonly reply: ReplyTo;
  readonly chat: Pick<Chat, 'postCard' | 'postText'>;
  readonly wake: (requestId: string) => void;
  readonly after: Clock['after'];
  /** Begins some work, and tells at any moment what it waits for. */
  readonly watchWaiting: <T>(work: () => Promise<T>) => { readonly done: Promise<T>; waitsFor(): 'store' | 'graph' };
  readonly log: Pick<Log, 'error' | 'warn'>;
}

const mostOwed = 1000;

/** Whatever is asked gets an answer: in the turn, in the conversation, or first the one and then the other. */
export function createRespond({ reply, chat, wake, after, watchWaiting, log }: Deps) {
  /** Came too late, and only the answer to a click can show it: the same press gets it the next time, at once. */
  const owed = createBoundedMap<string, Reply>(mostOwed);

  /** The one place that makes a reply of what was thrown: no person is told anything raw. */
  async function attempt({ kind, by, ...asked }: Asked, work: () => Promise<Reply>): Promise<Reply> {
    const texts = textsFor(by.locale);
    const about = 'requestId' in asked ? { requestId: asked.requestId } : {};
    try {
      const said = await work();
      if (said.due !== undefined) wake(said.due);
      return said;
    } catch (error) {
      if (kind === 'refreshed') {
        // Asked by the client itself, so no failure is worth words.
        log.warn({ err: error, ...about }, 'what a person may do could not be read; the card shows all buttons');
        return words(texts.stillOpen);
      }
      log.error({ err: error, kind, ...about }, 'what a person asked for could not be dealt with');
      return reply({ kind: 'failed', error }, texts);
    }
  }

  /** While the work goes on the person is told so once, because silence looks like a bot that is not there. */
  async function speakUp({ by: { conversation, locale } }: Asked, work: Promise<Reply>): Promise<Reply> {
    const cancel = after(sayAfterMs, () => {
      chat
        .postText(conversation, textsFor(locale).stillWorking)
        .catch((error: unknown) => log.warn({ err: error }, 'a person who waits for an answer could not be told so'));
    });
    return work.finally(cancel);
  }

  async function say({ by: { conversation, person } }: Asked, said: Reply): Promise<void> {
    const { lines, card, isPrivate, shows, toldToAll } = said;
    if (shows || toldToAll) return;
    if (card && !isPrivate) {
      await chat.postCard(conversation, card, card.fallbackText, { kind: 'text', for: person.id });
    } else if (lines.length > 0) {
      await chat.postText(conversation, lines.join('\n'), { for: person.id });
    }
  }

  /** The turn is over, so only the chat is left to say it. What changes a card shows there by itself. */
  async function sayLate(asked: Asked, said: Reply, texts: Texts): Promise<void> {
    if (said.shows || said.isPrivate) return;
    if (said.login) owed.set(keyOf(asked), said);
    const name = shownName({ name: literalText(asked.by.person.name) });
    const lines = texts.lateAnswer(name, said.login ? texts.signInLate : said.lines.join('\n'));
    await say(asked, said.card ? said : words(lines));
  }

  return {
    say,
    /** Outside the turn. */
    async inConversation(asked: Asked, work: () => Promise<Reply>): Promise<void> {
      await say(asked, await speakUp(asked, attempt(asked, work)));
    },
    /** @param late `null`: the work keeps the time itself */
    async inTurn(
      asked: Asked,
      inTime: InTime,
      late: Late | null,
      work: () => Promise<Reply>,
    ): Promise<{ readonly said: Reply; readonly behind: Behind }> {
      const texts = textsFor(asked.by.locale);
      const key = keyOf(asked);
      const known = owed.get(key);
      if (known && !('token' in asked)) {
        owed.delete(key);
        return { said: known, behind: [] };
      }
      const { done, waitsFor } = watchWaiting(() => attempt(asked, work));
      if (!late) return { said: await done, behind: [] };
      const said = await inTime(done);
      if (said) return { said, behind: [] };
      const behind = async () => sayLate(asked, await speakUp(asked, done), texts);
      return { said: late.reply(waitsFor(), texts), behind: late.isTold ? [['late answer', behind]] : [] };
    },
  };
}

const keyOf = (asked: Asked): string =>
  asked.kind === 'pressed' ? `${asked.requestId} ${asked.by.person.id} ${asked.verb}` : '';
