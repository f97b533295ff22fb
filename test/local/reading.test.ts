import assert from 'node:assert/strict';
import { people, personIds } from '../../src/local/people.ts';
import { createFixture, delegatedToken, errorOf, idsIn, okBody } from './fixture.ts';

const { alex, adele, megan, guest, awkward, otherAddress, sharedOne, sharedTwo, plusMail, breakGlass } = personIds;
const { risky } = personIds;
const upnOf = (id: string) => people.find((person) => person.id === id)?.userPrincipalName ?? '';

describe('$filter over users', () => {
  const finds: [filter: string, ids: string[]][] = [
    ["userPrincipalName eq 'ADELE@contoso.example'", [adele]],
    ["mail eq 'christie+oncall@contoso.example'", [plusMail]],
    ["userPrincipalName eq 'lynne.robbins_fabrikam.example#EXT#@contoso.example'", [guest]],
    ["userPrincipalName eq 'miriam.o''brien#test!^~_-1@contoso.example'", [awkward]],
    [`id eq '${adele.toUpperCase()}'`, [adele]],
    ["proxyAddresses/any(p:p eq 'smtp:joni@contoso.example')", [otherAddress]],
    ["proxyAddresses/any(p:p eq 'joni@contoso.example')", []],
    ["otherMails/any(m:m eq 'office@woodgrove.example')", [sharedOne, sharedTwo]],
    ["mail eq 'x'' or ''a'' eq ''a'", []],
    [
      "startswith(displayName,'adele') or startswith(userPrincipalName,'emerg') or startswith(mail,'x')",
      [adele, breakGlass],
    ],
  ];
  for (const [filter, ids] of finds) {
    it(`finds ${ids.length}: ${filter}`, async () => {
      assert.deepEqual((await createFixture().find(filter)).toSorted(), ids.toSorted());
    });
  }

  const refused = [
    ["mail ne 'a@b.example'", "not(mail eq 'a')", "endswith(mail,'@contoso.example')", "proxyAddresses eq 'smtp:a'"],
    ["mail/any(m:m eq 'a')", "mail eq ''", 'mail eq null', "nonsense eq 'a'", "constructor eq 'a'"],
    ["mail eq 'o'brien@contoso.example'", "mail eq 'open", "mail eq 'a' or ", "mail eq 'a' and mail eq 'b'", ''],
  ].flat();
  for (const filter of refused) {
    it(`refuses: ${filter}`, async () => {
      const reply = await createFixture().ask(`/v1.0/users?$filter=${encodeURIComponent(filter)}`);
      assert.equal(errorOf(reply)[0], 400);
    });
  }

  it('reads a raw plus sign as a space: encode it', async () => {
    const { ask } = createFixture();
    const query = (plus: string) =>
      `/v1.0/users?$filter=mail%20eq%20'christie${plus}oncall@contoso.example'&$select=id`;
    assert.deepEqual(idsIn(okBody(await ask(query('%2B')))), [plusMail]);
    assert.deepEqual(idsIn(okBody(await ask(query('+')))), []);
  });

  it('gives as many as were asked for', async () => {
    const { ask } = createFixture();
    assert.equal(idsIn(okBody(await ask('/v1.0/users?$top=2'))).length, 2);
    for (const top of ['0', '1000', '-1', 'many']) assert.equal(errorOf(await ask(`/v1.0/users?$top=${top}`))[0], 400);
  });
});

describe('deleted users', () => {
  const path = '/v1.0/directory/deletedItems/microsoft.graph.user';

  it('are gone from the users and found among the deleted, with their object id before the UPN', async () => {
    const { ask, tenant, find } = createFixture();
    tenant.remove(adele);
    const userPrincipalName = `${adele.replaceAll('-', '')}adele@contoso.example`;
    const filter = encodeURIComponent("endsWith(userPrincipalName,'adele@contoso.example')");
    const query = `${path}?$filter=${filter}&$select=id,userPrincipalName,deletedDateTime&$count=true`;
    const { value } = okBody(await ask(query, { headers: { consistencylevel: 'eventual' } }));
    assert.deepEqual(value, [{ id: adele, userPrincipalName, deletedDateTime: '2026-11-21T03:04:05Z' }]);
    assert.deepEqual(await find("mail eq 'adele@contoso.example'"), []);
    assert.equal((await ask(`/v1.0/users/${adele}`)).status, 404);
    assert.throws(() => tenant.remove(adele), /No one/);
  });
});

