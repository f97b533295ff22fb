import { badRequest, unsupportedQuery } from './graph-answers.ts';

export interface GraphRequest {
  readonly method: string;
  /** path and query, beginning /v1.0/ or /beta/ */
  readonly path: string;
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as a route needs it. */
export interface Call {
  readonly version: 'v1.0' | 'beta';
  /** decoded; `me` is the signed-in person's `users/{id}` */
  readonly segments: readonly string[];
  readonly filter: string | undefined;
  readonly select: readonly string[] | undefined;
  /** page size; Graph's own where none is asked for */
  readonly top: number;
  /** a query with `ConsistencyLevel: eventual` and `$count=true` */
  readonly isAdvanced: boolean;
  /** Whether the token lets an application see who is in groups that hide it. */
  readonly seesHidden: boolean;
  /** parsed JSON; undefined without a body */
  readonly body: unknown;
}

const queryOptions = ['$filter', '$select', '$expand', '$top', '$count'];

/**
 * Reads a request as a web server does: dot segments are resolved and whatever follows a raw `#` is lost, so that a
 * client which forgets to encode a key meets here what it would meet in Graph. No authority issued the token, so its claims are
 * read and not checked. @throws GraphFault
 */
export function readCall({ method, path, headers, body }: GraphRequest): Call {
  const root = 'https://graph.microsoft.com';
  if (!path.startsWith('/') || !URL.canParse(root + path)) throw badRequest('Bad Request - Invalid URL');
  const { pathname, searchParams } = new URL(root + path);
  const [version, ...rest] = pathname.slice(1).split('/');
  if (version !== 'v1.0' && version !== 'beta') throw badRequest(`Invalid version: ${version}`);
  if (rest.at(-1) === '') rest.pop();
  const unknown = [...searchParams.keys()].find((name) => !queryOptions.includes(name));
  if (unknown !== undefined) throw unsupportedQuery(`The query option '${unknown}' is not supported.`);
  const claims = claimsIn(headers.authorization ?? '');
  return {
    version,
    segments: asUser(rest.map(decode), claims),
    filter: searchParams.get('$filter') ?? undefined,
    select: searchParams
      .get('$select')
      ?.split(',')
      .map((name) => name.trim()),
    top: parseTop(searchParams.get('$top') ?? '100'),
    isAdvanced: searchParams.get('$count') === 'true' && headers.consistencylevel?.toLowerCase() === 'eventual',
    seesHidden: Array.isArray(claims.roles) && claims.roles.includes('Member.Read.Hidden'),
    body: method === 'POST' ? parseBody(body ?? '', headers['content-type'] ?? '') : undefined,
  };
}

function decode(segment: string): string {
  // In a bare key a leading dollar sign is read as one of OData's own words.
  if (!/^(?:\$|%24|$)/.test(segment)) {
    try {
      return decodeURIComponent(segment);
    } catch {
      // Refused below.
    }
  }
  throw badRequest(`The request URI is not valid: unexpected segment '${segment}'.`);
}

type Claims = Readonly<Record<string, unknown>>;

function asUser(segments: readonly string[], { oid, idtyp }: Claims): readonly string[] {
  if (segments[0] !== 'me') return segments;
  if (typeof oid === 'string' && idtyp !== 'app') return ['users', oid, ...segments.slice(1)];
  throw badRequest('/me request is only valid with delegated authentication flow.');
}

function claimsIn(authorization: string): Claims {
  try {
    const claims: unknown = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : {};
  } catch {
    return {};
  }
}

function parseTop(value: string): number {
  const top = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (top >= 1) return top;
  throw unsupportedQuery(`Invalid page size specified: '${value}'. Must be between 1 and 999 inclusive.`);
}

function parseBody(body: string, contentType: string): unknown {
  if (body.trim() === '') return undefined;
  try {
    if (/^application\/json/i.test(contentType)) return JSON.parse(body);
  } catch {
    // Refused below.
  }
  throw badRequest(
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}
