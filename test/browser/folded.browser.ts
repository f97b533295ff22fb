import assert from 'node:assert/strict';
import { type OpenLocalMode, openLocalMode } from './open-local-mode.ts';

/** What a card does not say at once, and what is said after it. */
describe('what is folded, in a browser', function () {
  this.timeout(120_000);
  let page: OpenLocalMode['page'];
  let close: OpenLocalMode['close'] | undefined;

  before(async () => {
    ({ page, close } = await openLocalMode({ PORT: '3981', PLAYGROUND_PORT: '56153' }));
    await page.goTo('group');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await page.screenshot('failed-folded');
  });
  after(async () => {
    await close?.();
  });

  it('details show when asked for, and go again; a denial with a button gets its reason in words', async () => {
    await page.say('revoke sessions for adele@contoso.example');
    await page.waitForText('Revoke sign-in sessions?');
    assert(!(await page.text()).includes('Object ID'), 'nobody has to read it');
    await page.unfold();
    await page.waitForText('Object ID');
    await page.screenshot('folded-1-details');
    await page.unfold();
    await page.waitForNoText('Object ID');
    const code = await page.code();
    await page.clickButton('Deny');
    await page.waitForText('Denied: nothing was revoked');
    await page.say(`deny ${code} because the **phone** was found`);
    await page.waitForText(': the **phone** was found');
    await page.screenshot('folded-2-reason');
  });

  it('of three hundred accounts all can be seen, and the way leads back to the card', async () => {
    const tills = Array.from({ length: 300 }, (_, index) => `till${`${index + 1}`.padStart(3, '0')}@contoso.example`);
    await page.say(`revoke sessions for ${tills.join(', ')}`);
    await page.waitForText('Revoke sign-in sessions of 300 accounts?');
    await page.clickButton('Show all 300');
    await page.waitForText(/^300 accounts of \w+, page 1 of 30$/);
    await page.screenshot('folded-3-all');
    await page.clickButton('Next');
    await page.waitForText(/, page 2 of 30$/);
    await page.clickButton('Previous');
    await page.waitForText(/, page 1 of 30$/);
    await page.clickButton('Back to the request');
    await page.waitForButton('Revoke 300');
  });

  it('a name instead of an address offers who could be meant, and the button asks; a denial keeps its reason, and its row opens it', async () => {
    await page.goTo('personal');
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
