import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import https from 'node:https';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import tls from 'node:tls';
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { useFakeTimers } from 'sinon';
import { clouds } from '../../src/config/clouds.ts';
import { createCredential, type Identity, withDeadline } from '../../src/config/identities.ts';
import { createCertificates } from '../support/production/ca.ts';

const tenantId = '22222222-bbbb-4222-8222-222222222222';
const clientId = '11111111-aaaa-4111-8111-111111111111';
const nowhere = '/nonexistent/session-revoker';

type CredentialClass = abstract new (...parameters: never[]) => object;

const kinds: [identity: Identity, expected: CredentialClass][] = [
  [{ kind: 'secret', tenantId, clientId, secret: 'x' }, ClientSecretCredential],
  [{ kind: 'certificate', tenantId, clientId, path: nowhere }, ClientCertificateCredential],
  [{ kind: 'federated', tenantId, clientId, tokenFile: nowhere }, WorkloadIdentityCredential],
  [{ kind: 'managedIdentity', clientId }, ManagedIdentityCredential],
  [{ kind: 'chain', tenantId, clientId }, DefaultAzureCredential],
  [{ kind: 'chain', tenantId: '', clientId: undefined }, DefaultAzureCredential],
];

describe('a credential', () => {
  let sockets = 0;
  const count = () => {
    sockets += 1;
  };
  beforeEach(() => {
    sockets = 0;
    subscribe('net.client.socket', count);
  });
  afterEach(() => void unsubscribe('net.client.socket', count));

  it('would be seen opening a connection (the measure works)', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert(address && typeof address === 'object');
    await once(createConnection(address.port, '127.0.0.1').resume(), 'close');
    server.close();
    assert.equal(sockets, 1);
  });

  const authorities = [
    ...new Set(Object.values(clouds).map(({ authorityHost }) => authorityHost)),
    'https://login.proxy.example',
  ];
  for (const authority of authorities) {
    for (const [identity, expected] of kinds) {
      it(`for ${identity.kind} at ${authority} is a ${expected.name}, made without files or network`, async () => {
        const credential = createCredential(identity, authority);
        assert(credential instanceof expected);
        assert.equal(typeof credential.getToken, 'function');
        await new Promise(setImmediate);
        assert.equal(sockets, 0);
      });
    }
  }

  for (const kind of ['certificate', 'federated'] as const) {
    it(`for ${kind} reads its file only when asked for a token, and says which file it misses`, async () => {
      const file = kind === 'certificate' ? { kind, path: nowhere } : { kind, tokenFile: nowhere };
      const credential = createCredential(
        { tenantId, clientId, ...file } as Identity,
        'https://login.microsoftonline.com',
      );
      await assert.rejects(credential.getToken('https://graph.microsoft.com/.default'), /nonexistent/);
      assert.equal(sockets, 0);
    });
  }
});

describe('a credential with a deadline', () => {
  it('passes on what comes in time, token or error', async () => {
    const token = { token: 't', expiresOnTimestamp: 1 };
    assert.deepEqual(await withDeadline({ getToken: async () => token }).getToken('s'), token);
    const failing = withDeadline({ getToken: () => Promise.reject(new Error('refused')) });
    await assert.rejects(Promise.resolve(failing.getToken('s')), /refused/);
  });

  it('says what was last answered when no token comes in time', async () => {
    const clock = useFakeTimers();
    try {
      const hanging = withDeadline({ getToken: () => new Promise<never>(() => {}) }, () => 'imds last answered 503');
      const failed = assert.rejects(
        Promise.resolve(hanging.getToken('s')),
        /no token within 4000 ms: imds last answered 503/,
      );
      await clock.tickAsync(4000);
      await failed;
    } finally {
      clock.restore();
    }
  });

  it('hears each answer of who gives tokens', async () => {
    const certificates = await createCertificates();
    const trusted = tls.getCACertificates();
    tls.setDefaultCACertificates([...trusted, certificates.ca]);
    const server = https.createServer({ cert: certificates.cert, key: certificates.key }, (_, response) => {
      // Restify, where another test of this process has loaded it, makes writeHead answer nothing.
      response.writeHead(418, { 'content-type': 'application/json' });
      response.end('{}');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const heard: string[] = [];
      const identity = { kind: 'secret', tenantId, clientId, secret: 'x' } as const;
      const note = (status: number, host: string) => void heard.push(`${status} ${host}`);
      const credential = createCredential(identity, `https://localhost:${port}`, note);
      await assert.rejects(Promise.resolve(credential.getToken('https://graph.microsoft.com/.default')));
      assert.equal(heard[0], `418 localhost:${port}`);
    } finally {
      server.close();
      server.closeAllConnections();
      tls.setDefaultCACertificates(trusted);
      await certificates.remove();
    }
  });

  it('gives up on one that hangs, and asks anew the next time', async () => {
    const clock = useFakeTimers();
    try {
      const token = { token: 't', expiresOnTimestamp: 1 };
      const answers = [new Promise<never>(() => {}), Promise.resolve(token)];
      const credential = withDeadline({ getToken: () => answers.shift() ?? Promise.resolve(null) });
      const hanging = assert.rejects(Promise.resolve(credential.getToken('s')), { name: 'CredentialUnavailableError' });
      await clock.tickAsync(4000);
      await hanging;
      assert.deepEqual(await credential.getToken('s'), token);
      assert.equal(clock.countTimers(), 0);
    } finally {
      clock.restore();
    }
  });
});
