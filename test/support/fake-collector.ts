import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWatch } from './production/watch.ts';

/** A span as OTLP/HTTP has it in JSON. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number };
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Everything that was sent, as text. */
  readonly bodies: readonly string[];
  readonly paths: readonly string[];
  readonly headers: readonly IncomingHttpHeaders[];
  /** Status of the answers from now on. */
  answer(status: number): void;
  waitFor<T>(find: (spans: readonly CollectedSpan[]) => T | undefined | false, timeoutMs?: number): Promise<T>;
  /** Forgets what has arrived. */
  clear(): void;
  close(): Promise<void>;
}

/** An OpenTelemetry collector that takes traces as JSON, on a free loopback port. */
export async function startFakeCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const paths: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const watch = createWatch();
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      paths.push(`${request.method} ${request.url}`);
      headers.push(request.headers);
      bodies.push(body);
      const { resourceSpans } = JSON.parse(body) as {
        resourceSpans: { scopeSpans: { spans: CollectedSpan[] }[] }[];
      };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      // In two steps: restify, which other tests load, changes what the first gives back.
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end('{}');
      watch.changed();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    paths,
    headers,
    answer(next) {
      status = next;
    },
    clear() {
      for (const list of [spans, bodies, paths, headers]) list.length = 0;
    },
    waitFor: (find, timeoutMs = 10_000) =>
      watch.waitFor(
        () => find(spans),
        timeoutMs,
        () => `spans: ${spans.map(({ name }) => name).join(', ')}`,
      ),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
