export interface GraphRequest {
  readonly method: string;
  /** Path and query, beginning `/v1.0/` or `/beta/`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer other than 2xx, thrown where the fault is found. */
export class GraphFault extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const badRequest = (message: string) => new GraphFault(400, 'BadRequest', message);

/** A request as a route needs it. */
export interface Call {
  readonly version: 'v1.0' | 'beta';
  /** Decoded; `me` is the signed-in person's `users/{id}`. */
  readonly segments: readonly string[];
  readonly filter: string | undefined;
  readonly select: readonly string[] | undefined;
  /** Page size; Graph's own where none is asked for. */
  readonly top: number;
  /** A query with `ConsistencyLevel: eventual` and `$count=true`. */
  readonly isAdvanced: boolean;
  /** Whether the token lets an app see who is in groups that hide it. */
  readonly seesHidden: boolean;
  /** Parsed JSON; `undefined` without a body. */
  readonly body: unknown;
}

const queryOptions = ['$filter', '$select', '$expand', '$top', '$count'];

/**
 * Reads a request as a web server does: dot segments are resolved and whatever follows a raw `#` is lost, so that a
 * client which forgets to encode a key meets here what it would meet in Graph. No authority issued the token, so its claims are
 * read and not checked. @throws GraphFault
 */
export function readCall({ path, headers, body = '' }: GraphRequest): Call {
  const [isSignedIn, token = ''] = /^Bearer\s+(\S+)/i.exec(headers.authorization ?? '') ?? [];
  if (!isSignedIn) throw new GraphFault(401, 'InvalidAuthenticationToken', 'Access token is empty.');
  const { pathname, searchParams } = new URL(`https://graph.microsoft.com${path}`);
  const [version, ...segments] = pathname.slice(1).split('/');
  if (version !== 'v1.0' && version !== 'beta') throw badRequest(`Invalid version: ${version}`);
  const known = segments[0] === 'auditLogs' ? [...queryOptions, '$orderby'] : queryOptions;
  const unknown = [...searchParams.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw badRequest(`The query option '${unknown}' is not supported.`);
  const claims = claimsIn(token);
  const top = Number(searchParams.get('$top') ?? 100);
  if (!(top >= 1 && top <= 999)) throw badRequest('Invalid page size: it must be between 1 and 999 inclusive.');
  return {
    version,
    segments: asUser(segments.map(decode), claims),
    filter: searchParams.get('$filter') ?? undefined,
    select: searchParams.get('$select')?.split(','),
    top,
    isAdvanced: searchParams.get('$count') === 'true' && headers.consistencylevel === 'eventual',
    seesHidden: Array.isArray(claims.roles) && claims.roles.includes('Member.Read.Hidden'),
    body: body === '' ? undefined : parse(body, () => badRequest('Unable to read JSON request payload.')),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`The request URI is not valid: unexpected segment '${segment}'.`);
  }
}

function parse(text: string, fault: () => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fault();
  }
}

type Claims = Readonly<Record<string, unknown>>;

function claimsIn(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  } catch {
    return {};
  }
}

function asUser([first = '', ...rest]: readonly string[], { oid, idtyp }: Claims): readonly string[] {
  if (first !== 'me') return [first, ...rest];
  if (typeof oid === 'string' && idtyp !== 'app') return ['users', oid, ...rest];
  throw badRequest('/me request is only valid with delegated authentication flow.');
}
