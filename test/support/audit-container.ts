import { createHttpHeaders, createPipelineRequest, type HttpMethods } from '@azure/core-rest-pipeline';
import type { BlobService } from './blob-container.ts';
import type { Certificates } from './production/ca.ts';
import { type FakeAnswer, type FakeRequest, startHttpsServer } from './production/https-server.ts';

const passedOn = /^(?:x-ms-|if-|range$|content-type$)/;

/**
 * A container for the trail as the bot's process sees it: over TLS, with a token that the emulator cannot check as the
 * service does, and with a role that can be taken away.
 */
export async function startAuditContainer(options: {
  readonly certificates: Certificates;
  readonly blobs: BlobService;
  readonly isBot: (authorization: string | undefined) => boolean;
}) {
  const { certificates, blobs, isBot } = options;
  const container = await blobs.container();
  const beyond = new URL(container).origin;
  let mayWrite = true;

  async function forward({ method, target, headers, body }: FakeRequest): Promise<FakeAnswer> {
    const kept = Object.entries(headers).filter(([name]) => passedOn.test(name) && name !== 'x-ms-client-request-id');
    const { token } = await blobs.credential.getToken();
    const answer = await blobs.client.sendRequest(
      createPipelineRequest({
        url: `${beyond}${target}`,
        method: method as HttpMethods,
        headers: createHttpHeaders({
          ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
          authorization: `Bearer ${token}`,
          ...(method === 'PUT' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
        }),
        ...(body === '' ? {} : { body }),
      }),
    );
    const { connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...rest } = answer.headers.toJSON();
    return { status: answer.status, headers: rest, body: answer.bodyAsText ?? '' };
  }

  const server = await startHttpsServer(certificates, (request) => {
    if (!isBot(request.headers.authorization)) return { status: 401, headers: { 'www-authenticate': 'Bearer' } };
    if (!mayWrite) return { status: 403, headers: { 'x-ms-error-code': 'AuthorizationPermissionMismatch' } };
    return forward(request);
  });

  return {
    /** As `AUDIT_SINKS`. */
    url: `${server.url}${new URL(container).pathname}`,
    /** Gives the bot's identity its role, or takes it away. */
    allow(may: boolean) {
      mayWrite = may;
    },
    /** What the blobs hold, one after the other. */
    async text(): Promise<string> {
      return [...(await blobs.blobs(container)).values()].join('');
    },
    close: () => server.close(),
  };
}
