import type { IncomingMessage } from 'node:http';
import restify from 'restify';

export interface Reply {
  readonly status: number;
  readonly body?: object | string;
  readonly contentType?: string;
}

export interface Routes {
  readonly receive: (authorization: string | undefined, body: unknown) => Promise<Reply>;
  readonly ready: () => Promise<Reply>;
  readonly metrics: () => Promise<Reply>;
}

export interface Server {
  listen(port: number, host: string): Promise<void>;
  /** Takes no new connections, ends idle ones, and resolves when the last answer is out. */
  close(): Promise<void>;
}

const longestBody = 256 * 1024;
const deepestJson = 64;

/**
 * The four routes. The body is read here and not by restify's plugin, which a compressed body can bring down: any
 * Content-Encoding is refused before a byte is read, and reading stops at the limit.
 */
export function createServer(routes: Routes): Server {
  const server = restify.createServer({ name: '', handleUncaughtExceptions: false });
  const { server: http } = server;
  // restify listens for upgrades and does nothing about them, which takes such sockets out of every timeout for good.
  http.removeAllListeners('upgrade');
  // Slow senders are dropped; a Bot Framework request takes milliseconds.
  Object.assign(http, { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5000, maxConnections: 1000 });

  server.post('/api/messages', async (request: restify.Request, response: restify.Response) => {
    const read = await readJson(request);
    if ('status' in read) {
      // What is left of a refused body is not read, so the connection cannot be used again.
      if (read.status === 413 || read.status === 415) response.header('Connection', 'close');
      return send(response, { status: read.status });
    }
    send(response, await routes.receive(request.headers.authorization, read.json));
  });
  server.get('/healthz', async (_: restify.Request, response: restify.Response) => send(response, { status: 200 }));
  server.get('/readyz', async (_: restify.Request, response: restify.Response) => send(response, await routes.ready()));
  server.get('/metrics', async (_: restify.Request, response: restify.Response) =>
    send(response, await routes.metrics()),
  );
  // Unknown routes and methods alike are 404: restify's own answers say more than they need to.
  for (const event of ['NotFound', 'MethodNotAllowed', 'restifyError'] as const) {
    server.on(
      event,
      (_: restify.Request, response: restify.Response, error: { statusCode?: number }, done: () => void) => {
        const status = error?.statusCode ?? 500;
        send(response, { status: status === 405 ? 404 : status });
        done();
      },
    );
  }

  return {
    listen(port, host) {
      return new Promise((resolve, reject) => {
        // Restify passes this on and throws where nobody listens.
        server.once('error', reject);
        server.listen(port, host, () => resolve());
      });
    },
    close() {
      return new Promise((resolve) => {
        // A connection that is busy now is idle only after its answer, and would then stay for the keep-alive time.
        const sweep = setInterval(() => http.closeIdleConnections(), 50);
        http.close(() => {
          clearInterval(sweep);
          resolve();
        });
        http.closeIdleConnections();
      });
    },
  };
}

function send(response: restify.Response, { status, body, contentType }: Reply): void {
  if (response.headersSent || response.destroyed) return;
  const text = typeof body === 'string' ? body : body ? JSON.stringify(body) : '';
  // Through restify: after its error events it sends by itself whatever it does not know to be sent.
  response.sendRaw(status, text, {
    ...(text ? { 'Content-Type': contentType ?? 'application/json; charset=utf-8' } : {}),
    'Content-Length': String(Buffer.byteLength(text)),
    'Cache-Control': 'no-store',
  });
}

async function readJson(request: IncomingMessage): Promise<{ json: unknown } | { status: 400 | 413 | 415 }> {
  if (request.headers['content-encoding'] !== undefined) return { status: 415 };
  // A web page can make a browser post other types to this address without asking first.
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) return { status: 415 };
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return { status: 413 };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > longestBody) return { status: 413 };
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    return isTooDeep(text) ? { status: 400 } : { json: JSON.parse(text) };
  } catch {
    // Not JSON, or the sender went away in the middle of it.
    return { status: 400 };
  }
}

/** Counts brackets outside strings: whatever walks the parsed body later may use the stack to do so. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > deepestJson) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
}
