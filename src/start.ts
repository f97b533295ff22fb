import type { Log } from './app/ports.ts';
import { compose } from './compose.ts';
import { readConfig, readStoreSettings } from './config/config.ts';
import { createCredential, withDeadline } from './config/credentials.ts';
import { createLog, redact } from './runtime/log.ts';
import { standardOutput } from './runtime/standard-output.ts';
import { productionSetup } from './setup.ts';

const lastWordsMs = 500;

/** On a signal, ends in an orderly way; on the second one, at once. */
function onEnd(end: (why: string) => Promise<void>): void {
  let ending = false;
  const endOnce = async (why: string, code: number) => {
    if (ending) process.exit(code || 1);
    ending = true;
    const outcome = await end(why).then(
      () => code,
      () => 1,
    );
    await standardOutput.emptied(lastWordsMs);
    process.exit(outcome);
  };
  process.on('SIGTERM', () => void endOnce('SIGTERM', 0));
  process.on('SIGINT', () => void endOnce('SIGINT', 0));
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${redact(error.stack ?? error.message)}\n`);
    void endOnce('uncaught exception', 1);
  });
}

/** A signal to `npm start` ends the shell under it and does not reach us; then nobody is left to stop us. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/** The SDK prints what strangers send it; in the log it is one line that can be told apart and left out. */
function quietSdk(log: Log): void {
  const quiet = (...parts: unknown[]) =>
    log.debug({ printed: parts.map(String).join(' ').slice(0, 500) }, 'the SDK printed');
  Object.assign(console, { error: quiet, warn: quiet, log: quiet, info: quiet });
}

async function audit(args: readonly string[]): Promise<number> {
  const { runAudit } = await import('./store/audit.ts');
  const access = () => {
    const { url, signIn } = readStoreSettings(process.env);
    return { url, credential: signIn && withDeadline(createCredential(signIn.identity, signIn.authorityHost)) };
  };
  return runAudit(args, access, {
    write: standardOutput.print,
    complain: (text) => void process.stderr.write(text),
  });
}

async function run(args: readonly string[]): Promise<void> {
  if (args[0] === 'audit') {
    process.exitCode = await audit(args.slice(1));
    return;
  }
  const read = readConfig(process.env);
  if (read.kind === 'invalid') {
    const lines = read.problems.map((problem) => `  - ${problem}`).join('\n');
    process.stderr.write(`Session Revoker cannot start. Wrong or missing settings:\n${lines}\n`);
    process.exitCode = 1;
    return;
  }
  if (read.kind === 'local') {
    // Loaded only here, so that production neither has nor needs the emulated tenant.
    const { runLocally } = await import('./run-locally.ts');
    onEnd(await runLocally(read));
    endWithParent();
    return;
  }
  const { config } = read;
  const log = createLog(config.logLevel);
  quietSdk(log);
  for (const notice of config.notices) log.warn({}, notice);
  const app = await compose(productionSetup(config, log), log);
  onEnd(async (why) => {
    log.info({ why }, 'stopping');
    await app.stop();
    log.info({}, 'stopped');
  });
  const port = await app.start(config.port, config.host);
  log.info({ port, host: config.host }, 'listening');
}

/** @param args of the command line: `audit` and what it takes, or none */
export async function start(args: readonly string[]): Promise<void> {
  await run(args).catch((error: unknown) => {
    process.stderr.write(redact(`Session Revoker: ${error instanceof Error ? error.message : String(error)}\n`));
    process.exit(1);
  });
}
