import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import restify from 'restify';

export interface Reply {
  readonly status: number;
  readonly body?: object | string;
  readonly contentType?: string;
}

/** Reads and parses the body: nothing of it is taken in before. */
export type ReadBody = () => Promise<{ readonly json: unknown } | { readonly status: 400 | 413 }>;

export interface Routes {
  readonly receive: (authorization: string | undefined, readBody: ReadBody) => Promise<Reply>;
  readonly ready: () => Promise<Reply>;
  readonly metrics: () => Promise<Reply>;
  /** What other apps may open and ask for; `null`: there is no such door. */
  readonly alerts: {
    readonly post: (authorization: string | undefined, readBody: ReadBody) => Promise<Reply>;
    readonly get: (authorization: string | undefined, id: string) => Promise<Reply>;
  } | null;
}

/** What restify's types leave out: runs before anything else is done, and ends it with `false`. */
interface First {
  first(handler: (request: IncomingMessage, response: ServerResponse) => boolean): void;
}

const longestBody = 256 * 1024;
const mostChunks = 4096;
const deepestJson = 64;
/** Making them takes milliseconds, and anyone may ask. */
const metricsKeptMs = 100;
/**
 * Slow senders are dropped; a Bot Framework request takes milliseconds. A connection that has been answered is kept longer
 * than by any proxy in front (Google's keeps its end for 600 s, others for less), so that none sends into one that ends.
 */
const limits = {
  // Both count from the first byte of a request, and not while a connection waits for one.
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 620_000,
  // How often the first two are looked at; Node would do so every 30 s.
  connectionsCheckingInterval: 2000,
  maxConnections: 1000,
};

/**
 * The routes. The body is read here and not by restify's plugin, which a compressed body can bring down: any
 * Content-Encoding is refused before a byte is read, and reading stops at the limit.
 */
export function createServer(routes: Routes) {
  const server = restify.createServer({ name: '', handleUncaughtExceptions: false }) as restify.Server & First;
  const { server: http } = server;
  // restify listens for upgrades and does nothing about them, which takes such sockets out of every timeout for good.
  http.removeAllListeners('upgrade');
  Object.assign(http, limits);
  // Connections that ask nothing must not keep out those that do.
  http.on('connection', () => {
    http.getConnections((_, count) => {
      if (count > http.maxConnections * 0.75) http.closeIdleConnections();
    });
  });
  // Requests sent without waiting for answers would be worked on all at once, and their answers kept for who does not
  // read them. No well-meaning client does that: a response that waits for another one has no socket yet.
  server.first((request: IncomingMessage, response: ServerResponse) => {
    // Restify would answer `OPTIONS *` by itself; as a path it is unknown.
    if (request.url === '*') request.url = '/*';
    if (response.socket) return true;
    request.socket.destroy();
    return false;
  });

  const post = (path: string, receive: Routes['receive'], refusal: (status: number) => Reply) =>
    server.post(path, async (request: restify.Request, response: restify.Response) => {
      const status = refuseUnread(request);
      if (status) return send(response, refusal(status));
      const reply = await receive(request.headers.authorization, () => readJson(request));
      // A short body comes along with the headers, and is known to be complete a moment after them.
      if (isSending(request)) await new Promise((resolve) => setImmediate(resolve));
      send(response, reply);
    });
  const get = (path: string, answer: (request: restify.Request) => Promise<Reply>) =>
    server.get(path, async (request: restify.Request, response: restify.Response) =>
      send(response, await answer(request)),
    );
  const { alerts } = routes;
  post('/api/messages', routes.receive, (status) => ({ status }));
  if (alerts) {
    const what = 'The body is application/json of at most 256 KiB, sent as it is.';
    post('/api/requests', alerts.post, (status) => problem(status, what));
    get('/api/requests/:id', ({ headers, params }) => alerts.get(headers.authorization, String(params.id)));
  }
  get('/healthz', async () => ({ status: 200 }));
  get('/readyz', routes.ready);
  get('/metrics', keepFor(metricsKeptMs, routes.metrics));
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
    /** Answers the port: for 0, the one that was free. */
    listen(port: number, host: string): Promise<number> {
      return new Promise((resolve, reject) => {
        // Restify passes this on and throws where there is no listener.
        server.once('error', reject);
        server.listen(port, host, () => resolve(server.address().port));
      });
    },
    /** Takes no new connections, ends idle ones, and resolves when the last answer is out. */
    close(): Promise<void> {
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

/** Source: RFC 9457. `more` are members of its own, which the description in docs/openapi.json names. */
export function problem(status: number, detail: string, more: object = {}): Reply {
  return {
    status,
    body: { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...more },
    contentType: 'application/problem+json',
  };
}

/** Asks once for all who ask within that time. */
function keepFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { readonly until: number; readonly answer: Promise<T> } | undefined;
  return () => {
    if (!kept || performance.now() >= kept.until) kept = { until: performance.now() + ms, answer: ask() };
    return kept.answer;
  };
}

function send(response: restify.Response, { status, body, contentType }: Reply): void {
  if (response.headersSent || response.destroyed) return;
  // What is left of a body is not read, so the connection cannot be used again.
  if (isSending(response.req)) response.header('Connection', 'close');
  const text = typeof body === 'string' ? body : body ? JSON.stringify(body) : '';
  // Through restify: after its error events it sends by itself whatever it does not know to be sent.
  response.sendRaw(status, text, {
    ...(text ? { 'Content-Type': contentType ?? 'application/json; charset=utf-8' } : {}),
    'Content-Length': String(Buffer.byteLength(text)),
    'Cache-Control': 'no-store',
  });
}

/** Whether some of a body has not come yet. */
function isSending({ headers, complete }: IncomingMessage): boolean {
  return !complete && (headers['content-length'] ?? headers['transfer-encoding']) !== undefined;
}

/** What the headers alone are enough to refuse. */
function refuseUnread({ headers }: IncomingMessage): 413 | 415 | undefined {
  if (headers['content-encoding'] !== undefined) return 415;
  // A web page can make a browser post other types to this address without asking first.
  if (!/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) return 415;
  return Number(headers['content-length'] ?? 0) > longestBody ? 413 : undefined;
}

async function readJson(request: IncomingMessage): Promise<{ json: unknown } | { status: 400 | 413 }> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      chunks.push(chunk);
      if (size > longestBody || chunks.length > mostChunks) return { status: 413 };
    }
    const json: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return isTooDeep(json) ? { status: 400 } : { json };
  } catch {
    // Not JSON, or the sender went away in the middle of it.
    return { status: 400 };
  }
}

/** Whatever walks the body later may use the stack to do so; parsing it does not. */
function isTooDeep(value: unknown, left = deepestJson): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((one) => isTooDeep(one, left - 1));
}
