import type { DirectoryProblem } from '../../src/app/errors.ts';
import type { FailureCode } from '../../src/domain/result.ts';
import { errorBody, type Odd } from '../support/troubled-graph.ts';

/** What becomes of a write that is always answered like this. */
type WriteEnd = 'verified' | 'unverified' | FailureCode;

export interface Asked {
  /** The root of a host that is not Graph. */
  readonly elsewhere: string;
  /** Graph's own root. */
  readonly own: string;
  /** Of the user who was asked about, where it was one. */
  readonly id: string;
}

export interface Case {
  readonly name: string;
  readonly odd: (asked: Asked) => Odd;
  /** Reads of a user are answered like this, and no others. */
  readonly ofUser?: true;
  /** Answered like this only until the token is one that was asked for with the claims. */
  readonly untilClaims?: true;
  /** How often one write is sent; 1 unless told. */
  readonly sent?: number;
  readonly write: WriteEnd;
  /** What a person is told who asks or decides while every read is answered like this. `null`: nothing is wrong. */
  readonly read: DirectoryProblem | null;
}

const graph = (status: number, code: string, headers: Record<string, string> = {}) => {
  return () => ({ status, headers: { 'content-type': 'application/json', ...headers }, body: errorBody(code) });
};
const html = '<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';
const page = (status: number) => () => ({ status, headers: { 'content-type': 'text/html' }, body: html });
const json = (status: number, body: string) => () => ({
  status,
  headers: { 'content-type': 'application/json' },
  body,
});
/** Of a gateway: it names no request, and its JSON is its own. */
const unmarked = (status: number) => () => ({
  status,
  headers: { 'content-type': 'application/json', 'request-id': [] },
  body: '{"message":"Forbidden"}',
});
const user = (id: string) => `{"id":"${id}","userPrincipalName":"somebody@contoso.example","accountEnabled":true`;

/** What a challenge of the catalogue asks for. */
export const wanted = '{"access_token":{"nbf":{"essential":true, "value":"1604106651"}}}';
const claims = Buffer.from(wanted).toString('base64');
const entra =
  'realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';
const why =
  'Continuous access evaluation resulted in claims challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp';
const single = `Bearer ${entra}, error="insufficient_claims", claims="${claims}", errorDescription="${why}"`;
const several = `PoP ${entra}, nonce="ey==", Bearer ${entra}, error_description="${why}", error="insufficient_claims", claims="${claims}"`;
const unquoted = `Bearer authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize, error=insufficient_claims, claims=${claims}`;
const challenge = (header: string) => graph(401, 'InvalidAuthenticationToken', { 'www-authenticate': header });

const throttled = (retryAfter?: string) =>
  graph(429, 'TooManyRequests', {
    'x-ms-throttle-scope': 'Tenant_Application/ReadWrite/app/tenant',
    'x-ms-throttle-information': 'WriteLimitExceeded',
    'x-ms-throttle-limit-percentage': '1.3',
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  });
const redirect = (status: number, to: 'elsewhere' | 'own') => (asked: Asked) => ({
  status,
  headers: { location: `${asked[to]}/v1.0/elsewhere` },
  body: html,
});

