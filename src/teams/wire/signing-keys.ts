import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { Clock, Log } from '../../app/ports.ts';

/** As the SDK asks for it: the key as PEM, and the channels that it signs for. */
export interface SigningKey {
  readonly key: string;
  readonly endorsements?: readonly string[];
}

interface Deps {
  /** The OpenID metadata of the Bot Framework. */
  readonly url: string;
  readonly readJson: ReadJson;
  readonly clock: Pick<Clock, 'elapsed' | 'sleep'>;
  readonly log: Log;
}

/** Reads a JSON document, by the way out that everything takes. @throws when it cannot be had, or the signal aborts */
export type ReadJson = (url: string, signal: AbortSignal) => Promise<unknown>;

/** No token can be checked: the keys could not be had. */
export class KeysAway extends Error {}
/** Also after looking for newer keys, or too soon after that. */
export class KeyUnknown extends Error {}

type Jwk = JsonWebKey & { readonly kid?: unknown; readonly endorsements?: readonly string[] };

/** A caller who waits for keys longer is told to come again. */
const withinMs = 5000;
/** After they could not be had, they are not asked for this long. */
const pauseMs = 1000;
/** So often a key that is not among them makes this process look for newer ones, whatever strangers name. */
const cooldownMs = 60_000;
const oldMs = 24 * 3_600_000;
/** What a stranger names a key does not fill the log. */
const longestShown = 100;

/**
 * The keys that the Bot Framework signs with, in the place of the SDK's own source. That one asks for newer keys at most
 * once an hour, past the proxy, without a deadline, and once for each who comes meanwhile.
 */
export function createSigningKeys({ url, readJson, clock, log }: Deps) {
  let keys: ReadonlyMap<string, SigningKey> | undefined;
  let latest = { at: Number.NEGATIVE_INFINITY, failed: false };
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const over = new AbortController();
    void clock.sleep(withinMs, over.signal).then(() => over.abort());
    let failed = true;
    try {
      const { jwks_uri } = (await readJson(url, over.signal)) as { readonly jwks_uri: string };
      const set = (await readJson(jwks_uri, over.signal)) as { readonly keys: readonly Jwk[] };
      keys = new Map(set.keys.flatMap(entryOf));
      failed = false;
    } catch (error) {
      log.error({ err: error }, 'the keys of the Bot Framework could not be had');
      throw new KeysAway();
    } finally {
      over.abort();
      latest = { at: clock.elapsed(), failed };
      reading = undefined;
    }
  }

  /** One asks for all who come meanwhile. */
  function refresh(): Promise<void> {
    reading ??= read();
    return reading;
  }

  return {
    /** @throws KeysAway or KeyUnknown */
    async getKey(id: string): Promise<SigningKey> {
      const known = keys?.get(id);
      const age = clock.elapsed() - latest.at;
      if (known) {
        // An old key still counts while newer ones cannot be had; the log says that they cannot.
        if (age > (latest.failed ? cooldownMs : oldMs)) void refresh().catch(() => undefined);
        return known;
      }
      const isRotated = keys !== undefined;
      if (!reading && age < (latest.failed ? pauseMs : cooldownMs))
        throw latest.failed ? new KeysAway() : new KeyUnknown();
      await refresh();
      const found = keys?.get(id);
      if (isRotated) {
        const fields = { keyId: id.slice(0, longestShown), found: found !== undefined };
        log.warn(fields, 'a token named a signing key that was not known, so newer keys were fetched');
      }
      if (!found) throw new KeyUnknown();
      return found;
    },
  };
}

export type SigningKeys = ReturnType<typeof createSigningKeys>;

function entryOf(jwk: Jwk): [string, SigningKey][] {
  if (typeof jwk.kid !== 'string' || jwk.kty !== 'RSA') return [];
  const key = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
  return [[jwk.kid, { key, ...(jwk.endorsements && { endorsements: jwk.endorsements }) }]];
}
