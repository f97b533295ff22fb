import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openTrail } from '../../src/store/open-store.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { type BotProcess, MAIN } from '../support/production/bot-process.ts';
import type { Place } from '../support/production/teams-client.ts';
import {
  type Case,
  cardOfCase,
  casesOf,
  megan,
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

/** A process of the present version at work on what another one left. */
interface TakenUp {
  readonly site: Site;
  readonly bot: BotProcess;
  /** Of the records that were there. */
  readonly links: readonly string[];
  /** What happens to each request, all at the same time. */
  readonly comings: ReadonlyMap<string, Promise<void>>;
}

const isListOfAccounts = /^about/;
const stores = readGoldens().flatMap((golden) => {
  const name = `v${golden.version}.${golden.store}`;
  const before = { name: `${name}, as an even earlier one left it, without the list of accounts`, golden };
  const isOldest = golden.version === 1 && golden.store === 'sqlite';
  return [{ name, golden, leftOut: undefined }, ...(isOldest ? [{ ...before, leftOut: isListOfAccounts }] : [])];
});

describe('the present version, upon what each version wrote', function () {
  this.timeout(180_000);
  let azurite: Azurite;
  /** All stores at the same time: the processes wait for one another's leases, and for Graph, half a minute. */
  const taken = new Map<string, Promise<TakenUp>>();

  before(async () => {
    azurite = await startAzurite();
    for (const { name, golden, leftOut } of stores) {
      const taking = takeUp(golden, azurite, leftOut);
      taking.catch(() => undefined);
      taken.set(name, taking);
    }
  });
  after(async () => {
    const sites = await Promise.allSettled(taken.values());
    await Promise.all(sites.map((one) => (one.status === 'fulfilled' ? one.value.site.close() : undefined)));
    await azurite.close();
  });

  const of = (name: string) => taken.get(name) ?? assert.fail();

  for (const { name, golden } of stores) {
    describe(name, () => {
      for (const one of casesOf(golden.version)) {
        it(`${one.name}: ${one.later.kind}`, async () => (await of(name)).comings.get(one.name));
      }

      it('the trail goes on where it stood, unbroken', async () => {
        const { site, bot, links, comings } = await of(name);
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

async function takeUp(golden: Golden, azurite: Azurite, leftOut: RegExp | undefined): Promise<TakenUp> {
  const { version, store, recordedAt, posts, rows } = golden;
  const account = store === 'table' ? azurite.account() : undefined;
  const site = await openSite(account?.connectionString);
  try {
    if (account) await writeTable(account.table, rows);
    else writeSqlite(site.storeUrl.slice('sqlite:'.length), rows, leftOut);
    const links = await linksIn(site);
    for (const conversationId of posts) await site.postAsBefore(conversationId);
    for (const one of casesOf(version)) {
      const { target } = sceneOf(site, undefined, one);
      one.arrange?.(site, target);
      if (one.isDone) await takeEffect(site, target);
    }
    const bot = await site.start({ shiftMs: Date.parse(recordedAt) + minute - Date.now() });
    const comings = new Map<string, Promise<void>>();
    for (const one of casesOf(version)) {
      const comes = comeToItsEnd(site, sceneOf(site, bot, one), one, golden);
      comes.catch(() => undefined);
      comings.set(one.name, comes);
    }
    return { site, bot, links, comings };
  } catch (error) {
    await site.close();
    throw error;
  }
}

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
  await recorded(site, sceneOf(site, undefined, slow).target, /ResultPosted;$/);
}

async function press(scene: Scene, one: Case, golden: Golden, verb: string, by: Scene['target']): Promise<void> {
  const { site, bot } = scene;
  const known = golden.cards[one.name];
  const { steps } = site.client(bot);
  if (!known) {
    await steps.press(by, await cardOfCase(site, one, verb), verb);
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
