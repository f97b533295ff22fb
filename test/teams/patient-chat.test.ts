import assert from 'node:assert/strict';
import { NotifierError } from '../../src/app/ports.ts';
import { createPatientChat } from '../../src/teams/patient-chat.ts';
import { createFakeChat } from '../support/fake-chat.ts';
import { createFakeClock } from '../support/fakes.ts';
import { channel, start } from '../support/samples.ts';

describe('answers in the chat', () => {
  const transient = (retryAfterMs?: number) =>
    new NotifierError('transient', 'away', retryAfterMs === undefined ? {} : { retryAfterMs });
  const open = (...errors: Error[]) => {
    const chat = createFakeChat();
    const clock = createFakeClock();
    chat.errors.push(...errors);
    const passed = () => clock.now().getTime() - start.getTime();
    return { chat, passed, patient: createPatientChat(chat, clock) };
  };

  it('are sent again while the chat is away for a moment, not before they may', async () => {
    const { chat, passed, patient } = open(transient(), transient(7000));
    await patient.postText(channel, 'text');
    assert.deepEqual(chat.said, [{ conversation: channel, text: 'text' }]);
    assert.equal(passed(), 8000);
  });

  it('are given up after three tries', async () => {
    const { chat, patient } = open(transient(), transient(), transient());
    await assert.rejects(patient.postText(channel, 'text'), { kind: 'transient' });
    assert.deepEqual([chat.said, chat.errors], [[], []]);
  });

  it('are given up at once where the chat is gone, or something else is wrong', async () => {
    for (const error of [new NotifierError('gone', 'removed'), new TypeError('x')]) {
      const { chat, passed, patient } = open(error, transient());
      await assert.rejects(patient.postText(channel, 'text'), error);
      assert.deepEqual([chat.errors.length, passed()], [1, 0]);
    }
  });
});
