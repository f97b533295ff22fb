import type { Environment } from '../test/support/production/bot-process.ts';
import { buttonsOf, cardIn } from '../test/support/production/card.ts';
import { type Person, personalChat } from '../test/support/production/teams-client.ts';
import { person, startWorld } from '../test/support/production/world.ts';
import { crowd } from './crowd.ts';
import { type Bot, createLoad, type Taken, type Turn } from './load.ts';
import { readFigures } from './process-figures.ts';
import { ask } from './requests.ts';
import { median, type Spread, spread } from './spread.ts';
import { quietly, startProcess } from './start-process.ts';

type Which = 'echo' | 'bot';
const both = ['echo', 'bot'] as const;
const rounds = 8;
const turnsARound = 150;
const atOnce = 16;
/** Of each, and not measured: code that has run only a few times is not compiled yet. */
const warmUp = 400;
const starts = 7;

export interface TurnFigures {
  /** One turn after the other: until the answer to the HTTP request, and until what is said stands in the chat. */
  readonly answeredMs: Spread;
  readonly overMs: Spread;
  /** With so many at once: turns in a second, and the time until each was over. */
  readonly perSecond: number;
  readonly busyMs: Spread;
  /** CPU time of the process, for one turn. */
  readonly cpuMs: number;
}

export interface BotFigures {
  readonly message: TurnFigures;
  readonly invoke: TurnFigures;
  /** Until it answers, and until it says that it is ready (the echo bot says nothing of the kind). */
  readonly startMs: { readonly answering: number; readonly ready: number | null };
  readonly rssMiB: { readonly started: number; readonly worked: number };
}

export interface FloorFigures {
  readonly echo: BotFigures;
  readonly bot: BotFigures;
  readonly atOnce: number;
  readonly turns: number;
}

/**
 * The bot beside an echo bot of the same SDK, each in a process of its own and in turn: `help`, which reads nothing and posts an answer,
 * and the refresh of a card, which reads the request and the rights of the reader.
 */
export async function benchFloor(): Promise<FloorFigures> {
  const readers = crowd(200);
  const world = await startWorld({ people: readers, env: { NOTIFY: 'none', ...(await quietly()) } });
  const { authority, connector, teams, env } = world;
  const echo = await startProcess('echo', env);
  try {
    const bots: Readonly<Record<Which, Bot>> = { echo, bot: world.bot() };
    const memory = () => ({ echo: readFigures(bots.echo.pid).rssMiB, bot: readFigures(bots.bot.pid).rssMiB });
    const load = createLoad(connector, `Bearer ${authority.channelToken(connector.serviceUrl)}`);
    const asked = await ask(world, person('alex'), [person('adele')]);
    const data = buttonsOf(cardIn(connector.current(asked.activityId)))[0]?.data;
    let sent = 0;
    const reader = () => readers[sent++ % readers.length] as Person;
    const message = (): Turn => {
      const by = reader();
      const place = { ...personalChat(by), id: `a:1floor-${sent}` };
      return { body: JSON.stringify(teams.message(by, place, 'help')), conversationId: place.id };
    };
    const invoke = (): Turn => {
      const action = { verb: 'refresh', data, trigger: 'automatic' } as const;
      return { body: JSON.stringify(teams.pressed(reader(), asked.place, asked.activityId, action)) };
    };
    const measure = async (make: () => Turn) => {
      const some = (count: number) => Array.from({ length: count }, make);
      const alone: Record<Which, Taken[]> = { echo: [], bot: [] };
      const busy: Record<Which, Taken[]> = { echo: [], bot: [] };
      for (const which of both) await load(bots[which], some(warmUp), atOnce);
      for (let round = 0; round < rounds; round += 1) {
        for (const which of round % 2 === 0 ? both : both.toReversed()) {
          alone[which].push(await load(bots[which], some(turnsARound), 1));
          busy[which].push(await load(bots[which], some(turnsARound), atOnce));
        }
      }
      return { echo: sum(alone.echo, busy.echo), bot: sum(alone.bot, busy.bot) };
    };
    const started = memory();
    const messages = await measure(message);
    const invokes = await measure(invoke);
    const worked = memory();
    await echo.stop();
    await world.bot().stop();
    const startMs = await measureStarts(env);
    const figures = (which: Which): BotFigures => ({
      message: messages[which],
      invoke: invokes[which],
      startMs: startMs[which],
      rssMiB: { started: started[which], worked: worked[which] },
    });
    return { echo: figures('echo'), bot: figures('bot'), atOnce, turns: rounds * turnsARound };
  } finally {
    await echo.stop();
    await world.stop();
  }
}

async function measureStarts(env: Environment) {
  const answering: Record<Which, number[]> = { echo: [], bot: [] };
  const ready: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    for (const which of both) {
      const started = await startProcess(which, env);
      await started.stop();
      answering[which].push(started.answeringMs);
      if (started.readyMs !== null) ready.push(started.readyMs);
    }
  }
  return {
    echo: { answering: median(answering.echo), ready: null },
    bot: { answering: median(answering.bot), ready: median(ready) },
  };
}

function sum(alone: readonly Taken[], busy: readonly Taken[]): TurnFigures {
  const all = [...alone, ...busy];
  const turns = all.reduce((count, { overMs }) => count + overMs.length, 0);
  return {
    answeredMs: spread(alone.flatMap(({ answeredMs }) => answeredMs)),
    overMs: spread(alone.flatMap(({ overMs }) => overMs)),
    // The median of the rounds: one that the machine disturbed does not count.
    perSecond: median(busy.map(({ overMs, tookMs }) => (overMs.length / tookMs) * 1000)),
    busyMs: spread(busy.flatMap(({ overMs }) => overMs)),
    cpuMs: all.reduce((total, { cpuMs }) => total + cpuMs, 0) / turns,
  };
}
