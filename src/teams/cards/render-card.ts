import { readFileSync } from 'node:fs';
// The package's own entry drags in type declarations that point at TypeScript sources of another package.
import { Template } from 'adaptivecards-templating/lib/template-engine.js';
import type { ApprovalData } from './approval.ts';
import type { BackData } from './back.ts';
import type { DialogData, DialogInstallData, DialogNoteData, DialogWhyData } from './dialog.ts';
import type { ClosedData, ProgressData } from './outcome.ts';
import type { ResultData } from './result.ts';
import type { ListData, StatusData } from './status.ts';
import type { SuggestionData } from './unsure.ts';
import { literalRuns } from './untrusted-text.ts';
import type { HelpData, WhatIfData } from './what-if.ts';

/** Every card by the name of its file in `cards/`. */
interface CardDataByName {
  approval: ApprovalData;
  progress: ProgressData;
  closed: ClosedData;
  result: ResultData;
  back: BackData;
  'what-if': WhatIfData;
  suggestion: SuggestionData;
  help: HelpData;
  status: StatusData;
  list: ListData;
  dialog: DialogData;
  'dialog-note': DialogNoteData;
  'dialog-install': DialogInstallData;
  'dialog-why': DialogWhyData;
}

export type CardName = keyof CardDataByName;

export type CardDataOf<K extends CardName> = CardDataByName[K];

const names: { readonly [K in CardName]: true } = {
  approval: true,
  progress: true,
  closed: true,
  result: true,
  back: true,
  'what-if': true,
  suggestion: true,
  help: true,
  status: true,
  list: true,
  dialog: true,
  'dialog-note': true,
  'dialog-install': true,
  'dialog-why': true,
};

/** A card as it goes into an attachment of type `application/vnd.microsoft.card.adaptive`. */
export interface AdaptiveCardJson {
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  readonly fallbackText: string;
  readonly body: readonly Record<string, unknown>[];
  readonly [property: string]: unknown;
}

export interface CardRenderer {
  /** Throws where the data lack something the template names: a half-filled card must not be sent. */
  render<K extends CardName>(name: K, data: CardDataOf<K>): AdaptiveCardJson;
}

/**
 * Reads and parses every template in `directory` (a URL that ends in `/`) once, with the parts that several share in place.
 * Throws where one is missing or is not JSON, so that a broken installation does not start.
 */
export function createCardRenderer(directory: URL): CardRenderer {
  const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, directory), 'utf8'));
  const parts = read('parts');
  const templates = new Map(
    Object.keys(names).map((name) => {
      const whole = withParts(read(name), parts);
      return [name, { template: new Template(whole), fields: [...fieldsOf(whole)] }];
    }),
  );
  return {
    render(name, data) {
      const { template, fields = [] } = templates.get(name) ?? {};
      if (template === undefined) throw new Error(`There is no card template "${name}".`);
      for (const field of fields) {
        if (!Object.hasOwn(data, field)) throw new Error(`Card "${name}" lacks data for ${field}.`);
      }
      return finish(template.expand({ $root: data }), name, stringsIn(data));
    },
  };
}

type Tree = Readonly<Record<string, unknown>>;

/** `{"$part": name}` in a list stands for what `parts.json` has under that name: one thing, or several. */
function withParts(node: unknown, parts: Tree): unknown {
  if (Array.isArray(node)) {
    return node.flatMap((item) => withParts(isTree(item) && '$part' in item ? parts[String(item.$part)] : item, parts));
  }
  return isTree(node) ? mapped(node, (value) => withParts(value, parts)) : node;
}

/**
 * What the expressions of a template name at the top of the data. The template engine takes a missing list for an empty one, so
 * that a card could go out without its warnings. Below a `$data` names are those of an item.
 */
function fieldsOf(node: unknown): ReadonlySet<string> {
  if (typeof node === 'string') return new Set(node.startsWith('${') ? namesIn(node) : []);
  if (Array.isArray(node)) return new Set(node.flatMap((item) => [...fieldsOf(item)]));
  if (!isTree(node)) return new Set();
  return fieldsOf('$data' in node ? [node.$data] : Object.values(node));
}

function namesIn(expression: string): readonly string[] {
  const words = expression.replace(/'[^']*'/g, '').matchAll(/(?<![\w.$])[a-z]\w*(?![\w(])/gi);
  return [...words].map(([word]) => word).filter((word) => word !== 'null');
}

/**
 * The template engine leaves an expression it cannot resolve in the card as text. The data may hold such text too, and
 * then it is a person's words: the two are told apart by looking the string up in the data. Every expression in
 * `cards/` fills a whole string, so a string of the data arrives as it was.
 */
function finish(expanded: unknown, name: CardName, given: ReadonlySet<string>): AdaptiveCardJson {
  const walk = (node: unknown): unknown => {
    if (typeof node === 'string') {
      if (node.includes('${') && !given.has(node)) throw new Error(`Card "${name}" lacks data for ${node}.`);
      return node;
    }
    if (Array.isArray(node)) {
      return node.flatMap((item) => {
        const walked = walk(item);
        return isTextRun(walked) ? literalRuns(walked) : [walked];
      });
    }
    return isTree(node) ? withFallback(mapped(node, walk)) : node;
  };
  return walk(expanded) as AdaptiveCardJson;
}

/** Clients that do not know Action.Execute submit the same, with the verb among the data. */
function withFallback(node: Tree): Tree {
  if (node.type !== 'Action.Execute') return node;
  const { verb, data, type: _, ...shown } = node;
  return { ...node, fallback: { type: 'Action.Submit', ...shown, data: { ...(data as Tree), verb } } };
}

function isTree(node: unknown): node is Tree {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

const mapped = (node: Tree, change: (value: unknown) => unknown): Tree =>
  Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value)]));

function isTextRun(node: unknown): node is Record<string, unknown> {
  return isTree(node) && node.type === 'TextRun';
}

function stringsIn(value: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) stringsIn(item, found);
  return found;
}
