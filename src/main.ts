import { createRequire } from 'node:module';

/**
 * The first that runs, on whatever Node there is: nothing that an old one cannot read stands here or is loaded from here
 * before the version is known.
 */
const { version, engines } = createRequire(import.meta.url)('../package.json') as {
  readonly version: string;
  readonly engines: { readonly node: string };
};
const oldest = engines.node.replace('>=', '');

const help = `Session Revoker ${version}

  node dist/main.js                starts the bot; its settings are environment variables (docs/operating.md)
  node dist/main.js audit verify   checks the audit trail
  node dist/main.js audit export   writes it as JSON Lines
  node dist/main.js --help
  node dist/main.js --version

Without any settings it runs in local mode, with an emulated tenant.
`;

function isTooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = oldest.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

function refuse(why: string): void {
  process.stderr.write(`Session Revoker: ${why}\n`);
  process.exitCode = 1;
}

function main(args: readonly string[]): void {
  const [first] = args;
  if (first === '--help' || first === '-h') process.stdout.write(help);
  else if (first === '--version') process.stdout.write(`${version}\n`);
  else if (isTooOld()) refuse(`it needs Node ${oldest} or newer, and this is ${process.versions.node}.`);
  else if (first !== undefined && first !== 'audit') refuse(`${first} means nothing here: --help says what does.`);
  else import('./start.ts').then(({ start }) => start(args)).catch(({ message }: Error) => refuse(message));
}

main(process.argv.slice(2));
