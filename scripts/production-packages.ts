import { readFileSync } from 'node:fs';

/** One entry of the lock file that a production install may have. */
export interface ProductionPackage {
  /** Where it lies, such as `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Left out by `npm ci --omit=optional`. */
  readonly optional: boolean;
}

interface LockEntry {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** Where a package says its licence, when its package.json does not: read there by hand. */
const licensesElsewhere: Readonly<Record<string, string>> = {
  /** In its Readme.md. */
  'escape-regexp-component@1.0.2': 'MIT',
  /** In its LICENSE. */
  'jspath@0.4.0': 'MIT',
};

/** Everything that `npm ci --omit=dev` installs, on any platform, by the lock file. */
export function readProductionPackages(root: URL = new URL('../', import.meta.url)): readonly ProductionPackage[] {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version, license, optional }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return {
        path,
        name,
        version,
        license: license ?? licensesElsewhere[`${name}@${version}`] ?? 'unknown',
        optional: optional === true,
      };
    });
}
