import assert from 'node:assert/strict';
import { noViewForEach } from '../support/playground-driver.ts';
import { type OpenLocalMode, openLocalMode } from './open-local-mode.ts';

const tills = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `till${`${from + index}`.padStart(3, '0')}@contoso.example`);

describe('many accounts at once, in a browser', function () {
  this.timeout(120_000);
  // Each goes on where the one before left the conversation.
  this.bail(true);
  let bot: OpenLocalMode['bot'];
  let page: OpenLocalMode['page'];
  let close: OpenLocalMode['close'] | undefined;

  before(async () => {
    ({ bot, page, close } = await openLocalMode());
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await page.screenshot('failed-many');
  });

  after(async () => {
    await close?.();
  });

  /** Asks for so many that two persons are needed, and lets the second one approve. */
  async function askAndApprove(addresses: readonly string[]): Promise<void> {
    await page.say(`revoke sessions for ${addresses.join(', ')}`);
    await page.waitForText(`Revoke sign-in sessions of ${addresses.length} accounts?`);
    bot.type(`megan: approve ${await page.code()}`);
  }

  it('progress is seen, then the result', async () => {
    await page.goTo('channel');
    await askAndApprove(tills(1, 120));
    await page.waitForText(/^[1-9]\d* of 120 done/);
    await page.screenshot('many-1-progress');
    await page.waitForText('Can still get in until');
    await page.waitForNoButton('Stop the rest');
    await page.screenshot('many-2-result');
    assert((await page.text()).includes('✓ Sessions revoked for 120 accounts, verified'), await page.text());
  });

  it('whoever asked can stop the rest', async () => {
    await page.goTo('group');
    await askAndApprove(tills(1, 300));
    await page.waitForText(/^[1-9]\d* of 300 done/);
    await page.clickButton('Stop the rest');
    await page.waitForText(/^Sessions revoked for [1-9]\d* of 300 accounts/);
    await page.waitForNoButton('Stop the rest');
    await page.waitForText('Can still get in until');
    const text = await page.text();
    for (const part of ['Stopped by Alex Wilber', 'stopped; ']) {
      assert(text.includes(part), `${part} is missing in:\n${text}`);
    }
    await page.screenshot('many-3-stopped');
  });

  it('what failed can be asked for again', async () => {
    await page.goTo('personal');
    await page.say('revoke sessions for irvin@contoso.example, adele@contoso.example');
    await page.waitForText('Revoke sign-in sessions of 2 accounts?');
    await page.clickButton('Revoke 2');
    await page.waitForText('Sessions revoked for 1 of 2 accounts');
    await page.waitForText('Can still get in until');
    await page.screenshot('many-4-failed');
    await page.clickButton('Retry failed');
    await page.waitForText('Revoke sign-in sessions?');
    const text = await page.text();
    assert(text.slice(text.lastIndexOf('Revoke sign-in sessions?')).includes('irvin@contoso.example'), text);
    await page.screenshot('many-5-asked-again');
    assert.deepEqual(await page.complaints(), [noViewForEach]);
  });
});
