import { type Activity, CardFactory, type TurnContext } from 'botbuilder';
import { NotifierError } from '../app/ports.ts';
import { type Approvers, type Conversation, placeOf } from '../domain/request.ts';
import type { AdaptiveCardJson } from './card-data.ts';
import type { Reach } from './connector.ts';
import type { Paced } from './pacing.ts';
import { wordsOnly } from './words-only.ts';

interface Manner {
  /** `text`: gives way to cards that somebody waits for. */
  readonly kind?: 'card' | 'text';
  /** Runs when the turn has come, right before it is sent; what it throws is thrown, and nothing is sent. */
  readonly begin?: () => Promise<void>;
}

/** Says things in a conversation, in order. @throws NotifierError */
export interface Chat {
  postCard(conversation: Conversation, card: AdaptiveCardJson, summary: string, how?: Manner): Promise<string>;
  updateCard(conversation: Conversation, activityId: string, card: AdaptiveCardJson, how?: Manner): Promise<void>;
  /** Words that mention people, by object id. Nothing is sent where none of them is a member. Keeps its place among cards. */
  postMention(
    conversation: Conversation,
    people: readonly Named[],
    words: (names: readonly string[]) => string,
  ): Promise<void>;
  /** Plain text: nothing in it is Markdown, so names stay literal. Gives way to cards; `gone` when too many wait. */
  postText(conversation: Conversation, text: string): Promise<void>;
}

type Named = Approvers['named'][number];

interface Deps {
  readonly reach: Reach;
  readonly paced: Paced;
}

const deadlineMs = 15_000;
const rosterWithinMs = 2000;
/** Of those who are there; the others are looked for so that some are. */
const mostMentioned = 5;
/** Whatever Teams asks for, nobody waits longer than this before the next try. */
const longestRetryAfterMs = 300_000;

export function createChat({ reach, paced }: Deps): Chat {
  const inConversation = async <T>(
    conversation: Conversation,
    act: (context: TurnContext) => Promise<T>,
    { kind = 'card', begin }: Manner = {},
  ): Promise<T> => {
    const turn = reach(conversation);
    const send = async () => {
      await begin?.();
      return withDeadline(turn(act)).catch(asNotifierError);
    };
    return paced(conversation.id, send, kind);
  };

  /** The roster belongs to the chat or channel, not to a thread. Whoever cannot be found in it is not mentioned. */
  const membersAmong = async (conversation: Conversation, people: readonly Named[]) => {
    const members = await reach(conversation)((_, { conversations }) => {
      const ask = async ({ id, name }: Named) => {
        const member = await conversations.getConversationMember(placeOf(conversation.id), id);
        return { id: member.id, name: member.name ?? name };
      };
      return Promise.all(people.map((one) => ask(one).catch(() => null)));
    });
    return members.filter((member) => member !== null);
  };

  return {
    postCard(conversation, card, summary, how) {
      return inConversation(
        conversation,
        async (context) => {
          const activity = { type: 'message', attachments: [CardFactory.adaptiveCard(card)], summary };
          const id = (await context.sendActivity(activity))?.id;
          if (!id) throw new NotifierError('transient', 'the connector took the card and named no id for it');
          return id;
        },
        how,
      );
    },
    updateCard(conversation, activityId, card, how) {
      return inConversation(
        conversation,
        async (context) => {
          const activity: Partial<Activity> = {
            type: 'message',
            id: activityId,
            attachments: [CardFactory.adaptiveCard(card)],
          };
          await context.updateActivity(activity);
        },
        how,
      );
    },
    async postMention(conversation, people, words) {
      // Before its turn: nothing that is to be said there waits for the roster.
      const found = membersAmong(conversation, people).catch(asNotifierError);
      const members = await Promise.race([found, giveUp(rosterWithinMs)]);
      const entities = members.slice(0, mostMentioned).flatMap((member) => {
        const name = wordsOnly(member.name);
        return name === '' ? [] : [{ type: 'mention', text: `<at>${name}</at>`, mentioned: { id: member.id, name } }];
      });
      if (entities.length === 0) return;
      const text = words(entities.map((entity) => entity.text));
      await inConversation(conversation, async (context) => {
        await context.sendActivity({ type: 'message', text, entities });
      });
    },
    postText(conversation, text) {
      return inConversation(
        conversation,
        async (context) => {
          await context.sendActivity({ type: 'message', text, textFormat: 'plain' });
        },
        { kind: 'text' },
      );
    },
  };
}

/** Nobody found in time is nobody found. */
async function giveUp(ms: number): Promise<readonly never[]> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
  return [];
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NotifierError('transient', 'the connector did not answer')), deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

const worthRepeating: ReadonlySet<number> = new Set([401, 408, 412, 429]);

/** By status alone: everything the connector will go on refusing is `gone`, all else may work later. */
function asNotifierError(error: unknown): never {
  if (error instanceof NotifierError) throw error;
  const { statusCode, response } = error as {
    statusCode?: number;
    response?: { headers?: { get(name: string): string | undefined } };
  };
  const final = statusCode !== undefined && statusCode >= 400 && statusCode < 500 && !worthRepeating.has(statusCode);
  const seconds = Number(response?.headers?.get('retry-after'));
  throw new NotifierError(final ? 'gone' : 'transient', `the connector answered ${statusCode ?? 'nothing'}`, {
    ...(Number.isFinite(seconds) ? { retryAfterMs: Math.min(seconds * 1000, longestRetryAfterMs) } : {}),
    cause: error,
  });
}
