import { type IncomingHttpHeaders, request } from 'node:http';

export type RawAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/**
 * One request exactly as given: no length is added, nothing is retried. A server may answer and hang up before the
 * whole body is sent; then the answer counts. Throws when the connection ends without an answer.
 */
export function rawRequest(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Sent one after the other; chunked unless a content-length is given. */
    readonly body?: readonly (string | Buffer)[];
    readonly timeoutMs?: number;
  } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body = [], timeoutMs = 10_000 } = options;
    const outgoing = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      const end = () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', end);
      response.on('close', end);
    });
    for (const chunk of body) outgoing.write(chunk);
    outgoing.end();
  });
}
