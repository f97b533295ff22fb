import { guid } from '../../domain/guid.ts';

/**
 * A small check round the SDK. It does not replace the verifying of the signature: it keeps out what the SDK would let
 * in (tokens of its emulator path, bodies without serviceUrl, foreign tenants) and what would pile up inside it. It is
 * asked about the token before the SDK sees that, and about token and body together once the body may be read.
 */
export interface GuardSettings {
  readonly appId: string;
  readonly tenantId: string;
  readonly issuer: string;
  readonly serviceUrlHosts: ReadonlySet<string>;
}

export type Guarded =
  | { readonly ok: true }
  /**
   * `host`: of the serviceUrl in a token that is all right otherwise, where it is on no list. `outsider`: all is right but
   * whose tenant it is about, as for a person of another organisation in a shared channel.
   */
  | {
      readonly ok: false;
      readonly status: 401 | 403;
      readonly why: string;
      readonly host?: string;
      readonly outsider?: true;
    };

/** Stands for a body that has not been read: then the token alone is judged. */
export const unread: object = Object.freeze({});

const longestHeader = 8192;
/** Real ones carry five; the SDK's work grows with the square of their number. */
const mostClaims = 32;
const bearer = /^Bearer ([\w-]+)\.([\w-]+)\.[\w-]+$/;

export function guard(settings: GuardSettings, authorization: string | undefined, activity: object): Guarded {
  if (authorization === undefined || authorization.length > longestHeader) return refuse(401, 'no usable token');
  const [, header, payload] = bearer.exec(authorization) ?? [];
  const head = decode(header);
  const claims = decode(payload);
  if (!head || !claims) return refuse(401, 'not a JSON web token');
  if (head.alg !== 'RS256' || typeof head.kid !== 'string') return refuse(401, 'wrong algorithm or no key id');
  if (claims.iss !== settings.issuer) return refuse(401, 'not issued by the Bot Framework');
  if (claims.aud !== settings.appId) return refuse(401, 'meant for another app');
  // The SDK checks that a token has not run out, but takes one that never does.
  if (typeof claims.exp !== 'number') return refuse(401, 'never expires');
  // The SDK keeps every tenant that a token names, for good, before it looks at the signature.
  if (claims.tid !== undefined && claims.tid !== settings.tenantId) return refuse(401, 'names another tenant');
  if (Object.keys(claims).length > mostClaims) return refuse(401, 'too many claims');
  if (activity === unread) return { ok: true };
  const { serviceUrl } = activity as { serviceUrl?: unknown };
  if (typeof serviceUrl !== 'string' || claims.serviceurl !== serviceUrl) return refuse(401, 'serviceUrl differs');
  if (!isAllowedServiceUrl(serviceUrl, settings.serviceUrlHosts)) {
    const refused = refuse(403, 'serviceUrl host not allowed');
    return URL.canParse(serviceUrl) ? { ...refused, host: new URL(serviceUrl).hostname } : refused;
  }
  return place(settings, activity);
}

/** Channel and tenant: what neither the token nor the SDK binds. */
export function place({ tenantId }: Pick<GuardSettings, 'tenantId'>, activity: object): Guarded {
  const { channelId, channelData, conversation } = activity as {
    channelId?: unknown;
    channelData?: { tenant?: { id?: unknown } } | null;
    conversation?: { tenantId?: unknown } | null;
  };
  if (channelId !== 'msteams') return refuse(403, 'not from Teams');
  // Teams names the tenant in one place or the other, in some activities in both.
  const named = [channelData?.tenant?.id, conversation?.tenantId].filter((id) => id !== undefined && id !== null);
  const ours = named.length > 0 && named.every((id) => typeof id === 'string' && id.toLowerCase() === tenantId);
  if (ours) return { ok: true };
  const isTenants = named.length > 0 && named.every((id) => typeof id === 'string' && guid.test(id));
  return { ...refuse(403, 'another tenant'), ...(isTenants && { outsider: true }) };
}

/** Local mode's guard: the Playground sends no token, so all it may do is stay on this machine. */
export function placeOnThisMachine(tenantId: string, activity: object): Guarded {
  if (activity === unread) return { ok: true };
  const { serviceUrl } = activity as { serviceUrl?: unknown };
  if (typeof serviceUrl !== 'string' || !isLoopback(serviceUrl)) return refuse(403, 'serviceUrl host not allowed');
  return place({ tenantId }, activity);
}

export function isLoopback(url: string): boolean {
  return URL.canParse(url) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}

/** https, no credentials in it, and a host from the list: the bot's own token is going to be sent there. */
export function isAllowedServiceUrl(serviceUrl: string, hosts: ReadonlySet<string>): boolean {
  if (!URL.canParse(serviceUrl)) return false;
  const url = new URL(serviceUrl);
  return url.protocol === 'https:' && url.username === '' && url.password === '' && hosts.has(url.hostname);
}

function refuse(status: 401 | 403, why: string) {
  return { ok: false, status, why } as const;
}

function decode(part: string | undefined): Record<string, unknown> | null {
  if (!part) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
