import { createHash } from 'node:crypto';

/** Repeatable junk: the same seed makes the same junk. */
export type Random = {
  /** A whole number from 0 up to, not including, `below`. */
  whole(below: number): number;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Buffer;
  /** Text of Base64url characters. */
  text(length: number): string;
  uuid(): string;
};

export function createRandom(seed: string): Random {
  let counter = 0;
  let pool = Buffer.alloc(0);
  const bytes = (length: number): Buffer => {
    const parts = [pool];
    for (let held = pool.length; held < length; held += 64) {
      counter += 1;
      parts.push(createHash('sha512').update(`${seed}:${counter}`).digest());
    }
    const all = Buffer.concat(parts);
    pool = all.subarray(length);
    return all.subarray(0, length);
  };
  const whole = (below: number) => bytes(6).readUIntBE(0, 6) % below;
  return {
    whole,
    bytes,
    pick: (from) => from[whole(from.length)] as (typeof from)[number],
    text: (length) =>
      bytes(Math.ceil((length * 3) / 4))
        .toString('base64url')
        .slice(0, length),
    uuid: () =>
      bytes(16)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  };
}
