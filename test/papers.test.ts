import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const papers = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(new URL('docs/', root)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** Made by whoever deploys, and by a run. */
const made: ReadonlySet<string> = new Set(['infra/main.bicepparam', 'bench/results.json']);

/** What is written for people leads to things that are there. */
describe('the papers', () => {
  for (const paper of papers) {
    it(paper, () => {
      const text = readFileSync(new URL(paper, root), 'utf8');
      const own = new URL(paper, root);
      const files = [
        ...text.matchAll(/`((?:src|test|cards|manifest|docs|scripts|infra|ops|bench)\/[\w./-]+\.\w+)`/g),
      ].map(([, path = '']) => (made.has(path) ? root : new URL(path, root)));
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)|src="([^"]+)"/g)].map(
        ([, link, image]) => new URL(link ?? image ?? '', own),
      );
      const missing = [...files, ...links].filter((url) => !existsSync(url)).map(({ pathname }) => pathname);
      assert.deepEqual(missing, []);
    });
  }

  it('tell of no row of the disaster drill that is not played, but for those that need a cloud or people', () => {
    const [, drill = ''] = read('docs/runbook.md').split('\n## Disaster drill\n');
    const rows = [...drill.matchAll(/^\| (?!do \||---)([^|]+) \|/gm)].map(([, row = '']) =>
      row.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll("'", '’'),
    );
    const played = ['drill', 'drill-restore'].map((name) => read(`test/e2e/${name}.test.ts`)).join('\n');
    const elsewhere = ['stop all; ask', 'revoke by hand, by each person on call'];
    assert.deepEqual(
      rows.filter((row) => !played.includes(`it('${row}'`)),
      elsewhere,
    );
  });
});
