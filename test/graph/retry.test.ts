import assert from 'node:assert/strict';
import fc from 'fast-check';
import { retryAfterMs } from '../../src/base/read.ts';
import { personIds } from '../../src/local/people.ts';
import { runs } from '../support/chance.ts';
import { createGraphFixture, networkError, reply, useFakeTime } from './fixture.ts';

const { adele } = personIds;
const start = Date.parse('2026-11-21T03:00:00.000Z');

describe('reading again', () => {
  const { settled, failureOf } = useFakeTime(start);

  /** Reads while `status` is all there is, and tells when each attempt left, in ms from the start, and how it ended. */
  async function attempts(status: number, retryAfter?: string) {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const { directory, sent } = createGraphFixture({ between: () => reply(status, { headers }) });
    const begun = Date.now();
    const error = await failureOf(directory.read(adele));
    return { at: sent.map(({ at }) => at - begun), error };
  }

  const waits: [retryAfter: string | undefined, at: number[]][] = [
    [undefined, [0, 500, 1500]],
    ['', [0, 500, 1500]],
    ['soon', [0, 500, 1500]],
    ['1; comment', [0, 500, 1500]],
    ['Infinity', [0, 500, 1500]],
    ['0', [0, 0, 0]],
    ['-3', [0, 0, 0]],
    ['2', [0, 2000, 4000]],
    ['1.5', [0, 1500, 3000]],
    ['Sat, 21 Nov 2026 03:00:02 GMT', [0, 2000, 2000]],
    ['Sat, 21 Nov 2026 02:59:00 GMT', [0, 0, 0]],
  ];
  for (const status of [429, 503]) {
    for (const [retryAfter, at] of waits) {
      it(`${status} with Retry-After ${retryAfter ?? 'absent'} is read again at ${at.join(', ')} ms`, async () => {
        assert.deepEqual((await attempts(status, retryAfter)).at, at);
      });
    }
  }

  for (const [retryAfter, ms] of [
    ['6', 6000],
    ['3600', 3_600_000],
    ['Sat, 21 Nov 2026 04:00:00 GMT', 3_600_000],
  ] as const) {
    it(`leaves a Retry-After of ${retryAfter} to the caller`, async () => {
      const { at, error } = await attempts(429, retryAfter);
      assert.deepEqual(at, [0]);
      assert.equal(error.problem, 'throttled');
      assert.equal(error.retryAfterMs, ms);
    });
  }

  it('never comes back before Retry-After, and never more than twice', async () => {
    const arbitrary = fc.tuple(fc.constantFrom(429, 500, 502, 503, 504), fc.double({ min: 0, max: 20, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([status, seconds]) => {
        const { at } = await attempts(status, String(seconds));
        assert(at.length <= 3);
        for (const [index, time] of at.entries()) {
          const earlier = at[index - 1];
          // Timers count whole milliseconds.
          if (earlier !== undefined) assert(time - earlier >= Math.floor(seconds * 1000), `${time} after ${earlier}`);
        }
      }),
      { numRuns: runs(150) },
    );
  });

  it('gives up at the deadline, also in the middle of a wait', async () => {
    const { at, error } = await attempts(503, '4');
    assert.deepEqual(at, [0, 4000]);
    assert.equal(error.problem, 'noAnswer');
    assert.equal(Date.now() - start, 5000);
  });

  it('waits 200 and 400 ms after a broken connection', async () => {
    const { directory, sent } = createGraphFixture({ between: () => Promise.reject(networkError('ECONNRESET')) });
    await failureOf(directory.read(adele));
    assert.deepEqual(
      sent.map(({ at }) => at - start),
      [0, 200, 600],
    );
  });

  it('keeps the client-request-id through all attempts of a call, and no two calls share one', async () => {
    const { directory, sent } = createGraphFixture({ between: () => reply(503) });
    for (let call = 0; call < 2; call += 1) {
      await failureOf(directory.read(adele));
    }
    const ids = sent.map(({ headers }) => headers['client-request-id']);
    assert.equal(ids.length, 6);
    for (const id of ids) assert.match(id ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(new Set(ids.slice(0, 3)).size, 1);
    assert.equal(new Set(ids.slice(3)).size, 1);
    assert.notEqual(ids[0], ids[3]);
  });

  it('stops as soon as there is an answer', async () => {
    const { directory, sent } = createGraphFixture({
      between: (_, earlier) => (earlier === 0 ? reply(503) : undefined),
    });
    const now = await settled(directory.read(adele));
    assert(now.status === 'fulfilled' && now.value?.account.id === adele);
    assert.equal(sent.length, 2);
  });

  it('reads memberships again too, although they are asked for by POST', async () => {
    const { directory, sent } = createGraphFixture({
      between: (_, earlier) => (earlier === 0 ? reply(503) : undefined),
    });
    assert.equal((await settled(directory.memberOf(adele, [adele]))).status, 'fulfilled');
    assert.deepEqual(
      sent.map(({ method, body }) => [method, body]),
      Array(2).fill(['POST', JSON.stringify({ ids: [adele] })]),
    );
  });
});

describe('Retry-After', () => {
  it('in seconds is those seconds, and never negative', () => {
    fc.assert(fc.property(fc.nat(1_000_000), (seconds) => retryAfterMs(String(seconds), start) === seconds * 1000));
    assert.equal(retryAfterMs('-1', start), 0);
  });

  it('as a date is what is left until then', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (seconds) => {
        const header = new Date(start + seconds * 1000).toUTCString();
        return retryAfterMs(header, start) === Math.max(0, seconds * 1000);
      }),
    );
  });

  it('of whatever length is one that a timer counts and a record holds', () => {
    for (const header of ['1e306', '999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])
      assert.equal(retryAfterMs(header, start), 2 ** 31 - 1);
  });

  it('is not a number of anything else', () => {
    for (const header of [undefined, '', ' ', 'soon', 'NaN', 'Infinity'])
      assert.equal(retryAfterMs(header, start), undefined);
  });
});
