import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../.github/workflows/', import.meta.url);

describe('the workflows of the code host', () => {
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), 'utf8');

    it(`${file} takes every action by its commit, with the version beside it`, () => {
      const uses = [...text.matchAll(/uses: (.+)$/gm)].map(([, action = '']) => action);
      assert.ok(uses.length > 0);
      for (const action of uses) assert.match(action, /^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

    it(`${file} may read, and what it may beyond that stands at the job`, () => {
      assert.match(text, /^permissions:\n {2}contents: read$/m);
    });

    it(`${file} runs commands that there are`, () => {
      const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', folder), 'utf8'));
      for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g)) assert.ok(scripts[name], name);
    });
  }
});
