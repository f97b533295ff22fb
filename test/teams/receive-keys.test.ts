import assert from 'node:assert/strict';
import type { AuthenticateRequestResult, BotFrameworkAuthentication } from 'botframework-connector';
import { type Adapter, createAdapter, createLocalAdapter } from '../../src/teams/adapter.ts';
import { createReceive } from '../../src/teams/receive.ts';
import { type BotChannel, openBotChannel } from '../support/fake-bot-channel.ts';
import { silentLog } from '../support/fakes.ts';
import { tenantId } from '../support/samples.ts';

const appId = '0d9c2c4e-5f0b-4c58-9d6a-3f5f1d6f7a10';
const issuer = 'https://api.botframework.com';
const noBody = async () => ({ status: 400 });

/** receive, as far as the keys matter; what passes the signature ends with 400. */
function createDesk(adapter: Adapter) {
  const errors: unknown[] = [];
  const sleeping: { readonly ms: number; readonly end: () => void }[] = [];
  const receive = createReceive({
    adapter,
    guard: () => ({ ok: true }),
    sleep: (ms) => new Promise((resolve) => sleeping.push({ ms, end: resolve })),
    run: async () => {},
    log: { ...silentLog, error: (fields) => errors.push(fields) },
  });
  const ask = async (authorization: string) => (await receive(authorization, noBody)).status;
  return { ask, errors, sleeping };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('keys that the SDK has to fetch', () => {
  let keys: BotChannel;
  beforeEach(async () => {
    keys = await openBotChannel();
  });
  afterEach(() => keys.close());

  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer, aud: appId, exp: 4_000_000_000, nbf: 0, serviceurl: 'https://x/' };
  const token = (kid: string) => `Bearer ${part({ alg: 'RS256', kid })}.${part(claims)}.${part('signature')}`;

  function createRealDesk() {
    const metadata = `${keys.serviceUrl}.well-known/openidconfiguration`;
    const endpoints = {
      loginUrl: `https://login.microsoftonline.com/${tenantId}`,
      scope: issuer,
      issuer,
      oauthUrl: issuer,
      channelOpenIdMetadataUrl: metadata,
      emulatorOpenIdMetadataUrl: metadata,
    };
    const credential = { getToken: async () => ({ token: 'token' }) };
    return createDesk(createAdapter({ appId, tenantId, endpoints, credential }));
  }

  it('are fetched once for all who come meanwhile', async () => {
    keys.answers.push(
      { status: 200, body: { issuer, jwks_uri: `${keys.serviceUrl}keys` } },
      { status: 200, body: { keys: [] } },
    );
    const { ask } = createRealDesk();
    const statuses = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(token(`k${index}`))));
    assert.deepEqual(new Set(statuses), new Set([401]));
    assert.deepEqual(
      keys.requests.map(({ path }) => path),
      ['/.well-known/openidconfiguration', '/keys'],
    );
  });

  it('and cannot: all who came meanwhile are told so, the log once, and for a second nobody asks again', async () => {
    keys.answers.push({ status: 500 }, { status: 500 });
    const { ask, errors, sleeping } = createRealDesk();
    const statuses = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(token(`k${index}`))));
    assert.deepEqual(new Set(statuses), new Set([503]));
    assert.equal(await ask(token('later')), 503);
    assert.deepEqual([keys.requests.length, errors.length], [1, 1]);
    const pause = sleeping.find(({ ms }) => ms === 1000);
    pause?.end();
    await soon();
    assert.equal(await ask(token('later still')), 503);
    assert.equal(keys.requests.length, 2);
  });
});

describe('keys at hand', () => {
  const good = {} as AuthenticateRequestResult;

  /** An SDK that answers when it is told to. */
  function createScripted() {
    const asked: {
      readonly authorization: string;
      readonly answer: PromiseWithResolvers<AuthenticateRequestResult>;
    }[] = [];
    const authenticateRequest: BotFrameworkAuthentication['authenticateRequest'] = (_, authorization) => {
      const answer = Promise.withResolvers<AuthenticateRequestResult>();
      asked.push({ authorization, answer });
      return answer.promise;
    };
    const authentication = { authenticateRequest } as BotFrameworkAuthentication;
    return { asked, ...createDesk({ ...createLocalAdapter(), authentication }) };
  }

  it('need no timer', async () => {
    const { asked, ask, sleeping } = createScripted();
    const status = ask('Bearer known.a.b');
    await Promise.resolve();
    asked[0]?.answer.resolve(good);
    assert.equal(await status, 400);
    await soon();
    assert.deepEqual(sleeping, []);
  });

  it('do not wait for those of strangers', async () => {
    const { asked, ask } = createScripted();
    const first = ask('Bearer known.a.b');
    await soon();
    asked[0]?.answer.resolve(good);
    await first;
    const strangers = [ask('Bearer strange.a.b'), ask('Bearer stranger.a.b')];
    await soon();
    const known = ask('Bearer known.c.d');
    await soon();
    assert.deepEqual(asked.map(({ authorization }) => authorization).slice(1), [
      'Bearer strange.a.b',
      'Bearer known.c.d',
    ]);
    asked[2]?.answer.resolve(good);
    assert.equal(await known, 400);
    asked[1]?.answer.reject(Object.assign(new Error('no such key'), { statusCode: 401 }));
    assert.equal(await strangers[0], 401);
    await soon();
    asked[3]?.answer.reject(Object.assign(new Error('no such key'), { statusCode: 401 }));
    assert.equal(await strangers[1], 401);
  });

  it('wait in line as well once they have to be fetched again', async () => {
    const { asked, ask } = createScripted();
    const first = ask('Bearer known.a.b');
    await soon();
    asked[0]?.answer.resolve(good);
    await first;
    const second = ask('Bearer known.c.d');
    await soon();
    await soon();
    const others = [ask('Bearer known.e.f'), ask('Bearer known.g.h')];
    await soon();
    assert.equal(asked.length, 3);
    asked[1]?.answer.resolve(good);
    asked[2]?.answer.resolve(good);
    assert.deepEqual([await second, await others[0]], [400, 400]);
    asked[3]?.answer.resolve(good);
    assert.equal(await others[1], 400);
  });

  it('never count as such after a bad signature', async () => {
    const { asked, ask } = createScripted();
    const bad = ask('Bearer strange.a.b');
    await soon();
    asked[0]?.answer.reject(Object.assign(new Error('bad'), { name: 'JsonWebTokenError' }));
    assert.equal(await bad, 401);
    const next = [ask('Bearer strange.c.d'), ask('Bearer strange.e.f')];
    await soon();
    assert.equal(asked.length, 2);
    for (const one of [1, 2]) {
      asked[one]?.answer.resolve(good);
      await next[one - 1];
      await soon();
    }
  });

  it('are a few, however many headers come with good signatures', async () => {
    const { asked, ask } = createScripted();
    for (let index = 0; index < 33; index += 1) {
      const one = ask(`Bearer known${index}.a.b`);
      await soon();
      asked[index]?.answer.resolve(good);
      await one;
    }
    const [stranger, early, late] = [ask('Bearer strange.a.b'), ask('Bearer known0.a.b'), ask('Bearer known32.a.b')];
    await soon();
    assert.deepEqual(
      asked.slice(33).map(({ authorization }) => authorization),
      ['Bearer known32.a.b', 'Bearer strange.a.b'],
    );
    for (const one of asked.slice(33)) one.answer.resolve(good);
    await Promise.all([stranger, late]);
    await soon();
    asked[35]?.answer.resolve(good);
    assert.equal(await early, 400);
  });
});
