/**
 * A program that behaves well: people who send messages and clicks as Teams does, and probe, one thing after the other,
 * and keep count. In a process of its own, so that what it measures is the bot.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { rawRequest } from '../raw-request.ts';
import { createTeamsClient, groupChat, type Place, type Press } from '../teams-client.ts';
import { answerCalls } from './child-program.ts';
import { readWaitedMs } from './process-figures.ts';
import { createRandom } from './random.ts';

type GoodOptions = {
  readonly botUrl: string;
  readonly botPid: number;
  readonly serviceUrl: string;
  readonly tenantId: string;
  readonly appId: string;
  readonly botName: string;
  /** A good token, valid for as long as the stream runs. */
  readonly token: string;
  /** A decided request: whoever presses is shown its card. */
  readonly card: { readonly place: Place; readonly activityId: string; readonly press: Press };
};

export type GoodFigures = {
  readonly count: number;
  /** What was not a good answer, at most ten of them. */
  readonly failures: readonly string[];
  /** Messages and clicks answered since the beginning. */
  readonly activities: number;
  /** Milliseconds from the request to the answer, without what the machine gave to others (`readWaitedMs`). */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The 99th percentile with that. */
  readonly wallP99: number;
};

/** At the same time. */
const users = 4;
const pauseMs = 15;
/** As many people and chats, so that no limit per person or per chat is met. */
const people = Array.from({ length: 400 }, (_, index) => ({
  id: createRandom(`good ${index}`).uuid(),
  displayName: `Good ${index}`,
}));

function createGoodStream(options: GoodOptions) {
  const { botUrl, botPid, card } = options;
  const teams = createTeamsClient({ ...options, botUrl: () => botUrl, channelToken: () => options.token });
  let sent = 0;
  let activities = 0;
  let failures: string[] = [];
  let tookMs: number[] = [];
  let wallMs: number[] = [];
  let enough: { readonly count: number; readonly resolve: () => void } | undefined;
  let isPaused = true;
  let working: Promise<unknown> = Promise.resolve();

  const machineMs = () => readWaitedMs(botPid) + readWaitedMs(process.pid);
  const kinds: ((turn: number) => Promise<string>)[] = [
    async (turn) => {
      const who = people[turn % people.length] ?? people[0]!;
      const { status } = await teams.say(who, groupChat(`good-${turn % people.length}`), 'help');
      return `${status}`;
    },
    async (turn) => {
      const who = people[turn % people.length] ?? people[0]!;
      const { status, body } = await teams.execute(who, card.place, card.activityId, card.press);
      return `${status} ${(body as { type?: unknown }).type}`;
    },
    // On a connection of its own, as a probe does it.
    async () => `${(await rawRequest(`${botUrl}/healthz`)).status}`,
  ];
  const probe = 2;
  const wanted = ['200', '200 application/vnd.microsoft.card.adaptive', '200'];

  const one = async (turn: number) => {
    const kind = turn % kinds.length;
    const waited = machineMs();
    const begun = performance.now();
    const answer = await kinds[kind]!(turn).catch(
      (error: Error) => `${error.message} ${(error.cause as Error | undefined)?.message ?? ''}`,
    );
    const wall = performance.now() - begun;
    wallMs.push(wall);
    tookMs.push(Math.max(0, wall - (machineMs() - waited)));
    if (kind !== probe) activities += 1;
    if (answer !== wanted[kind]) failures.push(`${['message', 'click', 'probe'][kind]}: ${answer}`);
    if (enough && tookMs.length >= enough.count) enough.resolve();
  };

  return {
    start() {
      if (!isPaused) return;
      isPaused = false;
      const work = async () => {
        while (!isPaused) {
          sent += 1;
          await one(sent);
          await delay(pauseMs);
        }
      };
      working = Promise.all(Array.from({ length: users }, work));
    },
    /** Sends nothing more and waits for what is on its way. */
    async pause() {
      isPaused = true;
      await working;
    },
    /** Forgets what was measured, and waits for that many answers from now on. */
    measure(count: number): Promise<void> {
      tookMs = [];
      wallMs = [];
      failures = [];
      return new Promise((resolve) => {
        enough = { count, resolve };
      });
    },
    figures(): GoodFigures {
      const took = percentiles(tookMs);
      return {
        count: tookMs.length,
        failures: failures.slice(0, 10),
        activities,
        p50: took(0.5),
        p99: took(0.99),
        max: took(1),
        wallP99: percentiles(wallMs)(0.99),
      };
    },
  };
}

function percentiles(values: readonly number[]): (share: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  return (share) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
}

let stream: ReturnType<typeof createGoodStream> | undefined;
let measured: Promise<void> | undefined;
const running = () => {
  if (!stream) throw new Error('not begun');
  return stream;
};

const calls = {
  begin: (options: GoodOptions) => {
    stream = createGoodStream(options);
  },
  start: (_: null) => running().start(),
  pause: (_: null) => running().pause(),
  /** Starts a measurement; does not wait for it. */
  measure: (count: number) => {
    measured = running().measure(count);
  },
  /** The figures, as soon as there are as many as were asked for. */
  async measured(_: null): Promise<GoodFigures> {
    await measured;
    return running().figures();
  },
  figures: (_: null) => running().figures(),
  isMeasured: (count: number): boolean => running().figures().count >= count,
};
export type GoodCalls = typeof calls;

answerCalls(calls);
