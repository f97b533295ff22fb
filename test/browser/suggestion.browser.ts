import assert from 'node:assert/strict';
import { type OpenLocalMode, openLocalMode } from './open-local-mode.ts';

describe('a name instead of an address, in a browser', function () {
  this.timeout(120_000);
  let page: OpenLocalMode['page'];
  let close: OpenLocalMode['close'] | undefined;

  before(async () => {
    ({ page, close } = await openLocalMode({ PORT: '3980', PLAYGROUND_PORT: '56152' }));
    await page.goTo('group');
  });
  after(async () => {
    await close?.();
  });

  it('offers who could be meant, and the button asks; a denial keeps its reason, and its row opens it', async () => {
    await page.say('revoke sessions for Adele because phone stolen');
    await page.waitForText('Did you mean');
    await page.waitForText('Adele Vance <adele@contoso.example>');
    await page.screenshot('suggestion');
    await page.clickButton('Request approval');
    await page.waitForText('Revoke sign-in sessions?');
    const [, code = ''] = /type approve ([A-Z0-9]{4,})/.exec(await page.text()) ?? [];
    assert.notEqual(code, '');
    await page.say('status');
    await page.waitForText('1 open request');
    await page.clickButton(code);
    await page.waitForText('What happened');
    await page.say(`deny ${code} because the phone was found`);
    await page.waitForText(': the phone was found');
    await page.screenshot('suggestion-denied');
  });
});
