import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EmulatedPerson } from '../../src/local/directory.ts';
import { type Account, type Azurite, startAzurite } from '../support/azurite.ts';
import { type BotProcess, MAIN } from '../support/production/bot-process.ts';
import { groupChat } from '../support/production/teams-client.ts';
import {
  alex,
  type Case,
  cardOfCase,
  cardShown,
  casesOf,
  megan,
  recorded,
  recordsFor,
  typesOf,
} from '../upgrade/cases.ts';
import { type Built, buildEarlier, lastToWrite } from '../upgrade/earlier-version.ts';
import { begin, sceneOf } from '../upgrade/play.ts';
import { accounts, openSite, type Site } from '../upgrade/site.ts';

const run = promisify(execFile);
/** The first of those that no case has. */
const firstFree = 120;
const end = /(ResultPosted|ResultCorrected);$/;
const oneDecision = /Approved;|Denied;|Cancelled;|Expired;|Superseded;/g;

describe('two replicas of an earlier version on one table, upgraded one after the other', function () {
  this.timeout(300_000);
  const played = casesOf(1).filter(({ when }) => when === 'last');
  const asked: EmulatedPerson[] = [];
  let azurite: Azurite;
  let account: Account;
  let site: Site;
  let earlier: Built;
  /** Those that are up: what a load balancer knows. */
  const ready: BotProcess[] = [];

  before(async () => {
    [azurite, earlier] = await Promise.all([startAzurite(), buildEarlier(lastToWrite[1] ?? '')]);
    account = azurite.account();
    site = await openSite(account.connectionString);
    ready.push(await site.start({ main: earlier.main }), await site.start({ main: earlier.main }));
  });
  after(async () => {
    await site?.close();
    await azurite?.close();
    await earlier?.remove();
  });

  const some = (turn: number) => ready[turn % ready.length] ?? assert.fail('one is always ready');

  /** Sent again, as Teams does and people do, when the connection was closed by one that has just left. */
  async function delivered(turn: number, send: (bot: BotProcess) => Promise<unknown>): Promise<void> {
    const bot = some(turn);
    await send(bot).catch((error: unknown) => {
      if (ready.includes(bot) || !(error instanceof TypeError)) throw error;
      return send(some(turn));
    });
  }

  /** Asks at one replica and approves at another, where there are two; the record says when it is over. */
  async function askAndApprove(turn: number): Promise<void> {
    const target = accounts[firstFree + asked.length] ?? assert.fail('too few accounts');
    asked.push(target);
    const place = groupChat(`up-load-${asked.length}`);
    const activity = { id: `load-${asked.length}` };
    await delivered(turn, (bot) =>
      site.client(bot).say(alex, place, `revoke sessions for ${target.userPrincipalName}`, { activity }),
    );
    const card = await cardShown(site, place, 'approve');
    await delivered(turn + 1, (bot) => site.client(bot).steps.press(megan, card, 'approve'));
    await recorded(site, target, end);
  }

  /** One after the other, while something goes on. */
  async function during(work: () => Promise<void>): Promise<void> {
    let isOver = false;
    const load = async (turn: number) => {
      for (; !isOver; turn += 2) await askAndApprove(turn);
    };
    const loads = Promise.all([load(0), load(1)]);
    try {
      await Promise.race([work(), loads]);
    } finally {
      isOver = true;
    }
    await loads;
  }

  async function replace(main?: string): Promise<void> {
    const leaving = ready.shift() ?? assert.fail();
    assert.equal((await leaving.stop(10_000)).code, 0, leaving.stderr());
    ready.push(await site.start({ main }));
  }

  async function press(one: Case, turn: number): Promise<void> {
    const { later } = one;
    if (later.kind !== 'press') return;
    const by = later.bySelf ? sceneOf(site, undefined, one).target : megan;
    const card = await cardOfCase(site, one, later.verb);
    await site.client(some(turn)).steps.press(by, card, later.verb);
  }

  it('finish what was under way in every state, and all that is asked meanwhile', async () => {
    const [first, second] = ready as [BotProcess, BotProcess];
    await Promise.all([
      begin(
        site,
        first,
        played.filter((_, index) => index % 2 === 0),
      ),
      begin(
        site,
        second,
        played.filter((_, index) => index % 2 === 1),
      ),
    ]);
    await during(async () => {
      await replace();
      site.graph.faults.clear();
      site.connector.faults.clear();
      // One is new now, and the other is not.
      await Promise.all(played.map(press));
      await replace();
      const open = played.filter(({ later }) => later.kind !== 'over');
      await Promise.all(open.map((one) => recorded(site, sceneOf(site, first, one).target, end)));
    });
    const trail = await site.trail();
    for (const target of asked) {
      assert.match(typesOf(recordsFor(trail, target)), end);
      assert.equal(doneFor(target), 1);
    }
    for (const one of played) {
      const { target, people } = sceneOf(site, first, one);
      const types = typesOf(recordsFor(trail, target));
      assert.match(types, end, one.name);
      assert.equal(types.match(oneDecision)?.length, 1, `${one.name}: ${types}`);
      for (const each of people) assert(doneFor(each) <= 1, `${one.name}: a second write took effect`);
      const isRevoked =
        one.later.kind === 'press' ? one.later.writes === 1 : /^(approved|sent-|outcome|untold)/.test(one.name);
      if (isRevoked) assert.equal(doneFor(target), 1, one.name);
    }
    assert.match(await audit(), /^\d+ records, unbroken\. /);
  });

  it('and go back: the earlier version goes on beside the later one', async () => {
    await replace(earlier.main);
    await Promise.all([askAndApprove(0), askAndApprove(1)]);
    await replace(earlier.main);
    await Promise.all([askAndApprove(0), askAndApprove(1)]);
    assert.match(await audit(), /unbroken/);
  });

  it('what is new in a request keeps the earlier version from that one alone, and the later one goes on with it', async () => {
    const [one] = casesOf(2).filter(({ since }) => since === 2);
    assert(one);
    await replace();
    const later = ready.at(-1) ?? assert.fail();
    await begin(site, later, [one]);
    await askAndApprove(0);
    await askAndApprove(1);
    await replace();
    site.connector.faults.clear();
    await press(one, 0);
    await recorded(site, sceneOf(site, later, one).target, end);
    assert.match(await audit(), /unbroken/);
  });

  /** Writes for this account that Graph has carried out. */
  function doneFor({ id }: EmulatedPerson): number {
    return site.graph.writes().filter(({ path, done }) => done && path.includes(id)).length;
  }

  async function audit(): Promise<string> {
    const env = { PATH: process.env.PATH, STORE_URL: account.connectionString };
    return (await run(process.execPath, [MAIN, 'audit', 'verify'], { env })).stdout;
  }
});
