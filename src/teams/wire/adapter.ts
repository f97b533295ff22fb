import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import {
  AppCredentials,
  AuthenticationConfiguration,
  type BotFrameworkAuthentication,
  MicrosoftAppCredentials,
  type ServiceClientCredentials,
  ServiceClientCredentialsFactory,
} from 'botframework-connector';
import { JwtTokenExtractor } from 'botframework-connector/lib/auth/jwtTokenExtractor.js';
import type { Clock, Log } from '../../app/ports.ts';

/** The part of an @azure/identity credential that is needed here. */
interface TokenSource {
  getToken(scope: string): Promise<{ readonly token: string } | null>;
}

interface BotEndpoints {
  readonly loginUrl: string;
  readonly scope: string;
  readonly issuer: string;
  readonly oauthUrl: string;
  readonly channelOpenIdMetadataUrl: string;
  readonly emulatorOpenIdMetadataUrl: string;
}

interface BotIdentity {
  readonly appId: string;
  readonly tenantId: string;
  readonly endpoints: BotEndpoints;
  readonly credential: TokenSource;
  readonly signingKeys: SigningKeys;
}

export interface Adapter {
  readonly cloud: CloudAdapter;
  readonly authentication: BotFrameworkAuthentication;
}

/**
 * The SDK's adapter, with every endpoint named (so nothing falls back to another cloud) and the connector's token taken
 * from an @azure/identity credential: secret, certificate, workload identity and managed identity, in every cloud. It checks
 * signatures by the keys that it is given.
 */
export function createAdapter(identity: BotIdentity): Adapter {
  const { appId, tenantId, endpoints, credential, signingKeys } = identity;
  // Where the SDK keeps its own source of keys for an address, and takes whatever it finds there.
  (JwtTokenExtractor as unknown as { openIdMetadataCache: Map<string, SigningKeys> }).openIdMetadataCache.set(
    endpoints.channelOpenIdMetadataUrl,
    signingKeys,
  );
  const settings = {
    MicrosoftAppId: appId,
    MicrosoftAppTenantId: tenantId,
    ValidateAuthority: true,
    ToChannelFromBotLoginUrl: endpoints.loginUrl,
    ToChannelFromBotOAuthScope: endpoints.scope,
    ToBotFromChannelTokenIssuer: endpoints.issuer,
    OAuthUrl: endpoints.oauthUrl,
    ToBotFromChannelOpenIdMetadataUrl: endpoints.channelOpenIdMetadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: endpoints.emulatorOpenIdMetadataUrl,
  };
  return assemble(appId, settings, new ConnectorCredentials(appId, tenantId, endpoints.scope, credential));
}

/** For local mode alone, where the Playground sends no token and takes none. Never reached with an app id. */
export function createLocalAdapter(): Adapter {
  return assemble('', {}, new MicrosoftAppCredentials('', ''));
}

/** @param appId '' for local mode alone: then the SDK checks no token */
function assemble(
  appId: string,
  settings: Record<string, string | boolean>,
  credentials: ServiceClientCredentials,
): Adapter {
  class Factory extends ServiceClientCredentialsFactory {
    override async isValidAppId(id: string): Promise<boolean> {
      return id === appId;
    }
    override async isAuthenticationDisabled(): Promise<boolean> {
      return appId === '';
    }
    override async createCredentials(): Promise<ServiceClientCredentials> {
      return credentials;
    }
  }
  // Keys that are not endorsed for Teams do not sign for Teams.
  const endorsed = new AuthenticationConfiguration(['msteams']);
  const authentication = new ConfigurationBotFrameworkAuthentication(settings, new Factory(), endorsed);
  return { cloud: new CloudAdapter(authentication), authentication };
}

class ConnectorCredentials extends AppCredentials {
  readonly #source: TokenSource;
  readonly #scope: string;

  constructor(appId: string, tenantId: string, scope: string, source: TokenSource) {
    super(appId, tenantId, scope);
    this.#source = source;
    this.#scope = `${scope}/.default`;
  }

  /** @azure/identity caches and renews; the SDK's own cache is left out. */
  override async getToken(): Promise<string> {
    const token = await this.#source.getToken(this.#scope);
    if (!token) throw new Error('no token for the Bot Framework connector');
    return token.token;
  }

  protected override refreshToken(): Promise<never> {
    return Promise.reject(new Error('tokens come from @azure/identity'));
  }
}

/** As the SDK asks for it: the key as PEM, and the channels that it signs for. */
interface SigningKey {
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
type ReadJson = (url: string, signal: AbortSignal) => Promise<unknown>;

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

type SigningKeys = ReturnType<typeof createSigningKeys>;

function entryOf(jwk: Jwk): [string, SigningKey][] {
  if (typeof jwk.kid !== 'string' || jwk.kty !== 'RSA') return [];
  const key = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
  return [[jwk.kid, { key, ...(jwk.endorsements && { endorsements: jwk.endorsements }) }]];
}
