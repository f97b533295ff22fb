import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { AdaptiveCardJson, CardDataOf, CardName } from '../src/teams/card-data.ts';
import { literalText } from '../src/teams/literal-run.ts';
import { createCardRenderer } from '../src/teams/render-card.ts';

const directory = new URL('../cards/', import.meta.url);
const renderer = createCardRenderer(directory);

/** What is used of the Adaptive Cards renderer, whose own types need a browser. */
interface Renderer {
  AdaptiveCard: new () => Known & {
    parse(card: unknown, context: ParseContext): void;
    validateProperties(): { validationEvents: readonly { message: string }[] };
  };
  SerializationContext: new () => ParseContext;
  TextRun: new () => Known;
  Column: new () => Known;
  GlobalRegistry: Record<
    'elements' | 'actions',
    { findByName(name: string): { objectType: new () => Known } | undefined }
  >;
}
interface ParseContext {
  readonly eventCount: number;
  getEventAt(index: number): { readonly message: string };
}
interface Known {
  getSchema(): {
    getCount(): number;
    getItemAt(index: number): { readonly name: string; readonly targetVersion: { readonly label: string } };
  };
}
const adaptiveCards = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as Renderer;

type Node = Record<string, unknown>;

interface Place {
  readonly key: string;
  readonly parent: Node;
  readonly value: string;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  return isNode(value) ? [value, ...Object.values(value).flatMap(nodes)] : [];
}

/** Every string in a tree, with the property and the object it stands in. */
function strings(value: unknown, key = '', parent: Node = {}): Place[] {
  if (typeof value === 'string') return [{ key, parent, value }];
  if (Array.isArray(value)) return value.flatMap((item) => strings(item, key, parent));
  return isNode(value) ? Object.entries(value).flatMap(([name, item]) => strings(item, name, value)) : [];
}

const readJson = (file: string) => JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
const files = readdirSync(directory);
const templates = files.filter((file) => !file.endsWith('.data.json'));
const samples = files
  .filter((file) => file.endsWith('.data.json'))
  .map((file) => ({ file, card: file.split('.')[0] as CardName, data: readJson(file) as CardDataOf<CardName> }));

/** Our own words, or no words at all: what may stand outside a TextRun. */
const trusted = new Set(['lang', 'fallbackText', 'title', 'code', 'style', 'requestId', 'heading', 'look', 'color']);

const untrusted = (data: unknown) => strings(data).filter(({ key }) => !trusted.has(key));
const texts = (card: unknown) =>
  nodes(card)
    .filter(({ type }) => type === 'RichTextBlock')
    .map(({ inlines }) => (inlines as Node[]).map(({ text }) => text).join(''));

/** The card without what stands in its TextRuns. */
function frame(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(frame);
  if (!isNode(value)) return value;
  if (value.type === 'RichTextBlock') return { ...value, inlines: [] };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, frame(item)]));
}

function parse(card: AdaptiveCardJson): string[] {
  const context = new adaptiveCards.SerializationContext();
  const parsed = new adaptiveCards.AdaptiveCard();
  parsed.parse(card, context);
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  const invalid = parsed.validateProperties().validationEvents.map(({ message }) => message);
  // The renderer checks `lang` with a global regular expression, which remembers and so refuses every second card.
  return [...events, ...invalid].filter((message) => message !== `Invalid value "${card.lang}" for property "lang".`);
}

function classOf(type: string): (new () => Known) | undefined {
  const special: Record<string, new () => Known> = {
    AdaptiveCard: adaptiveCards.AdaptiveCard,
    TextRun: adaptiveCards.TextRun,
    Column: adaptiveCards.Column,
  };
  const { elements, actions } = adaptiveCards.GlobalRegistry;
  return special[type] ?? (elements.findByName(type) ?? actions.findByName(type))?.objectType;
}

/** Properties the renderer knows for an element, with those that hold its children. */
function propertiesOf(type: string): ReadonlyMap<string, string> {
  const known = classOf(type);
  assert.ok(known, `the renderer does not know ${type}`);
  const schema = new known().getSchema();
  const items = Array.from({ length: schema.getCount() }, (_, index) => schema.getItemAt(index));
  const children = ['body', 'items', 'columns', 'inlines', 'actions', 'fallback'].map((name) => [name, '1.0'] as const);
  return new Map([...items.map(({ name, targetVersion }) => [name, String(targetVersion)] as const), ...children]);
}

