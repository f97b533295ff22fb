import type { Certificates } from './ca.ts';
import { createFaults, type Faults } from './faults.ts';
import { type FakeAnswer, type FakeRequest, type FakeServer, startHttpsServer } from './https-server.ts';
import { type Claims, createSigningKey, readToken, type Signature, signToken, toJwk } from './jwt.ts';

/** One visit to the token endpoint. */
type TokenRequest = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly tenant: string;
  readonly grantType: string;
  readonly clientId: string;
  readonly scope: string;
  readonly granted: boolean;
};

export type TokenOptions = {
  /** Claims to change; one that is undefined is left out of the token. */
  readonly claims?: Claims;
  readonly header?: Claims;
  /**
   * `good` is the published key; `foreign` signs with another key under the same kid; `none` leaves the signature out;
   * `hmac` signs with HS256 and the published key as secret; `unendorsed` is published for another channel alone.
   */
  readonly key?: 'good' | 'foreign' | 'none' | 'hmac' | 'unendorsed';
};

export type FakeAuthority = FakeServer & {
  readonly openIdMetadataUrl: string;
  readonly entraMetadataUrl: string;
  readonly tokenRequests: readonly TokenRequest[];
  readonly faults: Faults;
  /** The application permissions that tokens for Graph carry from now on. */
  grantRoles(roles: readonly string[]): void;
  /** What the Bot Framework would send with an activity to this bot. */
  channelToken(serviceUrl: string, options?: TokenOptions): string;
  /** What Teams gets from Entra for a person who is signed in to it: a token of version 1 for the bot's own API. */
  userToken(personId: string, options?: TokenOptions): string;
  /** What the exchange of a person's token is refused with from now on, such as `AADSTS65001`; `null`: with nothing. */
  refuseOnBehalf(code: string | null): void;
  /** What Entra would give the bot's own registration for itself: signed well, yet no channel. */
  entraToken(options?: TokenOptions): string;
  /** The claims of a token that this Entra issued for `audience` and that is valid now. */
  readEntraToken(authorization: string | undefined, audience: string): Claims | undefined;
};

type AuthorityOptions = {
  readonly certificates: Certificates;
  readonly tenantId: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly roles: readonly string[];
};

const ISSUER = 'https://api.botframework.com';
const LIFETIME = 3600;
const ON_BEHALF_OF = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const TEAMS_WEB_CLIENT = '5e3ce6c0-2b1f-4285-8d4b-75ee78787346';
const notFound: FakeAnswer = { status: 404, body: { error: 'not_found' } };

