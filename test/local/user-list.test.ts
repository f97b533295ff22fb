import assert from 'node:assert/strict';
import { people, personIds } from '../../src/local/people.ts';
import { createFixture, errorOf, idsIn, okBody } from './fixture.ts';

const { adele, megan, sharedOne, sharedTwo } = personIds;

describe('listing users', () => {
  it('lists everybody with the default properties', async () => {
    const body = okBody(await createFixture().ask('/v1.0/users'));
    assert.deepEqual(
      idsIn(body),
      people.map((person) => person.id),
    );
    assert.equal(body['@odata.context'], 'https://graph.microsoft.com/v1.0/$metadata#users');
    assert.equal('@odata.nextLink' in body, false);
  });

  it('goes on from page to page by the link it gives', async () => {
    const { ask } = createFixture();
    const filter = encodeURIComponent("otherMails/any(m:m eq 'office@woodgrove.example')");
    const headers = { host: 'graph.contoso.example' };
    const first = okBody(await ask(`/v1.0/users?$filter=${filter}&$select=id&$top=1`, { headers }));
    assert.deepEqual(idsIn(first), [sharedOne]);
    const next = new URL(String(first['@odata.nextLink']));
    assert.equal(next.origin, 'https://graph.contoso.example');
    const second = okBody(await ask(next.pathname + next.search, { headers }));
    assert.deepEqual(second.value, [{ id: sharedTwo }]);
    assert.equal('@odata.nextLink' in second, false);
  });

  it('counts in an advanced query', async () => {
    const { ask } = createFixture();
    const headers = { consistencylevel: 'eventual' };
    assert.equal(okBody(await ask('/v1.0/users?$count=true&$top=1', { headers }))['@odata.count'], people.length);
  });

  const refused: [query: string, code: string][] = [
    ['$top=0', 'Request_UnsupportedQuery'],
    ['$top=1000', 'Request_UnsupportedQuery'],
    ['$top=-1', 'Request_UnsupportedQuery'],
    ['$top=many', 'Request_UnsupportedQuery'],
    ['$orderby=displayName', 'Request_UnsupportedQuery'],
    ['$search="displayName:a"', 'Request_UnsupportedQuery'],
    ['$skiptoken=made-up', 'Directory_ExpiredPageToken'],
    ['$select=nonsense', 'BadRequest'],
  ];
  for (const [query, code] of refused) {
    it(`refuses ?${query}`, async () => {
      assert.deepEqual(errorOf(await createFixture().ask(`/v1.0/users?${query}`)).slice(0, 2), [400, code]);
    });
  }

  const costs: [path: string, units: string][] = [
    ['/v1.0/users', '2'],
    ['/v1.0/users?$select=id', '1'],
    ['/v1.0/users?$top=5', '1'],
    [`/v1.0/users/${adele}`, '1'],
    [`/v1.0/users/${adele}/transitiveMemberOf/microsoft.graph.directoryRole`, '2'],
  ];
  for (const [path, units] of costs) {
    it(`costs ${units}: ${path}`, async () => {
      assert.equal((await createFixture().ask(path)).headers['x-ms-resource-unit'], units);
    });
  }
});

describe('deleted users', () => {
  const path = '/v1.0/directory/deletedItems/microsoft.graph.user';
  const query = (filter: string) =>
    `${path}?$filter=${encodeURIComponent(filter)}&$select=id,userPrincipalName,deletedDateTime`;

  it('are gone from the users and found among the deleted', async () => {
    const { ask, tenant, find, post } = createFixture();
    assert.deepEqual(okBody(await ask(path)).value, []);
    tenant.remove(adele);
    const upn = `${adele.replaceAll('-', '')}adele@contoso.example`;
    const deleted = [{ id: adele, userPrincipalName: upn, deletedDateTime: '2026-11-21T03:04:05Z' }];
    assert.deepEqual(okBody(await ask(query("mail eq 'adele@contoso.example'"))).value, deleted);
    assert.deepEqual(okBody(await ask(query(`id eq '${adele}'`))).value, deleted);
    assert.deepEqual(await find("mail eq 'adele@contoso.example'"), []);
    assert.equal((await ask(`/v1.0/users/${adele}`)).status, 404);
    assert.equal((await post(`/v1.0/users/${adele}/revokeSignInSessions`)).status, 404);
    assert.throws(() => tenant.remove(adele), /Nobody/);
  });

  it('bear their object id before the UPN, which a successor may have', async () => {
    const { ask, tenant } = createFixture();
    tenant.remove(adele);
    tenant.change(megan, { userPrincipalName: 'adele@contoso.example' });
    assert.deepEqual(okBody(await ask(query("userPrincipalName eq 'adele@contoso.example'"))).value, []);
    const headers = { consistencylevel: 'eventual' };
    const advanced = `${query("endsWith(userPrincipalName,'adele@contoso.example')")}&$count=true`;
    assert.deepEqual(idsIn(okBody(await ask(advanced, { headers }))), [adele]);
    assert.equal(okBody(await ask('/v1.0/users/adele@contoso.example?$select=id')).id, megan);
  });

  it('need the cast', async () => {
    const { ask } = createFixture();
    assert.equal((await ask('/v1.0/directory/deletedItems')).status, 400);
    assert.equal((await ask('/v1.0/directory/deletedItems/microsoft.graph.group')).status, 400);
  });
});
