import assert from 'node:assert/strict';
import { type GuardSettings, guard, placeOnThisMachine, unread } from '../../../src/teams/wire/guard.ts';

const tenantId = 'ab111111-1111-4111-8111-11111111111c';
const settings: GuardSettings = {
  appId: '0d9c2c4e-5f0b-4c58-9d6a-3f5f1d6f7a10',
  tenantId,
  issuer: 'https://api.botframework.com',
  serviceUrlHosts: new Set(['smba.trafficmanager.net']),
};
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const claims = { iss: settings.issuer, aud: settings.appId, exp: 4_000_000_000, nbf: 0, serviceurl: serviceUrl };
const activity = { type: 'message', channelId: 'msteams', serviceUrl, conversation: { id: 'a:1', tenantId } };
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (payload: object) => `Bearer ${part({ alg: 'RS256', kid: 'k' })}.${part(payload)}.c2ln`;

describe('guard, about a token whose body has not been read', () => {
  it('lets a good one through', () => assert.deepEqual(guard(settings, token(claims), unread), { ok: true }));

  it('turns a bad one away', () => {
    for (const bad of [undefined, 'Bearer x', token({ ...claims, aud: 'x' }), token({ ...claims, exp: undefined })]) {
      assert.equal(guard(settings, bad, unread).ok, false);
    }
  });

  it('takes no body for an unread one', () => {
    for (const body of [{}, JSON.parse('{}'), { ...unread }])
      assert.equal(guard(settings, token(claims), body).ok, false);
  });

  it('lets it through on this machine', () => {
    assert.deepEqual(placeOnThisMachine(tenantId, unread), { ok: true });
    assert.equal(placeOnThisMachine(tenantId, {}).ok, false);
  });
});

/** What the SDK does with an unverified token before it looks at the signature. */
describe('guard, about what would pile up in the SDK', () => {
  it('lets our own tenant through', () =>
    assert.deepEqual(guard(settings, token({ ...claims, tid: tenantId }), activity), { ok: true }));

  for (const tid of [
    '22222222-2222-4222-8222-222222222222',
    tenantId.toUpperCase(),
    ` ${tenantId}`,
    '',
    null,
    1,
    {},
    [tenantId],
  ]) {
    it(`turns away tid ${JSON.stringify(tid)}`, () => {
      const names = { ok: false, status: 401, why: 'names another tenant' };
      for (const body of [unread, activity]) assert.deepEqual(guard(settings, token({ ...claims, tid }), body), names);
    });
  }

  it('takes 32 claims and no more', () => {
    const more = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, 1]));
    assert.deepEqual(guard(settings, token({ ...claims, ...more(27) }), unread), { ok: true });
    for (const count of [28, 500]) {
      const refused = { ok: false, status: 401, why: 'too many claims' };
      assert.deepEqual(guard(settings, token({ ...claims, ...more(count) }), unread), refused);
    }
  });
});
