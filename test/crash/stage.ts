import type { Verb } from '../../src/domain/request.ts';
import { personIds, tenantId } from '../../src/local/people.ts';
import { type BotProcess, type Environment, startBot } from '../support/production/bot-process.ts';
import { buttonsOf, cardIn } from '../support/production/card.ts';
import type { Shown } from '../support/production/fake-connector.ts';
import {
  type ActivityJson,
  type Answered,
  createTeamsClient,
  type Person,
  type Place,
  type TeamsClient,
} from '../support/production/teams-client.ts';
import {
  APP_ID,
  BOT_NAME,
  type Surroundings,
  startSurroundings,
  type WorldOptions,
  wrongClock,
} from '../support/production/world.ts';
import { asks, cardsAreRight, type Decided, type Evidence, readTrail, type Trouble, verifyTrail } from './evidence.ts';

/** Surroundings that outlive the bots in them, and a memory of all that people did and of all that befell the bots. */
export interface Stage extends Surroundings {
  readonly teams: Pick<TeamsClient, 'message'>;
  readonly troubles: readonly Trouble[];
  /** The store as the audit reads it, without what may stand in front of it. */
  readonly auditStoreUrl: string | undefined;
  /** Starts a process on the stage's store and waits until it is ready. */
  start(options?: StartOptions): Promise<BotProcess>;
  /** SIGKILL, at once. */
  kill(bot: BotProcess): Promise<void>;
  /** SIGSTOP; the function it gives back is SIGCONT. */
  freeze(bot: BotProcess): () => void;
  /** Something that keeps processes from recording happened now. */
  trouble(what: Trouble['what']): void;
  /** The chat took this post, and its answer does not arrive. */
  lostAnswer(activityId: string): void;
  /** Delivers a message; undefined when there was no answer, so that Teams would deliver it again. */
  deliver(bot: BotProcess, activity: ActivityJson): Promise<Answered | undefined>;
  /** Presses a button of a card as it was posted. Gives back whether the answer says that it is decided. */
  press(bot: BotProcess, by: Person, place: Place, card: Shown, verb: Verb, how?: Press): Promise<boolean>;
  /** Types a decision, with the code on the card. */
  type(bot: BotProcess, by: Person, place: Place, verb: Verb, code: string): Promise<Answered | undefined>;
  evidence(): Promise<Evidence>;
}

export interface Press {
  /** The activity's id, where the same is delivered several times; a new one when left out. */
  readonly id?: string;
  /** As a client does that does not know the newer kind of button: it answers nothing. */
  readonly old?: boolean;
}

export interface StartOptions {
  /** How wrong the clock of that process is; it is not ready then, and works all the same. */
  readonly clockShiftMs?: number;
  /** How much later it is, for that process and all round it. */
  readonly laterMs?: number;
  readonly env?: Environment;
}

export interface StageOptions extends WorldOptions {
  /** The store without faults in front of it, for the audit; the stage's own when left out. */
  readonly auditStoreUrl?: string;
}

/** Of the group, and of the one within it. */
const approvers = new Set((['alex', 'megan', 'nestor'] as const).map((role) => personIds[role]));

/** A process that cannot start, because the store does not answer, is started again, as whoever runs it would do. */
async function supervise(env: Environment): Promise<BotProcess> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startBot(env, 60_000);
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const limits = { MAX_TARGETS_PER_HOUR: '100000', MAX_OPEN_PER_REQUESTER: '1000' };
  const surroundings = await startSurroundings({ ...options, env: { ...limits, ...options.env } });
  const { authority, connector, graph, env } = surroundings;
  const auditStoreUrl = options.auditStoreUrl ?? env.STORE_URL;
  const bots = new Set<BotProcess>();
  const decided: Decided[] = [];
  const troubles: Trouble[] = [];
  const lostAnswers = new Set<string>();
  let url = '';
  const teams = createTeamsClient({
    botUrl: () => url,
    serviceUrl: connector.serviceUrl,
    tenantId,
    appId: APP_ID,
    botName: BOT_NAME,
    channelToken: authority.channelToken,
  });
  const trouble = (what: Trouble['what']) => void troubles.push({ at: Date.now(), what });
  /** The address is read before the first await, so calls to several bots do not mix. */
  const at = async (bot: BotProcess, call: () => Promise<Answered>): Promise<Answered | undefined> => {
    url = bot.url;
    return call().catch(() => undefined);
  };

  let laterBy = 0;
  return {
    ...surroundings,
    teams,
    troubles,
    auditStoreUrl,
    trouble,
    async start({ clockShiftMs, laterMs, env: more } = {}) {
      // Once it is later it stays so, for whatever starts after a crash too.
      laterBy = laterMs ?? laterBy;
      const wrong = clockShiftMs === undefined ? {} : wrongClock(clockShiftMs);
      const clock = laterBy === 0 ? wrong : surroundings.later(laterBy);
      const bot = await supervise({ ...env, ...clock, ...more });
      bots.add(bot);
      return bot;
    },
    async kill(bot) {
      if (!bot.exit()) process.kill(bot.pid, 'SIGKILL');
      trouble('killed');
      bots.delete(bot);
      await bot.exited;
    },
    freeze(bot) {
      process.kill(bot.pid, 'SIGSTOP');
      trouble('stopped');
      return () => {
        trouble('stopped');
        if (!bot.exit()) process.kill(bot.pid, 'SIGCONT');
      };
    },
    lostAnswer: (activityId) => void lostAnswers.add(activityId),
    deliver: (bot, activity) => at(bot, () => teams.post(activity)),
    async press(bot, by, place, card, verb, { id, old = false } = {}) {
      const button = buttonsOf(cardIn(card.activity)).find((one) => one.verb === verb);
      if (!button) throw new Error(`no button ${verb} on card ${card.activityId}`);
      const one: Decided = { place: place.id, by: by.id, verb, at: Date.now(), isAcknowledged: false };
      decided.push(one);
      const change = id === undefined ? {} : { activity: { id } };
      const { activityId } = card;
      const answer = await at(bot, () =>
        old
          ? teams.submit(by, place, activityId, button.fallback, change)
          : teams.execute(by, place, activityId, button, change),
      );
      const { type, value } = (answer?.body ?? {}) as { type?: string; value?: unknown };
      one.isAcknowledged = type === 'application/vnd.microsoft.card.adaptive' && !asks(value);
      return one.isAcknowledged;
    },
    type(bot, by, place, verb, code) {
      decided.push({ place: place.id, by: by.id, verb, at: Date.now(), isAcknowledged: false });
      return at(bot, () => teams.say(by, place, `${verb} ${code}`));
    },
    async evidence() {
      const auditEnv = { ...env, STORE_URL: auditStoreUrl };
      const trail = await readTrail(auditEnv);
      await cardsAreRight(connector, trail);
      const shown = [...connector.log];
      return {
        trail,
        verified: await verifyTrail(auditEnv, shown),
        writes: [...graph.writes()],
        shown,
        decided,
        approvers,
        troubles,
        lostAnswers,
      };
    },
    async close() {
      await Promise.all([...bots].map((bot) => bot.kill()));
      await surroundings.close();
    },
  };
}
