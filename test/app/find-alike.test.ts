import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import { account, alex, megan } from '../support/samples.ts';
import { createHouse } from './house.ts';

const named = (number: number, name: string, upn: string) => account(number, { name, upn: `${upn}@contoso.example` });
const accounts = [
  named(11, 'Adele Vance', 'adele'),
  named(12, 'Adele Viklund', 'adelev'),
  named(13, 'Vance Orr', 'orr'),
  ...Array.from({ length: 8 }, (_, index) => named(20 + index, `Joni ${index}`, `joni${index}`)),
];
const house = () => createHouse({ accounts });
const names = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);

describe('who could be meant', () => {
  for (const [typed, expected] of [
    ['Adele Vance', ['Adele Vance']],
    ['adele', ['Adele Vance', 'Adele Viklund']],
    ['adele@contoso', ['Adele Vance', 'Adele Viklund']],
    ['adelle@contoso.example', ['Adele Vance', 'Adele Viklund']],
    ['vance adele', ['Adele Vance', 'Adele Viklund', 'Vance Orr']],
    ['Joni', ['Joni 0', 'Joni 1', 'Joni 2', 'Joni 3', 'Joni 4']],
    ['nobody', []],
    ['a', []],
    ['@contoso.example', []],
    ['one two three four five words', []],
  ] as const) {
    it(`${typed}: ${expected.length === 0 ? 'nobody' : expected.join(', ')}`, async () => {
      assert.deepEqual(names(await house().findAlike(alex, typed)), expected);
    });
  }

  it('is looked for by two questions at most, within the budget, and for people who may ask alone', async () => {
    const { findAlike, directory } = createHouse({ accounts, policy: { maxTargets: 1 } });
    const asked: string[][] = [];
    const { beginning } = directory;
    directory.beginning = (prefixes) => {
      asked.push([...prefixes]);
      return beginning(prefixes);
    };
    assert.deepEqual(await findAlike(megan, 'adele'), []);
    assert.deepEqual(asked, [], 'nothing is looked up for whoever may not ask');
    await findAlike(alex, 'Zoe Zimmer');
    assert.deepEqual(asked, [['Zoe Zimmer'], ['Zoe', 'Zimmer']]);
    await findAlike(alex, 'adele');
    assert.deepEqual(await findAlike(alex, 'adele'), [], 'over the budget');
    assert.equal(asked.length, 3);
  });

  it('is nobody while Graph is away', async () => {
    const { findAlike, directory } = house();
    directory.beginning = () => Promise.reject(new DirectoryError('unavailable', 'x'));
    assert.deepEqual(await findAlike(alex, 'adele'), []);
  });
});
