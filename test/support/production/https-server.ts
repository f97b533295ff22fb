import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificates } from './ca.ts';

/** One request as a fake sees it: `path` is decoded nowhere and carries no query. */
export type FakeRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path with query, as it stood in the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whoever sent it is not there any more. */
  isGone(): boolean;
};

/** An object is sent as JSON, a string as it is. `'drop'` closes the connection instead of answering. */
export type FakeAnswer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | 'drop';

export type FakeServer = {
  /** `https://localhost:<port>`, without a trailing slash. */
  readonly url: string;
  /** Dates its answers so much later than they are. */
  dateLater(ms: number): void;
  close(): Promise<void>;
};

/** Serves `handle` over HTTPS on a free loopback port. A promise that never settles is a request that hangs. */
export async function startHttpsServer(
  certificates: Certificates,
  handle: (request: FakeRequest) => Promise<FakeAnswer> | FakeAnswer,
): Promise<FakeServer> {
  let laterMs = 0;
  const server = createServer({ cert: certificates.cert, key: certificates.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const target = request.url ?? '/';
      const url = new URL(target, 'https://localhost');
      const end = (answer: FakeAnswer) => {
        if (answer === 'drop') return void response.destroy();
        const text = typeof answer.body === 'string' || answer.body === undefined;
        const body = text ? String(answer.body ?? '') : JSON.stringify(answer.body);
        const type = text ? {} : { 'content-type': 'application/json; charset=utf-8' };
        const dated = answer.headers?.date === undefined ? Date.now() : Date.parse(String(answer.headers.date));
        const date = new Date(dated + laterMs).toUTCString();
        response.writeHead(answer.status, { ...type, ...answer.headers, date });
        response.end(body);
      };
      Promise.resolve()
        .then(() =>
          handle({
            method: request.method ?? 'GET',
            path: url.pathname,
            query: url.searchParams,
            target,
            headers: request.headers,
            body: Buffer.concat(chunks).toString('utf8'),
            isGone: () => request.socket.destroyed,
          }),
        )
        .then(end, (error: unknown) => end({ status: 500, body: `fake failed: ${String(error)}` }));
    });
  });
  // Loopback alone: `localhost` of the child process may mean ::1 first, and Node tries 127.0.0.1 after it.
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    dateLater(ms) {
      laterMs = ms;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
