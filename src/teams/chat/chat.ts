import { type Activity, CardFactory, type TurnContext } from 'botbuilder';
import { NotifierError } from '../../app/errors.ts';
import { sayPatiently } from '../../app/keep-trying.ts';
import type { Clock } from '../../app/ports.ts';
import { property, retryAfterMs } from '../../base/read.ts';
import { within } from '../../base/time.ts';
import { afterAnswer, type Said } from '../../domain/delivery.ts';
import { type Approvers, type Conversation, placeOf } from '../../domain/request.ts';
import type { AdaptiveCardJson } from '../cards/render-card.ts';
import { wordsOnly } from '../cards/untrusted-text.ts';
import { codeOf, isNoMember, type Reach } from './connector.ts';
import type { Paced, Turn } from './pacing.ts';

/** Whose turn it takes, and what comes right before it. */
interface Manner extends Partial<Turn> {
  /** Runs when the turn has come, right before it is sent; what it throws is thrown, and nothing is sent. */
  readonly begin?: () => Promise<void>;
  /** Id of the card that it changes. */
  readonly changes?: string;
}

/**
 * Says things in a conversation, in order. A card that is refused for what it is gets its `fallbackText` as plain text in
 * its place. @throws NotifierError
 */
export interface Chat {
  /** Answers the id, or `null` when the connector took the card and named none. */
  postCard(conversation: Conversation, card: AdaptiveCardJson, summary: string, how?: Manner): Promise<string | null>;
  updateCard(conversation: Conversation, activityId: string, card: AdaptiveCardJson, how?: Manner): Promise<void>;
  /** Words that mention people, by object id. Nothing is sent where none of them is a member. Keeps its place among cards. */
  postMention(
    conversation: Conversation,
    people: readonly Named[],
    words: (names: readonly string[]) => string,
    how?: Manner,
  ): Promise<void>;
  /** Plain text: nothing in it is Markdown, so names stay literal. Gives way to cards; `gone` when too many wait. */
  postText(conversation: Conversation, text: string, how?: Pick<Manner, 'for'>): Promise<void>;
}

type Named = Approvers['named'][number];

interface Deps {
  readonly reach: Reach;
  readonly paced: Paced;
  readonly sleep: (ms: number) => Promise<void>;
  /** No post and no update holds its conversation longer than this. */
  readonly deadlineMs?: number;
}

const rosterWithinMs = 2000;
/** One answer that passes is not taken for a thread that is gone. */
const beforeChannelMs = 1000;
/** Of those who are there; the others are looked for so that some are. */
const mostMentioned = 5;

interface Saying<T> {
  readonly activity: Partial<Activity>;
  readonly act: (context: TurnContext, activity: Partial<Activity>) => Promise<T>;
  readonly how?: Manner | undefined;
  /** Stands in for a card. */
  readonly short?: Partial<Activity>;
}