describe('card templates', () => {
  it('have sample data each, and every sample has its template', () => {
    assert.deepEqual([...new Set(samples.map(({ card }) => `${card}.json`))].sort(), [...templates].sort());
    for (const template of templates) assert.ok(files.includes(template.replace('.json', '.data.json')), template);
  });

  for (const template of templates) {
    it(`${template}: no words, no address, no half-filled string`, () => {
      for (const { key, value } of strings(readJson(template))) {
        if (value.includes('${')) assert.match(value, /^\$\{[^`]+\}$/, 'an expression fills a whole string');
        else if (['text', 'title', 'fallbackText', 'speak', 'altText'].includes(key)) assert.match(value, /^\s+$/u);
        else if (key !== '$schema') assert.match(value, /^[\w.]+$/, key);
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

  for (const { file, card: name, data } of samples) {
    const card = renderer.render(name, data);
    const actions = nodes(card).filter(({ type }) => type === 'Action.Execute');

    describe(file, () => {
      it('is understood by the renderer without a warning', () => {
        assert.deepEqual(parse(card), []);
      });

      it('uses only what version 1.5 knows', () => {
        assert.equal(card.version, '1.5');
        for (const { type, ...properties } of nodes(card)) {
          if (typeof type !== 'string') continue;
          const known = propertiesOf(type);
          for (const property of Object.keys(properties)) {
            assert.ok(known.has(property), `${type}.${property}`);
            assert.ok(Number(known.get(property)) <= 1.5, `${type}.${property} needs ${known.get(property)}`);
          }
        }
      });

      it('is small', () => {
        assert.ok(Buffer.byteLength(JSON.stringify(card), 'utf16le') < 20 * 1024);
      });

      it('holds no expression, and a fallback text', () => {
        for (const { value } of strings(frame(card))) assert.doesNotMatch(value, /\$\{/);
        assert.ok(card.fallbackText.length > 0);
      });

      it('wraps every TextBlock, and has a heading', () => {
        const blocks = nodes(card).filter(({ type }) => type === 'TextBlock');
        for (const { wrap, text } of blocks) assert.equal(wrap, true, String(text));
        assert.equal(blocks.filter(({ style }) => style === 'heading').length, 1);
      });

      it('names its language', () => assert.match(String(card.lang), /^(en|ja|zh)$/));

      it('has no empty text and no empty list', () => {
        for (const node of nodes(card)) {
          if ('text' in node) assert.notEqual(node.text, '');
          for (const list of ['inlines', 'actions', 'columns', 'body']) {
            if (list in node) assert.notEqual((node[list] as unknown[]).length, 0);
          }
          if (node.type === 'Container') assert.notEqual((node.items as unknown[]).length, 0);
        }
      });

      it('has no input and no link', () => {
        for (const { type } of nodes(card)) assert.doesNotMatch(String(type), /^Input\.|^Action\.(OpenUrl|ShowCard)/);
        assert.ok(!nodes(card).some((node) => 'url' in node || 'selectAction' in node || 'refresh' in node));
      });

      it('has at most three buttons, which carry the request id and have a fallback', () => {
        assert.ok(actions.length <= 3);
        for (const { verb, title, data: carried, fallback } of actions) {
          assert.ok(['approve', 'deny', 'cancel', 'stop', 'retry'].includes(String(verb)));
          const { requestId } = carried as Node;
          assert.equal(typeof requestId, 'string');
          assert.deepEqual(carried, { requestId });
          const { type, title: submitTitle, data: submitted } = fallback as Node;
          assert.deepEqual([type, submitTitle, submitted], ['Action.Submit', title, { requestId, verb }]);
        }
        const sets = nodes(card).filter(({ type }) => type === 'ActionSet');
        assert.deepEqual(
          sets.flatMap(({ actions: own }) => own),
          actions,
          'buttons stand in an ActionSet',
        );
      });

      it('has the buttons of its kind', () => {
        const verbs = actions.map(({ verb }) => verb);
        if (name === 'approval') assert.equal(verbs[0], 'approve');
        else if (name === 'progress') assert.ok(verbs.every((verb) => verb === 'stop'));
        else if (name === 'result') assert.ok(verbs.every((verb) => verb === 'retry'));
        else assert.deepEqual(verbs, []);
      });

      it('shows untrusted text in TextRuns alone, as it is', () => {
        const shown = texts(card);
        const given = untrusted(data).map(({ value }) => value);
        for (const value of given) {
          const literal = literalText(value);
          assert.ok(
            shown.some((text) => text.includes(literal)),
            value,
          );
        }
        const own = new Set(
          strings(data)
            .filter(({ key }) => trusted.has(key))
            .map(({ value }) => value),
        );
        for (const { key, parent, value } of strings(card)) {
          if (key === 'text' && parent.type === 'TextRun')
            assert.doesNotMatch(value, /\{\{|[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          else assert.ok(own.has(value) || !given.includes(value), value);
        }
      });
    });
  }
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

  for (const { file, card: name, data } of samples) {
    const untouched = frame(renderer.render(name, data));
    const count = untrusted(data).length;

    it(`${file}: changes no more than the TextRuns, and comes out as it went in`, () => {
      fc.assert(
        fc.property(fc.array(anything, { minLength: count, maxLength: count }), (values) => {
          const rest = values.values();
          const changed = withTexts(data, () => rest.next().value ?? '') as CardDataOf<CardName>;
          const card = renderer.render(name, changed);
          assert.deepEqual(frame(card), untouched);
          const shown = texts(card);
          for (const value of values) {
            const literal = literalText(value);
            if (!/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(value)) assert.equal(literal, value);
            assert.ok(shown.some((text) => text.includes(literal)));
          }
        }),
        { numRuns: 50 },
      );
    });
  }
});
