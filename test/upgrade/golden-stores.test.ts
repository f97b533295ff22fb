import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openTrail } from '../../src/store/open-store.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { type BotProcess, MAIN } from '../support/production/bot-process.ts';
import { buttonsOf, cardIn } from '../support/production/card.ts';
import type { Place } from '../support/production/teams-client.ts';
import {
  type Case,
  cardOf,
  casesOf,
  megan,
  placeOf,
  recorded,
  recordsFor,
  type Scene,
  takeEffect,
  typesOf,
} from './cases.ts';
import { type Golden, readGoldens } from './golden.ts';
import { sceneOf } from './play.ts';
import { writeSqlite, writeTable } from './rows.ts';
import { openSite, type Site } from './site.ts';

const minute = 60_000;

describe('the present version, upon what each version wrote', () => {
  let azurite: Azurite;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite.close());

  for (const golden of readGoldens()) {
    const { version, store } = golden;
    const name = `v${version}.${store}`;
    takesUp(name, golden);
    const without = `${name}, as an even earlier one left it, without the list of accounts`;
    if (version === 1 && store === 'sqlite') takesUp(without, golden, /^about/);
  }

  function takesUp(name: string, golden: Golden, leftOut?: RegExp): void {
    describe(name, function () {
      this.timeout(120_000);
      const { version, store, recordedAt, posts, rows } = golden;
      let site: Site;
      let bot: BotProcess;
      let links: readonly string[];
      /** What happens to each, all at the same time: some of it takes half a minute. */
      const comings = new Map<string, Promise<void>>();

      before(async () => {
        const account = store === 'table' ? azurite.account() : undefined;
        site = await openSite(account?.connectionString);
        if (account) await writeTable(account.table, rows);
        else writeSqlite(site.storeUrl.slice('sqlite:'.length), rows, leftOut);
        links = await linksIn(site);
        for (const conversationId of posts) await site.postAsBefore(conversationId);
        for (const one of casesOf(version)) {
          const { target } = sceneOf(site, bot, one);
          one.arrange?.(site, target);
          if (one.isDone) await takeEffect(site, target);
        }
        bot = await site.start({ shiftMs: Date.parse(recordedAt) + minute - Date.now() });
        for (const one of casesOf(version)) {
          const comes = comeToItsEnd(site, sceneOf(site, bot, one), one, golden);
          comes.catch(() => undefined);
          comings.set(one.name, comes);
        }
      });
      after(() => site.close());

      for (const { name, later } of casesOf(version)) {
        it(`${name}: ${later.kind}`, () => comings.get(name));
      }

      it('the trail goes on where it stood, unbroken', async () => {
        await Promise.allSettled(comings.values());
        assert.deepEqual((await linksIn(site)).slice(0, links.length), links);
        const env = { PATH: process.env.PATH, STORE_URL: site.storeUrl };
        const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'audit', 'verify'], { env });
        assert.match(stdout, /^\d+ records, unbroken\. Head [0-9a-f]{12}\.\n$/);
        assert.equal((await bot.stop()).code, 0, bot.stderr());
      });
    });
  }
});

async function comeToItsEnd(site: Site, scene: Scene, one: Case, golden: Golden): Promise<void> {
  const { target, people } = scene;
  const { later } = one;
  const before = typesOf(recordsFor(await site.trail(), target));
  if (later.kind === 'over') {
    await settledDown(scene);
    assert.equal(typesOf(recordsFor(await site.trail(), target)), before);
  } else {
    if (later.kind === 'press') await press(scene, one, golden, later.verb, later.bySelf ? target : megan);
    const types = await recorded(site, target, later.end);
    assert.equal(types.match(/Approved;|Denied;|Cancelled;|Expired;|Superseded;/g)?.length, 1, types);
  }
  const written = site.graph.writes().filter(({ path }) => people.some(({ id }) => path.includes(id)));
  assert.equal(written.length, later.kind === 'over' ? 0 : later.writes);
}

/** What is over is looked at last, when the process has been at work for as long as anything takes. */
async function settledDown({ site }: Scene): Promise<void> {
  const slow = casesOf(1).find(({ name }) => name === 'sent-not-done') ?? assert.fail();
  await recorded(site, sceneOf(site, undefined as never, slow).target, /ResultPosted;$/);
}

async function press(scene: Scene, one: Case, golden: Golden, verb: string, by: Scene['target']): Promise<void> {
  const { site, bot } = scene;
  const known = golden.cards[one.name];
  const { steps } = site.client(bot);
  if (!known) {
    const shown = await site.connector.waitFor(
      () =>
        site.connector
          .conversation(placeOf(one).id)
          .find(({ activity }) => buttonsOf(cardIn(activity)).some((button) => button.verb === verb)),
      60_000,
    );
    await steps.press(by, cardOf(scene.place, shown), verb);
    return;
  }
  const place: Place = {
    id: known.where,
    kind: known.where.includes('tacv2') ? 'channel' : 'groupChat',
    channelData: {},
  };
  const buttons = known.buttons.map((shown) => ({ ...shown, title: '', fallback: undefined }));
  await steps.press(by, { place, activityId: known.activityId, card: null, text: '', code: '', buttons }, verb);
}

async function linksIn({ storeUrl }: Site): Promise<readonly string[]> {
  const trail = await openTrail({ url: storeUrl, credential: null });
  const links: string[] = [];
  for await (const { link } of trail.records()) links.push(link);
  trail.close();
  return links;
}
