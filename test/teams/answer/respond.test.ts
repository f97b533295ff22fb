import assert from 'node:assert/strict';
import { answerWithinMs, createRespond, startClock } from '../../../src/teams/answer/respond.ts';
import { en } from '../../../src/teams/texts/en.ts';
import type { Said } from '../../../src/teams/wire/incoming.ts';
import { actor } from '../../support/answer-desk.ts';
import { createFakeChat } from '../../support/fake-chat.ts';
import { createFakeClock, silentLog } from '../../support/fakes.ts';

const never = () => new Promise<never>(() => undefined);

describe('an answer in time', () => {
  it('is what was found out by then; of what was not, nothing, however many parts it has', async () => {
    const end = Promise.withResolvers<void>();
    const slept: number[] = [];
    const inTime = startClock((ms) => {
      slept.push(ms);
      return end.promise;
    });
    assert.equal(await inTime(Promise.resolve('known')), 'known');
    const waiting = inTime(never());
    end.resolve();
    assert.equal(await waiting, null);
    assert.equal(await inTime(never()), null);
    assert.deepEqual(slept, [answerWithinMs], 'one stretch for all of it');
  });

  it('is a failure that comes in time', async () => {
    await assert.rejects(
      startClock(never, 5)(Promise.reject(new Error('known to have failed'))),
      /known to have failed/,
    );
  });
});

describe('an answer that takes long', () => {
  const asked: Said = { kind: 'said', via: 'message', by: actor, activityId: '1', saidAt: null, words: {} };
  const answer = { lines: ['the answer'] };

  function scene() {
    const clock = createFakeClock();
    const chat = createFakeChat();
    const respond = createRespond({
      reply: () => ({ lines: ['it failed'] }),
      chat,
      wake() {},
      after: clock.after,
      watchWaiting: (work) => ({ done: work(), waitsFor: () => 'graph' }),
      log: silentLog,
    });
    return { clock, respond, said: () => chat.said.map(({ text }) => text) };
  }

  it('is announced once, within a minute, and given when it is there', async () => {
    const { clock, said, respond } = scene();
    const slow = Promise.withResolvers<typeof answer>();
    const over = respond.inConversation(asked, () => slow.promise);
    clock.pass(30_000);
    assert.deepEqual(said(), []);
    clock.pass(30_000);
    assert.deepEqual(said(), [en.stillWorking]);
    clock.pass(600_000);
    slow.resolve(answer);
    await over;
    assert.deepEqual(said(), [en.stillWorking, 'the answer']);
  });

  it('is not announced when it is there, or has failed, in time', async () => {
    const { clock, said, respond } = scene();
    await respond.inConversation(asked, async () => answer);
    await respond.inConversation(asked, () => Promise.reject(new Error('x')));
    clock.pass(600_000);
    assert.deepEqual(said(), ['the answer', 'it failed']);
  });
});
