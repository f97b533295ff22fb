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

  for (const [file, lines] of Object.entries({
    'infra/kubernetes.yaml': [
      ...['runAsNonRoot: true', 'readOnlyRootFilesystem: true', 'allowPrivilegeEscalation: false', 'drop: ["ALL"]'],
      ...['replicas: 2', 'minAvailable: 1'],
    ],
    'infra/session-revoker.service': [
      ...['DynamicUser=yes', 'ProtectSystem=strict', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=\n'],
      ...['TimeoutStopSec=15', 'HOST=127.0.0.1'],
    ],
  })) {
    it(`${file} runs without rights, and has the time to end`, () => {
      const text = read(file);
      for (const line of lines) assert.ok(text.includes(line), line);
      assert.doesNotMatch(text, /kind: Secret|secretKeyRef|:latest/);
    });
  }
});
