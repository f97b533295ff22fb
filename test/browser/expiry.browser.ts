import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { noViewForEach, openPlayground } from '../support/playground-driver.ts';
import { type LocalMode, startLocalMode } from './local-mode.ts';

const pictures = fileURLToPath(new URL('../../build/browser/', import.meta.url));

/**
 * A request stays open for a minute at least. So one is made before all other tests, in a house of its own, and looked at
 * when those that come first, the gallery above all, have taken that minute anyway.
 */
let bot: LocalMode;
let page: Awaited<ReturnType<typeof openPlayground>>;

before(async function () {
  this.timeout(120_000);
  bot = startLocalMode({ REQUEST_TTL_MINUTES: '1', PORT: '3979', PLAYGROUND_PORT: '56151' });
  const [, url] = await bot.waitForOutput(/Open\s+(http:\S+)/, 60_000);
  assert(url);
  page = await openPlayground({ url, screenshots: pictures, timeout: 90_000 });
  await page.goTo('group');
  await page.say('revoke sessions for adele@contoso.example');
  await page.waitForText('Revoke sign-in sessions?');
});

after(async () => {
  await page?.close();
  assert.equal(await bot?.stop(), 0);
});

describe('nobody decides', function () {
  this.timeout(120_000);

  it('there is a reminder, and then the card says that it has expired and has no buttons', async () => {
    await page.waitForText('Expired: nothing was revoked');
    await page.waitForNoButton('Revoke sessions');
    const text = await page.text();
    for (const part of ['a reminder of', 'Nobody decided before']) {
      assert(text.includes(part), `${part} is missing in:\n${text}`);
    }
    await page.screenshot('expired');
    assert.deepEqual(await page.complaints(), [noViewForEach]);
  });
});
