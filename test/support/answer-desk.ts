import { watchWaiting } from '../../src/runtime/observe.ts';
import { createAnswers } from '../../src/teams/answer/answers.ts';
import { createOnMessage } from '../../src/teams/answer/on-message.ts';
import { createReply } from '../../src/teams/answer/reply.ts';
import { createRespond } from '../../src/teams/answer/respond.ts';
import { createCardRenderer } from '../../src/teams/cards/render-card.ts';
import { createRequestCard } from '../../src/teams/chat/notifier.ts';
import type { Sentence } from '../../src/teams/sentence/command.ts';
import type { Asked, Said } from '../../src/teams/wire/incoming.ts';
import { createFakeChat, createOutside } from './fake-chat.ts';
import { createFakeClock, requestIdOf, silentLog } from './fakes.ts';
import { alex, channel, start } from './samples.ts';

type Deps = Parameters<typeof createAnswers>[0];

const cards = createCardRenderer(new URL('../../cards/', import.meta.url));
const never = () => new Promise<never>(() => undefined);
const uncalled = () => Promise.reject(new Error('not expected to be called'));

/** Who acts in tests where nobody else is named. */
export const actor = {
  person: alex,
  conversation: channel,
  team: null,
  places: [channel.id],
  locale: 'en-GB',
} as const;

/** Everything that answers, over use cases that are given; what is not given throws, and then the answer is another one. */
export function createAnswerDesk(given: Partial<Deps> = {}) {
  const [chat, outside] = [createFakeChat(), createOutside()];
  const woken: string[] = [];
  const logged: object[] = [];
  const deps: Deps = {
    submit: uncalled,
    askAgain: uncalled,
    review: uncalled,
    look: uncalled,
    explain: uncalled,
    putRight: async () => undefined,
    findByCode: uncalled,
    findAlike: async () => [],
    status: { open: uncalled, byId: uncalled, byCode: uncalled, byOpenCode: uncalled },
    history: uncalled,
    aroundPage: uncalled,
    maySeeHistory: uncalled,
    suggestPeople: uncalled,
    isInstalled: async () => true,
    roster: uncalled,
    requestIdOf,
    cards,
    requestCard: createRequestCard({ cards, clock: createFakeClock() }),
    linkTo: () => 'https://teams.microsoft.com/l/message/19%3Ax/1',
    signInRequest: null,
    chat,
    wake: (id) => void woken.push(id),
    watchWaiting,
    now: () => start,
    after: () => () => undefined,
    sleep: never,
    log: { ...silentLog, error: (fields) => logged.push(fields) },
    ...given,
  };
  const answers = createAnswers(deps);
  const reply = createReply(deps);
  const respond = createRespond({ ...deps, reply });
  const onMessage = createOnMessage({ ...deps, reply, lookUp: { asked: uncalled, turned: uncalled }, why: uncalled });

  return {
    chat,
    outside,
    woken,
    logged,
    respond,
    texts: () => chat.said.map(({ text }) => text),
    /** What goes back in the turn; what is done behind it runs outside. */
    async ask(asked: Asked): Promise<object | null> {
      const { now, behind } = await answers.answer(asked);
      for (const [name, work] of behind) outside.run(name, work);
      return now;
    },
    /** As if the message had been read as this. */
    read(heard: Said, sentence: Sentence): Promise<void> {
      return respond.inConversation(heard, () => onMessage.answer(heard, sentence));
    },
  };
}
