import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { AdaptiveCardJson, CardDataOf, CardName } from '../../src/teams/cards/render-card.ts';
import { literalText } from '../../src/teams/cards/untrusted-text.ts';
import { frame, type Node, nodes, strings, texts, trusted, untrusted } from './card-parts.ts';

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

/** What the renderer would complain of, one sentence each. */
export function parse(card: AdaptiveCardJson): string[] {
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

/** What a button tells Teams for a dialog to open. */
const toDialog = 'task/fetch';
const opens = ({ type, data }: Node) => type === 'Action.Submit' && 'msteams' in (data as Node);

const toMessage = /^https:\/\/teams\.microsoft\.com\/l\/message\/19%3A/;
const toEntra =
  /^https:\/\/entra\.microsoft\.com\/#view\/Microsoft_AAD_UsersAndTenants\/User(?:ProfileMenuBlade\/~\/(?:overview|SignIns)\/userId\/[0-9a-f-]{36}|ManagementMenuBlade\/~\/AllUsers)$/;

/** Registers the tests that every card must pass. `data` is what `card` was made of. */
export function followsTheRules<K extends CardName>(name: K, card: AdaptiveCardJson, data: CardDataOf<K>): void {
  const actions = nodes(card).filter(({ type }) => type === 'Action.Execute');

  it('is understood by the renderer without a warning', () => {
    assert.deepEqual(parse(card), []);
  });

  it('uses only what version 1.5 knows', () => {
    assert.equal(card.version, '1.5');
    for (const { type, ...properties } of nodes(card)) {
      if (typeof type !== 'string' || type === toDialog) continue;
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

  it('has no input, and no link but one to the card of a request, or to the accounts in Entra', () => {
    for (const { type, url } of nodes(card)) {
      if (type === 'Action.OpenUrl')
        assert.match(String(url), name === 'result' || name === 'back' ? toEntra : toMessage);
      else assert.doesNotMatch(String(type), /^Input\.|^Action\.(OpenUrl|ShowCard)/);
    }
    assert.ok(
      ['status', 'result', 'back'].includes(name) || !nodes(card).some(({ type }) => type === 'Action.OpenUrl'),
    );
    assert.ok(
      !nodes(card).some(
        (node) => ('url' in node && node.type !== 'Action.OpenUrl') || 'selectAction' in node || 'refresh' in node,
      ),
    );
  });

  it('has at most three buttons, which carry the request id and have a fallback', () => {
    const sets = nodes(card).filter(({ type }) => type === 'ActionSet');
    for (const { actions: own } of sets) assert.ok((own as unknown[]).length <= 3);
    assert.deepEqual(
      sets.flatMap(({ actions: own }) => own),
      nodes(card).filter(
        (node) => /^Action\./.test(String(node.type)) && (node.type !== 'Action.Submit' || opens(node)),
      ),
      'buttons stand in an ActionSet',
    );
    for (const { data: carried } of nodes(card).filter(opens)) {
      const { requestId } = carried as Node;
      assert.deepEqual(carried, { msteams: { type: toDialog }, verb: 'why', requestId });
    }
    for (const { verb, title, data: carried, fallback } of actions) {
      assert.ok(
        ['approve', 'deny', 'cancel', 'stop', 'continue', 'retry', 'again', 'page', 'say'].includes(String(verb)),
      );
      const what = verb === 'page' ? 'page' : verb === 'say' ? 'says' : 'requestId';
      const { [what]: says } = carried as Node;
      assert.equal(typeof says, 'string');
      assert.deepEqual(carried, { [what]: says });
      const { type, title: submitTitle, data: submitted } = fallback as Node;
      assert.deepEqual([type, submitTitle, submitted], ['Action.Submit', title, { [what]: says, verb }]);
    }
  });

  it('unfolds what it has, and hides nothing that cannot be unfolded', () => {
    const folded = nodes(card).flatMap(({ id, isVisible }) => (isVisible === false ? [id] : []));
    const unfolded = nodes(card).flatMap(({ targetElements }) => (targetElements as unknown[] | undefined) ?? []);
    assert.deepEqual(folded.toSorted(), unfolded.toSorted());
  });

  it('has the buttons of its kind', () => {
    const verbs = actions
      .map(({ verb }) => verb)
      .filter((verb) => verb !== 'page' || name === 'status' || name === 'list');
    if (name === 'approval') assert.deepEqual(verbs, offered(data as CardDataOf<'approval'>));
    else if (name === 'progress') assert.ok(verbs.every((verb) => verb === 'stop' || verb === 'continue'));
    else if (name === 'result') assert.ok(verbs.every((verb) => verb === 'retry' || verb === 'again'));
    else if (name === 'back') assert.deepEqual(verbs, ['again']);
    else if (name === 'status') assert.ok(verbs.every((verb) => verb === 'page'));
    else if (name === 'list') assert.ok(verbs.every((verb) => verb === 'page' || verb === 'say'));
    else if (name === 'what-if') assert.ok(verbs.every((verb) => verb === 'say'));
    else if (name === 'suggestion') assert.ok(verbs.length > 0 && verbs.every((verb) => verb === 'say'));
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
        assert.doesNotMatch(value, /\{\{(?:DATE|TIME)\(|[\p{Cc}\u202a-\u202e\u2066-\u2069]/iu);
      else assert.ok(own.has(value) || !given.includes(value), value);
    }
  });
}

/** A card for one reader has the buttons that this person may press. */
function offered(data: CardDataOf<'approval'>): readonly string[] {
  const folded = (['deny', 'cancel'] as const).filter((verb) => data.details[verb] !== null);
  return [...(['approve', 'deny', 'cancel'] as const).filter((verb) => data[verb] !== null), ...folded];
}
