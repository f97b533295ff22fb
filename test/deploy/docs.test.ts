import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readConfig } from '../../src/config/config.ts';
import { readSink } from '../../src/copies/sink.ts';
import { readDockerfile } from '../support/dockerfile.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const pages = ['docs/deploy.md', 'docs/supply-chain.md'];
const inImage = (instruction: string) =>
  readDockerfile()
    .at(-1)
    ?.instructions.find(({ name }) => name === instruction)?.text ?? assert.fail(instruction);
const exposed = inImage('EXPOSE');

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
});

describe('the steps in Azure', () => {
  const [, steps = ''] = /\n## Step by step\n([\s\S]*?)\n## On Kubernetes\n/.exec(read('docs/deploy.md')) ?? [];
  const script = [...steps.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines = '']) => lines).join('');

  it('are lines that a shell takes, with nothing to fill in', () => {
    execFileSync('bash', ['-n'], { input: script });
    assert.doesNotMatch(script, /<|…/);
  });

  it('set every variable before they use it', () => {
    const set = new Set<string>(['1', '@']);
    for (const line of script.split('\n')) {
      const inFunction = /^\w+\(\) \{ /.test(line);
      const used = [...line.matchAll(/\$\{?([A-Za-z_]\w*|[1@])/g)].map(([, name = '']) => name);
      // On one line what is set first counts as well.
      if (!inFunction) for (const [, name = ''] of line.matchAll(/(?:^|\s)(\w+)=/g)) set.add(name);
      assert.deepEqual(
        used.filter((name) => !set.has(name)),
        [],
        line,
      );
    }
  });
});

describe('the command for Docker', () => {
  const [, command = ''] = /\n(docker run -d [\s\S]*?)```/.exec(read('docs/deploy.md')) ?? [];
  const mounts = [...command.matchAll(/-v (\S+?):(\/[^\s:]+)(:ro)?/g)].map(([, from = '', to = '', ro]) => ({
    from,
    to,
    ro,
  }));
  const given = new Map([...command.matchAll(/-e (\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));

  it('gives the process its certificate, readable to it and to nobody else', () => {
    const path = given.get('AZURE_CLIENT_CERTIFICATE_PATH');
    const mount = mounts.find(({ to }) => to === path);
    assert.equal(mount?.ro, ':ro');
    const [user, group] = inImage('USER').split(':');
    assert.ok(
      read('docs/deploy.md').includes(
        `install -m 0400 -o ${user} -g ${group} /etc/session-revoker/app.pem ${mount?.from}`,
      ),
    );
  });

  it('has a place for everything that is written, on a file system that cannot be', () => {
    assert.ok(command.includes('--read-only '));
    const places = mounts.filter(({ ro }) => !ro).map(({ to }) => `${to}/`);
    const sink = readSink(given.get('AUDIT_SINKS') ?? '');
    for (const file of ['/app/data/session-revoker.db', (sink?.kind === 'stdout' && sink.path) || assert.fail()]) {
      assert.ok(
        places.some((place) => file.startsWith(place)),
        file,
      );
    }
  });

  it('is followed by a copy of the store to where it may be written', () => {
    const commands = read('docs/runbook.md')
      .split('\n')
      .filter((line) => line.startsWith('docker '));
    const paths = commands.flatMap((line) => [...line.matchAll(/[\w/.-]+\.db/g)].map(([path]) => path));
    assert.ok(paths.length >= 5);
    const [data = ''] = inImage('RUN').match(/\/app\/\w+/) ?? [];
    for (const path of paths) assert.ok(path.startsWith(`${data}/`), path);
  });

  it('starts the bot with what is in the settings, and leaves it the time to end', () => {
    const [, NODE_ENV] = inImage('ENV').split('=');
    const id = '00000000-0000-4000-8000-000000000001';
    const settings = { AZURE_TENANT_ID: id, AZURE_CLIENT_ID: id, REQUESTERS: id, APPROVERS: id, PROTECTED_USERS: id };
    for (const name of Object.keys(settings)) assert.ok(read('docs/deploy.md').includes(`\`${name}\``), name);
    assert.equal(readConfig({ NODE_ENV, ...settings, ...Object.fromEntries(given) }).kind, 'production');
    // It takes up to 10 s, which is what Docker waits by itself.
    assert.ok(Number(/--stop-timeout (\d+)/.exec(command)?.[1]) > 10);
    assert.match(command, new RegExp(`-p 127\\.0\\.0\\.1:${exposed}:${exposed} `));
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

  it('keeps two copies of the trail', () => {
    const [, sinks = ''] = /^ {2}AUDIT_SINKS: (\S+)$/m.exec(text) ?? [];
    assert.deepEqual(
      sinks.split(',').map((sink) => readSink(sink.replace('<account>', 'account'))?.kind),
      ['stdout', 'blob'],
    );
  });

  it('goes on listening until nobody is sent to it any more, and has the time to end after that', () => {
    const [, pause = ''] = /preStop:\n(?:\s+#.*\n)*\s+sleep:\n\s+seconds: (\d+)/.exec(text) ?? [];
    const [, grace = ''] = /terminationGracePeriodSeconds: (\d+)/.exec(text) ?? [];
    assert.ok(Number(pause) >= 5 && Number(pause) + 10 < Number(grace));
  });

  it('is found by Prometheus as the job that the alerts ask for', () => {
    const scrape = read('infra/kubernetes-scrape.yaml');
    const [, label = ''] = /^ {2}jobLabel: (\w+)$/m.exec(scrape) ?? [];
    const [, job = ''] = /up\{job="([\w-]+)"\}/.exec(read('ops/alerts.yml')) ?? [];
    const pods = text.slice(text.indexOf('\n  template:'));
    assert.match(pods, new RegExp(`^\\n  template:\\n    metadata:\\n      labels:\\n        ${label}: ${job}\\n`));
    const [, port = ''] = /- port: (\w+)\n {6}path: \/metrics\n/.exec(scrape) ?? [];
    assert.ok(text.includes(`- name: ${port}\n              containerPort: ${exposed}\n`));
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

  it('lets V8 ask for memory protection keys, and kills nobody for a call that is refused', () => {
    const text = read('infra/session-revoker.service');
    assert.match(text, /^SystemCallFilter=@system-service @pkey$/m);
    assert.match(text, /^SystemCallErrorNumber=EPERM$/m);
  });
});
