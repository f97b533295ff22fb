import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const here = new URL('./', import.meta.url);

/** The form that records of a version have: the lines of `storedForm`. */
export interface KeptForm {
  readonly version: number;
  readonly lines: readonly string[];
}

/** All there are, the oldest version first. */
export function readForms(folder = here): readonly KeptForm[] {
  const versions = readdirSync(folder).flatMap((file) => /^form-v(\d+)\.txt$/.exec(file)?.[1] ?? []);
  return versions
    .map(Number)
    .toSorted((one, other) => one - other)
    .map((version) => ({
      version,
      lines: readFileSync(fileOf(version, folder), 'utf8').trimEnd().split('\n'),
    }));
}

/** Keeps the form of a version that has none. @throws when that version has another one: what it wrote cannot change any more */
export function keepForm({ version, lines }: KeptForm, folder = here): void {
  const file = fileOf(version, folder);
  const text = lines.map((line) => `${line}\n`).join('');
  if (!existsSync(file)) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    throw new Error(
      `the form of events is not the one that version ${version} has: raise eventVersion in src/store/event-codec.ts first, ` +
        'as test/upgrade/README.md says under "A new version"',
    );
  }
}

const fileOf = (version: number, folder: URL) => new URL(`form-v${version}.txt`, folder);
