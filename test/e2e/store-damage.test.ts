import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { buttonsOf, cardIn } from '../support/production/card.ts';
import { createDialogSteps, teamsMessage } from '../support/production/dialog-steps.ts';
import { codeOn, createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

/** In this order: what is done to the store is done last. */
describe('codes that nobody can foresee, and a store that is not what it was, in the production process', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  let world: World;
  let steps: Steps;

  before(async () => {
    world = await startWorld();
    steps = createSteps(world);
  });
  after(() => world.stop());

  it('the same opening of a dialog makes one request, and in another store another one', async () => {
    const place = groupChat('dialog');
    const dialogs = createDialogSteps(world);
    const opening = '0d6c2f8e-5a0b-4b8e-9f0e-3c2d1b0a9f88';
    const codes: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const dialog = await dialogs.open(alex, place, teamsMessage(adele.userPrincipalName));
      const from = world.connector.log.length;
      await dialogs.submit(alex, place, { ...dialog, data: { ...dialog.data, opening } });
      const card = await world.connector.waitFor((log) =>
        log.slice(from).find(({ activity }) => buttonsOf(cardIn(activity)).some(({ verb }) => verb === 'approve')),
      );
      codes.push(codeOn(JSON.stringify(cardIn(card.activity)).replaceAll('"', '\n')));
      if (round > 0) break;
      assert.equal((await world.bot().stop()).code, 0);
      const path = String(world.env.STORE_URL).slice('sqlite:'.length);
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      await world.start();
    }
    assert.match(codes[0] ?? '', /^[A-Z0-9]{4}$/);
    assert.notEqual(codes[0], codes[1]);
  });

  it('its log is deleted: not ready, nothing written, said once', async () => {
    const place = groupChat('log');
    const asked = await steps.ask(alex, place, `revoke sessions for ${adele.userPrincipalName}`);
    rmSync(`${String(world.env.STORE_URL).slice('sqlite:'.length)}-wal`);
    assert.match((await steps.press(megan, asked, 'approve')).text, /damaged|nothing was done/);
    await world.bot().waitForOutput(/-wal was deleted while the store was open.*the store is damaged: see docs/);
    // An answer that was good is kept for some seconds.
    let ready = await fetch(`${world.bot().url}/readyz`);
    for (const until = Date.now() + 20_000; ready.ok && Date.now() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      ready = await fetch(`${world.bot().url}/readyz`);
    }
    assert.equal(ready.status, 503);
    assert.match(await ready.text(), /store/);
    assert.match((await steps.press(megan, asked, 'approve')).text, /damaged|nothing was done/);
    assert.deepEqual(steps.writesFor(adele), []);
    assert.equal(world.bot().stdout().split('the store is damaged').length, 2);
  });
});
