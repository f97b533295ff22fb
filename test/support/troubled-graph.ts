import { randomUUID } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificates } from './production/ca.ts';

/**
 * What is sent instead of an answer in good order. `cut` says how many bytes of the body are held back after its length
 * was announced. `reset`, `close`: the connection ends before any header. `hang`: nothing ever comes.
 */
export type Odd =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
      readonly body?: string;
      readonly cut?: number;
    }
  | 'reset'
  | 'close'
  | 'hang';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What to do with one request: an odd answer, or `undefined` for the usual one. `done`: the tenant does it all the same. */
export type Trouble = (request: Seen) => { readonly odd: Odd; readonly done?: boolean } | undefined;

/** What answers when nothing is wrong. */
type Tenant = (request: Seen) => Promise<{ status: number; headers: object; body?: string }>;

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

/** Graph over HTTPS on 127.0.0.1, which answers like `tenant` or as odd as it is told. */
export async function startTroubledGraph(certificates: Certificates) {
  const state: { tenant: Tenant | null; trouble: Trouble; seen: Seen[]; onHang: () => void } = {
    tenant: null,
    trouble: () => undefined,
    seen: [],
    onHang: () => undefined,
  };
  /** Under TLS, where alone a connection can be reset, by the port that the other side has. */
  const sockets = new Map<number | undefined, Socket>();
  const server = createServer({ cert: certificates.cert, key: certificates.key }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const body = Buffer.concat(chunks).toString('utf8');
    const seen: Seen = { method: request.method ?? '', path: request.url ?? '', headers, body };
    state.seen.push(seen);
    const trouble = state.trouble(seen);
    const usual = !trouble || trouble.done ? await state.tenant?.(seen) : undefined;
    const odd = trouble?.odd ?? usual;
    switch (odd) {
      case undefined:
        return void response.writeHead(500).end();
      case 'reset':
        return void sockets.get(request.socket.remotePort)?.resetAndDestroy();
      case 'close':
        return void request.socket.destroy();
      case 'hang':
        return state.onHang();
      default: {
        const text = Buffer.from(odd.body ?? '');
        response.writeHead(odd.status, { 'request-id': randomUUID(), ...odd.headers } as Record<string, string>);
        if (!('cut' in odd) || odd.cut === undefined) return void response.end(text);
        response.write(text.subarray(0, text.length - odd.cut), () => request.socket.destroy());
      }
    }
  });
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    root: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export type TroubledGraph = Awaited<ReturnType<typeof startTroubledGraph>>;
