import { Agent, request } from 'node:http';
import type { FakeConnector } from '../test/support/production/fake-connector.ts';
import { readFigures } from './process-figures.ts';

/** One activity to send. With a conversation of its own, it is over when something was posted there; else with its answer. */
export interface Turn {
  readonly body: string;
  readonly conversationId?: string;
}

/** What came of some turns. Times are in ms from sending. */
export interface Taken {
  readonly answeredMs: readonly number[];
  readonly overMs: readonly number[];
  readonly tookMs: number;
  /** Of the bot's process. */
  readonly cpuMs: number;
}

export interface Bot {
  readonly url: string;
  readonly pid: number;
}

/** Sends turns to bots, as many at once as is said; the next one when one is over. */
export function createLoad(connector: FakeConnector, authorization: string) {
  const agent = new Agent({ keepAlive: true });
  const waiting = new Map<string, () => void>();
  connector.faults.otherwise((method, target) => {
    const conversation = method === 'POST' && /\/v3\/conversations\/([^/]+)\/activities/.exec(target)?.[1];
    if (conversation) waiting.get(decodeURIComponent(conversation))?.();
    return undefined;
  });

  const post = (url: string, body: string) =>
    new Promise<void>((resolve, reject) => {
      const headers = { authorization, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      request(`${url}/api/messages`, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('error', reject);
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`the bot answered ${response.statusCode}`)),
        );
      })
        .on('error', reject)
        .end(body);
    });

  return async function load(bot: Bot, turns: readonly Turn[], atOnce: number): Promise<Taken> {
    const answeredMs: number[] = [];
    const overMs: number[] = [];
    let next = 0;
    const work = async () => {
      for (let turn = turns[next++]; turn; turn = turns[next++]) {
        const { body, conversationId } = turn;
        const began = performance.now();
        const shown = conversationId && new Promise<void>((resolve) => waiting.set(conversationId, resolve));
        await post(bot.url, body);
        answeredMs.push(performance.now() - began);
        await shown;
        overMs.push(performance.now() - began);
        if (conversationId) waiting.delete(conversationId);
      }
    };
    const before = readFigures(bot.pid).cpuMs;
    const began = performance.now();
    await Promise.all(Array.from({ length: atOnce }, work));
    return { answeredMs, overMs, tookMs: performance.now() - began, cpuMs: readFigures(bot.pid).cpuMs - before };
  };
}
