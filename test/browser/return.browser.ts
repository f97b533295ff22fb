import assert from 'node:assert/strict';
import { noViewForEach } from '../support/playground-driver.ts';
import { type OpenLocalMode, openLocalMode } from './open-local-mode.ts';

/**
 * The sign-in log is read every two minutes. So the revocation is made before all other tests, in a house of its own, and
 * looked at when those that come first have taken that time anyway.
 */
let page: OpenLocalMode['page'];
let close: OpenLocalMode['close'] | undefined;

before(async function () {
  this.timeout(120_000);
  ({ page, close } = await openLocalMode({ PORT: '3980', PLAYGROUND_PORT: '56152' }, 200_000));
  await page.goTo('group');
  await page.say('revoke sessions for lee@contoso.example because impossible travel');
  await page.waitForText('Revoke sign-in sessions?');
  await page.clickButton('Revoke sessions');
  await page.waitForText('Can still get in until');
});

after(async () => {
  await close?.();
});

describe('someone else is in the account', function () {
  this.timeout(240_000);
  this.bail(true);

  it('the result says what Entra’s logs tell', async () => {
    await page.waitForText('Entra’s logs, 24 h to');
    const text = await page.text();
    for (const part of ['App consent (Mail Backup Pro)', 'New sign-in method', 'Sign-in with high risk (Brazil)']) {
      assert(text.includes(part), `${part} is missing in:\n${text}`);
    }
  });

  it('they are back: a message says so once, and revokes again', async () => {
    await page.waitForText('Signed in again after the revocation');
    await page.waitForText('Signed in again, ');
    await page.screenshot('return-1-back');
    await page.clickButton('Revoke again');
    await page.waitForText('Requested again. The new card follows.');
    await page.clickButton('Revoke sessions');
    await page.waitForNoButton('Revoke sessions');
    await page.screenshot('return-2-again');
    const text = await page.text();
    assert.equal(text.split('Signed in again after the revocation').length, 2, text);
    assert.deepEqual(await page.complaints(), [noViewForEach]);
  });
});
