import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type Ajv from 'ajv-draft-04';
import { zipSync } from 'fflate';

const root = new URL('../', import.meta.url);
const sources = new URL('manifest/', root);
const require = createRequire(import.meta.url);

type Environment = Readonly<Record<string, string | undefined>>;

export type PackageResult =
  | { readonly ok: true; readonly zip: Uint8Array }
  /** One sentence each, with what to set. */
  | { readonly ok: false; readonly problems: readonly string[] };

const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Where each `${{PLACEHOLDER}}` of the manifest comes from; the first variable that is set counts. */
const placeholders: Readonly<
  Record<string, { from: readonly string[]; what: string; fits: (value: string) => boolean }>
> = {
  BOT_ID: { from: ['MicrosoftAppId', 'AZURE_CLIENT_ID'], what: "the bot's application id (a GUID)", fits: isGuid },
  TEAMS_APP_ID: { from: ['TEAMS_APP_ID', 'MicrosoftAppId', 'AZURE_CLIENT_ID'], what: 'a GUID', fits: isGuid },
  DEVELOPER_NAME: {
    from: ['DEVELOPER_NAME'],
    what: 'who offers the app, at most 32 characters',
    fits: (value) => value.length <= 32,
  },
  WEBSITE_URL: { from: ['WEBSITE_URL'], what: 'an https address: the page with support for the app', fits: isHttps },
  PRIVACY_URL: { from: ['PRIVACY_URL'], what: 'an https address: the privacy statement', fits: isHttps },
  TERMS_URL: { from: ['TERMS_URL'], what: 'an https address: the terms of use', fits: isHttps },
  APP_VERSION: {
    from: ['APP_VERSION'],
    what: 'a version such as 1.2.3',
    fits: (value) => /^\d+\.\d+\.\d+$/.test(value),
  },
};

function isGuid(value: string): boolean {
  return guid.test(value);
}

function isHttps(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === 'https:';
}

/**
 * The Teams app package: `manifest/` with its placeholders filled from `env`, checked against the manifest schema
 * without a network. The same input gives the same bytes. `version` (major.minor.patch) is used unless `APP_VERSION`
 * says otherwise. Reports every problem at once.
 */
export function buildPackage(env: Environment, version: string, directory: URL = sources): PackageResult {
  const problems: string[] = [];
  const values = readValues({ APP_VERSION: version, ...env }, problems);
  if (problems.length > 0) return { ok: false, problems };

  const read = (file: string) => new Uint8Array(readFileSync(new URL(file, directory)));
  const readJson = (file: string) => JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
  const manifest = fill(readJson('manifest.json'), values) as Manifest;
  problems.push(...validate('MicrosoftTeams.schema.json', manifest, 'manifest.json'));

  const languages = (manifest.localizationInfo?.additionalLanguages ?? []).map(({ file }) => file);
  for (const file of languages) {
    problems.push(...validate('MicrosoftTeams.Localization.schema.json', readJson(file), file));
  }
  const { color, outline } = manifest.icons;
  problems.push(...iconProblems(color, read(color), 192), ...iconProblems(outline, read(outline), 32));
  if (problems.length > 0) return { ok: false, problems };

  const files: Record<string, Uint8Array> = {
    'manifest.json': new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
  };
  for (const file of [color, outline, ...languages]) files[file] = read(file);
  // The earliest time a ZIP file can hold, in local time as ZIP has it: the same bytes everywhere.
  return { ok: true, zip: zipSync(files, { level: 9, mtime: new Date(1980, 0, 1) }) };
}

interface Manifest {
  readonly icons: { readonly color: string; readonly outline: string };
  readonly localizationInfo?: { readonly additionalLanguages?: readonly { readonly file: string }[] };
}

function readValues(env: Environment, problems: string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, { from, what, fits }] of Object.entries(placeholders)) {
    const variable = from.find((candidate) => env[candidate]?.trim());
    const value = variable === undefined ? undefined : env[variable]?.trim();
    if (value === undefined) {
      // The identifier of the app follows the bot's, so one missing variable is one problem.
      if (name !== 'TEAMS_APP_ID') problems.push(`${from.join(' or ')} is not set: ${what}.`);
    } else if (fits(value)) values.set(name, value);
    else if (name !== 'TEAMS_APP_ID' || variable === name) problems.push(`${variable} is ${value}: must be ${what}.`);
  }
  return values;
}

/** Fills strings of the parsed manifest, so that no value can break out of its string. */
function fill(node: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof node === 'string') {
    return node.replace(/\$\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`manifest.json holds an unknown placeholder: ${name}.`);
      return value;
    });
  }
  if (Array.isArray(node)) return node.map((item) => fill(item, values));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value, values)]));
}

function validate(schemaFile: string, data: unknown, file: string): string[] {
  const Validator = require('ajv-draft-04') as typeof Ajv.default;
  const schema = require(`@microsoft/app-manifest/build/json-schemas/teams/v1.25/${schemaFile}`);
  const check = new Validator({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false }).compile(
    schema,
  );
  if (check(data)) return [];
  return (check.errors ?? []).map(({ instancePath, message }) => `${file}${instancePath}: ${message}.`);
}

/** What Teams would refuse about an icon: a PNG of exactly `size` by `size` pixels. */
function iconProblems(file: string, bytes: Uint8Array, size: number): string[] {
  const signature = '89504e470d0a1a0a';
  const png = Buffer.from(bytes);
  if (png.length < 24 || png.subarray(0, 8).toString('hex') !== signature) return [`${file} is not a PNG file.`];
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  return width === size && height === size ? [] : [`${file} is ${width}×${height}: must be ${size}×${size}.`];
}

function main(): void {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  const result = buildPackage(process.env, version);
  if (!result.ok) {
    console.error(`The Teams app package was not written:\n${result.problems.map((line) => `  ${line}`).join('\n')}`);
    process.exitCode = 1;
    return;
  }
  const output = new URL('build/session-revoker.zip', root);
  mkdirSync(new URL('.', output), { recursive: true });
  writeFileSync(output, result.zip);
  console.log(`${fileURLToPath(output)} (${result.zip.length} bytes)`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
