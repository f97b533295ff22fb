import { badRequest, unknownSegment, unsupportedQuery } from './graph-errors.ts';

export interface RequestTarget {
  readonly version: 'v1.0' | 'beta';
  /** decoded; `users('x')` and `users/x` are both ['users', 'x'] */
  readonly segments: readonly string[];
  readonly filter?: string;
  readonly select?: readonly string[];
  /** page size, 1 to 999 */
  readonly top?: number;
  readonly skipToken?: string;
  readonly count: boolean;
}

// Graph takes these with and without the dollar sign.
const queryOptions = new Set(['$filter', '$select', '$expand', '$top', '$skiptoken', '$count']);

/**
 * Reads path and query as a web server does: dot segments are resolved and whatever follows a raw `#` is lost,
 * so that a client which forgets to encode a key meets here what it would meet in Graph.
 * Throws a GraphFault.
 */
export function parseTarget(path: string): RequestTarget {
  const url = parseUrl(path);
  const [version, ...rest] = url.pathname.slice(1).split('/');
  if (version !== 'v1.0' && version !== 'beta') throw badRequest(`Invalid version: ${version}`);
  if (rest.at(-1) === '') rest.pop();
  const segments = rest.flatMap(parseSegment);
  const options = parseQuery(url.searchParams);
  // Known where the one call that is emulated uses it.
  if (options.has('$expand') && segments[0] !== 'roleManagement') {
    throw unsupportedQuery("The query option '$expand' is not supported.");
  }
  const filter = options.get('$filter');
  const select = options.get('$select');
  const top = options.get('$top');
  const skipToken = options.get('$skiptoken');
  return {
    version,
    segments,
    count: options.get('$count') === 'true',
    ...(filter !== undefined && { filter }),
    ...(select !== undefined && { select: select.split(',').map((name) => name.trim()) }),
    ...(top !== undefined && { top: parseTop(top) }),
    ...(skipToken !== undefined && { skipToken }),
  };
}

function parseUrl(path: string): URL {
  const root = 'https://graph.microsoft.com';
  if (!path.startsWith('/') || !URL.canParse(root + path)) throw badRequest('Bad Request - Invalid URL');
  return new URL(root + path);
}

function parseSegment(raw: string): string[] {
  const segment = decode(raw);
  if (segment === '') throw unknownSegment('');
  const open = /^[A-Za-z.]+\(/.exec(segment)?.[0];
  if (open === undefined) {
    // In a bare key a leading dollar sign is read as one of OData's own words.
    if (segment.startsWith('$')) throw badRequest(`The request URI is not valid: unexpected segment '${segment}'.`);
    return [segment];
  }
  const literal = /^'((?:[^']|'')*)'\)$/.exec(segment.slice(open.length))?.[1];
  if (literal === undefined || literal === '') throw badRequest('Bad Request - Error in query syntax.');
  return [open.slice(0, -1), literal.replaceAll("''", "'")];
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw badRequest('Bad Request - Invalid URL');
  }
}

function parseQuery(parameters: URLSearchParams): Map<string, string> {
  const options = new Map<string, string>();
  for (const [given, value] of parameters) {
    const name = queryOptions.has(`$${given}`) ? `$${given}` : given;
    if (!queryOptions.has(name)) {
      if (name.startsWith('$')) throw unsupportedQuery(`The query option '${name}' is not supported.`);
      continue;
    }
    if (options.has(name)) {
      throw badRequest(`Query option '${name}' was specified more than once, but it must be specified at most once.`);
    }
    options.set(name, value);
  }
  return options;
}

function parseTop(value: string): number {
  const top = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  if (top >= 1 && top <= 999) return top;
  throw unsupportedQuery(`Invalid page size specified: '${value}'. Must be between 1 and 999 inclusive.`);
}
