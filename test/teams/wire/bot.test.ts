import assert from 'node:assert/strict';
import { en } from '../../../src/teams/texts/en.ts';
import { createBotDesk } from '../../support/bot-desk.ts';
import { at } from '../../support/click-meaning.ts';
import { alex, requestId, tenantId } from '../../support/samples.ts';

const invoke = (name: string, value: unknown, more: object = {}) => ({
  type: 'invoke',
  id: 'f:1',
  name,
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  from: { id: `29:${alex.id}`, name: alex.name, aadObjectId: alex.id },
  recipient: { id: '28:bot', name: 'Session Revoker' },
  conversation: { id: '19:incident@thread.tacv2;messageid=1', conversationType: 'channel', tenantId },
  channelData: { tenant: { id: tenantId } },
  locale: 'en-US',
  value,
  ...more,
});
const pressed = (verb: string, more?: object) =>
  invoke('adaptiveCard/action', { action: { verb, data: { requestId } } }, more);

const open = () => createBotDesk({ house: {}, allowedConversations: null, slow: false });
const times = <T>(count: number, one: T) => Array.from({ length: count }, () => one);

describe('what a person presses and what a client asks for by itself', () => {
  it('are counted apart: refreshes use up no clicks, and clicks no refreshes', async () => {
    for (const [many, other] of [
      ['refresh', 'approve'],
      ['approve', 'refresh'],
    ] as const) {
      const desk = open();
      await desk.send(times(121, pressed(many)));
      const [counted, apart] = await desk.send([pressed(many), pressed(other)]);
      const shut = many === 'refresh' ? en.stillOpen : en.flood;
      assert.equal(at(counted, 'body', 'value'), shut, many);
      assert.equal(at(apart, 'body', 'value'), en.refusals.unknownRequest, other);
    }
  });
});

describe('a button in a shared channel', () => {
  const otherTenant = '22222222-2222-4222-8222-222222222222';
  const theirs = { channelData: { tenant: { id: otherTenant } } };

  it('tells somebody of another organisation why not, privately, and does nothing', async () => {
    const desk = open();
    const [click, dialog, message] = await desk.send([
      pressed('approve', theirs),
      invoke('composeExtension/fetchTask', {}, { ...theirs, locale: 'ja-JP' }),
      { ...pressed('approve', theirs), type: 'message', text: 'help' },
    ]);
    const type = 'application/vnd.microsoft.activity.message';
    assert.deepEqual(click, { status: 200, body: { statusCode: 200, type, value: en.refusals.notMember } });
    assert.match(
      JSON.stringify(dialog),
      /^\{"status":200,"body":\{"task":\{"type":"message","value":"この操作ができるのは/,
    );
    assert.deepEqual(message, { status: 403 });
    assert.deepEqual([desk.said, desk.appended, desk.woken], [[], [], []]);
  });
});

describe('a sign-in that Teams could not do', () => {
  it('is answered, and the log has its code, cut to what a code may be', async () => {
    for (const [code, logged] of [
      ['resourcematchfailed', 'resourcematchfailed'],
      ['x'.repeat(5000), 'x'.repeat(100)],
      [{ code: 1 }, undefined],
    ]) {
      const desk = open();
      assert.deepEqual(await desk.send([invoke('signin/failure', { code, message: 'secret' })]), [{ status: 200 }]);
      assert.deepEqual(desk.warnings, [{ code: logged }]);
    }
  });
});
