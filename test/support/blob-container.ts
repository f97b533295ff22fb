import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
} from '@azure/core-rest-pipeline';
import { createCertificates } from './production/ca.ts';
import { createSigningKey, signToken } from './production/jwt.ts';
import { createWatch } from './production/watch.ts';

const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
const scope = 'https://storage.azure.com';

/** Microsoft's emulator of Blob Storage with a sign-in, over TLS, on a free loopback port. */
export async function startBlobService() {
  const certificates = await createCertificates();
  const folder = mkdtempSync(join(tmpdir(), 'session-revoker-blobs-'));
  for (const name of ['cert', 'key'] as const) writeFileSync(join(folder, name), certificates[name]);
  const tls = ['--cert', join(folder, 'cert'), '--key', join(folder, 'key'), '--oauth', 'basic'];
  const flags = ['--inMemoryPersistence', '--disableTelemetry', '--silent', '--skipApiVersionCheck', ...tls];
  const child = spawn(process.execPath, [main, ...flags, '--blobHost', '127.0.0.1', '--blobPort', '0'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      AZURITE_ACCOUNTS: `auditaccount:${Buffer.alloc(64, 'no secret').toString('base64')}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const closed = once(child, 'close');
  const watch = createWatch();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      watch.changed();
    });
  }
  const close = async () => {
    kill();
    await closed;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
    await certificates.remove();
  };
  const origin = await watch
    .waitFor(
      () => /successfully listens on (\S+)/.exec(output)?.[1],
      60_000,
      () => output,
    )
    .catch(async (error: unknown) => {
      await close();
      throw error;
    });

  const network = createDefaultHttpClient();
  const client: HttpClient = {
    sendRequest: (request) => network.sendRequest(Object.assign(request, { tlsSettings: { ca: certificates.ca } })),
  };
  const { privateKey } = createSigningKey('k');
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    aud: scope,
    iss: `https://sts.windows.net/${randomUUID()}/`,
    iat: seconds - 60,
    nbf: seconds - 60,
    exp: seconds + 3600,
  };
  const token = signToken({ alg: 'RS256', typ: 'JWT' }, claims, { rsa: privateKey });
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };

  const call = async (method: HttpMethods, url: string, headers: Record<string, string> = {}) => {
    const all = { 'x-ms-version': '2023-11-03', authorization: `Bearer ${token}`, ...headers };
    return client.sendRequest(createPipelineRequest({ url, method, headers: createHttpHeaders(all) }));
  };

  return {
    client,
    credential,
    call,
    /** A container of its own. */
    async container(): Promise<string> {
      const url = `${origin}/auditaccount/${randomUUID()}`;
      const { status } = await call('PUT', `${url}?restype=container`, { 'content-length': '0' });
      if (status !== 201) throw new Error(`no container: ${status}`);
      return url;
    },
    /** All blobs of it, by name. */
    async blobs(container: string): Promise<ReadonlyMap<string, string>> {
      const { bodyAsText } = await call('GET', `${container}?restype=container&comp=list`);
      const names = [...(bodyAsText ?? '').matchAll(/<Name>([^<]+)<\/Name>/g)]
        .map((match) => match[1] ?? '')
        .toSorted();
      const read = async (name: string) =>
        [name, (await call('GET', `${container}/${name}`)).bodyAsText ?? ''] as const;
      return new Map(await Promise.all(names.map(read)));
    },
    close,
  };
}

export type BlobService = Awaited<ReturnType<typeof startBlobService>>;
