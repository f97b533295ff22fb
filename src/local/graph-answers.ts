/** What a call answers, before the headers that every reply bears. */
export interface Answer {
  readonly status: number;
  /** JSON; undefined for no body at all */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** An answer other than 2xx, thrown where the fault is found and turned into a reply in tenant.ts. */
export class GraphFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'GraphFault';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const badRequest = (message: string) => new GraphFault(400, 'BadRequest', message);

/** The directory's own 400, as opposed to the gateway's `BadRequest`. */
export const invalidRequest = (message: string) => new GraphFault(400, 'Request_BadRequest', message);

export const unsupportedQuery = (message: string) => new GraphFault(400, 'Request_UnsupportedQuery', message);

export const unknownSegment = (segment: string) => badRequest(`Resource not found for the segment '${segment}'.`);

export const resourceNotFound = (key: string) =>
  new GraphFault(
    404,
    'Request_ResourceNotFound',
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const requestDenied = (message: string) => new GraphFault(403, 'Authorization_RequestDenied', message);

export const methodNotAllowed = () =>
  new GraphFault(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');

// The client id is Microsoft Graph's own; a challenge without claims asks for nothing but a token.
export const unauthenticated = () =>
  new GraphFault(401, 'InvalidAuthenticationToken', 'Access token is empty.', {
    'www-authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
  });

/** The body Graph gives every error. Its dates carry no zone and no fraction of a second. */
export function errorBody(fault: GraphFault, date: Date, requestId: string, clientRequestId: string) {
  return {
    error: {
      code: fault.code,
      message: fault.message,
      innerError: {
        date: date.toISOString().slice(0, 19),
        'request-id': requestId,
        'client-request-id': clientRequestId,
      },
    },
  };
}
