import type { Writable } from 'node:stream';

/** What is not read is kept up to so many bytes; then lines of the log are lost, and the process lives on. */
const mostWaiting = 4 * 1024 * 1024;

/** Standard output, which the log and a copy of the trail share. Its reader may be slow, stuck or gone: no work waits for it. */
export function createOutput(stream: Writable) {
  let lost = 0;
  let isGone = false;
  stream.on('error', () => {
    isGone = true;
  });
  return {
    /** A line of the log. */
    write(line: string): void {
      if (stream.writableLength > mostWaiting) {
        lost += 1;
        return;
      }
      if (lost > 0) {
        const told = { level: 'warn', time: new Date().toISOString(), lost, msg: 'no one read the log for a while' };
        stream.write(`${JSON.stringify(told)}\n`);
        lost = 0;
      }
      stream.write(line);
    },
    /** Text that must not be lost. Answers when it has left the process; whether anyone can still read it. */
    print(text: string): Promise<boolean> {
      return new Promise((resolve) => {
        stream.write(text, (error) => resolve(!error && !isGone));
      });
    },
    /** Waits until all of it has left the process, `ms` at most. */
    async emptied(ms: number): Promise<void> {
      if (isGone || stream.writableLength === 0) return;
      await new Promise<void>((resolve) => {
        stream.write('', () => resolve());
        setTimeout(resolve, ms);
      });
    },
  };
}

export const standardOutput = createOutput(process.stdout);
