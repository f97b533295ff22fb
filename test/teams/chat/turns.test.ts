import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextTurn, type Sent, share, type Turn, untilShare } from '../../../src/teams/chat/pacing.ts';
import { runs } from '../../support/chance.ts';

/** `a` is a card for a; `a:t` words; `a:1` about request 1; `a:1!` and an end. */
function turn(short: string): Turn {
  const [who = '', what = ''] = short.split(':');
  return {
    kind: what === 't' ? 'text' : 'card',
    for: who === '-' ? null : who,
    about: what === 't' ? null : what.replace('!', '') || null,
    urgent: what.endsWith('!'),
  };
}

const served = (whom: string): readonly Sent[] => [...whom].map((who, at) => ({ at, for: who === '-' ? null : who }));

describe('whose turn it is', () => {
  const rows: readonly (readonly [what: string, waiting: string, sent: string, index: number | null])[] = [
    ['nobody waits', '', '', null],
    ['the one who waits', 'a', '', 0],
    ['the oldest of one person', 'a:1 a:2', 'a', 0],
    ['a card before words', 'a:t b:t c', '', 2],
    ['words when no card waits', 'a:t b:t', '', 0],
    ['whoever was not served yet', 'a a a b', 'a', 3],
    ['whoever was served longest ago', 'a b c', 'bcab', 2],
    ['of those never served the one who came first', 'b c', 'a', 0],
    ['words to whoever was answered longest ago', 'a:t a:t b:t', 'a', 2],
    ['nobody’s as if it were a person’s', 'a - a', 'a', 1],
    ['an end before what the same person asks anew', 'a:1 a:2 a:3!', '', 2],
    ['an end of one person not before another’s turn', 'a:1! b:2', 'a', 1],
    ['an end not before what was said earlier about that request', 'a:1 a:2 a:2!', '', 1],
  ];
  for (const [what, waiting, sent, index] of rows) {
    it(what, () => {
      const turns = waiting.split(' ').filter(Boolean).map(turn);
      assert.equal(
        nextTurn(turns, served(sent), () => true),
        index,
      );
    });
  }

  it('nobody’s who has had a share', () => {
    const turns = ['a', 'a:t', 'b:t'].map(turn);
    assert.equal(
      nextTurn(turns, [], (person) => person !== 'a'),
      2,
    );
    assert.equal(
      nextTurn(turns, [], () => false),
      null,
    );
  });

  it('comes to everybody in the end, keeps the order of each request, and nobody waits for more than one of each other', () => {
    const item = fc.record({
      kind: fc.constantFrom<Turn['kind']>('card', 'card', 'text'),
      for: fc.constantFrom('a', 'b', 'c', null),
      about: fc.constantFrom('1', '2', '3', null),
      urgent: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), (items) => {
        // A request belongs to one person, and is spoken of on cards.
        const all: readonly Turn[] = items.map((one) => ({
          ...one,
          about: one.about === null || one.kind === 'text' ? null : `${one.for} ${one.about}`,
        }));
        let left = all;
        const sent: Sent[] = [];
        const order: Turn[] = [];
        while (left.length > 0) {
          const index = nextTurn(left, sent, () => true);
          const chosen = index === null ? undefined : left[index];
          assert(chosen);
          const rivals = new Set(left.filter(({ kind }) => kind === chosen.kind).map((one) => one.for));
          const last = (who: string | null) => sent.findLastIndex((one) => one.for === who);
          for (const rival of rivals) assert(last(chosen.for) <= last(rival), 'served longest ago');
          left = left.filter((one) => one !== chosen);
          order.push(chosen);
          sent.push({ at: sent.length, for: chosen.for });
        }
        for (const [about, those] of Map.groupBy(all, (one) => one.about)) {
          if (about !== null)
            assert.deepEqual(
              order.filter((one) => one.about === about),
              those,
            );
        }
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('one person’s share of the long window', () => {
  const times = (count: number) => Array.from({ length: count }, (_, at) => ({ at, for: 'a' }));

  it('is free until it is used up, and again when the window has passed the oldest', () => {
    const { ms, most } = share;
    assert.equal(untilShare('a', times(most - 1), 100, 1), 0);
    assert.equal(untilShare('a', times(most), 100, 1), ms - 100);
    assert.equal(untilShare('a', times(most), ms, 1), 0);
    assert.equal(untilShare('b', times(most), 100, 1), 0);
    assert.equal(untilShare(null, times(most), 100, 1), 0);
  });

  it('is halved between two replicas', () => {
    const half = Math.floor(share.most / 2);
    assert.equal(untilShare('a', times(half - 1), 100, 2), 0);
    assert(untilShare('a', times(half), 100, 2) > 0);
  });

  it('is never waited for longer than the window, also when the clock was set back', () => {
    assert.equal(untilShare('a', times(share.most), -3_600_000, 1), share.ms);
  });
});
