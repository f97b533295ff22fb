import type { webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A throw-away certificate authority and one server certificate for localhost, 127.0.0.1 and storage accounts, as PEM. */
export type Certificates = {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Where the CA lies on disk, for NODE_EXTRA_CA_CERTS of a child process. */
  readonly caFile: string;
  /** Removes the file. */
  remove(): Promise<void>;
};

type Metadata = Map<unknown, unknown>;

/**
 * The certificate library's container asks for the Reflect metadata functions before it loads. It needs three of them,
 * and only on classes.
 */
function provideReflectMetadata(): void {
  if ('getMetadata' in Reflect) return;
  const kept = new WeakMap<object, Metadata>();
  const own = (key: unknown, target: object) => kept.get(target)?.get(key);
  const inherited = (key: unknown, target: object | null): unknown =>
    target === null ? undefined : (own(key, target) ?? inherited(key, Object.getPrototypeOf(target)));
  Object.assign(Reflect, {
    getOwnMetadata: own,
    getMetadata: inherited,
    defineMetadata: (key: unknown, value: unknown, target: object) => {
      kept.set(target, (kept.get(target) ?? new Map()).set(key, value));
    },
  });
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 24 * 60 * 60 * 1000;

/** Makes a new authority and server key each time; nothing of it is ever worth keeping. */
export async function createCertificates(): Promise<Certificates> {
  provideReflectMetadata();
  const x509 = await import('@peculiar/x509');
  const notBefore = new Date(Date.now() - DAY);
  const notAfter = new Date(Date.now() + DAY);
  const caKeys = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const serverKeys = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Throw-away test CA',
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=localhost',
    issuer: ca.subject,
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: '*.table.core.windows.net' },
      ]),
    ],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey), 'PRIVATE KEY');
  const folder = await mkdtemp(join(tmpdir(), 'session-revoker-ca-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, ca.toString('pem'));
  return {
    ca: ca.toString('pem'),
    cert: server.toString('pem'),
    key,
    caFile,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
