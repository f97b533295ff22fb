import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ProductionPackage, readProductionPackages } from './production-packages.ts';

const root = new URL('../', import.meta.url);

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly unknown[];
}

export interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/**
 * npm's list of everything, reduced to what production installs. `npm sbom --omit=dev` cannot be used: it also leaves out
 * what a development dependency needs as well, almost half of all (npm 11.19).
 */
export function productionBom(
  all: Bom,
  packages: readonly ProductionPackage[],
  app: { readonly name: string; readonly version: string },
): Bom {
  const key = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;
  const licenses = new Map(packages.map((one) => [key(one), one.license]));
  const components = all.components
    .filter((component) => licenses.has(key(component)))
    .map((component) =>
      component.licenses ? component : { ...component, licenses: [{ license: { id: licenses.get(key(component)) } }] },
    );
  const own = all.metadata.component['bom-ref'];
  const kept = new Set([own, ...components.map((component) => component['bom-ref'])]);
  return {
    ...all,
    // npm names it after the folder it lies in.
    metadata: { ...all.metadata, component: { ...all.metadata.component, ...app } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => kept.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) })),
  };
}

/** One line a package, then how many there are of each licence. */
export function licenseList(packages: readonly ProductionPackage[]): string {
  const lines = packages.map(({ name, version, license }) => `${name}@${version}\t${license}`);
  const counts = new Map<string, number>();
  for (const { license } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
  const totals = [...counts].sort(([, a], [, b]) => b - a).map(([license, count]) => `${count}\t${license}`);
  return `${[...new Set(lines)].sort().join('\n')}\n\n${totals.join('\n')}\n`;
}

/** From the lock file alone: no network, and whatever is installed. */
function askNpm(): Bom {
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--offline'];
  const npm = process.env.npm_execpath;
  const options = {
    cwd: fileURLToPath(root),
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'] as const,
  };
  const [command, all] = npm ? [process.execPath, [npm, ...args]] : ['npm', args];
  return JSON.parse(execFileSync(command, all, { ...options, stdio: [...options.stdio] }).toString('utf8')) as Bom;
}

function main(): void {
  const { name, version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Component;
  const packages = readProductionPackages();
  const bom = productionBom(askNpm(), packages, { name, version });
  const build = new URL('build/', root);
  mkdirSync(build, { recursive: true });
  writeFileSync(new URL('sbom.json', build), `${JSON.stringify(bom, null, 2)}\n`);
  writeFileSync(new URL('licenses.txt', build), licenseList(packages));
  console.log(`build/sbom.json: ${bom.components.length} components, CycloneDX ${bom.specVersion}`);
  console.log(`build/licenses.txt: ${packages.length} packages`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
