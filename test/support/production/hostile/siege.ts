import assert from 'node:assert/strict';
import { tenantId } from '../../../../src/local/people.ts';
import { createSteps } from '../steps.ts';
import { groupChat } from '../teams-client.ts';
import { APP_ID, BOT_NAME, person, startWorld, type World } from '../world.ts';
import type { AttackerCalls } from './attacker.ts';
import { type ChildProgram, startProgram } from './child-program.ts';
import { countHits } from './count-hits.ts';
import type { GoodCalls, GoodFigures } from './good-stream.ts';
import type { HeldKind } from './held-sockets.ts';
import { INSPECTED, type Inspector, inspect } from './inspector.ts';
import { readFigures } from './process-figures.ts';
import type { Tally } from './raw-pool.ts';
import { type Outcome, stormTable } from './storm-table.ts';
import type { Storm, Target } from './storms.ts';
import { tokenStorms } from './token-storms.ts';

/** A bot in production, people who use it without a pause, and an attacker: each a process of its own. */
export type Siege = {
  readonly world: World;
  readonly inspector: Inspector;
  readonly attacker: ChildProgram<AttackerCalls>;
  readonly target: Target;
  /** Good requests with nothing beside them. */
  readonly quiet: GoodFigures;
  /** Repeats the storm until enough good requests have been measured beside it. */
  storm(storm: Storm, count: number): Promise<Outcome>;
  /** The storm alone, once. */
  junk(storm: Storm, count: number): Promise<Tally>;
  /** Opens connections that keep the bot busy with nothing, and leaves them open. */
  hold(name: string, kind: HeldKind, count: number): Promise<void>;
  /** The same with good requests beside them, and lets them go. */
  besiege(kind: HeldKind, count: number): Promise<Outcome>;
  /** Starts the good requests again. */
  resume(): Promise<void>;
  /** Stops the good requests, and waits until those under way and what they set off are done. */
  rest(): Promise<GoodFigures>;
  /** Resident memory, and how many sockets there are, once garbage is collected and nothing is under way. */
  settled(): Promise<{ readonly rssMiB: number; readonly sockets: number }>;
  /** How many messages and clicks came from here, and not from the stream of good ones. */
  ownActivities(): number;
  /** How often the signing keys were fetched. */
  keyFetches(): number;
  table(): string;
  stop(): Promise<void>;
};

type SiegeOptions = {
  /** Good requests measured beside each storm. */
  readonly beside: number;
  /** Good requests before the first. */
  readonly warmUp: number;
  readonly seed: string;
};

export async function startSiege({ beside, warmUp, seed }: SiegeOptions): Promise<Siege> {
  const world = await startWorld({ env: INSPECTED });
  const { authority, connector } = world;
  const { serviceUrl } = connector;
  const { url: botUrl, pid } = world.bot();
  const keyFetches = countHits(authority.faults, /\.well-known\/keys/);
  const inspector = await inspect(world.bot());
  const attacker = startProgram<AttackerCalls>('./attacker.ts');
  const good = startProgram<GoodCalls>('./good-stream.ts');
  const token = authority.channelToken(serviceUrl, { claims: { exp: Math.floor(Date.now() / 1000) + 86_400 } });
  const issuer = 'https://api.botframework.com';
  const port = Number(new URL(botUrl).port);
  const target: Target = { port, appId: APP_ID, tenantId, issuer, serviceUrl, kid: 'channel-key', token };
  const outcomes: Outcome[] = [];

  let storms = 0;
  const junk: Siege['junk'] = ({ name, connections = 32 }, count) => {
    storms += 1;
    return attacker.ask('storm', { name, target, count, connections, seed: `${seed} ${storms}` });
  };
  // The first to come are strangers, all at once, and the bot has no keys yet.
  for (const storm of tokenStorms) await junk({ ...storm, connections: 100 }, 100);

  // Decided, so that whoever presses is shown the card.
  const place = groupChat('decided');
  const steps = createSteps(world);
  const asked = await steps.ask(person('alex'), place, `revoke sessions for ${person('adele').userPrincipalName}`);
  await steps.press(person('megan'), asked, 'deny');
  let own = 2;
  const press = asked.buttons.find(({ verb }) => verb === 'deny');
  assert.ok(press);
  const card = { place, activityId: asked.activityId, press };
  await good.ask('begin', { botUrl, botPid: pid, serviceUrl, tenantId, appId: APP_ID, botName: BOT_NAME, token, card });

  const measure = async (count: number): Promise<GoodFigures> => {
    await good.ask('measure', count);
    return good.ask('measured', null);
  };
  await good.ask('start', null);
  await measure(warmUp / 2);
  const cpuMs = readFigures(pid).cpuMs;
  const quiet = await measure(warmUp / 2);
  const cpuOfGood = (readFigures(pid).cpuMs - cpuMs) / quiet.count;

  const collect = async () => {
    await inspector.retainedBytes();
    return readFigures(pid);
  };
  let lastRssMiB = (await collect()).rssMiB;
  const watch = async (name: string, sentAtOnce: number, attack: () => Promise<Tally>): Promise<Outcome> => {
    const before = readFigures(pid);
    const answers: Record<string, number> = {};
    let sent = 0;
    await good.ask('measure', beside);
    const enough = good.ask('measured', null);
    do {
      for (const [what, times] of Object.entries(await attack())) answers[what] = (answers[what] ?? 0) + times;
      sent += sentAtOnce;
    } while (!(await good.ask('isMeasured', beside)));
    const measured = await enough;
    const { cpuMs } = readFigures(pid);
    const cpuMicros = ((cpuMs - before.cpuMs - cpuOfGood * measured.count) * 1000) / sent;
    const rssMiB = { before: lastRssMiB, after: (await collect()).rssMiB };
    lastRssMiB = rssMiB.after;
    const outcome: Outcome = { name, sent, answers, good: measured, rssMiB, cpuMicros };
    outcomes.push(outcome);
    return outcome;
  };
  const hold: Siege['hold'] = (name, kind, count) => attacker.ask('hold', { name, kind, target, count });

  return {
    world,
    inspector,
    attacker,
    target,
    quiet,
    junk,
    hold,
    storm: (storm, count) => watch(storm.name, count, () => junk(storm, count)),
    async besiege(kind, count) {
      const name = `${count} ${kind}`;
      const outcome = watch(name, count, async () => {
        await hold(name, kind, count);
        await good.ask('measured', null);
        return { 'still open': await attacker.ask('stillOpen', name) };
      });
      return outcome.finally(() => attacker.ask('release', name));
    },
    resume: () => good.ask('start', null),
    async rest() {
      await good.ask('pause', null);
      const figures = await good.ask('figures', null);
      // What was said before is answered before this.
      const answered = steps.nextPost(groupChat('resting'));
      await world.teams.say(person('alex'), groupChat('resting'), 'help');
      own += 1;
      await answered();
      return figures;
    },
    async settled() {
      const { rssMiB, sockets } = await collect();
      return { rssMiB, sockets };
    },
    ownActivities: () => own,
    keyFetches,
    table: () => stormTable(outcomes),
    async stop() {
      inspector.close();
      await Promise.all([attacker.stop(), good.stop()]);
      await world.stop();
    },
  };
}
