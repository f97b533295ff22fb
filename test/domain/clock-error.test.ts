import assert from 'node:assert/strict';
import { clockError } from '../../src/domain/clock-error.ts';

const minute = 60_000;
const hour = 60 * minute;
const year = 365 * 24 * hour;

describe('how wrong the clock is', () => {
  for (const [what, ahead, error] of [
    ['nobody was asked', [], 0],
    ['one alone may be wrong itself', [hour], 0],
    ['all agree that it is right', [0, 400, -900], 0],
    ['30 seconds are little', [30_000, 30_000], 0],
    ['more is too much', [30_001, 30_001], 30_001],
    ['two agree that it is ahead', [3 * minute, 3 * minute + 900], 3 * minute + 900],
    ['two agree that it is behind', [-3 * minute, -3 * minute], -3 * minute],
    ['years off', [20 * year, 20 * year, 20 * year], 20 * year],
    ['Graph is an hour off, Entra is not', [hour, 0], 0],
    ['Graph is an hour off, two others are not', [hour, 0, 300], 0],
    ['Graph is an hour off, and so is this machine, by less', [hour + 3 * minute, 3 * minute], 0],
    ['the same, with a third to say so', [hour + 3 * minute, 3 * minute, 3 * minute], 3 * minute],
    ['two are wrong, each in its own way', [hour, -hour, 0], 0],
    ['two are wrong, each in its own way, in the same direction', [hour, 2 * hour, 0], 0],
    ['as many for it as against it', [hour, hour, 0, 0], 0],
  ] as const) {
    it(what, () => {
      assert.equal(clockError(ahead), error);
      assert.equal(clockError(ahead.toReversed()), error);
    });
  }
});