export function createChat({ reach, paced, sleep, deadlineMs = 15_000 }: Deps): Chat {
  /** Sends the activity, or, when it is a card that is refused for what it is, its short form. */
  const send = async <T>(conversation: Conversation, { activity, act, how = {}, short }: Saying<T>): Promise<T> => {
    const turn = reach(conversation);
    const once = (what: Said, said: Partial<Activity>) =>
      within(
        deadlineMs,
        turn((context) => act(context, said)),
        () => late('the connector did not answer'),
      ).catch((error: unknown) => Promise.reject(asNotifierError(error, what)));
    const { begin, ...whose } = how;
    const inTurn = async () => {
      await begin?.();
      if (!short) return once('words', activity);
      return once('card', activity).catch((error: unknown) => {
        if (!(error instanceof TooMuch)) throw error;
        return once('words', short);
      });
    };
    return paced(conversation.id, inTurn, whose);
  };

  /** Posts in the thread; when a person has deleted the message that began it, in the channel. */
  const say = async <T>(where: Conversation, saying: Saying<T>): Promise<T> => {
    const channel = { ...where, id: placeOf(where.id) };
    const sent = send(where, saying);
    if (channel.id === where.id) return sent;
    try {
      return await sent;
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    await sleep(beforeChannelMs);
    return send(where, saying).catch((error: unknown) => {
      if (!isLost(error)) throw error;
      return send(channel, saying);
    });
  };

  /**
   * The roster belongs to the chat or channel, not to a thread. A person who is not in it is not mentioned; when no one can be
   * told to be in it because it cannot be read, that may pass.
   */
  const membersAmong = async (conversation: Conversation, people: readonly Named[]) => {
    const asked = await reach(conversation)((_, { conversations }) =>
      Promise.allSettled(
        people.map(async ({ id, name }) => {
          const member = await conversations.getConversationMember(placeOf(conversation.id), id);
          return { id: member.id, name: member.name ?? name };
        }),
      ),
    ).catch((error: unknown) => Promise.reject(asNotifierError(error, 'words')));
    const members = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const unread = asked.flatMap((one) => (one.status === 'rejected' && !isNoMember(one.reason) ? [one.reason] : []));
    if (members.length === 0 && unread.length > 0) throw asNotifierError(unread[0], 'words');
    return members;
  };

  return {
    postCard(conversation, card, summary, how) {
      const activity = { type: 'message', attachments: [CardFactory.adaptiveCard(card)], summary };
      return say(conversation, { activity, act: post, how, short: plain(card.fallbackText) });
    },
    updateCard(conversation, id, card, how) {
      const activity = { type: 'message', id, attachments: [CardFactory.adaptiveCard(card)] };
      const short = { ...plain(card.fallbackText), id };
      return say(conversation, { activity, act: update, how: { ...how, changes: id }, short });
    },
    async postMention(conversation, people, words, how) {
      // Before its turn: nothing that is to be said there waits for the roster.
      const members = await within(rosterWithinMs, membersAmong(conversation, people), () =>
        late('the roster did not come in time'),
      );
      const entities = members.slice(0, mostMentioned).flatMap((member) => {
        const name = wordsOnly(member.name);
        return name === '' ? [] : [{ type: 'mention', text: `<at>${name}</at>`, mentioned: { id: member.id, name } }];
      });
      if (entities.length === 0) return;
      const text = words(entities.map((entity) => entity.text));
      await say(conversation, { activity: { type: 'message', text, entities }, act: post, how });
    },
    async postText(conversation, text, how) {
      await say(conversation, { activity: plain(text), act: post, how: { ...how, kind: 'text' } });
    },
  };
}

/** Answers of one conversation that are tried again; a person who chatters where the bot may not speak fills no memory. */
export const mostTriedAgain = 20;

/**
 * The chat for answers that stand in no record, and that no other process would send again: a refusal, help, a dry run. When
 * it is not known whether one arrived it is sent again; to read it twice is better than not at all.
 */
export function createPatientChat(chat: Chat, clock: Pick<Clock, 'elapsed' | 'sleep'>): Chat {
  /** How many are tried again, by conversation. */
  const waiting = new Map<string, number>();

  const patiently = async <T>({ id }: Conversation, send: () => Promise<T>): Promise<T> => {
    let waits = false;
    const once = async () => {
      try {
        return { value: await send() };
      } catch (error) {
        const others = waiting.get(id) ?? 0;
        if (!waits && others >= mostTriedAgain) {
          throw new NotifierError('gone', 'too many answers wait in this conversation', { cause: error });
        }
        if (!waits) waiting.set(id, others + 1);
        waits = true;
        throw error;
      }
    };
    try {
      const said = await sayPatiently(once, clock);
      if (!said) throw new Error('it is wanted until it is said');
      return said.value;
    } finally {
      const others = (waiting.get(id) ?? 0) - 1;
      if (waits && others > 0) waiting.set(id, others);
      else if (waits) waiting.delete(id);
    }
  };

  return {
    postCard: (where, ...more) => patiently(where, () => chat.postCard(where, ...more)),
    updateCard: (where, ...more) => patiently(where, () => chat.updateCard(where, ...more)),
    postMention: (where, ...more) => patiently(where, () => chat.postMention(where, ...more)),
    postText: (where, ...more) => patiently(where, () => chat.postText(where, ...more)),
  };
}

const plain = (text: string) => ({ type: 'message', text, textFormat: 'plain' });

async function post(context: TurnContext, activity: Partial<Activity>): Promise<string | null> {
  return (await context.sendActivity(activity).catch(unlessTaken))?.id || null;
}

async function update(context: TurnContext, activity: Partial<Activity>): Promise<void> {
  await context.updateActivity(activity).catch(unlessTaken);
}

/** The SDK throws at a 204, and at a 2xx whose body is no JSON: the connector has taken it, and sent again it stands twice. */
function unlessTaken(error: unknown): undefined {
  const status = property(error, 'statusCode');
  const isTaken = typeof status === 'number' && afterAnswer({ status }, 'words', 1, 0).do === 'deliver';
  if (!isTaken) throw error;
}

/** The connector says of the place itself that it is not there, or not for the bot. */
function isLost(error: unknown): boolean {
  return error instanceof NotifierError && (error.status === 403 || error.status === 404 || error.status === 410);
}

function late(message: string): never {
  throw new NotifierError('transient', message);
}

/** The card is refused for what it is. */
class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

function asNotifierError(error: unknown, what: Said): Error {
  if (error instanceof NotifierError) return error;
  const { statusCode: status = null, response } = error as {
    statusCode?: number;
    response?: { headers?: { get(name: string): string | undefined } };
  };
  const askedMs = retryAfterMs(response?.headers?.get('retry-after'), Date.now());
  const code = codeOf(error);
  const next = afterAnswer({ status, code, retryAfterMs: askedMs }, what, 1, 0);
  const message = `the connector answered ${[status ?? 'nothing', code].filter(Boolean).join(' ')}`;
  if (next.do === 'shorten') return new TooMuch(message);
  const kind = next.do === 'giveUp' ? 'gone' : 'transient';
  return new NotifierError(kind, message, { status, code, retryAfterMs: askedMs, cause: error });
}
