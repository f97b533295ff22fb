import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

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

  node dist/main.js                starts the bot; its settings are environment variables, or lines of .env (docs/operating.md)
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

/** Settings from `.env` in the working folder, where there is one; a real environment variable counts for more. */
function readSettingsFile(): void {
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function main(args: readonly string[]): Promise<void> {
  const [first] = args;
  if (first === '--help' || first === '-h') process.stdout.write(help);
  else if (first === '--version') process.stdout.write(`${version}\n`);
  else if (isTooOld()) refuse(`it needs Node ${oldest} or newer, and this is ${process.versions.node}.`);
  else if (first !== undefined && first !== 'audit') refuse(`${first} means nothing here: --help says what does.`);
  else {
    readSettingsFile();
    if (first === 'audit') process.exitCode = await audit(args.slice(1));
    else await start();
  }
}

async function audit(args: readonly string[]): Promise<number> {
  const { readStoreSettings } = await import('./config/config.ts');
  const { createCredential, withDeadline } = await import('./config/identities.ts');
  const { runAudit } = await import('./store/audit.ts');
  const { standardOutput } = await import('./runtime/standard-output.ts');
  const access = () => {
    const { url, signIn } = readStoreSettings(process.env);
    return { url, credential: signIn && withDeadline(createCredential(signIn.identity, signIn.authorityHost)) };
  };
  const complain = (text: string) => void process.stderr.write(text);
  return runAudit(args, access, { write: standardOutput.print, complain });
}

async function start(): Promise<void> {
  // In the program's own folder, which no stranger can write to. The next start takes a quarter less CPU time.
  module.enableCompileCache(fileURLToPath(new URL('../build/compiled', import.meta.url)));
  const { readConfig } = await import('./config/config.ts');
  const read = readConfig(process.env);
  if (read.kind === 'invalid') {
    const lines = read.problems.map((problem) => `  - ${problem}`).join('\n');
    process.stderr.write(`Session Revoker cannot start. Wrong or missing settings:\n${lines}\n`);
    process.exitCode = 1;
    return;
  }
  const { compose, production } = await import('./compose.ts');
  const { createLog } = await import('./runtime/log.ts');
  const { endWithParent, onEnd, quietSdk } = await import('./runtime/process.ts');
  if (read.kind === 'local') {
    // Loaded only here, so that production neither has nor needs the emulated tenant.
    const { runLocally } = await import('./local/run-locally.ts');
    onEnd(await runLocally(read, createLog(read.logLevel), compose));
    return endWithParent();
  }
  const { config } = read;
  const log = createLog(config.logLevel);
  quietSdk(log);
  for (const notice of config.notices) log.warn({}, notice);
  const app = await compose(production(config, log), log);
  onEnd(async (why) => {
    log.info({ why }, 'stopping');
    await app.stop();
    log.info({}, 'stopped');
  });
  const port = await app.start(config.port, config.host);
  log.info({ port, host: config.host }, 'listening');
  module.flushCompileCache();
}

main(process.argv.slice(2)).catch(async (error: unknown) => {
  const { redact } = await import('./runtime/log.ts');
  refuse(redact(error instanceof Error ? error.message : String(error)));
  process.exit();
});
