import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { RequestIdOf } from '../app/ports.ts';
import { codeAlphabet, requestIdLength } from '../domain/code.ts';

/** Made at random when the store is created, and never changed: by it a process knows its store again. */
export interface Identity {
  readonly store: string;
  /** Never shown and never logged: whoever has it can foresee the ids of requests. */
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
