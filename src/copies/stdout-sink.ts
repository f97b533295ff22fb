import { readFile, rename, writeFile } from 'node:fs/promises';
import { type AuditSink, placeOf, textOf } from './sink.ts';

/**
 * Standard output, for whatever collects it. It cannot be asked what it has, so that stands in a small file; without one
 * everything is written again at each start.
 */
export function createStdoutSink(path: string | null, print: (text: string) => Promise<void>): AuditSink {
  let memory: string | null = null;
  return {
    name: 'stdout',
    async last() {
      if (path !== null && memory === null) {
        memory = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return null;
          throw error;
        });
      }
      return memory === null ? null : placeOf(memory);
    },
    async write(lines) {
      await print(textOf(lines));
      const latest = lines.at(-1);
      if (!latest) return;
      memory = JSON.stringify({ seq: latest.seq, link: latest.link });
      if (path === null) return;
      // All or nothing, whenever the machine stops.
      await writeFile(`${path}.new`, memory, { flush: true, mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}
