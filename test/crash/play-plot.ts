import { setTimeout as delay } from 'node:timers/promises';
import type { BotProcess } from '../support/production/bot-process.ts';
import { shownBy } from '../support/production/card.ts';
import { codeOn } from '../support/production/steps.ts';
import { groupChat, type Place } from '../support/production/teams-client.ts';
import { person } from '../support/production/world.ts';
import type { Dice } from './dice.ts';
import { isTold, readTrail, requestOn } from './evidence.ts';
import type { Figures } from './figures.ts';
import type { Asked, Decision, Plot } from './plot.ts';
import { type Judged, judge, only } from './promises.ts';
import { staff } from './staff.ts';
import type { StartOptions } from './stage.ts';
import type { House } from './theatre.ts';
import { badWeather } from './weather.ts';

/** Teams delivers again what got no 200, and a person presses again what got no answer. */
const againAfterMs = 1500;
/** From clear weather until everything is over. */
const quietWithinMs = 240_000;

/** Plays a plot, lets the weather clear, sees everything through, and judges. */
export async function playPlot(
  house: House,
  plot: Plot,
  dice: Dice,
  figures: Figures,
  startOptions: readonly StartOptions[],
): Promise<Judged> {
  const { stage } = house;
  const { connector, teams, env } = stage;
  const bots: (BotProcess | undefined)[] = await Promise.all(startOptions.map((options) => stage.start(options)));
  const began = Date.now();
  const until = (ms: number) => delay(Math.max(0, began + ms - Date.now()));
  const isOn = () => Date.now() < began + plot.lastsMs;
  const spread = dice.named('spread');
  const endings: Promise<unknown>[] = [];
  let firstAccount = 0;

  /** One of those that run; it may die the next moment. */
  const somebody = async (): Promise<BotProcess> => {
    for (;;) {
      const alive = bots.filter((bot) => bot !== undefined);
      if (alive.length > 0) return spread.one(alive);
      await delay(20);
    }
  };
  const deliver = async (activity: Parameters<typeof stage.deliver>[1]) => {
    for (let tries = 0; tries < 4; tries += 1) {
      const answer = await stage.deliver(await somebody(), activity);
      if (answer?.status === 200) return;
      await delay(againAfterMs);
    }
  };
  const cards = (place: Place) =>
    connector.log.filter((one) => one.conversationId === place.id && requestOn(one) !== undefined);

  const decide = async (place: Place, { by, verb, how, again, afterMs }: Decision, insist: boolean) => {
    await delay(afterMs);
    const card = cards(place).at(-1);
    if (!card) return;
    const who = person(by);
    const press = async (id?: string): Promise<boolean> => {
      const bot = await somebody();
      if (how !== 'words')
        return stage.press(bot, who, place, card, verb, { ...(id && { id }), old: how !== 'button' });
      await stage.type(bot, who, place, verb, codeOn(shownBy(card.activity)));
      return false;
    };
    const id = `f:${place.id} ${by} ${verb}`;
    const copies = again.map(async (one) => {
      await delay(one.afterMs);
      figures.count('deliveries repeated');
      await press(one.sameId ? id : undefined);
    });
    let isAnswered = await press(id);
    while (insist && !isAnswered && how === 'button' && isOn()) {
      await delay(againAfterMs);
      isAnswered = await press();
    }
    await Promise.all(copies);
  };

  const act = async (asked: Asked, place: Place, say: () => ReturnType<typeof teams.message>) => {
    await until(asked.atMs);
    const message = say();
    const copies = asked.again.map(async (ms) => {
      await delay(ms);
      figures.count('deliveries repeated');
      await deliver(message);
    });
    await deliver(message);
    while (cards(place).length === 0 && isOn()) await delay(50);
    const last = asked.decisions.at(-1);
    await Promise.all(asked.decisions.map((one) => decide(place, one, one === last)));
    await Promise.all(copies);
  };

  const people = plot.asks.map((asked, number) => {
    const place = groupChat(`random-${plot.seed}-${number}`);
    const targets = staff(firstAccount + asked.accounts).slice(firstAccount);
    firstAccount += asked.accounts;
    const about = [...targets, ...(asked.aboutNestor ? [person('nestor')] : [])];
    const sentence = `revoke sessions for ${about.map(({ id }) => id).join(', ')}`;
    return { asked, place, say: () => teams.message(person(asked.by), place, sentence) };
  });

  const calm = badWeather(house, dice.named('weather'), figures);
  const playing = people.map(({ asked, place, say }) => act(asked, place, say));
  for (const { atMs, on, freezeMs } of plot.blows) {
    await until(atMs);
    const bot = bots[on];
    if (!bot) continue;
    figures.count(freezeMs > 0 ? 'freezes' : 'kills');
    if (freezeMs > 0) {
      const thaw = stage.freeze(bot);
      endings.push(delay(freezeMs).then(thaw));
      continue;
    }
    bots[on] = undefined;
    endings.push(
      stage.kill(bot).then(async () => {
        bots[on] = await stage.start(startOptions[on]);
      }),
    );
  }
  await until(plot.lastsMs);
  calm();
  await Promise.all(endings);
  await Promise.all(playing);

  const quietSince = Date.now();
  for (let open = true; open && Date.now() - quietSince < quietWithinMs; ) {
    const trail = await readTrail({ ...env, STORE_URL: stage.auditStoreUrl });
    const stories = [...Map.groupBy(trail, ({ requestId }) => requestId)];
    open = false;
    for (const { asked, place, say } of people) {
      const here = stories.filter(([, lines]) => only(lines, 'Requested')[0]?.conversation.id === place.id);
      if (here.length === 0) await deliver(say());
      for (const [id, lines] of here) {
        const isDecided = only(lines, 'Approved', 'Denied', 'Cancelled', 'Expired', 'Superseded').length > 0;
        const card = cards(place).findLast((one) => requestOn(one) === id);
        const last = asked.decisions.at(-1);
        if (!isDecided && card && last) await stage.press(await somebody(), person(last.by), place, card, last.verb);
      }
      open ||= here.length === 0 || here.some(([, lines]) => !isTold(lines));
    }
    if (open) await delay(500);
  }
  figures.time('from clear weather until all is over', Date.now() - quietSince);
  const judged = judge(await stage.evidence());
  figures.add(judged);
  return judged;
}
