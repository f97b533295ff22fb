import assert from 'node:assert/strict';
import { people, peopleAsOf, personIds } from '../../src/local/people.ts';

const day = 24 * 3_600_000;
const timesOf = (person: object): readonly number[] =>
  [...JSON.stringify(person).matchAll(/"(\d{4}-\d{2}-\d{2}T[^"]+)"/g)].map(([, time]) => Date.parse(time ?? ''));

describe('the people of the emulated tenant', () => {
  for (const today of ['2025-01-05T04:00:00Z', '2026-11-21T12:00:00Z', '2031-06-30T20:15:42.500Z']) {
    it(`have a past that is as long ago on ${today.slice(0, 10)} as on any other day`, () => {
      const now = new Date(today);
      const moved = peopleAsOf(now, people);
      for (const [index, person] of moved.entries()) {
        for (const time of timesOf(person)) assert.ok(time < now.getTime(), `${person.displayName} has a future`);
        const { signInActivity } = person;
        if (signInActivity && person.id !== personIds.dormant) {
          assert.ok(now.getTime() - Date.parse(signInActivity.lastSignInDateTime ?? '') < day, person.displayName);
        }
        const before = people[index];
        assert.ok(before);
        const spans = (one: object) => timesOf(one).map((time, _, [first = 0]) => time - first);
        assert.deepEqual(spans(person), spans(before));
        assert.deepEqual(
          JSON.stringify(person).replace(/\d{4}-[^"]+Z/g, ''),
          JSON.stringify(before).replace(/\d{4}-[^"]+Z/g, ''),
        );
      }
    });
  }
});
