import assert from 'node:assert/strict';
import { NotifierError } from '../../../src/app/errors.ts';
import { createPatientChat, mostTriedAgain } from '../../../src/teams/chat/chat.ts';
import { createFakeChat } from '../../support/fake-chat.ts';
import { createFakeClock } from '../../support/fakes.ts';
import { channel, start } from '../../support/samples.ts';

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

  it('are tried for ten minutes, ever more seldom, whatever the connector answers', async () => {
    for (const status of [403, 404, 409, 429, 503, null]) {
      const refused = () => new NotifierError('transient', 'refused', { status });
      const { chat, passed, patient } = open(...Array.from({ length: 100 }, refused));
      await assert.rejects(patient.postText(channel, 'text'), { kind: 'gone' });
      assert.deepEqual(chat.said, []);
      assert(passed() >= 600_000 && passed() < 615_000, `${status}: ${passed()}`);
    }
  });

  it('are given up at once where it is no use, or something else is wrong', async () => {
    for (const error of [new NotifierError('gone', 'removed'), new TypeError('x')]) {
      const { chat, passed, patient } = open(error, transient());
      await assert.rejects(patient.postText(channel, 'text'), error);
      assert.deepEqual([chat.errors.length, passed()], [1, 0]);
    }
  });

  it('are only so many that are tried again in one conversation', async () => {
    const gate = Promise.withResolvers<void>();
    const chat = createFakeChat();
    const patient = createPatientChat(chat, { elapsed: () => 0, sleep: () => gate.promise });
    const say = (where: typeof channel) => {
      chat.errors.push(transient());
      return patient.postText(where, 'text');
    };
    const waiting = Array.from({ length: mostTriedAgain }, () => say(channel));
    await new Promise(setImmediate);
    await assert.rejects(say(channel), { kind: 'gone' });
    const elsewhere = say({ ...channel, id: 'a:1' });
    await new Promise(setImmediate);
    gate.resolve();
    await Promise.all([...waiting, elsewhere]);
    assert.equal(chat.said.length, mostTriedAgain + 1);
    await say(channel);
  });
});
