import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { missingPermissions } from '../src/graph/permissions.ts';
import { readDockerfile } from './support/dockerfile.ts';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const pages = ['docs/deploy.md', 'docs/supply-chain.md'];
const exposed = readDockerfile()
  .at(-1)
  ?.instructions.find(({ name }) => name === 'EXPOSE')?.text;

describe('the pages on deploying', () => {
  for (const page of pages) {
    it(`${page} leads to what is there`, () => {
      const links = [...read(page).matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, link = '']) => link);
      assert.ok(links.length > 0);
      for (const link of links) assert.ok(existsSync(new URL(link, new URL(page, root))), link);
    });

    it(`${page} names commands that there are`, () => {
      const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
      const commands = [...read(page).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name);
      assert.ok(commands.length > 0);
      for (const command of commands) assert.ok(scripts[command], command);
    });
  }

  it('promise what /readyz answers when nothing is missing', () => {
    const token = (roles: readonly string[]) => `e.${Buffer.from(JSON.stringify({ roles })).toString('base64url')}.s`;
    const features = { auth: 'application', riskAvailable: true } as const;
    const all = missingPermissions(token([]), features)!.map(({ name }) => name);
    const missing = missingPermissions(token(all), features)!.map(({ name }) => name);
    assert.ok(read('docs/deploy.md').includes(JSON.stringify({ ready: true, missingPermissions: missing })));
  });
});

describe('infra/kubernetes.yaml', () => {
  const text = read('infra/kubernetes.yaml');

  it('runs two replicas without root, without rights, on a file system that cannot be written', () => {
    for (const line of [
      'replicas: 2',
      'runAsNonRoot: true',
      'readOnlyRootFilesystem: true',
      'allowPrivilegeEscalation: false',
      'drop: ["ALL"]',
      'minAvailable: 1',
    ]) {
      assert.ok(text.includes(line), line);
    }
    assert.doesNotMatch(text, /kind: Secret|secretKeyRef|:latest/);
  });

  it('asks where the bot answers, and opens nothing else to the outside', () => {
    const probes = [...text.matchAll(/(\w+Probe):\n\s+httpGet:\n\s+path: (\S+)\n\s+port: (\d+)/g)];
    assert.deepEqual(
      probes.map(([, probe, path, port]) => `${probe} ${path} ${port}`),
      [`startupProbe /healthz ${exposed}`, `livenessProbe /healthz ${exposed}`, `readinessProbe /readyz ${exposed}`],
    );
    assert.deepEqual(
      [...text.matchAll(/- path: (\S+)\n\s+pathType: (\w+)/g)].map(([, path, type]) => `${type} ${path}`),
      ['Exact /api/messages'],
    );
  });
});

describe('infra/session-revoker.service', () => {
  it('runs as nobody, listens on this machine alone, and waits until the process has ended', () => {
    const lines = new Set(read('infra/session-revoker.service').split('\n'));
    for (const line of [
      'DynamicUser=yes',
      'ProtectSystem=strict',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'TimeoutStopSec=15',
      `Environment=NODE_ENV=production HOST=127.0.0.1 PORT=${exposed}`,
    ]) {
      assert.ok(lines.has(line), line);
    }
    // V8 writes the code it runs.
    assert.ok(!lines.has('MemoryDenyWriteExecute=yes'));
  });
});
