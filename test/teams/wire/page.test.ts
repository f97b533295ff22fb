import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Page, readPage, writePage } from '../../../src/teams/wire/page.ts';
import { requestId } from '../../support/samples.ts';

const accountId = 'bbbbbbbb-0000-4000-8000-000000000001';
const way = fc
  .uniqueArray(fc.integer({ min: 1, max: 10 ** 15 }), { maxLength: 12 })
  .map((numbers) => numbers.toSorted((one, other) => other - one));
const pages: fc.Arbitrary<Page> = fc.oneof(
  fc.record({ view: fc.constant('open' as const), page: fc.nat(999) }),
  fc.record({ view: fc.constant('request' as const), requestId: fc.constant(requestId), page: fc.nat(999) }),
  fc.record({ view: fc.constant('around' as const), requestId: fc.constant(requestId), page: fc.nat(999) }),
  fc.record({ view: fc.constant('accounts' as const), requestId: fc.constant(requestId), page: fc.nat(999) }),
  fc.record({ view: fc.constant('card' as const), requestId: fc.constant(requestId) }),
  fc.record({ view: fc.constant('history' as const), accountId: fc.uuid(), path: way }),
);

describe('a page', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(pages, (made) => {
        const page = { ...made };
        const text = writePage(page);
        assert.deepEqual(readPage(text), page);
      }),
    );
  });

  it('keeps the end of a long way', () => {
    const path = Array.from({ length: 30 }, (_, index) => 100 - index);
    assert.deepEqual(readPage(writePage({ view: 'history', accountId, path })), {
      view: 'history',
      accountId,
      path: path.slice(-12),
    });
  });

  describe('is none', () => {
    const texts: readonly unknown[] = [
      ...['', '.', 'open', 'open.', 'open.1.2', 'open.01', 'open.-1', 'open.1.0', 'open.1e3', 'open.1000', 'open. 1'],
      ...['open.0x1', 'open.１', 'open.NaN', 'open.Infinity', 'Open.1', 'open.1\n', ' open.1', 'open.1 ', 'openn.1'],
      ...[`request.${requestId}`, `request.${requestId}.`, `request.${requestId}.x`, `request.${requestId}.1.2`],
      ...[
        `request.${requestId.toLowerCase()}.0`,
        `request.${requestId}A.0`,
        'request.K7F3.0',
        `request.${requestId}\n.0`,
      ],
      ...['request../../x.0', "request.' or 1=1.0", `history.${accountId.toUpperCase()}`, `history.${accountId}.`],
      ...['history', 'history.', 'history.adele@contoso.com', `history.${accountId} `, `history.${accountId}.0`],
      ...[
        `history.${accountId}.5.5`,
        `history.${accountId}.5.6`,
        `history.${accountId}.5.-1`,
        `history.${accountId}.x`,
      ],
      ...[`history.${accountId}.9007199254740993`, `history.${accountId}.99999999999999999999`],
      ...[`history.${accountId}${Array.from({ length: 13 }, (_, index) => `.${50 - index}`).join('')}`],
      ...['__proto__', 'constructor.0', 'toString', 'x'.repeat(100_000), `history.${'.'.repeat(100_000)}`],
      ...[undefined, null, 0, 1, true, {}, [], ['open.1'], { view: 'open', page: 1 }, new String('open.1')],
    ];
    for (const text of texts) {
      it(`${String(JSON.stringify(text)).slice(0, 80)}`, () => {
        assert.equal(readPage(text), null);
      });
    }

    it('whatever else was sent', () => {
      fc.assert(
        fc.property(fc.string(), (text) => {
          const page = readPage(text);
          if (page !== null) assert.equal(writePage(page), text);
        }),
      );
    });
  });
});
