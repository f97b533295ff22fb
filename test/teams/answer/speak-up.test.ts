import assert from 'node:assert/strict';
import { createSpeakUp } from '../../../src/teams/answer/speak-up.ts';
import { createFakeClock, silentLog } from '../../support/fakes.ts';
import { channel } from '../../support/samples.ts';

describe('an answer that takes long', () => {
  function scene() {
    const clock = createFakeClock();
    const said: string[] = [];
    const chat = { postText: async (_: unknown, text: string) => void said.push(text) };
    return { clock, said, speakUp: createSpeakUp({ chat, after: clock.after, log: silentLog }) };
  }

  it('is announced once, within a minute, and given when it is there', async () => {
    const { clock, said, speakUp } = scene();
    const slow = Promise.withResolvers<number>();
    const answer = speakUp(channel, 'still at it', slow.promise);
    clock.pass(30_000);
    assert.deepEqual(said, []);
    clock.pass(30_000);
    assert.deepEqual(said, ['still at it']);
    clock.pass(600_000);
    slow.resolve(7);
    assert.equal(await answer, 7);
    assert.deepEqual(said, ['still at it']);
  });

  it('is not announced when it is there, or has failed, in time', async () => {
    const { clock, said, speakUp } = scene();
    assert.equal(await speakUp(channel, 'still at it', Promise.resolve(7)), 7);
    await assert.rejects(speakUp(channel, 'still at it', Promise.reject(new Error('x'))), /x/);
    clock.pass(600_000);
    assert.deepEqual(said, []);
  });
});
