import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { toMarkdown } from '../bench/report.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

describe('the page about the benchmarks', () => {
  const page = read('bench/figures.md');
  const results = JSON.parse(read('bench/results.json'));

  it('shows the figures of the run that is kept', () => {
    const shown = /<!-- figures -->([\s\S]*)<!-- end of figures -->/.exec(page)?.[1];
    assert.equal(shown?.trim(), toMarkdown(results));
  });
});
