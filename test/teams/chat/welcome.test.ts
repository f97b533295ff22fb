import assert from 'node:assert/strict';
import { NotifierError } from '../../../src/app/errors.ts';
import { createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import { createWelcome } from '../../../src/teams/chat/welcome.ts';
import { createFakeChat } from '../../support/fake-chat.ts';
import { createFakeClock, silentLog } from '../../support/fakes.ts';
import { channel } from '../../support/samples.ts';

describe('a welcome', () => {
  const open = () => {
    const chat = createFakeChat();
    const clock = createFakeClock();
    return {
      chat,
      clock,
      welcome: createWelcome({
        chat,
        clock,
        cards: createCardRenderer(new URL('../../../cards/', import.meta.url)),
        log: silentLog,
      }),
    };
  };

  it('comes once in each conversation, whatever thread it is told of', async () => {
    const { chat, welcome } = open();
    await welcome.come(channel, 'en');
    await welcome.come({ ...channel, id: channel.id.replace('=1', '=2') }, 'en');
    await welcome.come({ ...channel, id: 'a:1', kind: 'personal' }, 'en');
    assert.deepEqual(
      chat.said.map(({ conversation }) => conversation.id),
      [channel.id, 'a:1'],
    );
    assert.match(JSON.stringify(chat.said[0]?.card), /revoke sessions for name@example\.com because phone stolen/);
  });

  it('comes again when the bot was taken away, or long after', async () => {
    const { chat, clock, welcome } = open();
    await welcome.come(channel, 'en');
    welcome.go({ ...channel, id: channel.id.replace('=1', '=3') });
    await welcome.come(channel, 'en');
    assert.equal(chat.said.length, 2);
    clock.pass(119_999);
    await welcome.come(channel, 'en');
    assert.equal(chat.said.length, 2, 'the same event, sent again');
    clock.pass(1);
    await welcome.come(channel, 'en');
    assert.equal(chat.said.length, 3);
  });

  it('is no trouble where the bot cannot post', async () => {
    const { chat, welcome } = open();
    chat.errors.push(new NotifierError('gone', 'not there'));
    await welcome.come(channel, 'en');
    assert.deepEqual(chat.said, []);
  });
});
