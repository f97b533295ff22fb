import assert from 'node:assert/strict';
import { type Answer, afterAnswer, type Delivery, patienceMs, type Said } from '../../src/domain/delivery.ts';

const retry = (afterMs: number): Delivery => ({ do: 'retry', afterMs });
const [deliver, shorten, giveUp]: readonly Delivery[] = [{ do: 'deliver' }, { do: 'shorten' }, { do: 'giveUp' }];

describe('what the connector’s answer means', () => {
  const rows: readonly (readonly [Answer, Said, tries: number, triedMs: number, Delivery | undefined])[] = [
    [{ status: 200 }, 'card', 1, 0, deliver],
    [{ status: 201 }, 'words', 1, 0, deliver],
    [{ status: 202 }, 'card', 9, patienceMs, deliver],
    [{ status: 299 }, 'card', 1, 0, deliver],
    [{ status: 199 }, 'card', 1, 0, retry(1000)],
    [{ status: 300 }, 'card', 1, 0, retry(1000)],
    // The message itself is refused.
    [{ status: 400 }, 'card', 1, 0, shorten],
    [{ status: 413 }, 'card', 1, 0, shorten],
    [{ status: 413, code: 'MessageSizeTooBig', retryAfterMs: 5000 }, 'card', 1, 0, shorten],
    [{ status: 400 }, 'words', 1, 0, giveUp],
    [{ status: 413 }, 'words', 1, 0, giveUp],
    [{ status: 400, code: 'ConversationNotFound' }, 'card', 1, 0, retry(1000)],
    [{ status: 400, code: 'ServiceError' }, 'words', 1, 0, retry(1000)],
    [{ status: 400, code: 'ConversationBlockedByUser' }, 'words', 1, patienceMs, giveUp],
    // It may pass, whatever it says.
    ...[401, 402, 403, 404, 405, 408, 409, 410, 412, 422, 429, 500, 502, 503, 504, null].flatMap((status) =>
      (['card', 'words'] as const).flatMap(
        (what) =>
          [
            [{ status }, what, 1, 0, retry(1000)],
            [{ status }, what, 40, patienceMs - 1, retry(15_000)],
            [{ status }, what, 40, patienceMs, giveUp],
          ] as const,
      ),
    ),
    // Pauses grow to 15 s.
    [{ status: 404 }, 'card', 2, 1000, retry(2000)],
    [{ status: 404 }, 'card', 3, 3000, retry(4000)],
    [{ status: 404 }, 'card', 4, 7000, retry(8000)],
    [{ status: 404 }, 'card', 5, 15_000, retry(15_000)],
    [{ status: 404 }, 'card', 2000, 30_000, retry(15_000)],
    // What Teams asks for counts, within bounds.
    [{ status: 429, retryAfterMs: 7000 }, 'card', 1, 0, retry(7000)],
    [{ status: 429, retryAfterMs: 7000 }, 'card', 4, 0, retry(8000)],
    [{ status: 503, retryAfterMs: 60_001 }, 'words', 1, 0, retry(60_000)],
    [{ status: 503, retryAfterMs: 99_999_999_000 }, 'words', 9, 0, retry(60_000)],
    [{ status: 429, retryAfterMs: -5 }, 'words', 1, 0, retry(1000)],
  ];
  for (const [answer, what, tries, triedMs, expected] of rows) {
    it(`${JSON.stringify(answer)} for ${what}, try ${tries} after ${triedMs} ms: ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(afterAnswer(answer, what, tries, triedMs), expected);
    });
  }

  it('is final after ten minutes at the earliest', () => assert.equal(patienceMs, 600_000));
});
