import type { Attributes, Span } from './tracer.ts';

export interface Collector {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT has it, without `/v1/traces`. */
  readonly endpoint: string;
  /** May hold a key of the collector's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
}

const kinds = { internal: 1, server: 2, client: 3 };
const sendEveryMs = 1000;
const mostAtOnce = 512;
const mostWaiting = 4096;
const deadlineMs = 10_000;

/**
 * Sends spans to an OpenTelemetry collector, as JSON over HTTP (OTLP/HTTP 1.x). Nobody waits for it: what it cannot take in
 * time is left out and counted.
 * @param lost how many spans were given up, and why
 */
export function createOtlpExport(collector: Collector, lost: (count: number, why: unknown) => void) {
  const { endpoint, headers, serviceName } = collector;
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const waiting: Span[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  const post = async (spans: readonly Span[]) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(toOtlp(serviceName, spans)),
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the collector answered ${response.status}`);
    } catch (error) {
      lost(spans.length, error);
    }
  };

  const drain = async () => {
    while (waiting.length > 0) await post(waiting.splice(0, mostAtOnce));
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    sending ??= drain().finally(() => {
      sending = undefined;
    });
    return sending;
  };

  return {
    send(span: Span): void {
      if (waiting.length >= mostWaiting) lost(1, new Error('the collector is too slow'));
      else waiting.push(span);
      timer ??= setTimeout(() => void flush(), sendEveryMs).unref();
    },
    /** Sends what is left, as far as that is possible in `graceMs`. */
    async close(graceMs: number): Promise<void> {
      let over: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => {
        over = setTimeout(resolve, graceMs);
      });
      await Promise.race([flush().then(flush), grace]);
      clearTimeout(over);
    },
  };
}

function toOtlp(serviceName: string, spans: readonly Span[]): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues({ 'service.name': serviceName }) },
        scopeSpans: [{ scope: { name: 'session-revoker' }, spans: spans.map(toSpan) }],
      },
    ],
  };
}

function toSpan({ traceId, spanId, parentId, name, kind, startMs, endMs, failed, attributes }: Span): object {
  return {
    traceId,
    spanId,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${endMs}000000`,
    attributes: keyValues(attributes),
    status: failed ? { code: 2 } : {},
  };
}

function keyValues(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }));
}
