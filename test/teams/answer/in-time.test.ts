import assert from 'node:assert/strict';
import { answerWithinMs, startClock } from '../../../src/teams/answer/in-time.ts';

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
