import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { createAdapter, createSigningKeys, KeysAway, KeyUnknown } from '../../../src/teams/wire/adapter.ts';
import { createReceive } from '../../../src/teams/wire/receive.ts';
import { createFakeClock, silentLog } from '../../support/fakes.ts';
import { tenantId } from '../../support/samples.ts';

const url = 'https://login.example/.well-known/openidconfiguration';
const jwks = 'https://login.example/keys';
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = (kid: string, more: object = {}) => ({ ...pair.publicKey.export({ format: 'jwk' }), kid, ...more });

/** Keys from a place whose answers the test decides. */
function createFixture(published: unknown[] = [jwk('one', { endorsements: ['msteams'] })]) {
  const clock = createFakeClock();
  const place = { keys: published, isAway: false, gate: Promise.resolve() };
  const asked: string[] = [];
  const logged: { readonly warn: unknown[]; readonly error: unknown[] } = { warn: [], error: [] };
  // Nothing is late unless the test says so.
  const sleeping: { readonly ms: number; readonly end: () => void }[] = [];
  const log = {
    ...silentLog,
    warn: (fields: object) => logged.warn.push(fields),
    error: (fields: object) => logged.error.push(fields),
  };
  const keys = createSigningKeys({
    url,
    async readJson(address, signal) {
      asked.push(address);
      await Promise.race([
        place.gate,
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ]);
      if (place.isAway) throw new Error('away');
      return address === url ? { jwks_uri: jwks } : { keys: place.keys };
    },
    clock: { ...clock, sleep: (ms) => new Promise((resolve) => sleeping.push({ ms, end: resolve })) },
    log,
  });
  return { keys, clock, place, asked, logged, log, sleeping };
}

const outcome = (asked: Promise<unknown>) =>
  asked.then(
    () => 'found',
    (error: unknown) => (error instanceof KeyUnknown ? 'unknown' : error instanceof KeysAway ? 'away' : error),
  );

describe('the keys of the Bot Framework', () => {
  it('are fetched when the first is asked for, once for all who come meanwhile, and kept', async () => {
    const { keys, asked, clock, logged } = createFixture();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => outcome(keys.getKey(index === 7 ? 'one' : `x${index}`))),
    );
    assert.deepEqual([all[7], new Set(all.toSpliced(7, 1))], ['found', new Set(['unknown'])]);
    clock.pass(23 * 3_600_000);
    assert.deepEqual((await keys.getKey('one')).endorsements, ['msteams']);
    assert.deepEqual([asked, logged], [[url, jwks], { warn: [], error: [] }]);
  });

  it('are fetched again for one that is new, within a minute of its publication, and the log says so', async () => {
    const { keys, place, clock, asked, logged } = createFixture();
    await keys.getKey('one');
    place.keys = [jwk('one'), jwk('two')];
    clock.pass(60_000);
    assert.match((await keys.getKey('two')).key, /BEGIN PUBLIC KEY/);
    assert.equal(asked.length, 4);
    assert.deepEqual(logged.warn, [{ keyId: 'two', found: true }]);
  });

  it('are looked for at most once a minute, whatever strangers name, and the others are at hand meanwhile', async () => {
    const { keys, clock, asked, logged } = createFixture();
    await keys.getKey('one');
    for (let second = 0; second < 600; second += 1) {
      clock.pass(1000);
      assert.equal(await outcome(keys.getKey(`${second}`.padEnd(3000, 'x'))), 'unknown');
      assert.equal(await outcome(keys.getKey('one')), 'found');
    }
    assert.equal(asked.length, 2 + 2 * 10);
    assert.ok(JSON.stringify(logged.warn).length < 10 * 200);
  });

  it('that are known wait for nobody who names another', async () => {
    const { keys, place, clock } = createFixture();
    await keys.getKey('one');
    clock.pass(60_000);
    const gate = Promise.withResolvers<void>();
    place.gate = gate.promise;
    const stranger = outcome(keys.getKey('strange'));
    assert.equal(await outcome(keys.getKey('one')), 'found');
    gate.resolve();
    assert.equal(await stranger, 'unknown');
  });

  it('that cannot be had: the log says so once, and for a second nobody asks again', async () => {
    const { keys, place, clock, asked, logged } = createFixture();
    place.isAway = true;
    assert.deepEqual(
      new Set(await Promise.all(Array.from({ length: 50 }, () => outcome(keys.getKey('one'))))),
      new Set(['away']),
    );
    assert.equal(await outcome(keys.getKey('one')), 'away');
    assert.deepEqual([asked.length, logged.error.length], [1, 1]);
    clock.pass(1000);
    place.isAway = false;
    assert.equal(await outcome(keys.getKey('one')), 'found');
  });

  it('that do not come are given up after five seconds', async () => {
    const { keys, place, sleeping, logged } = createFixture();
    place.gate = new Promise(() => {});
    const asked = outcome(keys.getKey('one'));
    assert.deepEqual(
      sleeping.map(({ ms }) => ms),
      [5000],
    );
    sleeping[0]?.end();
    assert.equal(await asked, 'away');
    assert.equal(logged.error.length, 1);
  });

  it('of a day ago still count while newer ones cannot be had', async () => {
    const { keys, place, clock, logged } = createFixture();
    await keys.getKey('one');
    clock.pass(25 * 3_600_000);
    place.isAway = true;
    assert.equal(await outcome(keys.getKey('one')), 'found');
    await new Promise(setImmediate);
    assert.equal(logged.error.length, 1);
    place.isAway = false;
    place.keys = [jwk('two')];
    clock.pass(60_001);
    await keys.getKey('one');
    await new Promise(setImmediate);
    assert.equal(await outcome(keys.getKey('two')), 'found');
    assert.equal(await outcome(keys.getKey('one')), 'unknown');
  });

  it('are those for RSA that have an id', async () => {
    const { keys } = createFixture([{ kty: 'EC', kid: 'curve' }, { ...jwk('x'), kid: undefined }, jwk('one')]);
    assert.equal(await outcome(keys.getKey('one')), 'found');
    assert.equal(await outcome(keys.getKey('curve')), 'unknown');
  });
});

