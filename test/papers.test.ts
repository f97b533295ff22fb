import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readSettings, settings } from '../src/config/settings.ts';
import { anchors } from './support/anchors.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const papers = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(new URL('docs/', root)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** Made by a run. */
const made: ReadonlySet<string> = new Set(['bench/results.json']);

const npmOwn: ReadonlySet<string> = new Set(['ci', 'install', 'ls', 'audit', 'sbom']);

/** Blocks and pieces of code; what is said about commands beside them is prose. */
const codeIn = (page: string) => (page.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).join('\n');

/** What is written for people leads to things that are there. */
describe('the papers', () => {
  for (const paper of papers) {
    it(paper, () => {
      const text = read(paper);
      const own = new URL(paper, root);
      const files = [
        ...text.matchAll(/`((?:src|test|cards|manifest|docs|scripts|infra|ops|bench)\/[\w./-]+\.\w+)`/g),
      ].map(([, path = '']) => (made.has(path) ? root : new URL(path, root)));
      // Within src, as the walk of a message names them.
      const inside = [...text.matchAll(/`((?:app|domain|graph|store|teams|tracing)\/[\w-]+\.ts)`/g)];
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)|src="([^"]+)"/g)].map(
        ([, link, image]) => new URL(link ?? image ?? '', own),
      );
      const all = [...files, ...inside.map(([, path = '']) => new URL(`src/${path}`, root)), ...links];
      const missing = all.filter((url) => !existsSync(url)).map(({ pathname }) => pathname);
      assert.deepEqual(missing, []);
      const anchored = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)]+)\)/g)];
      const lost = anchored.filter(
        ([, page, anchor = '']) => !anchors(readFileSync(page ? new URL(page, own) : own, 'utf8')).includes(anchor),
      );
      assert.deepEqual(
        lost.map(([link]) => link),
        [],
      );
    });
  }

  it('name commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = papers.flatMap((paper) =>
      [...codeIn(read(paper)).matchAll(/\bnpm (run )?((?:-\S+ )*)([a-z][\w:-]*)/g)].map(([, run, , name = '']) => ({
        paper,
        name,
        exists: name in scripts || (run === undefined && npmOwn.has(name)),
      })),
    );
    assert.ok(named.length > 50);
    assert.deepEqual(
      named.filter(({ exists }) => !exists),
      [],
    );
  });

  it('list every setting with its default, and none that there is not', () => {
    const [, section = ''] = /^## Settings\n([\s\S]*?)^## /m.exec(read('docs/operating.md')) ?? [];
    const rows = [...section.matchAll(/^\| (`[^|]+) \| ([^|]+) \|/gm)];
    const listed = rows.flatMap(([, first = '', second = '']) => {
      const names = [...first.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      const said = second.replaceAll('`', '');
      const each = said.split(', ');
      return names.map((name, index) => [name, (each.length === names.length && each[index]) || said] as const);
    });
    assert.deepEqual(listed.map(([name]) => name).toSorted(), Object.keys(settings).toSorted());
    const { set, unread } = readSettings({});
    assert.equal(unread.size, 0);
    const wrong = listed.filter(([name, said]) => {
      const value = set[name as keyof typeof set];
      const isSet = value !== undefined && (typeof value !== 'object' || Object.keys(value).length > 0);
      // What is not set has no default of its own; the table says what counts instead.
      const instead = name === 'LOG_LEVEL' ? /^info / : /^(?:none|any|required|by cloud.*|AZURE_\w+)$/;
      return isSet ? said !== String(value) : !instead.test(said);
    });
    assert.deepEqual(wrong, []);
  });
});
