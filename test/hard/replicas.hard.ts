import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Account, type Azurite, startAzurite } from '../support/azurite.ts';
import { MAIN } from '../support/production/bot-process.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { channelThread, groupChat } from '../support/production/teams-client.ts';
import { person, type Replica, startWorld, type World } from '../support/production/world.ts';

const run = promisify(execFile);
const verified = /Sessions revoked, verified/;

describe('two production processes on one storage account', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  let azurite: Azurite;
  let account: Account;
  let world: World;
  let steps: Steps;
  let other: Replica;

  before(async () => {
    azurite = await startAzurite();
    account = azurite.account();
    world = await startWorld({ env: { STORE_URL: account.connectionString } });
    steps = createSteps(world);
    other = await world.startAnother();
  });
  after(async () => {
    await world?.stop();
    await azurite?.close();
  });

  /** As little as the command needs: no identity, no tenant. */
  async function audit(): Promise<string> {
    const env = { PATH: process.env.PATH, STORE_URL: account.connectionString };
    return (await run(process.execPath, [MAIN, 'audit', 'verify'], { env })).stdout;
  }

  function buttonOf(asked: AskedCard, verb: string) {
    return asked.buttons.find((one) => one.verb === verb) ?? assert.fail(`no button ${verb}`);
  }

  it('one asks, the other takes the click: message, card, approval, Graph, final card, result', async () => {
    const asked = await steps.ask(alex, channelThread(), `revoke sessions for ${adele.userPrincipalName}`);
    const result = steps.nextPost(channelThread());
    const answer = await other.teams.execute(megan, asked.place, asked.activityId, buttonOf(asked, 'approve'));
    assert.equal(answer.status, 200);
    assert.match(await result(30_000, verified), new RegExp(adele.displayName));
    await steps.closed(asked);
    assert.equal(steps.writesFor(adele).length, 1);
    assert.match(await audit(), /^\d+ records, unbroken\. Head [0-9a-f]{12}\.\n$/);
  });

  it('hear for a moment after SIGTERM what a load balancer still sends them', async () => {
    const place = groupChat('leaving');
    const asked = await steps.ask(alex, place, `revoke sessions for ${person('dormant').userPrincipalName}`);
    const leaving = await world.startAnother();
    const ended = leaving.bot.stop(10_000);
    await leaving.bot.waitForOutput(/"stopping"/);
    assert.equal((await fetch(`${leaving.bot.url}/readyz`)).status, 503);
    const result = steps.nextPost(place);
    const answer = await leaving.teams.execute(megan, place, asked.activityId, buttonOf(asked, 'approve'));
    assert.equal(answer.status, 200);
    assert.match(await result(30_000, verified), /Sessions revoked/);
    assert.equal((await ended).code, 0, leaving.bot.stderr());
  });

  it('are both ready, write nothing of the key, and end cleanly', async () => {
    const ends = [world.bot(), other.bot].map(async (bot) => {
      assert.equal((await fetch(`${bot.url}/readyz`)).status, 200);
      const { code } = await bot.stop(10_000);
      assert.equal(code, 0, bot.stderr());
      assert(!`${bot.stdout()}${bot.stderr()}`.includes(account.key));
    });
    await Promise.all(ends);
  });
});
