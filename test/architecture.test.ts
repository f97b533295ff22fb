import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * Which part of src may import what: other parts by folder or file name, packages by name. A part that is not listed
 * fails, so a new folder is a decision. See docs/architecture.md.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  app: ['domain'],
  teams: [
    'app',
    'domain',
    'botbuilder',
    'botframework-connector',
    'adaptivecards-templating',
    'node:crypto',
    'node:fs',
  ],
  graph: [
    'app/ports',
    'domain/account',
    'domain/command',
    'domain/result',
    'jose',
    '@azure/core-rest-pipeline',
    '@microsoft/microsoft-graph-types',
  ],
  store: [
    'app/ports',
    'domain/code',
    'domain/request',
    'make-folder',
    '@azure/data-tables',
    'node:sqlite',
    'node:crypto',
    'node:events',
    'node:fs',
    'node:path',
    'node:readline',
    'node:timers/promises',
  ],
  local: ['node:'],
  tracing: ['node:async_hooks', 'node:crypto'],
  'audit-sinks': [
    'app/ports',
    'make-folder',
    'standard-output',
    'store/event-codec',
    'store/follow-trail',
    'store/followed-trail',
    'store/trail-line',
    '@azure/core-rest-pipeline',
    'node:fs',
    'node:fs/promises',
    'node:path',
  ],
  'make-folder.ts': ['node:fs', 'node:path'],
  'settings.ts': ['audit-sinks/sink-setting', 'store/store-url', 'zod'],
  'identities.ts': ['settings'],
  'config.ts': [
    'app/ports',
    'audit-sinks/sink-setting',
    'graph/clouds',
    'store/store-url',
    'tracing/otlp',
    'identities',
    'settings',
  ],
  'credentials.ts': ['identities', '@azure/identity', 'node:fs/promises'],
  'log.ts': ['app/ports', 'config', 'standard-output', 'tracing/ambient', 'pino'],
  'standard-output.ts': ['node:stream'],
  'instruments.ts': ['prom-client'],
  'metrics.ts': ['app/ports', 'app/run-command', 'domain/request', 'tracing/around', 'instruments'],
  'clock.ts': ['app/ports', 'node:timers/promises'],
  'readiness.ts': ['app/ports'],
  'server.ts': ['restify', 'node:http'],
  'watch.ts': ['app', 'domain/request', 'metrics', 'tracing'],
  'worker.ts': ['app'],
  'compose-use-cases.ts': ['app'],
  'compose-chat.ts': ['app/ports', 'teams', 'setup'],
  'compose-bot.ts': ['app/ports', 'teams', 'compose-chat', 'compose-use-cases', 'setup', 'watch', 'worker'],
  'clock-check.ts': ['app/ports', 'domain/clock-error'],
  'compose-server.ts': [
    'app/ports',
    'app/protection',
    'graph/permissions',
    'metrics',
    'readiness',
    'server',
    'setup',
    'teams/receive',
  ],
  'compose.ts': [
    'app/check-lists',
    'app/find-by-code',
    'app/ports',
    'app/protection',
    'app/review',
    'audit-sinks',
    'domain/command',
    'graph',
    'store',
    'teams/request-id',
    'teams/texts/en',
    'clock',
    'clock-check',
    'compose-bot',
    'compose-chat',
    'compose-server',
    'compose-use-cases',
    'metrics',
    'setup',
    'tracing',
    'watch',
    'worker',
    'node:',
  ],
  'setup.ts': [
    'app/ports',
    'audit-sinks/sink-setting',
    'graph',
    'teams',
    'clock',
    'config',
    'credentials',
    'tracing/otlp',
  ],
  'run-locally.ts': ['compose', 'config', 'local', 'log', 'setup', 'standard-output', 'node:'],
  'run-audit.ts': ['app/ports', 'store'],
  'main.ts': ['start', 'node:module'],
  'start.ts': [
    'app/ports',
    'compose',
    'config',
    'credentials',
    'log',
    'run-audit',
    'run-locally',
    'setup',
    'standard-output',
  ],
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
  const { importedFiles } = ts.preProcessFile(readFileSync(resolve(src, file), 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith('.')) return { file, target: fileName };
    const target = relative(src, resolve(src, dirname(file), fileName))
      .split(sep)
      .join('/');
    return { file, target: target.replace(/\.ts$/, '') };
  });
}

const imports = files.flatMap(importsOf);
const partOf = (file: string) => file.split('/')[0] ?? file;
const isUnder = (target: string, rule: string) =>
  target === rule || target.startsWith(rule.endsWith(':') ? rule : `${rule}/`);

describe('architecture', () => {
  it('has a rule for every folder and top-level file, and no rule for nothing', () => {
    assert.deepEqual([...new Set(files.map(partOf))].toSorted(), Object.keys(allowed).toSorted());
  });

  for (const part of Object.keys(allowed)) {
    it(`${part} imports only what it may`, () => {
      const rules = [...(allowed[part] ?? []), ...(part.endsWith('.ts') ? [] : [part])];
      const wrong = imports.filter(
        ({ file, target }) => partOf(file) === part && !rules.some((rule) => isUnder(target, rule)),
      );
      assert.deepEqual(wrong, []);
    });
  }

  it('speaks to Azure Tables in one file', () => {
    const users = imports.filter(({ target }) => target === '@azure/data-tables').map(({ file }) => file);
    assert.deepEqual(users, ['store/table-service.ts']);
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

  it('reads the environment in start.ts alone', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(resolve(src, file), 'utf8')));
    assert.deepEqual(readers, ['start.ts']);
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