describe('a user’s key', () => {
  for (const [path, status] of [
    ['nobody@contoso.example', 404],
    ['joni.sherman@mail.contoso.example', 404],
    [upnOf(guest), 404],
    ['__proto__', 404],
    ['%zz', 400],
    [`../../${alex}`, 400],
  ] as const) {
    it(`${path}: ${status}`, async () => {
      assert.equal(errorOf(await createFixture().ask(`/v1.0/users/${path}`))[0], status);
    });
  }
});

describe('reading a user', () => {
  it('knows refreshTokensValidFromDateTime in beta only, and no property that is none', async () => {
    const { ask } = createFixture();
    const path = `users/${adele}?$select=refreshTokensValidFromDateTime`;
    assert.equal(okBody(await ask(`/beta/${path}`)).refreshTokensValidFromDateTime, '2026-02-09T07:41:12Z');
    assert.match(errorOf(await ask(`/v1.0/${path}`))[2], /Could not find a property named 'refreshTokensValid/);
    assert.equal(errorOf(await ask(`/v1.0/users/${adele}?$select=constructor`))[0], 400);
  });

  it('shows the risk of a risky user alone', async () => {
    const { ask } = createFixture();
    const path = '/v1.0/identityProtection/riskyUsers';
    const { riskLevel, riskState } = okBody(await ask(`${path}/${risky}`));
    assert.deepEqual([riskLevel, riskState], ['high', 'atRisk']);
    assert.equal((await ask(`${path}/${megan}`)).status, 404);
  });

  it('takes the person whom a delegated token names for /me, and no other token', async () => {
    const { ask } = createFixture();
    const me = (token: string) => ask('/v1.0/me?$select=id', { headers: { authorization: `Bearer ${token}` } });
    assert.equal(okBody(await me(delegatedToken({ oid: adele, scp: 'User.Read' }))).id, adele);
    for (const token of ['token', delegatedToken({ oid: adele, idtyp: 'app' }), 'a.b.c']) {
      assert.match(errorOf(await me(token))[2], /only valid with delegated/);
    }
  });
});

describe('replies of the emulated tenant', () => {
  const sent = '1f0e8f2c-5f0c-4a55-9d2f-7c1f43a1d111';

  for (const [path, status] of [
    [`/v1.0/users/${adele}`, 200],
    ['/v1.0/users/nobody', 404],
  ] as const) {
    it(`bear Graph's headers: ${status}`, async () => {
      const reply = await createFixture().ask(path, { headers: { 'client-request-id': sent } });
      assert.equal(reply.status, status);
      assert.deepEqual(reply.headers, {
        'content-type': 'application/json',
        'request-id': '00000000-0000-4000-8000-000000000001',
        'client-request-id': sent,
        'x-ms-resource-unit': '1',
        date: 'Sat, 21 Nov 2026 03:04:05 GMT',
      });
    });
  }

  it('describe an error as Graph does', async () => {
    const reply = await createFixture().ask('/v1.0/users/nobody');
    assert.deepEqual(errorOf(reply).slice(0, 2), [404, 'Request_ResourceNotFound']);
  });

  it('ask for a token', async () => {
    for (const authorization of ['', 'Bearer ', 'Basic dXNlcjpwYXNz']) {
      const reply = await createFixture().ask(`/v1.0/users/${adele}`, { headers: { authorization } });
      assert.deepEqual(errorOf(reply).slice(0, 2), [401, 'InvalidAuthenticationToken']);
    }
  });

  const refused: [status: number, method: string, path: string][] = [
    [400, 'GET', '/v1.0/groups'],
    [400, 'GET', '/v1.0/roleManagement/directory/transitiveRoleAssignments'],
    [400, 'GET', `/v1.0/users/${adele}/messages`],
    [400, 'GET', '/v1.0/directory/deletedItems'],
    [400, 'GET', '/v1.0/users?$orderby=displayName'],
    [400, 'GET', '/v2.0/users'],
    [400, 'PATCH', `/v1.0/users/${adele}`],
    [400, 'GET', `/v1.0/users/${adele}/revokeSignInSessions`],
  ];
  for (const [status, method, path] of refused) {
    it(`refuse ${method} ${path}: ${status}`, async () => {
      assert.equal(errorOf(await createFixture().ask(path, { method }))[0], status);
    });
  }

  it('refuse a body that is not JSON', async () => {
    const path = `/v1.0/users/${adele}/checkMemberObjects`;
    const reply = await createFixture().ask(path, { method: 'POST', body: '{ids:' });
    assert.match(errorOf(reply)[2], /^Unable to read/);
  });
});
