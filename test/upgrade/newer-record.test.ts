import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Account, type Azurite, startAzurite } from '../support/azurite.ts';
import { MAIN } from '../support/production/bot-process.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';
import { appendNewerToSqlite, appendNewerToTable } from './append-newer.ts';

const leftAlone = /"warn".*a newer version goes on with this request, and it is left alone here/g;
const nothingDone = /nothing was done\. Try again/;
const place = groupChat('versions');
const [alex, megan, adele, risky, dormant] = [
  person('alex'),
  person('megan'),
  person('adele'),
  person('risky'),
  person('dormant'),
];

let azurite: Azurite;
before(async () => {
  azurite = await startAzurite();
});
after(() => azurite.close());

leaves('the embedded store', () => null);
leaves('a table', () => azurite.account());

function leaves(store: string, accountFor: () => Account | null): void {
  describe(`a request in ${store} that a version to come has written to, met by the production entry point`, function () {
    this.timeout(60_000);
    let world: World;
    let steps: Steps;
    let account: Account | null;
    let approved: AskedCard;
    let newer: AskedCard;

    before(async () => {
      account = accountFor();
      world = await startWorld(account ? { env: { STORE_URL: account.connectionString } } : {});
      steps = createSteps(world);
      newer = await steps.ask(alex, place, `revoke sessions for ${adele.userPrincipalName}`);
      await steps.recorded('CardPosted');
      const requestId = String(newer.buttons[0]?.data.requestId);
      if (account) await appendNewerToTable(account.table, requestId);
      else appendNewerToSqlite(String(world.env.STORE_URL).slice('sqlite:'.length), requestId);
    });
    after(() => world.stop());

    const said = async (who: typeof alex, sentence: string, wanted: RegExp) => {
      const next = steps.nextPost(place);
      await world.teams.say(who, place, sentence);
      return next(20_000, wanted);
    };

    it('others there are asked for, decided and carried out as ever, also one’s own', async () => {
      for (const [who, sentence, by, target] of [
        [alex, `revoke sessions for ${risky.userPrincipalName}`, megan, risky],
        [dormant, 'revoke my sessions', dormant, dormant],
      ] as const) {
        approved = await steps.ask(who, place, sentence);
        const result = steps.nextPost(place);
        await steps.press(by, approved, 'approve');
        await result(20_000, /Sessions revoked, verified/);
        assert.equal(steps.writesFor(target).length, 1);
      }
    });

    it('a click and a typed decision are answered with what is true: nothing was done, try again', async () => {
      for (const verb of ['approve', 'deny']) assert.match((await steps.press(megan, newer, verb)).text, nothingDone);
      await said(megan, `approve ${newer.code}`, nothingDone);
      assert.equal(steps.writesFor(adele).length, 0);
    });

    it('the lists of what is open and of what was are still told', async () => {
      const other = await steps.ask(alex, place, `revoke sessions for ${person('synced').userPrincipalName}`);
      assert.match(await said(alex, 'status', /open here/), new RegExp(other.code));
      await said(alex, `status ${newer.code}`, nothingDone);
      assert.match(await said(alex, `history ${risky.userPrincipalName}`, /revoked/i), /revoked/i);
      await said(alex, `history ${adele.userPrincipalName}`, /some may be missing/);
      await steps.press(alex, other, 'cancel');
      await steps.closed(other);
    });

    it('it is left as it stands, which the log says once, and all else is well', async () => {
      const swept = async () =>
        Number(/^session_revoker_sweep_seconds_count(?:\{.*\})? (\d+)/m.exec(await metrics())?.[1] ?? 0);
      const metrics = async () => (await fetch(`${world.bot().url}/metrics`)).text();
      const from = await swept();
      // An embedded store is swept every fifteen seconds.
      for (const deadline = Date.now() + 50_000; (await swept()) < from + 2; ) {
        assert(Date.now() < deadline, 'never swept');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.equal(world.bot().stdout().match(leftAlone)?.length, 1);
      assert.equal((await fetch(`${world.bot().url}/readyz`)).status, 200);
      const env = { PATH: process.env.PATH, STORE_URL: account?.connectionString ?? String(world.env.STORE_URL) };
      const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'audit', 'verify'], { env });
      assert.match(stdout, /unbroken/);
      assert.equal(steps.writesFor(adele).length, 0);
      assert.equal((await world.bot().stop()).code, 0);
    });
  });
}
