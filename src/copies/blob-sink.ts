import {
  type BearerTokenAuthenticationPolicyOptions,
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  getDefaultProxySettings,
  type HttpClient,
  type HttpMethods,
  proxyPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import { type AuditSink, Overtaken, placeOf, textOf } from './sink.ts';

type Credential = NonNullable<BearerTokenAuthenticationPolicyOptions['credential']>;

/** Takes blocks of 100 MiB. Source: Azure Storage, "Append Block". */
const version = '2023-11-03';
const scope = 'https://storage.azure.com/.default';
/** The service takes 50,000 blocks in a blob. */
const mostBlocks = 45_000;
const deadlineMs = 30_000;
/** What the service answers when a blob is longer than it was, or is there already. */
const overtakenCodes: readonly unknown[] = ['AppendPositionConditionNotMet', 'BlobAlreadyExists'];
const nameOf = (seq: number) => `trail-${String(seq).padStart(12, '0')}.jsonl`;

/** The blob that is added to, and how far it is known: an append anywhere else is refused by the service. */
interface Current {
  readonly name: string;
  size: number;
  blocks: number;
}

/**
 * Append blobs in a container, one after the other, each named by its first record. Several replicas may write: an append
 * says behind which byte it belongs, so of two the second is refused.
 * @param client the network, or what stands in for it
 */
export function createBlobSink(
  container: string,
  credential: Credential,
  client: HttpClient = createDefaultHttpClient(),
): AuditSink {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(proxyPolicy(getDefaultProxySettings()));
  pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: 'session-revoker' }));
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: [scope] }), { phase: 'Sign' });
  let current: Current | null = null;

  const send = async (method: HttpMethods, path: string, headers: Record<string, string> = {}, body?: Buffer) => {
    const request = createPipelineRequest({
      url: `${container}${path}`,
      method,
      headers: createHttpHeaders({ 'x-ms-version': version, ...headers }),
      ...(body === undefined ? {} : { body }),
      abortSignal: AbortSignal.timeout(deadlineMs),
    });
    const response = await pipeline.sendRequest(client, request);
    if (response.status >= 300) {
      const code = response.headers.get('x-ms-error-code');
      const what = `the container answered ${response.status}${code && /^\w+$/.test(code) ? ` ${code}` : ''}`;
      throw overtakenCodes.includes(code) ? new Overtaken(what) : new Error(what);
    }
    return response;
  };

  const names = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    let marker = '';
    do {
      const next = marker && `&marker=${encodeURIComponent(marker)}`;
      const { bodyAsText } = await send('GET', `?restype=container&comp=list&prefix=trail-${next}`);
      const xml = bodyAsText ?? '';
      found.push(...[...xml.matchAll(/<Name>(trail-\d{12}\.jsonl)<\/Name>/g)].map((match) => match[1] ?? ''));
      marker = /<NextMarker>([^<]+)<\/NextMarker>/.exec(xml)?.[1] ?? '';
    } while (marker);
    return found.toSorted().toReversed();
  };

  const look = async (name: string): Promise<Current> => {
    const { headers } = await send('HEAD', `/${name}`);
    const number = (header: string) => Number(headers.get(header) ?? Number.NaN);
    return { name, size: number('content-length'), blocks: number('x-ms-blob-committed-block-count') };
  };

  const append = async (blob: Current, body: Buffer) => {
    const where = { 'x-ms-blob-condition-appendpos': String(blob.size) };
    await send('PUT', `/${blob.name}?comp=appendblock`, { ...where, 'content-length': String(body.length) }, body);
    blob.size += body.length;
    blob.blocks += 1;
  };

  return {
    name: 'blob',
    async last() {
      const known = current;
      current = null;
      // A replica begins another blob only when the last one is full.
      const isOpen = known !== null && known.size > 0 && known.blocks < mostBlocks;
      for (const name of isOpen ? [known.name] : await names()) {
        const blob = await look(name);
        current ??= blob;
        // One that was made and not yet written to.
        if (blob.size === 0) continue;
        const line = await lastLine(blob.size, async (from, length) => {
          const range = { 'x-ms-range': `bytes=${from}-${from + length - 1}` };
          return Buffer.from((await send('GET', `/${name}`, range)).bodyAsText ?? '', 'utf8');
        });
        return placeOf(line);
      }
      return null;
    },
    async write(lines) {
      // One block, so that no reader ever sees half of a line.
      const [first] = lines;
      if (!first) return;
      if (!current || current.blocks >= mostBlocks) {
        const name = nameOf(first.seq);
        const kind = { 'x-ms-blob-type': 'AppendBlob', 'content-type': 'application/jsonl', 'content-length': '0' };
        await send('PUT', `/${name}`, { ...kind, 'if-none-match': '*' });
        current = { name, size: 0, blocks: 0 };
      }
      await append(current, Buffer.from(textOf(lines)));
    },
  };
}

const firstLook = 64 * 1024;

/** The last line of a blob of this size that is read from its end; `''`: there is none. */
async function lastLine(size: number, read: (from: number, length: number) => Promise<Buffer>): Promise<string> {
  for (let length = Math.min(firstLook, size); ; length = Math.min(length * 8, size)) {
    const tail = await read(size - length, length);
    const end = tail.lastIndexOf(0x0a);
    const before = end < 1 ? -1 : tail.lastIndexOf(0x0a, end - 1);
    if (before >= 0 || length === size) return tail.subarray(before + 1, Math.max(end, 0)).toString('utf8');
  }
}
