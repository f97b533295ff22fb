import assert from 'node:assert/strict';
import { noViewForEach } from '../support/playground-driver.ts';
import { type OpenLocalMode, openLocalMode } from './open-local-mode.ts';

/**
 * A request stays open for a minute at least. So one is made before all other tests, in a house of its own, and looked at
 * when those that come first, the gallery above all, have taken that minute anyway.
 */
let page: OpenLocalMode['page'];
let close: OpenLocalMode['close'] | undefined;

before(async function () {
  this.timeout(120_000);
  const settings = { REQUEST_TTL_MINUTES: '1', PORT: '3979', PLAYGROUND_PORT: '56151' };
  ({ page, close } = await openLocalMode(settings, 90_000));
  await page.goTo('group');
  await page.say('revoke sessions for adele@contoso.example');
  await page.waitForText('Revoke sign-in sessions?');
});

after(async () => {
  await close?.();
});

describe('nobody decides', function () {
  this.timeout(120_000);

  it('there is a reminder, and then the card says that it has expired and has no buttons', async () => {
    await page.waitForText('Expired: nothing was revoked');
    await page.waitForNoButton('Revoke sessions');
    const text = await page.text();
    for (const part of ['reminder to decide', 'No decision by']) {
      assert(text.includes(part), `${part} is missing in:\n${text}`);
    }
    await page.screenshot('expired');
    assert.deepEqual(await page.complaints(), [noViewForEach]);
  });
});
