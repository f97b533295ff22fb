import assert from 'node:assert/strict';
import type { Conversation } from '../../../src/domain/request.ts';
import { createBotDesk } from '../../support/bot-desk.ts';
import { account, alex, channel, tenantId } from '../../support/samples.ts';

const bot = { id: '28:bot', name: 'Session Revoker' };
const personal: Conversation = { ...channel, id: 'a:1', kind: 'personal' };
const mention = { type: 'mention', text: '<at>Session Revoker</at>', mentioned: bot };
const order = `revoke sessions for ${account(1).upn}`;

function activity({ id, kind, serviceUrl }: Conversation, more: object): object {
  return {
    id: '17',
    channelId: 'msteams',
    serviceUrl,
    locale: 'en-US',
    from: { id: `29:${alex.id}`, name: alex.name, aadObjectId: alex.id },
    recipient: bot,
    conversation: { id, conversationType: kind, tenantId },
    channelData: { tenant: { id: tenantId } },
    ...more,
  };
}

const open = (allowed: ReadonlySet<string> | null = null) =>
  createBotDesk({ house: {}, allowedConversations: allowed, slow: false });

describe('an edited message', () => {
  const edited = (where: Conversation, text: string, more: object = {}) =>
    activity(where, { type: 'messageUpdate', text, ...more });
  const toBot = { entities: [mention] };
  const at = (text: string) => `${mention.text} ${text}`;

  const rows: readonly (readonly [what: string, activity: object, said: number])[] = [
    ['an order, in a channel', edited(channel, at(order), toBot), 1],
    ['an order, in a 1:1 chat', edited(personal, order), 1],
    ['a decision', edited(channel, at('approve K7F3'), toBot), 1],
    ['one’s own sessions', edited(personal, 'revoke my sessions'), 1],
    ['restored', edited(channel, at(order), { ...toBot, channelData: { eventType: 'undeleteMessage' } }), 1],
    ['taken back', activity(channel, { type: 'messageDelete', text: at(order), ...toBot }), 0],
    ['an order that is not meant for the bot', edited(channel, order), 0],
    [
      'an order that mentions somebody else',
      edited(channel, order, { entities: [{ ...mention, mentioned: { id: '29:x' } }] }),
      0,
    ],
    ['chatter', edited(channel, at('thanks, that was quick'), toBot), 0],
    ['a question about the state of things', edited(personal, 'status'), 0],
    ['help', edited(personal, 'help'), 0],
    ['no text', edited(personal, '', { text: undefined }), 0],
    ['nobody in the directory', edited(personal, order, { from: { id: '28:other' } }), 0],
    ['mentions that are none', edited(channel, at(order), { entities: [null, 'x', { mentioned: null }] }), 0],
  ];
  for (const [what, sent, said] of rows) {
    it(`${what}: ${said === 1 ? 'that it is no order' : 'no word'}, and nothing is done`, async () => {
      const desk = open();
      assert.deepEqual(await desk.send([sent]), [{ status: 200 }]);
      assert.deepEqual(
        desk.said.map(({ text }) => text),
        Array(said).fill('Edited messages are not orders. Nothing was done. Send it again as a new message.'),
      );
      assert.deepEqual(desk.appended, []);
    });
  }

  it('where the bot may not work: no word', async () => {
    const desk = open(new Set(['19:elsewhere@thread.tacv2']));
    await desk.send([edited(channel, at(order), toBot)]);
    assert.deepEqual(desk.said, []);
  });

  it('counts for the flood gate as others do', async () => {
    const desk = open();
    for (let count = 0; count < 125; count += 1) await desk.send([edited(personal, order)]);
    const said = desk.said.map(({ text }) => text);
    assert.deepEqual([said.length, said.filter((text) => /Too many messages/.test(text ?? '')).length], [121, 1]);
  });
});

describe('the bot’s coming and going', () => {
  const event = (action: string) => activity(channel, { type: 'installationUpdate', action });

  it('is welcomed with a card, again after it was taken away, and not for an update', async () => {
    const desk = open();
    for (const action of ['add', 'add', 'remove', 'add', 'add-upgrade', 'remove-upgrade']) {
      await desk.send([event(action)]);
    }
    assert.equal(desk.said.length, 2);
    assert(desk.said.every(({ card }) => card !== undefined));
  });

  it('is not where it may not work', async () => {
    const desk = open(new Set(['19:elsewhere@thread.tacv2']));
    await desk.send([event('add')]);
    assert.deepEqual(desk.said, []);
  });
});
