import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { readFigures } from '../../../../bench/process-figures.ts';
import { tenantId } from '../../../../src/local/people.ts';
import { rawRequest } from '../raw-request.ts';
import { createSteps } from '../steps.ts';
import { groupChat } from '../teams-client.ts';
import { APP_ID, person, startWorld } from '../world.ts';
import { type Held, hold } from './held-sockets.ts';
import { INSPECTED, inspect } from './inspector.ts';
import { createRandom } from './random.ts';
import { burst, type Tally } from './raw-pool.ts';
import type { Storm, Target } from './storms.ts';
import { tokenStorms } from './token-storms.ts';

/** What good requests had of it: what was not a good answer, and in how many ms 99 of 100 were answered. */
interface Good {
  readonly failures: readonly string[];
  readonly p99: number;
}

/** A bot in production, an attacker, and people who use it beside that. */
export async function startSiege(seed: string) {
  const world = await startWorld({ env: INSPECTED });
  const { authority, connector, teams } = world;
  const { serviceUrl } = connector;
  const { url, pid } = world.bot();
  let keyFetches = 0;
  authority.faults.inject({
    path: /\.well-known\/keys/,
    times: Number.POSITIVE_INFINITY,
    onHit: () => {
      keyFetches += 1;
    },
  });
  const inspector = await inspect(world.bot());
  const token = authority.channelToken(serviceUrl, { claims: { exp: Math.floor(Date.now() / 1000) + 86_400 } });
  const issuer = 'https://api.botframework.com';
  const port = Number(new URL(url).port);
  const target: Target = { port, appId: APP_ID, tenantId, issuer, serviceUrl, kid: 'channel-key', token };

  const random = createRandom(seed);
  const junk = ({ make, connections = 32 }: Storm, count: number): Promise<Tally> =>
    burst({ port, connections, count, make: (index) => make(index, random, target) });
  // The first to come are strangers, all at once, and the bot has no keys yet.
  for (const storm of tokenStorms) await junk({ ...storm, connections: 100 }, 100);

  // Decided, so that whoever presses is shown the card.
  const steps = createSteps(world);
  const place = groupChat('decided');
  const asked = await steps.ask(person('alex'), place, `revoke sessions for ${person('adele').userPrincipalName}`);
  await steps.press(person('megan'), asked, 'deny');
  const press = asked.buttons.find(({ verb }) => verb === 'deny') ?? assert.fail();
  let activities = 2;
  // So many that no limit per person or per chat is met.
  const people = Array.from({ length: 400 }, (_, index) => ({ id: random.uuid(), displayName: `Good ${index}` }));
  const sendGood = [
    async (turn: number) => {
      activities += 1;
      const who = people[turn % people.length] ?? assert.fail();
      const { status } = await teams.say(who, groupChat(`good-${turn % people.length}`), 'help');
      return status === 200 ? '' : `message: ${status}`;
    },
    async (turn: number) => {
      activities += 1;
      const who = people[turn % people.length] ?? assert.fail();
      const { status, body } = await teams.execute(who, place, asked.activityId, press);
      const { type } = body as { readonly type?: unknown };
      return type === 'application/vnd.microsoft.card.adaptive' ? '' : `click: ${status} ${type}`;
    },
    // On a connection of its own, as a probe does it.
    async () => {
      const { status } = await rawRequest(`${url}/healthz`);
      return status === 200 ? '' : `probe: ${status}`;
    },
  ];
  let turns = 0;
  /** So many good requests, from four people at a time. */
  async function good(count: number): Promise<Good> {
    const failures: string[] = [];
    const took: number[] = [];
    const user = async () => {
      while (took.length < count) {
        turns += 1;
        const begun = performance.now();
        const failure = await (sendGood[turns % sendGood.length] ?? assert.fail())(turns).catch(String);
        took.push(performance.now() - begun);
        if (failure !== '') failures.push(failure);
        await delay(15);
      }
    };
    await Promise.all([user(), user(), user(), user()]);
    return { failures: failures.slice(0, 10), p99: took.toSorted((a, b) => a - b)[Math.ceil(count * 0.99) - 1] ?? 0 };
  }
  await good(400);

  return {
    world,
    inspector,
    /** Good requests with nothing beside them. */
    quiet: await good(400),
    /** The storm alone, once. */
    junk,
    hold: (kind: Parameters<typeof hold>[1], count: number): Promise<Held> => hold(port, kind, count, token),
    /** Repeats the attack until so many good requests have been answered beside it. */
    async beside(count: number, attack: () => Promise<Tally>) {
      let isOver = false;
      const answered = good(count).finally(() => {
        isOver = true;
      });
      const answers: Record<string, number> = {};
      do {
        for (const [what, times] of Object.entries(await attack())) answers[what] = (answers[what] ?? 0) + times;
      } while (!isOver);
      return { ...(await answered), answers };
    },
    /** Waits until all that was said before is answered. */
    async rest(): Promise<void> {
      const answered = steps.nextPost(groupChat('resting'));
      activities += 1;
      await teams.say(person('alex'), groupChat('resting'), 'help');
      await answered();
    },
    /** How many sockets the bot has, once garbage is collected. */
    async sockets(): Promise<number> {
      await inspector.retainedBytes();
      return readFigures(pid).sockets;
    },
    /** How many good messages and clicks were sent. */
    activities: () => activities,
    keyFetches: () => keyFetches,
    async stop() {
      inspector.close();
      await world.stop();
    },
  };
}

export type Siege = Awaited<ReturnType<typeof startSiege>>;