/** Bot Framework's OpenID documents and one Entra tenant with one client, in one HTTPS server. */
export async function startFakeAuthority(options: AuthorityOptions): Promise<FakeAuthority> {
  const { tenantId, appId, appSecret } = options;
  const channelKey = createSigningKey('channel-key');
  const unendorsedKey = createSigningKey('webchat-key');
  const foreignKey = createSigningKey('foreign-key');
  const entraKey = createSigningKey('entra-key');
  const tokenRequests: TokenRequest[] = [];
  const faults = createFaults();
  let roles = options.roles;
  let refusal: string | null = null;

  const times = () => {
    const now = Math.floor(Date.now() / 1000);
    return { iat: now - 1, nbf: now - 1, exp: now + LIFETIME };
  };
  const mint = (
    own: typeof channelKey,
    defaults: Claims,
    { claims, header, key = 'good' }: TokenOptions = {},
  ): string => {
    const signatures: Record<NonNullable<TokenOptions['key']>, [alg: string, Signature]> = {
      good: ['RS256', { rsa: own.privateKey }],
      foreign: ['RS256', { rsa: foreignKey.privateKey }],
      none: ['none', 'none'],
      hmac: ['HS256', { hmac: own.publicKey }],
      unendorsed: ['RS256', { rsa: unendorsedKey.privateKey }],
    };
    const [alg, signature] = signatures[key];
    const kid = key === 'unendorsed' ? unendorsedKey.kid : own.kid;
    return signToken({ alg, kid, x5t: kid, typ: 'JWT', ...header }, { ...times(), ...defaults, ...claims }, signature);
  };
  const entraClaims = (audience: string, tenant: string): Claims => ({
    aud: audience,
    iss: `https://sts.windows.net/${tenant}/`,
    appid: appId,
    azp: appId,
    idtyp: 'app',
    tid: tenant,
    ver: '1.0',
  });

  const userClaims = (audience: string, personId: string): Claims => ({
    aud: audience,
    iss: `https://sts.windows.net/${tenantId}/`,
    appid: TEAMS_WEB_CLIENT,
    tid: tenantId,
    oid: personId,
    ver: '1.0',
  });
  const api = `api://botid-${appId}`;
  /** The claims of the token that is to be exchanged, if Entra would take it. */
  const personBehind = (form: URLSearchParams): Claims | undefined => {
    const claims = readToken(form.get('assertion') ?? '', entraKey, Date.now());
    return claims?.aud === api && form.get('requested_token_use') === 'on_behalf_of' ? claims : undefined;
  };

  const grant = (tenant: string, request: FakeRequest): FakeAnswer => {
    const form = new URLSearchParams(request.body);
    const [clientId, scope] = [form.get('client_id') ?? '', form.get('scope') ?? ''];
    const grantType = form.get('grant_type') ?? '';
    // msal adds the OpenID scopes to those that were asked for.
    const audience = scope
      .split(' ')
      .find((one) => one.endsWith('/.default'))
      ?.slice(0, -'/.default'.length);
    const isApp = clientId === appId && form.get('client_secret') === appSecret && tenant === tenantId;
    const assertion = grantType === ON_BEHALF_OF ? personBehind(form) : undefined;
    const granted = isApp && (grantType === 'client_credentials' || assertion !== undefined);
    tokenRequests.push({ at: Date.now(), tenant, grantType, clientId, scope, granted: granted && !!audience });
    if (isApp && assertion && refusal !== null) {
      const error_description = `${refusal}: said at length, with a trace id.`;
      return {
        status: 400,
        body: { error: 'invalid_grant', error_description, error_codes: [Number(refusal.slice(6))] },
      };
    }
    if (!granted || !audience) {
      const body = {
        error: 'invalid_client',
        error_description: 'AADSTS7000215: Invalid client secret provided.',
        error_codes: [7000215],
      };
      return { status: 401, body };
    }
    // Only Graph knows these permissions: the connector's audience gets none.
    const rights = audience === ISSUER ? {} : { roles };
    const token = assertion
      ? mint(entraKey, { ...userClaims(audience, String(assertion.oid)), scp: 'User.RevokeSessions.All' })
      : mint(entraKey, { ...entraClaims(audience, tenant), ...rights });
    return {
      status: 200,
      body: { token_type: 'Bearer', expires_in: LIFETIME, ext_expires_in: LIFETIME, access_token: token },
    };
  };

  const answer = (request: FakeRequest): FakeAnswer => {
    const { method, path } = request;
    if (path === '/v1/.well-known/openidconfiguration') {
      const alg = {
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
      };
      return {
        status: 200,
        body: {
          issuer: ISSUER,
          authorization_endpoint: 'https://invalid.botframework.com',
          jwks_uri: `${server.url}/v1/.well-known/keys`,
          ...alg,
        },
      };
    }
    if (path === '/v1/.well-known/keys') {
      const keys = [
        toJwk(channelKey, { endorsements: ['msteams'] }),
        toJwk(unendorsedKey, { endorsements: ['webchat'] }),
      ];
      return { status: 200, body: { keys } };
    }
    const [, tenant = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
    const base = `${server.url}/${tenant}`;
    if (rest === 'v2.0/.well-known/openid-configuration') {
      return {
        status: 200,
        body: {
          issuer: `${base}/v2.0`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          token_endpoint: `${base}/oauth2/v2.0/token`,
          end_session_endpoint: `${base}/oauth2/v2.0/logout`,
          jwks_uri: `${base}/discovery/v2.0/keys`,
          response_types_supported: ['code', 'id_token', 'token'],
          id_token_signing_alg_values_supported: ['RS256'],
        },
      };
    }
    if (rest === 'discovery/v2.0/keys') return { status: 200, body: { keys: [toJwk(entraKey)] } };
    if (rest === 'oauth2/v2.0/token' && method === 'POST') return grant(tenant, request);
    return notFound;
  };

  const server = await startHttpsServer(options.certificates, (request) =>
    faults.apply(request.method, request.target, () => answer(request), request.body),
  );
  return {
    ...server,
    openIdMetadataUrl: `${server.url}/v1/.well-known/openidconfiguration`,
    entraMetadataUrl: `${server.url}/${tenantId}/v2.0/.well-known/openid-configuration`,
    tokenRequests,
    faults,
    grantRoles(next) {
      roles = next;
    },
    channelToken: (serviceUrl, change) => mint(channelKey, { iss: ISSUER, aud: appId, serviceurl: serviceUrl }, change),
    entraToken: (change) => mint(entraKey, entraClaims(appId, tenantId), change),
    userToken: (personId, change) => mint(entraKey, { ...userClaims(api, personId), scp: 'access_as_user' }, change),
    refuseOnBehalf(code) {
      refusal = code;
    },
    readEntraToken(authorization, audience) {
      const [scheme, token] = (authorization ?? '').split(' ');
      const claims = scheme === 'Bearer' && token ? readToken(token, entraKey, Date.now()) : undefined;
      return claims?.aud === audience ? claims : undefined;
    },
  };
}
