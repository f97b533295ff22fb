import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Guarded,
  type GuardSettings,
  guard,
  isAllowedServiceUrl,
  isLoopback,
  place,
  placeOnThisMachine,
  unread,
} from '../../../src/teams/wire/guard.ts';
import { runs } from '../../support/chance.ts';

const appId = '0d9c2c4e-5f0b-4c58-9d6a-3f5f1d6f7a10';
const tenantId = 'ab111111-1111-4111-8111-11111111111c';
const otherTenant = '22222222-2222-4222-8222-222222222222';
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const settings: GuardSettings = {
  appId,
  tenantId,
  issuer: 'https://api.botframework.com',
  serviceUrlHosts: new Set(['smba.trafficmanager.net']),
};

const head = { alg: 'RS256', kid: 'key-1', typ: 'JWT' };
const claims = { iss: settings.issuer, aud: appId, exp: 4_000_000_000, nbf: 0, serviceurl: serviceUrl };
const activity = {
  type: 'message',
  channelId: 'msteams',
  serviceUrl,
  conversation: { id: 'a:1', tenantId },
  channelData: { tenant: { id: tenantId } },
};

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (header: unknown, payload: unknown, signature = 'c2ln') =>
  `Bearer ${part(header)}.${part(payload)}.${signature}`;
const good = token(head, claims);
const inWords = (guarded: Guarded) => (guarded.ok ? 'let through' : `${guarded.status} ${guarded.why}`);
const verdict = (authorization: string | undefined, body: object = activity) =>
  inWords(guard(settings, authorization, body));

