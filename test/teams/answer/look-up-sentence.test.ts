import assert from 'node:assert/strict';
import { parseSentence } from '../../../src/teams/sentence/command.ts';
import { costsAtMost } from '../../support/cost.ts';
import { readText } from '../../support/read-text.ts';

const id = '7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a2000';
const address = (text: string) => ({ kind: 'address', text });
const history = (text: string) => ({ kind: 'history', targets: [address(text)], unclear: [] });
const unknown = { kind: 'unknown' };

describe('sentences that ask what happened', () => {
  for (const [typed, meant] of [
    ['status', { kind: 'status', code: null }],
    ['Status.', { kind: 'status', code: null }],
    ['STATUS ?', { kind: 'status', code: null }],
    ['\u00a0 status \u00a0', { kind: 'status', code: null }],
    ['status K7F3', { kind: 'status', code: 'K7F3' }],
    ['status  k7f3 .', { kind: 'status', code: 'K7F3' }],
    ['status\nk7f3', { kind: 'status', code: 'K7F3' }],
    ['status K7F3AAAAAAAAAAAAAAAA', { kind: 'status', code: 'K7F3AAAAAAAAAAAAAAAA' }],
    ['status K7F', unknown],
    // 0 and Z stand in no code.
    ['status K0FZ', { kind: 'status', code: 'K0FZ' }],
    ['status K7F3 M2QX', unknown],
    ['status of K7F3', unknown],
    ['statuses', unknown],
    ['what is the status', unknown],
    ['history adele@contoso.com', history('adele@contoso.com')],
    ['History of adele@contoso.com.', history('adele@contoso.com')],
    ['history for: adele@contoso.com', history('adele@contoso.com')],
    ['history <mailto:adele@contoso.com>', history('adele@contoso.com')],
    ['history\n"adele@contoso.com"?', history('adele@contoso.com')],
    [`history ${id.toUpperCase()}`, { kind: 'history', targets: [{ kind: 'objectId', text: id }], unclear: [] }],
    ['history adele', { kind: 'history', targets: [], unclear: ['adele'] }],
    ['history of', { kind: 'history', targets: [], unclear: [] }],
    ['history', { kind: 'history', targets: [], unclear: [] }],
    ['history for@contoso.com', history('for@contoso.com')],
    ['history.', unknown],
    ['prehistory adele@contoso.com', unknown],
    ['historyadele@contoso.com adele', unknown],
    ['hi\u017ftory adele@contoso.com', unknown],
  ] as const) {
    it(JSON.stringify(typed), () => assert.deepEqual(parseSentence(readText({ text: typed })), meant));
  }

  it('of several: each of them', () => {
    const { kind, targets } = parseSentence('history a@contoso.com, b@contoso.com') as ReturnType<typeof history>;
    assert.deepEqual([kind, targets], ['history', [address('a@contoso.com'), address('b@contoso.com')]]);
  });

  it('are not heard in a quotation', () => {
    for (const text of ['> status', '<blockquote>history adele@contoso.com</blockquote>']) {
      assert.deepEqual(parseSentence(readText({ text })), unknown);
    }
  });

  it('of what takes long to match, in no time', () => {
    const inTime = costsAtMost(200, () => parseSentence(`help ${'a b '.repeat(7500)}`));
    for (const text of [
      `history ${'a'.repeat(30_000)}`,
      `status ${' '.repeat(30_000)}`,
      `history${' :'.repeat(15_000)}`,
    ]) {
      inTime(() => parseSentence(text));
    }
  });
});
