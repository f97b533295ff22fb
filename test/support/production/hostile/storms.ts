import type { Random } from './random.ts';
import type { Junk } from './raw-pool.ts';

/** What an attacker can know of the bot. */
export type Target = {
  readonly port: number;
  readonly appId: string;
  readonly tenantId: string;
  readonly issuer: string;
  readonly serviceUrl: string;
  /** The id of a published key. */
  readonly kid: string;
  /** A good token: some have one that they should not have. */
  readonly token: string;
};

/** Junk of one kind. */
export type Storm = {
  readonly name: string;
  /** How much of it in the short form. */
  readonly count: number;
  /** 32 when left out. */
  readonly connections?: number;
  /** All that may come back. */
  readonly allowed: readonly string[];
  readonly make: (index: number, random: Random, target: Target) => Junk;
};

export const storm = (name: string, count: number, allowed: readonly string[], make: Storm['make']): Storm => {
  return { name, count, allowed, make };
};