describe('guard', () => {
  it('lets through what the Bot Framework sends', () =>
    assert.deepEqual(guard(settings, good, activity), { ok: true }));

  describe('one thing wrong with the token: 401', () => {
    const foreign: readonly unknown[] = [
      undefined,
      null,
      '',
      0,
      1,
      true,
      [],
      {},
      'x',
      [claims.iss],
      [appId],
      ['RS256'],
    ];
    const algorithm = '401 wrong algorithm or no key id';
    const noToken = '401 not a JSON web token';
    const mutations: readonly (readonly [string, unknown, unknown, string])[] = [
      ...['none', 'HS256', 'RS512', 'ES256', 'rs256', 'RS256 ', ...foreign].map(
        (alg) => [`alg ${JSON.stringify(alg)}`, { ...head, alg }, claims, algorithm] as const,
      ),
      ...[undefined, null, 1, {}, []].map(
        (kid) => [`kid ${JSON.stringify(kid)}`, { ...head, kid }, claims, algorithm] as const,
      ),
      ...[
        `https://sts.windows.net/${otherTenant}/`,
        `https://login.microsoftonline.com/${tenantId}/v2.0`,
        'https://api.botframework.us',
        'https://api.botframework.com/',
        'HTTPS://API.BOTFRAMEWORK.COM',
        'http://api.botframework.com',
        ...foreign,
      ].map(
        (iss) =>
          [`iss ${JSON.stringify(iss)}`, head, { ...claims, iss }, '401 not issued by the Bot Framework'] as const,
      ),
      ...[`api://${appId}`, appId.toUpperCase(), otherTenant, `${appId} `, ...foreign].map(
        (aud) => [`aud ${JSON.stringify(aud)}`, head, { ...claims, aud }, '401 meant for another app'] as const,
      ),
      ...[undefined, null, '4000000000', {}, []].map(
        (exp) => [`exp ${JSON.stringify(exp)}`, head, { ...claims, exp }, '401 never expires'] as const,
      ),
      ...['https://smba.trafficmanager.net/emea', 'https://smba.trafficmanager.net/amer/', ...foreign].map(
        (url) =>
          [
            `serviceurl ${JSON.stringify(url)}`,
            head,
            { ...claims, serviceurl: url },
            '401 serviceUrl differs',
          ] as const,
      ),
      ['claims of another case', head, { ...claims, serviceurl: undefined, serviceUrl }, '401 serviceUrl differs'],
      ['header is a list', [head], claims, noToken],
      ['header is null', null, claims, noToken],
      ['header is a text', 'head', claims, noToken],
      ['payload is a list', head, [claims], noToken],
      ['payload is null', head, null, noToken],
      ['payload is a text', head, 'claims', noToken],
      ['payload is a number', head, 1, noToken],
    ];
    for (const [name, header, payload, expected] of mutations) {
      it(name, () => assert.equal(verdict(token(header, payload)), expected));
    }

    it('whatever any one claim is replaced by', () => {
      const claim = fc.constantFrom(...(['iss', 'aud', 'serviceurl'] as const));
      fc.assert(
        fc.property(claim, fc.jsonValue(), (name, value) => {
          fc.pre(value !== claims[name]);
          assert.match(verdict(token(head, { ...claims, [name]: value })), /^401 /);
        }),
      );
    });
  });

  describe('not the shape of a token: 401', () => {
    const [header = '', payload = '', signature = ''] = good.slice('Bearer '.length).split('.');
    it('none at all', () => assert.equal(verdict(undefined), '401 no usable token'));

    const rows: readonly (readonly [string, string])[] = [
      ['empty', ''],
      ['a name alone', 'Bearer'],
      ['another scheme', good.replace('Bearer', 'Basic')],
      ['scheme in lower case', good.replace('Bearer', 'bearer')],
      ['two spaces', good.replace('Bearer ', 'Bearer  ')],
      ['space in front', ` ${good}`],
      ['line break behind', `${good}\n`],
      ['two tokens', `${good},${good}`],
      ['two parts', `Bearer ${header}.${payload}`],
      ['four parts', `${good}.${signature}`],
      ['five parts', `Bearer ${header}.${payload}.${signature}.${signature}.${signature}`],
      ['empty signature', `Bearer ${header}.${payload}.`],
      ['empty header', `Bearer .${payload}.${signature}`],
      ['ordinary base64', `Bearer ${header}.${payload}.ab+/=`],
      ['not JSON', `Bearer ${Buffer.from('{"alg":').toString('base64url')}.${payload}.${signature}`],
      ['other letters', `Bearer ${header}.${payload}.sïg`],
    ];
    for (const [name, authorization] of rows) {
      it(name, () => assert.equal(verdict(authorization), '401 not a JSON web token'));
    }

    it('takes a header of 8 KiB and not a byte more', () => {
      const long = good + 'a'.repeat(8192 - good.length);
      assert.equal(verdict(long), 'let through');
      assert.equal(verdict(`${long}a`), '401 no usable token');
    });

    it('whatever the header holds', () => {
      const dotted = fc.array(fc.base64String({ maxLength: 40 }), { maxLength: 6 }).map((parts) => parts.join('.'));
      const random = fc.oneof(
        fc.string(),
        dotted.map((text) => `Bearer ${text}`),
        fc.string().map((s) => `Bearer ${s}`),
      );
      fc.assert(
        fc.property(random, (authorization) => {
          assert.match(verdict(authorization), /^401 /);
        }),
        { numRuns: runs(2000) },
      );
    });

    it('whatever JSON the parts hold', () => {
      fc.assert(
        fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
          assert.match(verdict(token(one, other)), /^401 /);
        }),
        { numRuns: runs(1000) },
      );
    });
  });

  describe('the serviceUrl', () => {
    const told = (url: unknown) =>
      verdict(token(head, { ...claims, serviceurl: url }), { ...activity, serviceUrl: url });

    it('must stand in the body, as it stands in the token', () => {
      for (const url of [undefined, null, '', 1, {}, [serviceUrl], `${serviceUrl}x`, serviceUrl.toUpperCase()]) {
        const body = { ...activity, serviceUrl: url };
        assert.equal(verdict(good, body), '401 serviceUrl differs', JSON.stringify(url));
      }
      const { serviceUrl: _, ...without } = activity;
      assert.equal(verdict(good, without), '401 serviceUrl differs');
    });

    it('must be a text, also where token and body agree on something else', () => {
      for (const url of [undefined, null, 1, true]) {
        assert.equal(told(url), '401 serviceUrl differs', JSON.stringify(url));
      }
    });

    it('must be allowed even where token and body agree', () => {
      assert.equal(told(serviceUrl), 'let through');
      for (const url of ['https://evil.example/', 'no address', '']) {
        assert.equal(told(url), '403 serviceUrl host not allowed', url);
      }
    });

    it('is named by its host where it is not allowed, for the operator', () => {
      for (const [url, host] of [
        ['https://teams.example.cn/a', 'teams.example.cn'],
        ['no address', undefined],
      ] as const) {
        const guarded = guard(settings, token(head, { ...claims, serviceurl: url }), { ...activity, serviceUrl: url });
        assert.equal(guarded.ok ? null : guarded.host, host);
      }
    });

    const rows: readonly (readonly [string, boolean])[] = [
      ['https://smba.trafficmanager.net', true],
      ['https://smba.trafficmanager.net/emea/', true],
      ['HTTPS://SMBA.TrafficManager.NET/emea/', true],
      // A setting names hosts without ports; a port is another door of the same house.
      ['https://smba.trafficmanager.net:443/', true],
      ['https://smba.trafficmanager.net:8443/', true],
      ['https://smba.trafficmanager.net./', false],
      ['http://smba.trafficmanager.net/', false],
      ['http://smba.trafficmanager.net:443/', false],
      ['wss://smba.trafficmanager.net/', false],
      ['ftp://smba.trafficmanager.net/', false],
      ['file://smba.trafficmanager.net/', false],
      ['//smba.trafficmanager.net/', false],
      ['smba.trafficmanager.net', false],
      ['https://evil.example/smba.trafficmanager.net', false],
      ['https://smba.trafficmanager.net.evil.example/', false],
      ['https://evil-smba.trafficmanager.net/', false],
      ['https://sub.smba.trafficmanager.net/', false],
      ['https://smba.trafficmanager.net@evil.example/', false],
      ['https://user@smba.trafficmanager.net/', false],
      ['https://user:secret@smba.trafficmanager.net/', false],
      ['https://:secret@smba.trafficmanager.net/', false],
      ['https://evil.example#@smba.trafficmanager.net/', false],
      ['https://evil.example\\@smba.trafficmanager.net/', false],
      ['https://evil.example?.smba.trafficmanager.net/', false],
      // Cyrillic letters become punycode; full-width letters are folded to the same name, as a client would do.
      ['https://smbа.trafficmanager.net/', false],
      ['https://xn--smb-7cd.trafficmanager.net/', false],
      ['https://ｓｍｂａ.trafficmanager.net/', true],
      ['https://smba。trafficmanager。net/', true],
      ['https://127.0.0.1/', false],
      ['https://[::1]/', false],
      ['https://localhost/', false],
      ['https://', false],
      ['javascript:alert(1)', false],
      ['', false],
    ];
    for (const [url, expected] of rows) {
      it(`${url || '(empty)'}: ${expected ? 'allowed' : 'refused'}`, () => {
        assert.equal(isAllowedServiceUrl(url, settings.serviceUrlHosts), expected);
      });
    }

    it('never leads to a host that is not on the list', () => {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.webUrl({ withQueryParameters: true }),
            fc.string(),
            fc.string().map((s) => `https://${s}`),
          ),
          (url) => {
            if (!isAllowedServiceUrl(url, settings.serviceUrlHosts)) return;
            assert.equal(new URL(url).origin.replace(/:\d+$/, ''), 'https://smba.trafficmanager.net');
          },
        ),
      );
    });
  });
});

