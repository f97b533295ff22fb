import type { Attributes, Span, SpanKind } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Log } from '../app/ports.ts';
import { within } from '../base/time.ts';

export interface Collector {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT has it, without `/v1/traces`. */
  readonly endpoint: string;
  /** May hold a key of the collector's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
}

export interface SpanStart {
  readonly kind: keyof typeof SpanKind;
  readonly attributes: Attributes;
  /** `undefined`: it begins a trace. */
  readonly parent: Span | undefined;
  /** What gave rise to a span that begins a trace of its own. */
  readonly cause: Span | undefined;
}

export interface Tracing {
  start(name: string, how: SpanStart): Span;
  /** Sends what is left, as far as that is possible in `graceMs`. */
  close(graceMs: number): Promise<void>;
}

const sendEveryMs = 1000;
const mostAtOnce = 512;
const mostWaiting = 4096;
/** Trying again after a 429, 502, 503 or 504 included. */
const deadlineMs = 5000;

/**
 * Sends spans to an OpenTelemetry collector (OTLP over HTTP, as JSON). OpenTelemetry's packages are loaded here, so that
 * who has no collector loads none of them; nothing is registered globally. Redirects are not followed.
 * @param lost told how many spans were given up
 */
export async function openTracing(
  { endpoint, headers, serviceName }: Collector,
  lost: (count: number) => void,
  log: Log,
): Promise<Tracing> {
  const giveUp = (count: number, why: unknown) => {
    lost(count);
    log.debug({ err: why, count }, 'spans could not be sent to the collector');
  };
  const [api, { ExportResultCode }, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/core'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace'),
  ]);
  const { ROOT_CONTEXT, SpanKind, trace } = api;
  const otlp = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: deadlineMs,
  });
  let waiting = 0;
  const exporter: SpanExporter = {
    export(spans, done) {
      otlp.export(spans, (result) => {
        waiting -= spans.length;
        if (result.code === ExportResultCode.FAILED) giveUp(spans.length, result.error);
        done(result);
      });
    },
    shutdown: () => otlp.shutdown(),
  };
  const batches = new sdk.BatchSpanProcessor({
    exporter,
    maxQueueSize: mostWaiting,
    maxExportBatchSize: mostAtOnce,
    scheduledDelayMillis: sendEveryMs,
  });
  const send = (span: ReadableSpan) => {
    if (waiting >= mostWaiting) return giveUp(1, new Error('the collector is too slow'));
    waiting += 1;
    batches.onEnd(span);
  };
  const parents = new WeakSet<object>();
  // The worker looks at every open request each few seconds; where it found nothing to do, there is nothing to tell. What
  // goes on beside it may begin after it has ended.
  const idle = new WeakSet<object>();
  const processor: SpanProcessor = {
    onStart(span, context) {
      const parent = trace.getSpan(context);
      if (parent) parents.add(parent);
      if (parent && idle.delete(parent)) send(parent as Span & ReadableSpan);
      batches.onStart(span, context);
    },
    onEnd(span) {
      if (span.kind === SpanKind.INTERNAL && !span.parentSpanContext && !parents.has(span)) idle.add(span);
      else send(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('session-revoker');

  return {
    start(name, { kind, attributes, parent, cause }) {
      const links = cause ? [{ context: cause.spanContext() }] : [];
      const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
      return tracer.startSpan(name, { kind: SpanKind[kind], attributes, links }, context);
    },
    async close(graceMs) {
      // What could not be sent has been counted.
      const sent = provider.shutdown().catch(() => undefined);
      await within(graceMs, sent, () => undefined);
    },
  };
}
