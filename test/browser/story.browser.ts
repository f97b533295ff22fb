import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { openPlayground } from '../support/playground-driver.ts';
import { type LocalMode, startLocalMode } from './local-mode.ts';

const pictures = fileURLToPath(new URL('../../build/browser/', import.meta.url));
const code = /\b[2-9A-Y]{4,5}\b/;

/** A newcomer's first minutes, in a real browser, with nothing of the bot replaced. */
describe('local mode in a browser', function () {
  this.timeout(120_000);
  let bot: LocalMode;
  let page: Awaited<ReturnType<typeof openPlayground>>;

  before(async () => {
    // The least there is, so that a request runs out while the suite looks on.
    bot = startLocalMode({ REQUEST_TTL_MINUTES: '1' });
    const [, url] = await bot.waitForOutput(/Open\s+(http:\S+)/, 60_000);
    assert(url);
    page = await openPlayground({ url, screenshots: pictures });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await page.screenshot('failed');
  });

  after(async () => {
    await page?.close();
    const exit = await bot?.stop();
    assert.equal(exit, 0);
    for (const port of [3978, 56_150]) assert.equal(await answers(port), false, `something still listens on ${port}`);
  });

  for (const place of ['personal', 'group', 'channel'] as const) {
    it(`${place}: from typing to the result`, async () => {
      await page.goTo(place);
      await page.say('revoke sessions for adele@contoso.example because phone stolen');
      await page.waitForText('Revoke sign-in sessions?');
      await page.screenshot(`${place}-1-card`);
      await page.clickButton('Revoke sessions');
      await page.waitForText('Dead now:');
      await page.waitForNoButton('Revoke sessions');
      await page.screenshot(`${place}-2-result`);
      const text = await page.text();
      for (const part of [
        'Adele Vance',
        'Sessions revoked, verified',
        'Asked by Alex Wilber',
        'Approved by Alex Wilber',
        'request-id',
        'trail ',
        'Not covered:',
      ]) {
        assert(text.includes(part), `${part} is missing in:\n${text}`);
      }
    });
  }

  it('an administrator needs a second person, who types in the terminal', async () => {
    await page.goTo('personal');
    await page.say('revoke sessions for isaiah@contoso.example');
    await page.waitForText('Global Administrator');
    await page.clickButton('Revoke sessions');
    await page.waitForText('needs two persons');
    await page.screenshot('two-persons-1-refused');
    const shown = code.exec((await page.text()).split('Revoke sign-in sessions?').at(-1) ?? '')?.[0];
    assert(shown, await page.text());
    bot.type(`megan: approve ${shown}`);
    await bot.waitForOutput(/Megan Bowen: approve .* is recorded/, 10_000);
    await page.waitForText('Approved by Megan Bowen');
    await page.screenshot('two-persons-2-result');
  });

  it('deny: the card says so and nothing was revoked', async () => {
    await page.goTo('channel');
    await page.say('revoke sessions for adele@contoso.example');
    await page.waitForText('Revoke sign-in sessions?');
    await page.clickButton('Deny');
    await page.waitForText('Denied: nothing was revoked');
    await page.screenshot('deny');
  });

  it('cancel: by the one who asked', async () => {
    await page.goTo('group');
    await page.say('revoke sessions for adele@contoso.example');
    await page.waitForText('Revoke sign-in sessions?');
    await page.clickButton('Cancel');
    await page.waitForText('Cancelled: nothing was revoked');
    await page.screenshot('cancel');
  });

  it('several at once: progress, and a result that names each', async () => {
    await page.goTo('channel');
    await page.say(
      'revoke sessions for adele@contoso.example, debra@contoso.example, grady@contoso.example, christie@contoso.example',
    );
    await page.waitForText('Revoke sign-in sessions of 4 accounts?');
    await page.screenshot('many-1-card');
    const progress = await page.lookOutFor('Revoking sessions of 4 accounts…');
    await page.clickButton('Revoke sessions');
    await page.waitForText('✓ Sessions revoked for 4 accounts, verified');
    assert.equal(await progress(), true, 'its progress stood on the card');
    await page.screenshot('many-2-result');
    const text = await page.text();
    for (const name of ['Adele Vance', 'Debra Berger', 'Grady Archie', 'Christie Cline'])
      assert(text.includes(name), name);
  });

  it('what is open, and what was', async () => {
    await page.goTo('personal');
    await page.say('revoke my sessions');
    await page.waitForText('Revoke own sign-in sessions?');
    await page.say('status');
    await page.screenshot('status');
    await page.clickButton('Cancel');
    await page.waitForText('Cancelled: nothing was revoked');
    await page.say('history adele@contoso.example');
    await page.waitForText('History');
    await page.screenshot('history');
  });

  it('the dialog on a message: a problem, the dry run, the request', async () => {
    await page.goTo('personal');
    await page.say('alert: impossible travel of adele@contoso.example, seen by nobody@contoso.example');
    await page.waitForText('I did not understand that.');
    await page.openDialog('alert: impossible travel', 'revokeSessions');
    await page.waitForTextInDialog('Picked: adele@contoso.example');
    await page.screenshot('dialog-1-open');
    await page.fillIn('Addresses or object ids', 'no address');
    await page.fillIn('Reason', 'impossible travel');
    await page.clickInDialog('Ask for approval');
    await page.waitForTextInDialog('Not an address or object id: no, address');
    await page.screenshot('dialog-2-problem');
    await page.fillIn('Addresses or object ids', '');
    await page.fillIn('What if: show what would happen, ask nobody', true);
    await page.clickInDialog('Ask for approval');
    await page.waitForTextInDialog('Dry run: nothing was asked and nothing was sent.');
    await page.screenshot('dialog-3-what-if');
    await page.closeDialog();
    await page.openDialog('alert: impossible travel', 'revokeSessions');
    await page.fillIn('Reason', 'impossible travel of a laptop');
    await page.clickInDialog('Ask for approval');
    await page.closeDialog();
    await page.waitForText('impossible travel of a laptop');
    await page.screenshot('dialog-4-asked');
    await page.clickButton('Deny');
  });

  it('somebody mentioned', async () => {
    await page.goTo('group');
    await page.say('what if revoke sessions for <at>Adele Vance</at>');
    await page.waitForText('Dry run: nothing was asked and nothing was sent.');
    const text = await page.text();
    // The name stands in the message itself; the address only on the card.
    assert(text.slice(text.lastIndexOf('What if: revoke')).includes('adele@contoso.example'), text);
    await page.screenshot('mention');
    await page.say('revoke sessions for <at>Adele Vance</at> and everyone');
    await page.waitForText('Not an address or object id: everyone.');
  });

  it('what if, help, a hint, somebody unknown, a protected account', async () => {
    await page.goTo('channel');
    await page.say('what if revoke sessions for adele@contoso.example');
    await page.waitForText('Dry run: nothing was asked and nothing was sent.');
    await page.screenshot('what-if');
    await page.say('help');
    await page.waitForText('approve K7F3');
    await page.screenshot('help');
    await page.say('hello?');
    await page.waitForText('I did not understand that.');
    await page.say('revoke sessions for nobody@contoso.example');
    await page.waitForText('no account here with this address or id');
    await page.say('revoke sessions for emergency1@contoso.onmicrosoft.example');
    await page.waitForText('protected account');
    await page.screenshot('answers');
  });

  it('one that nobody decides runs out, and its card says so', async () => {
    await page.goTo('group');
    await page.say('revoke sessions for debra@contoso.example because nobody looks');
    await page.waitForText('nobody looks');
    await page.screenshot('expire-1-open');
    await page.waitForText('Expired: nothing was revoked', 75_000);
    await page.screenshot('expire-2-over');
  });

  it('the Playground has nothing to complain of', async () => {
    const log = await page.log();
    await page.screenshot('log');
    assert.match(log, /User Application -> Microsoft 365 Agents Playground message 201/);
    // It says the first of every card that shows each reader his own view, and the second when a dialog is closed, for
    // which Teams takes an answer without a body.
    const known = ['User specific view is not supported yet', 'Invalid response returned from your app'];
    const complaints = log
      .split('\n')
      .filter((line) => /\b(?:warn(?:ing)?|error|unsupported)\b| 5\d\d\b/i.test(line))
      .filter((line) => !known.some((words) => line.includes(words)));
    const closed = log.split('\n').filter((line) => line.includes(known[1] ?? ''));
    assert.equal(closed.length, 1, 'of the one dialog that was closed');
    assert.deepEqual(complaints, [], log);
  });
});

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
