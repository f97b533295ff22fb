import type { TrailRecord } from '../app/ports.ts';

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
