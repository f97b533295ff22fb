import { randomUUID } from 'node:crypto';
import { createFindByCode } from '../../src/app/lookups.ts';
import type { Person } from '../../src/domain/account.ts';
import type { KnownRequest, RequestEvent } from '../../src/domain/request.ts';
import { createDirectory } from '../../src/graph/directory.ts';
import { createGraphClient } from '../../src/graph/graph-client.ts';
import { groupIds, groups, people, personIds } from '../../src/local/people.ts';
import { createTenant } from '../../src/local/tenant.ts';
import { createCardRenderer } from '../../src/teams/cards/render-card.ts';
import { createNotifier, createRequestCard } from '../../src/teams/chat/notifier.ts';
import { parseSentence } from '../../src/teams/sentence/command.ts';
import { createHouse } from '../app/house.ts';
import { createFakeCredential } from '../graph/fixture.ts';
import { actor, createAnswerDesk } from './answer-desk.ts';
import { createFakeChat, type SaidInChat } from './fake-chat.ts';
import { nobodyHere, silentLog } from './fakes.ts';
import { tenantId } from './samples.ts';
import type { TroubledGraph } from './troubled-graph.ts';

const cards = createCardRenderer(new URL('../../cards/', import.meta.url));
const alex: Person = { id: personIds.alex, tenantId, name: 'Alex Wilber' };
const megan: Person = { id: personIds.megan, tenantId, name: 'Megan Bowen' };
/** How long an approval may be carried out. */
const requestTtlMs = 12_000;

/**
 * Somebody who types to the bot: everything from the sentence to the cards, and from the use cases to Graph's socket, is
 * what runs in production; only the clock of the use cases is a stand-in, and the chat a list.
 */
export function createResponder(graph: TroubledGraph) {
  const { credential, asked } = createFakeCredential();
  const directory = createDirectory({
    // The clock of the house, made below.
    graph: createGraphClient({ root: graph.root, credential, now: () => clock.now() }),
    action: 'revokeSignInSessions',
    riskAvailable: true,
    log: silentLog,
    sleep: async () => {},
  });
  const chat = createFakeChat();
  const house = createHouse({
    policy: {
      people: {
        requesters: [groupIds.responders],
        approvers: [groupIds.approvers],
        protectedUsers: [groupIds.breakGlass],
      },
      requestTtlMs,
    },
    between<P extends object>(port: P): P {
      if ('revoke' in port) return directory as unknown as P;
      // Made below from the clock of the house, and not used before.
      if ('postCard' in port) return new Proxy(port, { get: (_, name) => Reflect.get(notifier(), name) });
      return port;
    },
  });
  const { clock, store } = house;
  const requestCard = createRequestCard({ cards, clock });
  const notifier = () =>
    createNotifier({
      chat,
      cards,
      requestCard,
      cloud: { promptServices: ['Exchange'], graphEnvironment: null, adminCenter: 'https://entra.microsoft.com' },
      now: house.clock.now,
    });
  const tenant = createTenant({ now: clock.now, uuid: randomUUID, readBackLagMs: 0, people, groups });
  graph.tenant = (request) => tenant.handle(request);

  const { read, woken } = createAnswerDesk({
    ...house,
    findByCode: createFindByCode({ store }),
    roster: nobodyHere,
    chat,
    requestCard,
    now: clock.now,
  });
  let messages = 0;

  return {
    /** What the credential was asked for. */
    asked,
    alex,
    megan,
    /** Everything that was said in the chat so far. */
    said: chat.said as readonly SaidInChat[],
    /**
     * Says a sentence, and lets the bot do all that follows; `between` runs when the sentence has been dealt with and
     * nothing else has. Gives back what the bot said.
     */
    async says(person: Person, sentence: string, between = () => {}): Promise<readonly SaidInChat[]> {
      const from = chat.said.length;
      const by = { ...actor, person, locale: 'en' };
      const heard = {
        kind: 'said',
        via: 'message',
        by,
        activityId: `m${++messages}`,
        saidAt: null,
        words: {},
      } as const;
      await read(heard, parseSentence(sentence));
      between();
      for (const id of woken.splice(0)) await house.settle(id);
      return chat.said.slice(from);
    },
    /** Time goes by. */
    pass: (ms: number): void => clock.pass(ms),
    async state(id: string): Promise<KnownRequest> {
      return house.state(id);
    },
    async openIds(): Promise<readonly string[]> {
      return store.openIds();
    },
    async events(id: string): Promise<readonly RequestEvent[]> {
      return (await store.read(id)).events;
    },
  };
}

export type Responder = ReturnType<typeof createResponder>;
