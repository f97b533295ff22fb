import { readFileSync } from 'node:fs';
// The package's own entry drags in type declarations that point at TypeScript sources of another package.
import { Template } from 'adaptivecards-templating/lib/template-engine.js';
import type { AdaptiveCardJson, CardDataOf, CardName } from './card-data.ts';
import { literalRuns } from './literal-run.ts';

type Fields<K extends CardName> = Readonly<Record<keyof CardDataOf<K>, true>>;

const base = { lang: true, fallbackText: true, title: true } as const;
const paged = { older: true, newer: true } as const;
const targets = { code: true, person: true, people: true, more: true, all: true } as const;

/**
 * The fields of each card. The template engine takes a missing list for an empty one, so a card could go out without
 * its warnings; the compiler keeps this table complete.
 */
const fields: { readonly [K in CardName]: Fields<K> } = {
  approval: {
    ...base,
    ...targets,
    leftOut: true,
    warnings: true,
    request: true,
    approvers: true,
    effects: true,
    yours: true,
    openAlert: true,
    approve: true,
    deny: true,
    cancel: true,
    footer: true,
  },
  progress: { ...base, ...targets, bar: true, record: true, notice: true, goOn: true, stop: true, cancel: true },
  closed: { ...base, ...targets, style: true, record: true },
  result: {
    ...base,
    ...targets,
    style: true,
    called: true,
    leftOut: true,
    record: true,
    consequences: true,
    commands: true,
    trace: true,
    retry: true,
    again: true,
  },
  'what-if': {
    ...base,
    person: true,
    people: true,
    more: true,
    notice: true,
    leftOut: true,
    warnings: true,
    sections: true,
  },
  suggestion: { ...base, lines: true, options: true },
  help: { ...base, intro: true, commands: true, footer: true },
  status: {
    ...base,
    ...paged,
    code: true,
    style: true,
    person: true,
    accounts: true,
    all: true,
    lines: true,
    heading: true,
    timeline: true,
    proof: true,
    open: true,
  },
  list: { ...base, ...paged, person: true, entries: true, note: true, footer: true },
  dialog: {
    ...base,
    problems: true,
    notices: true,
    people: true,
    addresses: true,
    reason: true,
    whatIf: true,
    submit: true,
  },
  'dialog-note': { ...base, lines: true },
  'dialog-install': { ...base, lines: true, add: true },
};

export interface CardRenderer {
  /** Throws where the data lack something the template names: a half-filled card must not be sent. */
  render<K extends CardName>(name: K, data: CardDataOf<K>): AdaptiveCardJson;
}

/**
 * Reads and parses every template in `directory` (a URL that ends in `/`) once.
 * Throws where one is missing or is not JSON, so that a broken installation does not start.
 */
export function createCardRenderer(directory: URL): CardRenderer {
  const templates = new Map<string, Template>();
  for (const name of Object.keys(fields)) {
    templates.set(name, new Template(JSON.parse(readFileSync(new URL(`${name}.json`, directory), 'utf8'))));
  }
  return {
    render(name, data) {
      const template = templates.get(name);
      if (template === undefined) throw new Error(`There is no card template "${name}".`);
      for (const field of Object.keys(fields[name])) {
        if (!Object.hasOwn(data, field)) throw new Error(`Card "${name}" lacks data for ${field}.`);
      }
      return finish(template.expand({ $root: data }), name, stringsIn(data));
    },
  };
}

/**
 * The template engine leaves an expression it cannot resolve in the card as text. The data may hold such text too, and
 * then it is somebody's words: the two are told apart by looking the string up in the data. Every expression in
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
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]));
    }
    return node;
  };
  return walk(expanded) as AdaptiveCardJson;
}

function isTextRun(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === 'TextRun';
}

function stringsIn(value: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) stringsIn(item, found);
  return found;
}
