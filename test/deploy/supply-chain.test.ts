import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readProductionPackages } from '../../scripts/production-packages.ts';
import { type Bom, licenseList, productionBom } from '../../scripts/sbom.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
const lock = JSON.parse(read('package-lock.json')) as {
  lockfileVersion: number;
  packages: Record<
    string,
    { version: string; integrity?: string; resolved?: string; link?: boolean; hasInstallScript?: boolean }
  >;
};
const installed = Object.entries(lock.packages).filter(([path]) => path !== '');
const packages = readProductionPackages();

/** What may be in production: licences that ask for a notice and no more. */
const allowed = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  '(AFL-2.1 OR BSD-3-Clause)',
]);

describe('supply chain', () => {
  it('names exact versions, no ranges', () => {
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
        assert.match(version, /^\d+\.\d+\.\d+$/, `${name} in ${kind}`);
      }
    }
  });

  it('locks what package.json names', () => {
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
        assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
      }
    }
    assert.equal(lock.lockfileVersion, 3);
  });

  it('has a strong hash for every package, and takes none from a place of its own', () => {
    for (const [path, { integrity, resolved, link }] of installed) {
      assert.match(integrity ?? '', /^sha512-[\w+/]{86}==/, path);
      assert.equal(resolved, undefined, `${path} names where it comes from`);
      assert.ok(!link, path);
    }
  });

  it('needs no install script', () => {
    const scripts = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    // A native tracer, an optional part of restify, which does without.
    assert.deepEqual(scripts, ['node_modules/dtrace-provider']);
    assert.ok(packages.find(({ name }) => name === 'dtrace-provider')?.optional);
    assert.deepEqual(manifest.allowScripts, { 'dtrace-provider': false });
  });

  it('names no registry anywhere', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { cwd: fileURLToPath(root) })
      .toString()
      .split('\0')
      .filter((file) => /(?:^|\/)(?:\.npmrc|package(?:-lock)?\.json|Dockerfile|[^/]*\.ya?ml)$/.test(file));
    assert.ok(files.includes('.npmrc') && files.includes('package-lock.json'));
    for (const file of files) {
      assert.doesNotMatch(read(file), /registry\s*=|\/\/registry\.|_authToken|artifactory|\/npm\/registry/i, file);
    }
  });

  it('has licences in production that ask for a notice and no more', () => {
    const others = packages.filter(({ license }) => !allowed.has(license));
    assert.deepEqual(others, []);
    assert.deepEqual(
      [...allowed].filter((license) => !packages.some((one) => one.license === license)),
      [],
      'allowed and not needed',
    );
  });
});

describe('the bill of materials', () => {
  const component = (name: string, version: string, more: object = {}) => ({
    'bom-ref': `${name}@${version}`,
    name,
    version,
    licenses: [{ license: { id: 'MIT' } }],
    ...more,
  });
  const all: Bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component: component('folder', '0.1.0') },
    components: [component('a', '1.0.0'), component('b', '2.0.0', { licenses: undefined }), component('tool', '3.0.0')],
    dependencies: [
      { ref: 'folder@0.1.0', dependsOn: ['a@1.0.0', 'tool@3.0.0'] },
      { ref: 'a@1.0.0', dependsOn: ['b@2.0.0'] },
      { ref: 'tool@3.0.0', dependsOn: ['b@2.0.0'] },
    ],
  };
  const some = [
    { path: 'node_modules/a', name: 'a', version: '1.0.0', license: 'MIT', optional: false },
    { path: 'node_modules/b', name: 'b', version: '2.0.0', license: 'ISC', optional: false },
  ];

  it('keeps what production installs, also where a tool needs it too, and nothing else', () => {
    const bom = productionBom(all, some, { name: 'app', version: '0.1.0' });
    assert.deepEqual(
      bom.components.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(bom.dependencies, [
      { ref: 'folder@0.1.0', dependsOn: ['a@1.0.0'] },
      { ref: 'a@1.0.0', dependsOn: ['b@2.0.0'] },
    ]);
    assert.equal(bom.metadata.component.name, 'app');
    assert.deepEqual(bom.components[1]?.licenses, [{ license: { id: 'ISC' } }]);
  });

  it('comes with a list of licences', () => {
    assert.equal(licenseList(some), 'a@1.0.0\tMIT\nb@2.0.0\tISC\n\n1\tMIT\n1\tISC\n');
  });

  it('has every package of production, without a network', function () {
    this.timeout(300_000);
    execFileSync(process.execPath, ['scripts/sbom.ts'], { cwd: fileURLToPath(root), stdio: 'pipe' });
    const bom = JSON.parse(read('build/sbom.json')) as Bom;
    const listed = bom.components.map(({ name, version }) => `${name}@${version}`);
    const wanted = packages.map(({ name, version }) => `${name}@${version}`);
    assert.deepEqual([...new Set(listed)].toSorted(), [...new Set(wanted)].toSorted());
    assert.deepEqual([bom.bomFormat, bom.metadata.component.name], ['CycloneDX', 'session-revoker']);
    for (const one of bom.components) assert.ok((one.licenses?.length ?? 0) > 0, one.name);
  });
});
