import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('what is deployed', () => {
  it('in Azure by lines that a shell takes, with nothing to fill in', () => {
    const [, steps = ''] = /\n## Step by step\n([\s\S]*?)\n## On Kubernetes\n/.exec(read('docs/deploy.md')) ?? [];
    const script = [...steps.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines = '']) => lines).join('');
    assert.ok(script.length > 1000);
    execFileSync('bash', ['-n'], { input: script });
    assert.doesNotMatch(script, /<|…/);
  });
});
