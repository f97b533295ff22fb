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
import type { SigningKeys } from './signing-keys.ts';

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
  return assemble(
    {
      MicrosoftAppId: appId,
      MicrosoftAppTenantId: tenantId,
      ValidateAuthority: true,
      ToChannelFromBotLoginUrl: endpoints.loginUrl,
      ToChannelFromBotOAuthScope: endpoints.scope,
      ToBotFromChannelTokenIssuer: endpoints.issuer,
      OAuthUrl: endpoints.oauthUrl,
      ToBotFromChannelOpenIdMetadataUrl: endpoints.channelOpenIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: endpoints.emulatorOpenIdMetadataUrl,
    },
    new CredentialsFactory(appId, new ConnectorCredentials(appId, tenantId, endpoints.scope, credential)),
  );
}

/** For local mode alone, where the Playground sends no token and takes none. Never reached with an app id. */
export function createLocalAdapter(): Adapter {
  return assemble({}, new CredentialsFactory('', new MicrosoftAppCredentials('', '')));
}

function assemble(settings: Record<string, string | boolean>, factory: CredentialsFactory): Adapter {
  const authentication = new ConfigurationBotFrameworkAuthentication(
    settings,
    factory,
    // Keys that are not endorsed for Teams do not sign for Teams.
    new AuthenticationConfiguration(['msteams']),
  );
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

class CredentialsFactory extends ServiceClientCredentialsFactory {
  readonly #appId: string;
  readonly #credentials: ServiceClientCredentials;

  constructor(appId: string, credentials: ServiceClientCredentials) {
    super();
    this.#appId = appId;
    this.#credentials = credentials;
  }

  override async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.#appId;
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return this.#appId === '';
  }

  override async createCredentials(): Promise<ServiceClientCredentials> {
    return this.#credentials;
  }
}