describe('the place of an activity', () => {
  const verdictAt = (body: object) => inWords(place({ tenantId }, body));
  const inTenant = (channel: unknown, conversation: unknown) => ({
    channelId: 'msteams',
    channelData: channel,
    conversation,
  });

  it('is Teams and no other channel', () => {
    assert.equal(verdictAt(activity), 'let through');
    for (const channelId of [
      'emulator',
      'webchat',
      'directline',
      'MSTeams',
      'msteams ',
      '',
      null,
      undefined,
      1,
      ['msteams'],
    ]) {
      assert.equal(verdictAt({ ...activity, channelId }), '403 not from Teams', JSON.stringify(channelId));
    }
  });

  const through = 'let through';
  const another = '403 another tenant';
  const ours = { tenant: { id: tenantId } };
  const rows: readonly (readonly [string, unknown, unknown, string])[] = [
    ['both ours', ours, { tenantId }, through],
    ['named by channelData alone', ours, { id: 'a:1' }, through],
    ['named by the conversation alone', undefined, { tenantId }, through],
    ['channelData null', null, { tenantId }, through],
    ['channelData of a channel, without tenant', { channel: { id: '19:x' } }, { tenantId }, through],
    ['tenant null', { tenant: null }, { tenantId }, through],
    ['id null', { tenant: { id: null } }, { tenantId }, through],
    ['named by channelData, conversation without', ours, { tenantId: null }, through],
    ['in capitals', { tenant: { id: tenantId.toUpperCase() } }, { tenantId: tenantId.toUpperCase() }, through],
    ['named nowhere', undefined, undefined, another],
    ['nothing but nulls', null, null, another],
    ['channelData of another', { tenant: { id: otherTenant } }, { tenantId }, another],
    ['conversation of another', ours, { tenantId: otherTenant }, another],
    ['both of another', { tenant: { id: otherTenant } }, { tenantId: otherTenant }, another],
    ['empty', { tenant: { id: '' } }, { tenantId }, another],
    ['a space too many', { tenant: { id: `${tenantId} ` } }, undefined, another],
    ['a number', { tenant: { id: 1 } }, undefined, another],
    ['an object', { tenant: { id: { id: tenantId } } }, undefined, another],
    ['false', { tenant: { id: false } }, { tenantId }, another],
    ['a list of ours', { tenant: { id: [tenantId] } }, undefined, another],
    [
      'an object that no text can be made of',
      { tenant: { id: { toString: 1, valueOf: null } } },
      { tenantId },
      another,
    ],
    ['a text for channelData', tenantId, undefined, another],
    ['a text for tenant', { tenant: tenantId }, undefined, another],
  ];
  for (const [name, channel, conversation, expected] of rows) {
    it(`tenant ${name}: ${expected}`, () => assert.equal(verdictAt(inTenant(channel, conversation)), expected));
  }

  it('is not in this tenant, whatever else stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (channel, conversation) => {
        assert.equal(verdictAt(inTenant(channel, conversation)), another);
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('the place of an activity in local mode', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['http://localhost:56150/_connector', true],
    ['http://127.0.0.1:3978/', true],
    ['http://[::1]:3978/', true],
    ['https://LOCALHOST/', true],
    ['http://127.0.0.1.evil.example/', false],
    ['http://localhost.evil.example/', false],
    ['http://localhost@evil.example/', false],
    ['http://evil.example/?localhost', false],
    ['http://10.0.0.1/', false],
    ['http://0.0.0.0/', false],
    ['localhost', false],
    ['', false],
  ];
  for (const [url, expected] of rows) {
    it(`${url || '(empty)'}: ${expected ? 'this machine' : 'elsewhere'}`, () => {
      assert.equal(isLoopback(url), expected);
      assert.equal(placeOnThisMachine(tenantId, { ...activity, serviceUrl: url }).ok, expected);
    });
  }

  it('tells an outsider, who names another tenant in form, from whoever names none', () => {
    const outsider = (channelData: unknown, conversation: unknown) => {
      const guarded = place({ tenantId }, { channelId: 'msteams', channelData, conversation });
      return !guarded.ok && guarded.outsider === true;
    };
    const other = { tenant: { id: otherTenant } };
    assert.deepEqual(
      [outsider(other, { tenantId }), outsider(other, null), outsider(undefined, { tenantId: otherTenant })],
      [true, true, true],
    );
    assert.deepEqual(
      [
        outsider(undefined, undefined),
        outsider({ tenant: { id: '' } }, { tenantId }),
        outsider({ tenant: { id: 1 } }, {}),
      ],
      [false, false, false],
    );
  });

  it('is Teams and our tenant, as in production', () => {
    const here = { ...activity, serviceUrl: 'http://localhost:1/' };
    const told = (tenant: string, body: object) => inWords(placeOnThisMachine(tenant, body));
    assert.equal(told(tenantId, here), 'let through');
    assert.equal(told(otherTenant, here), '403 another tenant');
    assert.equal(told(tenantId, { ...here, channelId: 'emulator' }), '403 not from Teams');
    for (const serviceUrl of [undefined, null, 1, ['http://localhost:1/']]) {
      assert.equal(told(tenantId, { ...here, serviceUrl }), '403 serviceUrl host not allowed');
    }
  });
});

describe('guard, about a token whose body has not been read', () => {
  it('lets a good one through', () => assert.deepEqual(guard(settings, good, unread), { ok: true }));

  it('turns a bad one away', () => {
    for (const bad of [
      undefined,
      'Bearer x',
      token(head, { ...claims, aud: 'x' }),
      token(head, { ...claims, exp: undefined }),
    ]) {
      assert.equal(guard(settings, bad, unread).ok, false);
    }
  });

  it('takes no body for an unread one', () => {
    for (const body of [{}, JSON.parse('{}'), { ...unread }]) assert.equal(guard(settings, good, body).ok, false);
  });

  it('lets it through on this machine', () => {
    assert.deepEqual(placeOnThisMachine(tenantId, unread), { ok: true });
    assert.equal(placeOnThisMachine(tenantId, {}).ok, false);
  });
});

/** What the SDK does with an unverified token before it looks at the signature. */
describe('guard, about what would pile up in the SDK', () => {
  it('lets our own tenant through', () =>
    assert.deepEqual(guard(settings, token(head, { ...claims, tid: tenantId }), activity), { ok: true }));

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
      for (const body of [unread, activity])
        assert.deepEqual(guard(settings, token(head, { ...claims, tid }), body), names);
    });
  }

  it('takes 32 claims and no more', () => {
    const more = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, 1]));
    assert.deepEqual(guard(settings, token(head, { ...claims, ...more(27) }), unread), { ok: true });
    for (const count of [28, 500]) {
      const refused = { ok: false, status: 401, why: 'too many claims' };
      assert.deepEqual(guard(settings, token(head, { ...claims, ...more(count) }), unread), refused);
    }
  });
});
