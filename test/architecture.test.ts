import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * Which part of src may import what: other parts by folder or file name, packages by name. A part that is not listed
 * fails, so a new folder is a decision. See docs/architecture.md.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // What the language lacks, for everybody: it imports nothing.
  base: [],
  domain: [],
  app: ['domain'],
  // A message or click on its way in: checked, read, handed on. It never sees a card.
  'teams/wire': [
    ...['app/ports', 'app/put-right', 'domain', 'teams/sentence', 'teams/answer', 'teams/texts'],
    ...['teams/chat/connector', 'teams/chat/welcome', 'teams/cards/dialog'],
    ...['botbuilder', 'botframework-connector', 'node:crypto'],
  ],
  // What a person meant; no use case in sight.
  'teams/sentence': ['app/ports', 'domain'],
  'teams/answer': [
    ...['app', 'domain', 'teams/wire', 'teams/sentence', 'teams/cards', 'teams/chat', 'teams/texts', 'node:crypto'],
  ],
  'teams/cards': [
    ...['app', 'domain', 'teams/texts', 'teams/sentence/command', 'teams/sentence/word', 'teams/wire/page'],
    ...['adaptivecards-templating', 'node:fs'],
  ],
  'teams/chat': [
    ...['app', 'domain', 'teams/cards', 'teams/texts'],
    ...['botbuilder', 'botframework-connector', 'node:crypto'],
  ],
  'teams/texts': ['app/errors', 'domain'],
  graph: [
    ...['app/errors', 'app/ports', 'domain/account', 'domain/command', 'domain/findings', 'domain/result'],
    ...['jose', '@azure/core-rest-pipeline', '@microsoft/microsoft-graph-types'],
  ],
  store: [
    ...['app/errors', 'app/ports', 'domain/code', 'domain/request', '@azure/data-tables'],
    ...['node:sqlite', 'node:crypto', 'node:events', 'node:fs', 'node:path', 'node:readline'],
    ...['node:timers/promises', 'node:util'],
  ],
  local: [
    ...['app/ports', 'compose', 'config', 'runtime/standard-output', 'teams/texts/en', 'teams/wire'],
    ...['@microsoft/microsoft-graph-types', 'node:'],
  ],
  copies: [
    ...['app/ports', 'runtime/standard-output', 'store/codec', 'store/trail'],
    ...['@azure/core-rest-pipeline', 'node:fs/promises'],
  ],
  config: [
    'app/policy',
    'copies/sink',
    'store/store-url',
    'runtime/tracing',
    'zod',
    '@azure/identity',
    'node:fs/promises',
  ],
  runtime: ['app', 'domain', 'config/config', 'pino', 'prom-client', 'restify', 'zod', '@opentelemetry', 'node:'],
  'main.ts': ['compose', 'config', 'local/run-locally', 'runtime', 'store/audit', 'node:module', 'node:url'],
  'compose.ts': ['app', 'config', 'copies', 'graph', 'runtime', 'store', 'teams', 'node:crypto'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/'));

/** Imports as `app/ports` for our own, as the package name for others. */
function importsOf(file: string): readonly Import[] {
  const text = readFileSync(resolve(src, file), 'utf8');
  return [...text.matchAll(/(?:\b(?:from|import) |\bimport\()['"]([^'"\n]+)['"]/g)].map(([, fileName = '']) => {
    if (!fileName.startsWith('.')) return { file, target: fileName };
    const target = relative(src, resolve(src, dirname(file), fileName))
      .split(sep)
      .join('/');
    return { file, target: target.replace(/\.ts$/, '') };
  });
}

const imports = files.flatMap(importsOf);
/** A folder of src, or of src/teams, which is a house of its own. */
const partOf = (file: string) => {
  const [first = file, second = ''] = file.split('/');
  return first === 'teams' ? `teams/${second}` : first;
};
const isUnder = (target: string, rule: string) =>
  target === rule || target.startsWith(rule.endsWith(':') ? rule : `${rule}/`);

describe('architecture', () => {
  it('has a rule for every folder and top-level file, and no rule for nothing', () => {
    assert.deepEqual([...new Set(files.map(partOf))].toSorted(), Object.keys(allowed).toSorted());
  });

  for (const part of Object.keys(allowed)) {
    it(`${part} imports only what it may`, () => {
      const rules = [
        'base',
        ...(part === 'base' ? [] : (allowed[part] ?? [])),
        ...(part.endsWith('.ts') ? [] : [part]),
      ];
      const wrong = imports.filter(
        ({ file, target }) => partOf(file) === part && !rules.some((rule) => isUnder(target, rule)),
      );
      assert.deepEqual(wrong, []);
    });
  }

  it('speaks to Azure Tables in one file', () => {
    const users = imports.filter(({ target }) => target === '@azure/data-tables').map(({ file }) => file);
    assert.deepEqual(users, ['store/table/service.ts']);
  });

  it('posts from few places: what is told once from announce, answers from respond', () => {
    const posting = (what: RegExp) => files.filter((file) => what.test(readFileSync(resolve(src, file), 'utf8')));
    // Beside announce: what takes long is said where the record hangs, too; keep-trying goes round every call.
    assert.deepEqual(posting(/\bnotifier\.post[A-Z]/).toSorted(), [
      'app/announce.ts',
      'app/keep-trying.ts',
      'app/progress.ts',
    ]);
    assert.deepEqual(posting(/\bchat\s*\.post[A-Z]/).toSorted(), [
      'teams/answer/respond.ts',
      'teams/chat/chat.ts',
      'teams/chat/notifier.ts',
      'teams/chat/welcome.ts',
    ]);
  });

  it('has no import cycles', () => {
    const edges = new Map(
      files.map((file) => [
        file.replace(/\.ts$/, ''),
        importsOf(file).flatMap(({ target }) => (files.includes(`${target}.ts`) ? [target] : [])),
      ]),
    );
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      assert(!path.includes(file), `cycle: ${[...path, file].join(' → ')}`);
      if (done.has(file)) return;
      for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of edges.keys()) visit(file, []);
  });

  it('reads the environment in main.ts alone', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(resolve(src, file), 'utf8')));
    assert.deepEqual(readers, ['main.ts']);
  });

  it('has no barrels and no default exports', () => {
    const text = (file: string) => readFileSync(resolve(src, file), 'utf8');
    assert.deepEqual(
      files.filter((file) => file.endsWith('index.ts')),
      [],
    );
    assert.deepEqual(
      files.filter((file) => /^export default/m.test(text(file))),
      [],
    );
  });
});
