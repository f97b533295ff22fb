import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Trail, TrailRecord } from '../app/ports.ts';
import { fromLine } from './trail-line.ts';

/**
 * Opens exported files, in this order, as a trail. A record that stands there more than once counts once; another one with
 * the same number does not. There is no end kept apart: that it goes on is for a witness to say.
 * @throws when a file cannot be read
 */
export async function openExported(paths: readonly string[]): Promise<Trail> {
  const [first] = paths;
  if (first !== undefined) await once(createReadStream(first, { end: 0 }).resume(), 'close');
  let end = { count: 0, head: '' };
  return {
    async *records() {
      const seen = new Map<number, string>();
      for (const path of paths) {
        for await (const line of createInterface({
          input: createReadStream(path),
          crlfDelay: Number.POSITIVE_INFINITY,
        })) {
          if (line === '') continue;
          const record = fromLine(line) ?? unreadable;
          const digest = createHash('sha256').update(line).digest('base64');
          if (seen.get(record.seq) === digest) continue;
          seen.set(record.seq, digest);
          end = { count: Math.max(end.count, record.seq), head: record.link };
          yield record;
        }
      }
    },
    end: () => end,
    close() {},
  };
}

/** Fails wherever it stands. */
const unreadable: TrailRecord = { seq: -1, requestId: '', position: -1, body: '', hash: '', link: '' };
