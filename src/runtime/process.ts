import type { Log } from '../app/ports.ts';
import { redact } from './log.ts';
import { standardOutput } from './standard-output.ts';

const lastWordsMs = 500;

/** On a signal, ends in an orderly way; on the second one, at once. */
export function onEnd(end: (why: string) => Promise<void>): void {
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

/** A signal to `npm start` ends the shell under it and does not reach us; then no process is left to stop us. */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/** The SDK prints what strangers send it; in the log it is one line that can be told apart and left out. */
export function quietSdk(log: Log): void {
  const quiet = (...parts: unknown[]) =>
    log.debug({ printed: parts.map(String).join(' ').slice(0, 500) }, 'the SDK printed');
  Object.assign(console, { error: quiet, warn: quiet, log: quiet, info: quiet });
}