/** Every way in which Graph, or what stands before it, is known to answer badly: one row each. */
export const catalogue: readonly Case[] = [
  { name: '404, unknown user', odd: graph(404, 'Request_ResourceNotFound'), write: 'notFound', read: 'notFound' },
  ...[200, 401, 403, 404, 407, 411].map(
    (status): Case => ({ name: `${status}, a page`, odd: page(status), write: 'notGraph', read: 'notGraph' }),
  ),
  ...[200, 302, 400, 401, 403, 404].map(
    (status): Case => ({
      name: `${status} without Graph’s marks`,
      odd: unmarked(status),
      write: 'notGraph',
      read: 'notGraph',
    }),
  ),
  {
    name: '409, the account is being changed',
    odd: graph(409, 'Directory_ConcurrencyViolation'),
    write: 'conflict',
    read: 'conflict',
  },
  ...[
    [412, 'Request_PreconditionFailed'],
    [423, 'resourceLocked'],
    [425, 'tooEarly'],
  ].map(
    ([status, code]): Case => ({
      name: `${status}, the account is being changed`,
      odd: graph(Number(status), String(code)),
      write: 'conflict',
      read: 'conflict',
    }),
  ),
  {
    name: '409, another',
    odd: graph(409, 'Request_MultipleObjectsWithSameKeyValue'),
    write: 'rejected',
    read: 'rejected',
  },
  { name: '400, a `$` at the beginning of a path', odd: graph(400, 'BadRequest'), write: 'rejected', read: 'rejected' },
  { name: '400, unsupported query', odd: graph(400, 'Request_UnsupportedQuery'), write: 'rejected', read: 'rejected' },
  {
    name: '403, no permission, or the target outranks the caller',
    odd: graph(403, 'Authorization_RequestDenied'),
    write: 'missingPermission',
    read: 'missingPermission',
  },
  {
    name: '403, restricted management administrative unit',
    odd: graph(403, 'Authorization_RequestDenied', { 'x-ms-ags-diagnostic': '{"ServerInfo":{}}' }),
    write: 'missingPermission',
    read: 'missingPermission',
  },
  {
    name: '403, no licence',
    odd: graph(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant'),
    write: 'missingPermission',
    read: 'missingPermission',
  },
  { name: '403, Conditional Access', odd: graph(403, 'insufficient_claims'), write: 'signIn', read: 'signIn' },
  { name: '401, no good token', odd: graph(401, 'InvalidAuthenticationToken'), write: 'signIn', read: 'signIn' },
  {
    name: '401 with a claims challenge: Bearer',
    odd: challenge(single),
    untilClaims: true,
    sent: 2,
    write: 'verified',
    read: null,
  },
  {
    name: '401 with a claims challenge: PoP and Bearer',
    odd: challenge(several),
    untilClaims: true,
    sent: 2,
    write: 'verified',
    read: null,
  },
  {
    name: '401 with a claims challenge: without quotes',
    odd: challenge(unquoted),
    untilClaims: true,
    sent: 2,
    write: 'verified',
    read: null,
  },
  { name: '401 with a claims challenge, for ever', odd: challenge(single), sent: 2, write: 'signIn', read: 'signIn' },
  {
    name: '401 with a challenge that makes no sense',
    odd: challenge('Bearer error="insufficient_claims", claims="*"'),
    write: 'signIn',
    read: 'signIn',
  },
  ...([undefined, '2', '0', '-5', 'soon', '1e306', 'Fri, 31 Dec 2027 23:59:59 GMT'] as const).map(
    (retryAfter): Case => ({
      name: `429, Retry-After ${retryAfter ?? 'absent'}`,
      odd: throttled(retryAfter),
      write: 'throttled',
      read: 'throttled',
    }),
  ),
  { name: '503', odd: graph(503, 'serviceNotAvailable'), write: 'unavailable', read: 'unavailable' },
  {
    name: '503, Retry-After 1',
    odd: graph(503, 'Request_ThrottledTemporarily', { 'retry-after': '1' }),
    write: 'unavailable',
    read: 'unavailable',
  },
  { name: '500', odd: graph(500, 'InternalServerError'), write: 'unavailable', read: 'unavailable' },
  { name: '502, a page', odd: page(502), write: 'unavailable', read: 'unavailable' },
  { name: '503, a page', odd: page(503), write: 'unavailable', read: 'unavailable' },
  { name: '504', odd: graph(504, 'UnknownError'), write: 'noAnswer', read: 'noAnswer' },
  { name: '504, a page', odd: page(504), write: 'noAnswer', read: 'noAnswer' },
  { name: '408', odd: graph(408, 'RequestTimeout'), write: 'noAnswer', read: 'noAnswer' },
  ...[301, 302, 307, 308].flatMap((status): Case[] => [
    { name: `${status} to another host`, odd: redirect(status, 'elsewhere'), write: 'notGraph', read: 'notGraph' },
    { name: `${status} to the same host`, odd: redirect(status, 'own'), write: 'notGraph', read: 'notGraph' },
  ]),
  ...[200, 201, 202, 204].map(
    (status): Case => ({
      name: `${status} without body`,
      odd: () => ({ status }),
      write: 'unverified',
      read: 'rejected',
    }),
  ),
  ...[200, 201, 202].flatMap((status) =>
    [true, false].map(
      (value): Case => ({
        name: `${status}, ${value}`,
        odd: json(status, JSON.stringify({ value })),
        write: 'unverified',
        read: 'rejected',
      }),
    ),
  ),
  ...['[]', '[{}]', '7', '"ok"', 'null', '{}', '{"value":{}}', '{"id":7}'].map(
    (body): Case => ({ name: `200, ${body}`, odd: json(200, body), write: 'unverified', read: 'rejected' }),
  ),
  ...[
    ['half of the JSON', ''],
    ['a display name that is a number', ',"displayName":7}'],
    ['a UPN that is an object', ',"userPrincipalName":{}}'],
    ['a time that is none', ',"signInSessionsValidFromDateTime":"soon"}'],
    ['somebody else', ',"id":"5d2e1f6b-8c3e-4d7f-8a52-1b9e6c7f8d99"}'],
  ].map(
    ([what, rest]): Case => ({
      name: `200, ${what}`,
      odd: ({ id }) => json(200, `${user(id)}${rest}`)(),
      ofUser: true,
      write: 'unverified',
      read: 'rejected',
    }),
  ),
  { name: 'the connection is reset', odd: () => 'reset', write: 'noAnswer', read: 'noAnswer' },
  { name: 'the connection ends before any header', odd: () => 'close', write: 'noAnswer', read: 'noAnswer' },
  {
    name: 'the body is cut short of its length',
    odd: () => ({ status: 200, headers: { 'content-length': '200' }, body: user('').padEnd(200), cut: 120 }),
    write: 'noAnswer',
    read: 'noAnswer',
  },
  { name: 'nothing ever comes', odd: () => 'hang', write: 'noAnswer', read: 'noAnswer' },
];
