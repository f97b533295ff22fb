import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeAlphabet, requestIdLength } from '../../src/domain/code.ts';
import { newIdentity, requestIdsOf } from '../../src/store/codec.ts';

const message = { conversationId: '19:a@thread.tacv2;messageid=1', activityId: '1700000000000', personId: 'p-1' };
const requestIdFor = ({ conversationId, activityId, personId }: typeof message) =>
  requestIdsOf({ store: 'any', secret: 'known' })(conversationId, activityId, personId);
const parts = ['conversationId', 'activityId', 'personId'] as const;

describe('the request id of a message', () => {
  it('is another one in another store, so that nobody can foresee it', () => {
    const ids = Array.from({ length: 50 }, () => requestIdsOf(newIdentity())('a', 'b', 'c'));
    assert.equal(new Set(ids.map((id) => id.slice(0, 4))).size > 45, true);
  });

  it('is the same for the same message, whenever and wherever it is made', () => {
    assert.equal(requestIdFor(message), requestIdFor({ ...message }));
    // Pinned: replicas of two releases of one store must agree while one replaces the other.
    assert.equal(requestIdFor(message), '4JQENMHFATCW62KTKD64');
  });

  it('has the length and the letters of a code', () => {
    fc.assert(
      fc.property(fc.record({ conversationId: fc.string(), activityId: fc.string(), personId: fc.string() }), (any) => {
        const id = requestIdFor(any);
        assert.equal(id.length, requestIdLength);
        for (const letter of id) assert(codeAlphabet.includes(letter), letter);
      }),
    );
  });

  for (const part of parts) {
    it(`is another one when the ${part} is another one`, () => {
      fc.assert(
        fc.property(fc.string(), fc.string(), (one, other) => {
          fc.pre(one !== other);
          assert.notEqual(requestIdFor({ ...message, [part]: one }), requestIdFor({ ...message, [part]: other }));
        }),
      );
    });
  }

  it('knows where one part ends and the next begins', () => {
    const ids = [
      { conversationId: 'a', activityId: 'b', personId: 'cd' },
      { conversationId: 'a', activityId: 'bc', personId: 'd' },
      { conversationId: 'ab', activityId: 'c', personId: 'd' },
      { conversationId: 'a","b', activityId: 'c', personId: 'd' },
      { conversationId: 'a', activityId: 'b","c', personId: 'd' },
      { conversationId: 'd', activityId: 'b', personId: 'ac' },
    ].map(requestIdFor);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('uses every letter about as often, in every place', () => {
    const count = 5200;
    const seen = Array.from({ length: requestIdLength }, () => new Map<string, number>());
    for (let number = 0; number < count; number += 1) {
      const id = requestIdFor({ ...message, activityId: String(1_700_000_000_000 + number) });
      seen.forEach((letters, place) => {
        const letter = id.charAt(place);
        letters.set(letter, (letters.get(letter) ?? 0) + 1);
      });
    }
    const expected = count / codeAlphabet.length;
    for (const letters of seen) {
      assert.equal(letters.size, codeAlphabet.length);
      // Six standard deviations: the ids are fixed, so this either always passes or never does.
      for (const times of letters.values()) assert(Math.abs(times - expected) < 6 * Math.sqrt(expected), String(times));
    }
  });

  it('gives neighbours different codes', () => {
    const ids = Array.from({ length: 2000 }, (_, number) => requestIdFor({ ...message, activityId: String(number) }));
    assert.equal(new Set(ids).size, ids.length);
    // 26⁴ codes of four letters: of 2,000 some four meet, and codeFor then prints one letter more.
    assert(new Set(ids.map((id) => id.slice(0, 4))).size > 1980);
  });
});
