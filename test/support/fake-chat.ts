import type { Conversation } from '../../src/domain/request.ts';
import type { AdaptiveCardJson } from '../../src/teams/cards/render-card.ts';
import type { Chat } from '../../src/teams/chat/chat.ts';

export interface SaidInChat {
  readonly conversation: Conversation;
  readonly text?: string;
  readonly card?: AdaptiveCardJson;
  readonly summary?: string;
  readonly updated?: string;
}

interface FakeChat extends Chat {
  readonly said: SaidInChat[];
  /** Thrown by the next calls, in order. */
  readonly errors: Error[];
}

/** Remembers what was said, where. */
export function createFakeChat(): FakeChat {
  const say = (said: SaidInChat) => {
    const error = chat.errors.shift();
    if (error) throw error;
    chat.said.push(said);
  };
  const chat: FakeChat = {
    said: [],
    errors: [],
    async postCard(conversation, card, summary) {
      say({ conversation, card, summary });
      return `card-${chat.said.length}`;
    },
    async updateCard(conversation, updated, card) {
      say({ conversation, card, updated });
    },
    async postMention(conversation, people, words) {
      if (people.length > 0) say({ conversation, text: words(people.map(({ name }) => `@${name}`)) });
    },
    async postText(conversation, text) {
      say({ conversation, text });
    },
  };
  return chat;
}

/** The place for work that outlives a turn: names what was put there, and waits for it. */
export function createOutside() {
  const names: string[] = [];
  const running: Promise<void>[] = [];
  return {
    names,
    run(name: string, work: () => Promise<void>) {
      names.push(name);
      running.push(work());
    },
    /** Resolves when everything has ended; rejects with the first failure. */
    async done() {
      await Promise.all(running);
    },
  };
}
