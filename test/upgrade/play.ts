import assert from 'node:assert/strict';
import type { BotProcess, Environment } from '../support/production/bot-process.ts';
import { type Case, cases, casesOf, peopleOf, placeOf, recorded, type Scene } from './cases.ts';
import type { Site, StartOptions } from './site.ts';

const minute = 60_000;
const delegated: Environment = { GRAPH_AUTH: 'delegated', OAUTH_CONNECTION: 'entra' };

/** @param bot undefined where nothing is said to one */
export function sceneOf(site: Site, bot: BotProcess | undefined, one: Case): Scene {
  const people = peopleOf(cases.indexOf(one));
  const [target] = people;
  if (!target) throw new Error(`there are too few accounts for ${one.name}`);
  return {
    site,
    place: placeOf(one),
    people,
    target,
    get bot() {
      return bot ?? assert.fail('there is no process');
    },
  };
}

/** Begins these at once, and waits until each is where it is to be left. Those that do not stay there come last. */
export async function begin(site: Site, bot: BotProcess, some: readonly Case[]): Promise<void> {
  for (const passing of [false, true]) {
    const now = some.filter(({ passes = false }) => passes === passing);
    await Promise.all(
      now.map(async (one) => {
        const scene = sceneOf(site, bot, one);
        one.arrange?.(site, scene.target);
        await one.begin(scene);
        if (one.when === 'last') await recorded(site, scene.target, one.recorded);
      }),
    );
  }
}

/** Leaves a request in every state, by processes that are killed one after the other. */
export async function playAll(site: Site, version: number, main: string | undefined): Promise<void> {
  const played = casesOf(version);
  const at = (when: Case['when']) => played.filter((one) => one.when === when);
  const during = async (options: StartOptions, work: (bot: BotProcess) => Promise<unknown>) => {
    const bot = await site.start({ main, ...options });
    await work(bot);
    await bot.kill();
  };
  const settled = (some: readonly Case[]) =>
    Promise.all(some.map((one) => recorded(site, sceneOf(site, undefined, one).target, one.recorded)));

  await during({ shiftMs: -66 * minute }, (bot) => begin(site, bot, at('longBefore')));
  await during({ shiftMs: -4 * minute, env: delegated }, async (bot) => {
    await settled(at('longBefore'));
    await begin(site, bot, at('delegated'));
  });
  await during({ shiftMs: -3 * minute, env: delegated }, async (bot) => {
    await Promise.all(at('delegated').map((one) => one.goOn?.(sceneOf(site, bot, one))));
    await settled(at('delegated'));
  });
  await during({ shiftMs: -1.5 * minute }, (bot) => begin(site, bot, at('before')));
  await during({}, async (bot) => {
    await settled(at('before'));
    await begin(site, bot, at('last'));
    await settled(played);
  });
}
