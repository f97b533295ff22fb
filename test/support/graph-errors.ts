import { randomUUID } from 'node:crypto';

/** Text of Graph that nobody may ever read in the chat. */
const prose = 'Prose of Graph about Resource and tenant contoso, never shown';

/** Nothing of these may stand in the chat: Graph's words and codes, addresses, pages, tokens, our own insides. */
export const raw =
  /Prose of Graph|innerError|odata|"error"|https?:\/\/(?!adaptivecards\.io|entra\.microsoft\.com)|\/v1\.0|<!?(?:doctype|html|h1)|Bad Gateway|insufficient_claims|InvalidAuth|Request_|RequestDenied|serviceNotAvail|TooManyRequests|UnknownError|Tenant_App|LimitExceeded|Bearer|\bPoP\b|eyJ|token-\d|ECONN|socket|RestError|DirectoryError|undefined|NaN|\[object/i;

/** An error as Graph writes it. */
export function errorBody(code: string, more: object = {}): string {
  const innerError = {
    date: '2026-11-21T03:00:00',
    'request-id': randomUUID(),
    'client-request-id': randomUUID(),
    ...more,
  };
  return JSON.stringify({ error: { code, message: prose, innerError } });
}
