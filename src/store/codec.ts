import { createHmac, hash as digest, randomBytes, randomUUID } from 'node:crypto';
import { UnreadableRequest } from '../app/errors.ts';
import type { RequestIdOf } from '../app/ports.ts';
import { codeAlphabet, requestIdLength } from '../domain/code.ts';
import type { RequestEvent } from '../domain/request.ts';
import type { TrailRecord } from './trail.ts';

/** The version of the stored form of events. A newer one is refused, never guessed at. */
export const eventVersion = 1;

/** One event as it is stored. `hash` chains it to the one before in its request, `link` to the one before in the store. */
export type EventRecord = Pick<TrailRecord, 'body' | 'hash' | 'link'>;
export type ChainedEvent = Omit<EventRecord, 'link'>;

/**
 * Events that come next in a request, from position `first` (0-based), in the chain of that request.
 * @param hash of the record before; '' when there is none
 */
export function chainEvents(
  requestId: string,
  hash: string,
  first: number,
  events: readonly RequestEvent[],
): readonly ChainedEvent[] {
  let previous = hash;
  return events.map((event, offset) => {
    const body = JSON.stringify({ v: eventVersion, ...event });
    previous = hashOf(previous, requestId, first + offset, body);
    return { body, hash: previous };
  });
}

/** The same, as they come next in the store. @param head its last link; '' when there is none */
export function linkRecords(head: string, chained: readonly ChainedEvent[]): readonly EventRecord[] {
  let link = head;
  return chained.map((record) => {
    link = linkOf(link, record.hash);
    return { ...record, link };
  });
}

/**
 * @throws UnreadableRequest when the records are not the unbroken chain that `chainEvents` made, because a damaged trail is never
 *   acted upon; or when it is, and a newer version has written to it
 */
export function decode(requestId: string, records: readonly ChainedEvent[]): readonly RequestEvent[] {
  let previous = '';
  const written = records.map(({ body, hash }, position) => {
    if (hashOf(previous, requestId, position, body) !== hash) {
      throw new UnreadableRequest('damaged', `the trail of request ${requestId} is damaged at record ${position}`);
    }
    previous = hash;
    return JSON.parse(body) as { v: number } & RequestEvent;
  });
  return written.map(({ v, ...event }) => {
    if (v > eventVersion)
      throw new UnreadableRequest('newer', `request ${requestId} was written in event version ${v}`);
    return event as RequestEvent;
  });
}

/** SHA-256 in hex over the hash before in the request, the place of this record, and its text. */
export function hashOf(previous: string, requestId: string, position: number, body: string): string {
  return digest('sha256', `${previous}\n${requestId}\n${position}\n${body}`);
}

/** SHA-256 in hex over the link before in the store and this record's hash: ties all requests into one chain. */
export function linkOf(previous: string, hash: string): string {
  return digest('sha256', `${previous}\n${hash}`);
}

/** Made at random when the store is created, and never changed: by it a process knows its store again. */
export interface Identity {
  readonly store: string;
  /** Never shown and never logged: a person who has it can foresee the ids of requests. */
  readonly secret: string;
}

export function newIdentity(): Identity {
  return { store: randomUUID(), secret: randomBytes(32).toString('hex') };
}

/**
 * HMAC-SHA512 with the store's secret, in the letters of a code. A client chooses some of the parts, and cannot foresee
 * what comes of them; replicas of one store make the same id of the same parts.
 */
export function requestIdsOf({ secret }: Identity): RequestIdOf {
  return (...parts) => {
    const digest = createHmac('sha512', secret).update(JSON.stringify(parts)).digest();
    // 26 letters of a byte would favour the first ones; of two bytes they hardly do.
    return Array.from(
      { length: requestIdLength },
      (_, index) => codeAlphabet[digest.readUInt16BE(index * 2) % codeAlphabet.length],
    ).join('');
  };
}
