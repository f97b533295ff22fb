import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { connect } from 'node:net';
import { textsFor } from '../../src/teams/texts/texts-for.ts';
import { noClosing, noViewForEach } from '../support/playground-driver.ts';
import { type OpenLocalMode, openLocalMode } from './open-local-mode.ts';

const images = new URL('../../docs/images/', import.meta.url);

/** A newcomer's first minutes, in a real browser, with nothing of the bot replaced. */
describe('local mode in a browser', function () {
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
    if (this.currentTest?.state === 'failed') await page.screenshot('failed');
  });

  after(async () => {
    await close?.();
    for (const port of [3978, 56_150]) assert.equal(await answers(port), false, `something still listens on ${port}`);
  });

  it('the bot says what it is for, once', async () => {
    await page.waitForText('I sign people out of Microsoft Entra everywhere');
    await page.screenshot('welcome');
    await page.mock('Install application');
    await page.say('help');
    await page.waitForText('past requests for an account');
    await page.screenshot('help');
    assert.equal((await page.text()).split('Your security team decides').length, 2, await page.text());
  });

  for (const place of ['personal', 'group', 'channel'] as const) {
    it(`${place}: from typing to the result`, async () => {
      await page.goTo(place);
      await page.say('revoke sessions for adele@contoso.example because phone stolen');
      await page.waitForText('Revoke sign-in sessions?');
      const card = await page.screenshot(`${place}-1-card`);
      await page.clickButton('Revoke sessions');
      await page.waitForText('Can still get in until');
      await page.waitForNoButton('Revoke sessions');
      const result = await page.screenshot(`${place}-2-result`);
      if (place === 'channel' && process.env.TOUR) {
        copyFileSync(card, new URL('tour-card.png', images));
        copyFileSync(result, new URL('tour-result.png', images));
      }
      const text = await page.text();
      for (const part of [
        'Adele Vance',
        'Sessions revoked, verified',
        'Requested by Alex Wilber',
        'Approved by Alex Wilber',
      ]) {
        assert(text.includes(part), `${part} is missing in:\n${text}`);
      }
    });
  }

  it('an administrator needs a second person: in a 1:1 chat there is no button for the first', async () => {
    await page.goTo('personal');
    await page.say('revoke sessions for isaiah@contoso.example');
    await page.waitForText('No approver can see this 1:1 chat');
    await page.waitForNoButton('Revoke sessions');
    const text = await page.text();
    for (const part of ['Can approve: ', 'Megan Bowen', 'type cancel ']) {
      assert(text.toLowerCase().includes(part.toLowerCase()), `${part} is missing in:\n${text}`);
    }
    await page.screenshot('two-persons-0-alone');
    await page.clickButton('Withdraw');
    await page.waitForText('Withdrawn: nothing was revoked');
  });

  it('an administrator needs a second person, who types in the terminal', async () => {
    await page.goTo('group');
    await page.say('revoke sessions for isaiah@contoso.example');
    await page.waitForText('Global Administrator');
    await page.clickButton('Revoke sessions');
    await page.waitForText('another approver must approve it');
    await page.screenshot('two-persons-1-refused');
    bot.type(`megan: approve ${await page.code()}`);
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

  it('cancel: whoever asked takes it back', async () => {
    await page.goTo('group');
    await page.say('revoke sessions for adele@contoso.example');
    await page.waitForText('Revoke sign-in sessions?');
    // In a group everybody sees the same card until a client asks for its reader's own.
    await page.waitForNoButton('Withdraw');
    await page.unfold();
    await page.clickButton('Withdraw');
    await page.waitForText('Withdrawn: nothing was revoked');
    await page.waitForNoButton('Withdraw');
    await page.screenshot('cancel');
  });

  it('approved in words, where buttons do not work', async () => {
    await page.goTo('channel');
    await page.say('revoke sessions for grady@contoso.example');
    await page.waitForText('Revoke sign-in sessions?');
    await page.reply(`approve ${await page.code()}`);
    await page.waitForText('Approved by Alex Wilber');
    await page.waitForText('Can still get in until');
    await page.screenshot('typed-approval');
  });

  it('my own sessions, confirmed by myself', async () => {
    await page.goTo('personal');
    await page.say('revoke my sessions');
    await page.waitForText('Sign yourself out everywhere?');
    await page.screenshot('own-1-card');
    await page.clickButton('Revoke sessions');
    await page.waitForText('if someone else may know the password, change it now');
    await page.screenshot('own-2-result');
  });

  for (const { locale, asks, button, result } of [
    { locale: 'ja-JP', asks: 'セッション取り消し adele@contoso.example 理由：端末紛失', ...inLanguage('ja-JP') },
    { locale: 'zh-CN', asks: '撤销会话 adele@contoso.example 原因：手机丢失', ...inLanguage('zh-CN') },
  ]) {
    it(`${locale}: asked, shown and told in that language`, async () => {
      await page.goTo('personal');
      await page.sayIn(locale, asks);
      await page.waitForButton(button);
      await page.screenshot(`${locale}-1-card`);
      await page.clickButton(button);
      await page.waitForText(result);
      await page.screenshot(`${locale}-2-result`);
    });
  }

  it('somebody mentioned', async () => {
    await page.goTo('group');
    await page.say('what if revoke sessions for <at>Adele Vance</at>');
    await page.waitForText('Dry run: no request was made and nothing was sent.');
    const text = await page.text();
    // The name stands in the message itself; the address only on the card.
    assert(text.slice(text.lastIndexOf('What if: revoke')).includes('adele@contoso.example'), text);
    await page.screenshot('mention');
    await page.say('revoke sessions for <at>Adele Vance</at> and everyone');
    await page.waitForText('Did you mean…');
  });

  it('what if, a hint, somebody unknown, a protected account', async () => {
    await page.goTo('personal');
    await page.say('what if revoke sessions for adele@contoso.example');
    await page.waitForText('Dry run: no request was made and nothing was sent.');
    await page.screenshot('what-if');
    await page.say('hello?');
    await page.waitForText('I did not understand that.');
    await page.say('revoke sessions for nobody@contoso.example');
    await page.waitForText('no account here with this address or ID');
    await page.say('revoke sessions for emergency1@contoso.onmicrosoft.example');
    await page.waitForText('protected account');
    await page.screenshot('answers');
  });

  it('status: what is open here, page by page, and one request', async () => {
    await page.goTo('personal');
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await page.say(`revoke sessions for till00${number}@contoso.example`);
      await page.waitForText(`Till 00${number}`);
    }
    const last = await page.code();
    await page.say('status');
    await page.waitForText('6 open requests, page 1 of 2');
    await page.screenshot('status-1-open');
    await page.clickButton('Older');
    await page.waitForText('6 open requests, page 2 of 2');
    await page.clickButton('Newer');
    await page.waitForText('6 open requests, page 1 of 2');
    await page.say(`status ${last}`);
    await page.waitForText('What happened');
    await page.screenshot('status-2-one');
  });

  it('history of an account, page by page', async () => {
    await page.goTo('personal');
    await page.say('history adele@contoso.example');
    await page.waitForText(/^History$/);
    await page.screenshot('history-1');
    await page.clickButton('Older');
    await page.waitForButton('Newer');
    await page.screenshot('history-2');
  });

  it('the Playground complains of nothing but that it has no view for each person', async () => {
    assert.deepEqual(await page.complaints(), [noViewForEach]);
  });

  it('the dialog on a message: a problem, the dry run, the request', async () => {
    await page.goTo('personal');
    await page.say('alert: impossible travel of adele@contoso.example, seen by nobody@contoso.example');
    await page.openDialog('alert: impossible travel', 'revokeSessions');
    await page.waitForTextInDialog('Picked: adele@contoso.example');
    await page.screenshot('dialog-1-open');
    await page.fillIn('Addresses or object IDs', 'no address');
    await page.fillIn('Reason', 'impossible travel');
    await page.clickInDialog('Request approval');
    await page.waitForTextInDialog('Not an address or object ID: no, address');
    await page.screenshot('dialog-2-problem');
    await page.fillIn('Addresses or object IDs', '');
    await page.fillIn('Dry run (no request)', true);
    await page.clickInDialog('Request approval');
    await page.waitForTextInDialog('Dry run: no request was made and nothing was sent.');
    await page.screenshot('dialog-3-what-if');
    await page.closeDialog();
    await page.openDialog('alert: impossible travel', 'revokeSessions');
    await page.fillIn('Reason', 'impossible travel of a laptop');
    await page.clickInDialog('Request approval');
    await page.closeDialog();
    await page.waitForText('impossible travel of a laptop');
    await page.screenshot('dialog-4-asked');
    await page.clickButton('Withdraw');
    assert.deepEqual(await page.complaints(), [noViewForEach, noClosing]);
  });
});

function inLanguage(locale: string) {
  const { approveButton, resultTitle } = textsFor(locale);
  return { button: approveButton(1), result: resultTitle.verified };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
