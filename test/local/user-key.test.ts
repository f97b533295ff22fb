import assert from 'node:assert/strict';
import { people, personIds } from '../../src/local/people.ts';
import { createFixture, errorOf, okBody } from './fixture.ts';

const { alex, adele, guest, awkward } = personIds;
const upnOf = (id: string) => people.find((person) => person.id === id)?.userPrincipalName ?? '';
const quoted = (key: string) => `/users('${encodeURIComponent(key.replaceAll("'", "''"))}')`;

describe('user keys', () => {
  const found: [what: string, path: string, id: string][] = [
    ['object id', `/users/${adele}`, adele],
    ['object id in capitals', `/users/${adele.toUpperCase()}`, adele],
    ['object id in quotes', `/users('${adele}')`, adele],
    ['UPN', '/users/adele@contoso.example', adele],
    ['UPN in capitals', '/users/ADELE@Contoso.Example', adele],
    ['encoded UPN', '/users/adele%40contoso.example', adele],
    ['UPN in quotes', quoted('adele@contoso.example'), adele],
    ['encoded #EXT#', '/users/lynne.robbins_fabrikam.example%23EXT%23@contoso.example', guest],
    ['#EXT# in quotes', quoted(upnOf(guest)), guest],
    ['apostrophe doubled in quotes', quoted(upnOf(awkward)), awkward],
    ['apostrophe in a bare key', `/users/${encodeURIComponent(upnOf(awkward))}`, awkward],
    ['trailing slash', `/users/${adele}/`, adele],
    ['dot segments', `/users/x/../${adele}`, adele],
    ['encoded dot segments', `/users/x/%2e%2e/${adele}`, adele],
  ];
  for (const [what, path, id] of found) {
    it(`finds by ${what}`, async () => {
      const { ask } = createFixture();
      assert.equal(okBody(await ask(`/v1.0${path}?$select=id`)).id, id);
    });
  }

  const missing: [what: string, path: string, key: string][] = [
    ['unknown id', '/users/00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
    ['unknown UPN', '/users/nobody@contoso.example', 'nobody@contoso.example'],
    ['mail that is no UPN', '/users/joni.sherman@mail.contoso.example', 'joni.sherman@mail.contoso.example'],
    ['raw #EXT#, lost as a fragment', `/users/${upnOf(guest)}`, 'lynne.robbins_fabrikam.example'],
    ['leading dollar sign in quotes', "/users('$adele@contoso.example')", '$adele@contoso.example'],
    ['encoded slash', "/users('x%2F..%2Fy')", 'x/../y'],
    ['encoded question mark', '/users/adele%3F', 'adele?'],
    ['filter text as a key', quoted("x' or 'a' eq 'a"), "x' or 'a' eq 'a"],
    ['twice encoded', '/users/adele%2540contoso.example', 'adele%40contoso.example'],
    ['prototype word', '/users/__proto__', '__proto__'],
    ['group id', '/users/6e3f207c-9d4f-4e80-bb63-2caf7d809e13', '6e3f207c-9d4f-4e80-bb63-2caf7d809e13'],
  ];
  for (const [what, path, key] of missing) {
    it(`does not find: ${what}`, async () => {
      const { ask } = createFixture();
      assert.deepEqual(errorOf(await ask(`/v1.0${path}`)), [
        404,
        'Request_ResourceNotFound',
        `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
      ]);
    });
  }

  const malformed: [what: string, path: string][] = [
    ['raw leading dollar sign', '/v1.0/users/$adele@contoso.example'],
    ['encoded leading dollar sign', '/v1.0/users/%24adele@contoso.example'],
    ['apostrophe not doubled', "/v1.0/users('miriam.o'brien@contoso.example')"],
    ['quote left open', "/v1.0/users('adele)"],
    ['no quotes', `/v1.0/users(${adele})`],
    ['empty key in quotes', "/v1.0/users('')"],
    ['raw slash in quotes', "/v1.0/users('a/b')"],
    ['bad percent encoding', '/v1.0/users/%zz'],
    ['bad UTF-8', '/v1.0/users/%ff'],
    ['empty segment', '/v1.0/users//revokeSignInSessions'],
    ['escape to groups', '/v1.0/users/x/../../groups/1?$select=id'],
    ['escape from the version', `/v1.0/users/../../${alex}`],
    ['no leading slash', 'v1.0/users'],
    ['whole address', 'https://graph.microsoft.com/v1.0/users'],
  ];
  for (const [what, path] of malformed) {
    it(`refuses: ${what}`, async () => {
      const { ask } = createFixture();
      const [status, code] = errorOf(await ask(path));
      assert.deepEqual([status, code], [400, 'BadRequest']);
    });
  }

  it('a key that climbs out of its place reaches whoever it names: encode keys', async () => {
    const { ask, post } = createFixture();
    await post(`/v1.0/users/nobody@contoso.example/../${alex}/revokeSignInSessions`);
    const read = await ask(`/v1.0/users/${alex}?$select=signInSessionsValidFromDateTime`);
    assert.equal(okBody(read).signInSessionsValidFromDateTime, '2026-11-21T03:04:05Z');
  });
});
