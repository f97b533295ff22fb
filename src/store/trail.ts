import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One record of the trail, as stored. */
export interface TrailRecord {
  /** 1, 2, 3… in the order of writing, without gaps. */
  readonly seq: number;
  readonly requestId: string;
  /** 0-based, within the request. */
  readonly position: number;
  /** The event as JSON, with `v`, the version of its form. */
  readonly body: string;
  /** Chains the records of one request. */
  readonly hash: string;
  /** Chains all records of the store. */
  readonly link: string;
}

/** The whole trail, for checking and exporting. Reads only, also beside a running bot. */
export interface Trail {
  /** All records in the order of writing, read as they are wanted or all at once. */
  records(): Iterable<TrailRecord> | AsyncIterable<TrailRecord>;
  /** How many there should be, and the last link: kept apart from the records, so that a missing end shows. */
  end(): { readonly count: number; readonly head: string };
  close(): void;
}

/** Records given at once for a copy, and characters behind which no more are read. */
export const mostAtOnce = 100;
export const mostText = 1024 * 1024;

/** The trail as it grows, for a copy, from where that ends. Reads only, beside the bot. */
export interface FollowedTrail {
  /** How many records there are, and the last link. */
  end(): Promise<{ readonly count: number; readonly head: string }>;
  /** Records behind `seq` up to `last` at most, in order, some of them: at least one where there is one. */
  after(seq: number, last: number): Promise<readonly TrailRecord[]>;
  close(): void;
}

/** A record as one line of JSON: where it stands, its hashes, then the event. docs/audit.md is the schema. */
export function toLine({ seq, requestId, position, hash, link, body }: TrailRecord): string {
  return JSON.stringify({ seq, requestId, position, hash, link, ...JSON.parse(body) });
}

/** The record of a line, with the text of its event as it was; `null` when it is no such line. */
export function fromLine(line: string): TrailRecord | null {
  try {
    const { seq, requestId, position, hash, link, ...event } = JSON.parse(line);
    const record = { seq, requestId, position, hash, link, body: JSON.stringify(event) };
    const texts = [requestId, hash, link].every((text) => typeof text === 'string');
    return texts && Number.isSafeInteger(seq) && Number.isSafeInteger(position) ? record : null;
  } catch {
    return null;
  }
}

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
          const record = fromLine(line) ?? noRecord;
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

/** Stands for what is none, and fails wherever it stands. */
export const noRecord: TrailRecord = { seq: -1, requestId: '', position: -1, body: '', hash: '', link: '' };