describe('a token, checked by the SDK', () => {
  const appId = '0d9c2c4e-5f0b-4c58-9d6a-3f5f1d6f7a10';
  const issuer = 'https://api.botframework.com';
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = (kid: string) => {
    const signed = `${part({ alg: 'RS256', kid })}.${part({ iss: issuer, aud: appId, exp: 4_000_000_000, nbf: 0, serviceurl: 'https://x/' })}`;
    return `Bearer ${signed}.${sign('RSA-SHA256', Buffer.from(signed), pair.privateKey).toString('base64url')}`;
  };

  function createDesk() {
    const fixture = createFixture();
    const endpoints = {
      loginUrl: `https://login.microsoftonline.com/${tenantId}`,
      scope: issuer,
      issuer,
      oauthUrl: issuer,
      channelOpenIdMetadataUrl: url,
      emulatorOpenIdMetadataUrl: url,
    };
    const credential = { getToken: async () => ({ token: 'token' }) };
    const receive = createReceive({
      adapter: createAdapter({ appId, tenantId, endpoints, credential, signingKeys: fixture.keys }),
      guard: () => ({ ok: true }),
      tenantId,
      run: async () => null,
      log: fixture.log,
    });
    // What passes the signature ends with 400.
    return { ...fixture, ask: async (kid: string) => receive(token(kid), async () => ({ status: 400 })) };
  }

  it('passes by a key of a minute ago, and is refused by one that is nowhere', async () => {
    const { ask, place, clock } = createDesk();
    assert.deepEqual(await ask('one'), { status: 400 });
    place.keys = [jwk('one'), jwk('two', { endorsements: ['msteams'] }), jwk('web', { endorsements: ['webchat'] })];
    assert.deepEqual(await ask('two'), { status: 401, unchecked: 'keyUnknown' });
    clock.pass(60_000);
    assert.deepEqual(await ask('two'), { status: 400 });
    assert.deepEqual(await ask('web'), { status: 401 });
  });

  it('is to come again while the keys cannot be had', async () => {
    const { ask, place } = createDesk();
    place.isAway = true;
    assert.deepEqual(await ask('one'), { status: 503, unchecked: 'keysAway' });
  });
});
