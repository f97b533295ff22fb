import { createHash } from 'node:crypto';
import type { RequestEvent } from '../domain/request.ts';

/** Version of the stored form of events. A store written by a newer version is refused, never guessed at. */
export const eventVersion = 1;

/** One event as it is stored: its text, and the hash that chains it to the one before. */
export interface EventRecord {
  readonly body: string;
  /** SHA-256 in hex over the previous record's hash, the place of this one, and its text. */
  readonly hash: string;
}

/** Encodes events that follow `head` ('' for none) from position `first` (0-based) of a request. */
export function encode(
  requestId: string,
  head: string,
  first: number,
  events: readonly RequestEvent[],
): readonly EventRecord[] {
  const records: EventRecord[] = [];
  let previous = head;
  for (const [offset, event] of events.entries()) {
    const body = JSON.stringify({ v: eventVersion, ...event });
    const hash = chain(previous, requestId, first + offset, body);
    records.push({ body, hash });
    previous = hash;
  }
  return records;
}

/** @throws when the records are not the unbroken chain that `encode` made: a damaged trail is never acted upon. */
export function decode(requestId: string, records: readonly EventRecord[]): readonly RequestEvent[] {
  let previous = '';
  return records.map(({ body, hash }, position) => {
    if (chain(previous, requestId, position, body) !== hash) {
      throw new Error(`the trail of request ${requestId} is damaged at record ${position}`);
    }
    previous = hash;
    const { v, ...event } = JSON.parse(body) as { v: number } & RequestEvent;
    if (v !== eventVersion) throw new Error(`request ${requestId} was written in event version ${v}`);
    return event as RequestEvent;
  });
}

function chain(previous: string, requestId: string, position: number, body: string): string {
  return createHash('sha256').update(`${previous}\n${requestId}\n${position}\n${body}`).digest('hex');
}
