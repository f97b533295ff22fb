import { DirectoryError } from '../../src/app/errors.ts';
import type { RequestStore } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { watchWaiting } from '../../src/runtime/observe.ts';
import { createAnswers } from '../../src/teams/answer/answers.ts';
import { createCardRenderer } from '../../src/teams/cards/render-card.ts';
import { createAddresses } from '../../src/teams/chat/connector.ts';
import { createRequestCard } from '../../src/teams/chat/notifier.ts';
import { createWelcome } from '../../src/teams/chat/welcome.ts';
import { createLocalAdapter } from '../../src/teams/wire/adapter.ts';
import { createBot } from '../../src/teams/wire/bot.ts';
import { isAllowedServiceUrl, place, unread } from '../../src/teams/wire/guard.ts';
import { createReceive } from '../../src/teams/wire/receive.ts';
import { createHouse } from '../app/house.ts';
import { createFakeChat } from './fake-chat.ts';
import { noOneHere, requestIdOf, silentLog } from './fakes.ts';
import { tenantId } from './samples.ts';

/** Stands in every error that is thrown on purpose, and must never be read by anybody. */
export const secret = 'eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJzZWNyZXQifQ.c2lnbmF0dXJl';

/** What is away while an activity is dealt with. `doubt`: what is appended is written, and the store does not say so. */
export type Fault = 'read' | 'roles' | 'memberOf' | 'append' | 'doubt' | 'events' | 'card' | 'chat';

const adapter = createLocalAdapter();
const cards = createCardRenderer(new URL('../../cards/', import.meta.url));
const never = () => new Promise<void>(() => undefined);

/**
 * The bot as it is put together for production, behind the part of the guard that looks at the activity: real use
 * cases, real rules, a real store in memory; the directory and the chat are fakes.
 */
export function createBotDesk(options: {
  readonly house: Parameters<typeof createHouse>[0];
  readonly allowedConversations: ReadonlySet<string> | null;
  /** Every decision takes longer than a click may wait. */
  readonly slow: boolean;
  /** Whether the bot is in the conversation it is used in. */
  readonly isInstalled?: () => Promise<boolean | null>;
}) {
  const { allowedConversations, slow, isInstalled = async () => true } = options;
  let fault: { readonly in: Fault; readonly throws: 'DirectoryError' | 'Error' } | null = null;
  const fail = (what: Fault) => {
    if (fault?.in !== what) return;
    throw fault.throws === 'Error' ? new Error(secret) : new DirectoryError('throttled', secret);
  };
  const appended: { readonly requestId: string; readonly event: RequestEvent }[] = [];
  let store: RequestStore | undefined;

  const house = createHouse({
    ...options.house,
    between(port) {
      if ('append' in port) store = port as unknown as RequestStore;
      const faults: Readonly<Record<PropertyKey, Fault>> = store === (port as unknown) ? stored : directed;
      return new Proxy(port, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            if (Object.hasOwn(faults, name)) fail(faults[name] as Fault);
            const result: unknown = await value.apply(target, given);
            if (name === 'append') {
              const [{ requestId }, events] = given as Parameters<RequestStore['append']>;
              appended.push(...events.map((event) => ({ requestId, event })));
              if (fault?.in === 'doubt') throw Object.assign(new Error(secret), { inDoubt: true });
            }
            return result;
          };
        },
      });
    },
  });
  if (!store) throw new Error('a house without a store');
  const outside = store;

  const said = createFakeChat();
  const chat = {
    ...said,
    postText: async (...given: Parameters<typeof said.postText>) => {
      fail('chat');
      await said.postText(...given);
    },
  };
  const woken: string[] = [];
  const wake = (id: string) => void woken.push(id);
  const running = new Set<Promise<void>>();
  const outsideTurn = (_: string, work: () => Promise<void>) => {
    // As the worker does: a failure ends up in the log.
    const done = work()
      .catch(() => undefined)
      .finally(() => running.delete(done));
    running.add(done);
  };
  const realCard = createRequestCard({ cards, clock: house.clock });
  const { clock } = house;
  const { sleep, warnings } = { sleep: slow ? async () => undefined : never, warnings: [] as object[] };
  const log = { ...silentLog, warn: (fields: object) => warnings.push(fields) };
  const bot = createBot({
    allowedConversations,
    clock,
    answers: createAnswers({
      ...house,
      requestIdOf,
      roster: noOneHere,
      isInstalled,
      chat,
      cards,
      requestCard(...given) {
        fail('card');
        return realCard(...given);
      },
      linkTo: () => null,
      signInRequest: null,
      wake,
      watchWaiting,
      now: clock.now,
      after: () => () => undefined,
      sleep,
      log: silentLog,
    }),
    putRight: house.putRight,
    addresses: createAddresses(clock),
    welcome: createWelcome({ chat, cards, clock, log: silentLog }),
    outsideTurn,
    log,
  });
  const receive = createReceive({
    adapter,
    guard(_, activity) {
      if (activity === unread) return { ok: true };
      const { serviceUrl } = activity as { serviceUrl?: unknown };
      const isAllowed = typeof serviceUrl === 'string' && isAllowedServiceUrl(serviceUrl, hosts);
      return isAllowed ? place({ tenantId }, activity) : { ok: false, status: 403, why: 'serviceUrl' };
    },
    tenantId,
    run: bot,
    log: silentLog,
  });

  return {
    house,
    /** The store as it is, past all faults. */
    outside,
    appended,
    woken,
    said: said.said,
    warnings,
    /** Sends them at once, while something is away, and waits until all is dealt with. */
    async send(activities: readonly unknown[], away: typeof fault = null) {
      fault = away;
      const answers = await Promise.all(
        activities.map((activity) => receive(`Bearer ${secret}`, async () => ({ json: activity }))),
      );
      while (running.size > 0) await Promise.all(running);
      fault = null;
      return answers;
    },
  };
}

export type BotDesk = ReturnType<typeof createBotDesk>;

const hosts = new Set(['smba.trafficmanager.net']);
const stored: Readonly<Record<PropertyKey, Fault>> = { append: 'append', read: 'events' };
const directed: Readonly<Record<PropertyKey, Fault>> = { read: 'read', roles: 'roles', memberOf: 'memberOf' };
