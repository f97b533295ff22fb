import assert from 'node:assert/strict';
import { personIds } from '../../src/local/people.ts';
import { createFixture, delegatedToken, errorOf, okBody } from './fixture.ts';

const { adele, synced, restricted, dormant, risky, guest, breakGlass } = personIds;

describe('reading a user', () => {
  it('answers the default properties without $select', async () => {
    const { ask } = createFixture();
    assert.deepEqual(okBody(await ask(`/v1.0/users/${adele}`)), {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
      businessPhones: [],
      displayName: 'Adele Vance',
      givenName: 'Adele',
      jobTitle: 'Retail Manager',
      mail: 'adele@contoso.example',
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: 'Vance',
      userPrincipalName: 'adele@contoso.example',
      id: adele,
    });
  });

  const selections: [id: string, select: string, expected: Record<string, unknown>][] = [
    [adele, 'id,department', { id: adele, department: 'Retail' }],
    [adele, 'accountEnabled, userType', { accountEnabled: true, userType: 'Member' }],
    [
      adele,
      'onPremisesSyncEnabled,isManagementRestricted',
      { onPremisesSyncEnabled: null, isManagementRestricted: null },
    ],
    [adele, 'externalUserState,creationType', { externalUserState: null, creationType: null }],
    [adele, 'signInSessionsValidFromDateTime', { signInSessionsValidFromDateTime: '2026-02-09T07:41:12Z' }],
    [synced, 'onPremisesSyncEnabled', { onPremisesSyncEnabled: true }],
    [restricted, 'isManagementRestricted', { isManagementRestricted: true }],
    [guest, 'externalUserState,creationType', { externalUserState: 'Accepted', creationType: 'Invitation' }],
    [breakGlass, 'mail,otherMails,proxyAddresses', { mail: null, otherMails: [], proxyAddresses: [] }],
    [breakGlass, 'signInActivity', { id: breakGlass }],
    [
      dormant,
      'signInActivity',
      {
        id: dormant,
        signInActivity: {
          lastSignInDateTime: '2024-05-13T09:30:00Z',
          lastSuccessfulSignInDateTime: '2024-05-13T09:30:00Z',
        },
      },
    ],
  ];
  for (const [id, select, expected] of selections) {
    it(`selects ${select} of ${id}`, async () => {
      const { ask } = createFixture();
      const { '@odata.context': context, ...properties } = okBody(await ask(`/v1.0/users/${id}?$select=${select}`));
      assert.deepEqual(properties, expected);
      assert.equal(context, `https://graph.microsoft.com/v1.0/$metadata#users(${select.replaceAll(' ', '')})/$entity`);
    });
  }

  it('takes select without the dollar sign too', async () => {
    const { ask } = createFixture();
    const { '@odata.context': _context, ...properties } = okBody(await ask(`/v1.0/users/${adele}?select=id`));
    assert.deepEqual(properties, { id: adele });
  });

  it('knows refreshTokensValidFromDateTime in beta only', async () => {
    const { ask } = createFixture();
    const path = `users/${adele}?$select=refreshTokensValidFromDateTime`;
    assert.equal(okBody(await ask(`/beta/${path}`)).refreshTokensValidFromDateTime, '2026-02-09T07:41:12Z');
    assert.deepEqual(errorOf(await ask(`/v1.0/${path}`)), [
      400,
      'BadRequest',
      "Parsing OData Select and Expand failed: Could not find a property named 'refreshTokensValidFromDateTime' on type 'microsoft.graph.user'.",
    ]);
  });

  it('shows sign-in activity only by object id', async () => {
    const { ask } = createFixture();
    const [status, code, message] = errorOf(await ask('/v1.0/users/debra@contoso.example?$select=id,signInActivity'));
    assert.deepEqual([status, code], [400, 'BadRequest']);
    assert.equal(message, 'Get By Key only supports UserId and the key has to be a valid Guid');
  });

  it('never shows sign-in activity unasked, not even in beta', async () => {
    const { ask } = createFixture();
    assert.equal('signInActivity' in okBody(await ask(`/beta/users/${dormant}`)), false);
  });

  const refused: [query: string, code: string][] = [
    ['$select=id,nonsense', 'BadRequest'],
    ['$select=', 'BadRequest'],
    ['$select=constructor', 'BadRequest'],
    ['$select=id&$select=mail', 'BadRequest'],
    ['$expand=manager', 'Request_UnsupportedQuery'],
  ];
  for (const [query, code] of refused) {
    it(`refuses ?${query}`, async () => {
      const { ask } = createFixture();
      assert.deepEqual(errorOf(await ask(`/v1.0/users/${adele}?${query}`)).slice(0, 2), [400, code]);
    });
  }

  it('shows what an administrator changed', async () => {
    const { ask, tenant } = createFixture();
    tenant.change(adele, { accountEnabled: false, userPrincipalName: 'adele.vance@contoso.example' });
    const body = okBody(await ask('/v1.0/users/adele.vance@contoso.example?$select=id,accountEnabled'));
    assert.equal(body.id, adele);
    assert.equal(body.accountEnabled, false);
    assert.equal((await ask('/v1.0/users/adele@contoso.example')).status, 404);
  });

  it('refuses changes that no directory could hold', () => {
    const { tenant } = createFixture();
    assert.throws(() => tenant.change('00000000-0000-0000-0000-000000000000', {}), /Nobody/);
    assert.throws(() => tenant.change(adele, { id: synced }), /never changes/);
    assert.throws(() => tenant.change(adele, { userPrincipalName: 'Megan@contoso.example' }), /Two people/);
    assert.throws(() => tenant.remove('nobody'), /Nobody/);
  });
});

describe('risk', () => {
  it('is shown for a risky user', async () => {
    const { ask } = createFixture();
    const body = okBody(await ask(`/v1.0/identityProtection/riskyUsers/${risky}`));
    assert.deepEqual(
      [body.id, body.riskLevel, body.riskState, body.userPrincipalName],
      [risky, 'high', 'atRisk', 'lee@contoso.example'],
    );
  });

  it('honours $select', async () => {
    const { ask } = createFixture();
    const reply = await ask(`/v1.0/identityProtection/riskyUsers/${risky}?$select=riskLevel`);
    assert.deepEqual(Object.keys(okBody(reply)), ['@odata.context', 'riskLevel']);
  });

  for (const id of [adele, '00000000-0000-0000-0000-000000000000']) {
    it(`is not found for ${id}`, async () => {
      const { ask } = createFixture();
      assert.equal((await ask(`/v1.0/identityProtection/riskyUsers/${id}`)).status, 404);
    });
  }
});

describe('/me', () => {
  it('is the person the delegated token names', async () => {
    const { ask } = createFixture();
    const authorization = `Bearer ${delegatedToken({ oid: adele, scp: 'User.Read' })}`;
    assert.equal(okBody(await ask('/v1.0/me?$select=id', { headers: { authorization } })).id, adele);
  });

  const nobody: [what: string, token: string][] = [
    ['an opaque token', 'token'],
    ['an application token', delegatedToken({ oid: adele, idtyp: 'app' })],
    ['a token without oid', delegatedToken({ scp: 'User.Read' })],
    ['a token that is not JSON', 'a.b.c'],
  ];
  for (const [what, token] of nobody) {
    it(`is refused with ${what}`, async () => {
      const { ask } = createFixture();
      assert.deepEqual(errorOf(await ask('/v1.0/me', { headers: { authorization: `Bearer ${token}` } })), [
        400,
        'BadRequest',
        '/me request is only valid with delegated authentication flow.',
      ]);
    });
  }
});
