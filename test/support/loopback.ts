import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createServer, type Routes } from '../../src/runtime/server.ts';
import { type RawAnswer, rawRequest } from './production/raw-request.ts';

const host = '127.0.0.1';

const ok: Routes = {
  receive: async () => ({ status: 200 }),
  ready: async () => ({ status: 200 }),
  metrics: async () => ({ status: 200 }),
  alerts: null,
};

/** The product's server on real sockets. Routes that are not given answer 200. */
export async function serve(routes: Partial<Routes> = {}, wantedPort = 0) {
  const server = createServer({ ...ok, ...routes });
  const port = await server.listen(wantedPort, host);

  const open = async (): Promise<Socket> => {
    const socket = connect(port, host);
    await once(socket, 'connect');
    return socket;
  };
  const ask = (
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Readonly<Record<string, string>>; body?: string | Buffer } = {},
  ): Promise<RawAnswer> =>
    rawRequest(`http://${host}:${port}${path}`, { method, headers, ...(body === undefined ? {} : { body: [body] }) });

  return {
    port,
    open,
    ask,
    close: () => server.close(),
    /** Sends exactly this and gives everything that comes back until the server hangs up. */
    async raw(text: string): Promise<string> {
      const socket = await open();
      let answer = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        answer += chunk;
      });
      // A server that hangs up on what it has not read resets the connection; the answer has come by then.
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(text);
      await closed;
      return answer;
    },
    /** The server of Node underneath. */
    async http(): Promise<HttpServer> {
      const channel = 'http.server.request.start';
      let seen: HttpServer | undefined;
      const look = (message: unknown) => {
        seen = (message as { server: HttpServer }).server;
      };
      subscribe(channel, look);
      await ask('GET', '/healthz').finally(() => unsubscribe(channel, look));
      if (!seen) throw new Error('no request was seen');
      return seen;
    },
  };
}

export type Serving = Awaited<ReturnType<typeof serve>>;
