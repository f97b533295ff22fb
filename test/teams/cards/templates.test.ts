import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type CardDataOf, type CardName, createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import { literalText } from '../../../src/teams/cards/untrusted-text.ts';
import { frame, isNode, strings, texts, trusted, untrusted } from '../../support/card-parts.ts';
import { parse } from '../../support/card-rules.ts';
import { runs } from '../../support/chance.ts';
import { situations } from '../../support/views.ts';

const directory = new URL('../../../cards/', import.meta.url);
const renderer = createCardRenderer(directory);

const readJson = (file: string) => JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
const templates = readdirSync(directory);
/** The dialog has inputs, and so rules of its own: dialog-card.test.ts. */
const samples = situations().filter(
  ({ card, name }, index, all) => all.findIndex((one) => one.card === card) === index || name.includes('hostile'),
);

describe('card templates', () => {
  for (const template of templates) {
    it(`${template}: no words, no address, no half-filled string`, () => {
      for (const { key, value } of strings(readJson(template))) {
        if (value.includes('${')) assert.match(value, /^\$\{[^`]+\}$/, 'an expression fills a whole string');
        else if (['text', 'title', 'fallbackText', 'speak', 'altText'].includes(key)) assert.match(value, /^\s+$/u);
        else if (key !== '$schema' && key !== 'dataset') assert.match(value, /^[\w./]+$/, key);
      }
    });
  }
});

describe('cards', () => {
  it('are told apart by this test from what the renderer would not show', () => {
    const wrong = { type: 'TextBlock', text: 'x', weight: 'Heavy' };
    const body = [{ type: 'Nonsense' }, wrong, { type: 'ActionSet', actions: [{ type: 'Action.Nonsense' }] }];
    assert.equal(parse({ type: 'AdaptiveCard', version: '1.5', fallbackText: '', body }).length, 3);
  });
});

/** The data with every untrusted string replaced. */
function withTexts(data: unknown, next: () => string, key = ''): unknown {
  if (typeof data === 'string') return trusted.has(key) ? data : next();
  if (Array.isArray(data)) return data.map((item) => withTexts(item, next, key));
  if (!isNode(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([name, item]) => [name, withTexts(item, next, name)]));
}

describe('whatever stands in the data', () => {
  const fragment = fc.constantFrom(
    ...[
      '${title}',
      '${secret}',
      "${json('[]')}",
      '{{DATE(2026-11-21T00:00:00Z)}}',
      '{{',
      '}}',
      '**b**',
      '[a](https://b)',
    ],
    ...['<at>c</at>', '<b>', '&amp;', '`', '\\', '"', "'", '$when', '$data', '# ', '- ', '__proto__'],
  );
  const plain = fc
    .array(fc.oneof(fragment, fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(''));
  const anything = fc.oneof(
    plain,
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary', minLength: 200, maxLength: 400 }),
  );

  for (const { name: situation, card: name, data } of samples) {
    const untouched = frame(renderer.render(name, data));
    const count = untrusted(data).length;

    it(`${situation}: changes no more than the TextRuns, and comes out as it went in`, () => {
      fc.assert(
        fc.property(fc.array(anything, { minLength: count, maxLength: count }), (values) => {
          const rest = values.values();
          const changed = withTexts(data, () => rest.next().value ?? '') as CardDataOf<CardName>;
          const card = renderer.render(name, changed);
          assert.deepEqual(frame(card), untouched);
          const shown = texts(card);
          for (const value of values) {
            const literal = literalText(value);
            if (!/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2028\u2029\u2800]/u.test(value))
              assert.equal(literal, value);
            assert.ok(shown.some((text) => text.includes(literal)));
          }
        }),
        { numRuns: runs(50) },
      );
    });
  }
});
