import assert from 'node:assert/strict';
import { NotifierError } from '../../src/app/ports.ts';
import { createCardRenderer } from '../../src/teams/render-card.ts';
import { createWelcome } from '../../src/teams/welcome.ts';
import { createFakeChat } from '../support/fake-chat.ts';
import { silentLog } from '../support/fakes.ts';
import { channel } from '../support/samples.ts';

describe('a welcome', () => {
  const open = () => {
    const chat = createFakeChat();
    return {
      chat,
      welcome: createWelcome({
        chat,
        cards: createCardRenderer(new URL('../../cards/', import.meta.url)),
        log: silentLog,
      }),
    };
  };

  it('comes once in each conversation, whatever thread it is told of', async () => {
    const { chat, welcome } = open();
    await welcome(channel, 'en');
    await welcome({ ...channel, id: channel.id.replace('=1', '=2') }, 'en');
    await welcome({ ...channel, id: 'a:1', kind: 'personal' }, 'en');
    assert.deepEqual(
      chat.said.map(({ conversation }) => conversation.id),
      [channel.id, 'a:1'],
    );
    assert.match(JSON.stringify(chat.said[0]?.card), /revoke sessions for name@example\.com because phone stolen/);
  });

  it('is no trouble where the bot cannot post', async () => {
    const { chat, welcome } = open();
    chat.errors.push(new NotifierError('gone', 'not there'));
    await welcome(channel, 'en');
    assert.deepEqual(chat.said, []);
  });
});
