import assert from 'node:assert/strict';
import { personIds } from '../../src/local/people.ts';
import { createFixture, errorOf } from './fixture.ts';

const { adele } = personIds;
const sent = '1f0e8f2c-5f0c-4a55-9d2f-7c1f43a1d111';
const json = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

describe('replies of the emulated tenant', () => {
  const paths: [what: string, method: string, path: string, status: number][] = [
    ['a read', 'GET', `/v1.0/users/${adele}`, 200],
    ['an action', 'POST', `/v1.0/users/${adele}/revokeSignInSessions`, 200],
    ['an error', 'GET', '/v1.0/users/nobody', 404],
  ];
  for (const [what, method, path, status] of paths) {
    it(`bear Graph's headers: ${what}`, async () => {
      const reply = await createFixture().ask(path, { method, headers: { 'client-request-id': sent } });
      assert.equal(reply.status, status);
      assert.deepEqual(reply.headers, {
        'content-type': json,
        'request-id': '00000000-0000-4000-8000-000000000001',
        'client-request-id': sent,
        'x-ms-resource-unit': '1',
        date: 'Sat, 21 Nov 2026 03:04:05 GMT',
      });
    });
  }

  it('make up a client-request-id where none was sent, and a request-id for each', async () => {
    const { ask } = createFixture();
    const ids = [];
    for (const path of ['/v1.0/users', '/v1.0/users']) {
      const { headers } = await ask(path);
      assert.equal(headers['client-request-id'], headers['request-id']);
      ids.push(headers['request-id']);
    }
    assert.equal(new Set(ids).size, 2);
  });

  it('describe an error as Graph does', async () => {
    const reply = await createFixture().ask('/v1.0/users/nobody', { headers: { 'client-request-id': sent } });
    assert.deepEqual(JSON.parse(reply.body ?? ''), {
      error: {
        code: 'Request_ResourceNotFound',
        message: "Resource 'nobody' does not exist or one of its queried reference-property objects are not present.",
        innerError: {
          date: '2026-11-21T03:04:05',
          'request-id': '00000000-0000-4000-8000-000000000001',
          'client-request-id': sent,
        },
      },
    });
  });

  for (const authorization of ['', 'Bearer', 'Bearer ', 'Basic dXNlcjpwYXNz']) {
    it(`ask for a token: "${authorization}"`, async () => {
      const reply = await createFixture().ask(`/v1.0/users/${adele}`, { headers: { authorization } });
      assert.deepEqual(errorOf(reply).slice(0, 2), [401, 'InvalidAuthenticationToken']);
      assert.match(reply.headers['www-authenticate'] ?? '', /^Bearer /);
    });
  }

  it('ask for a token where the header is missing', async () => {
    const { tenant } = createFixture();
    assert.equal((await tenant.handle({ method: 'GET', path: '/v1.0/users', headers: {} })).status, 401);
  });

  const unknown: [path: string, segment: string][] = [
    ['/v1.0/groups', 'groups'],
    ['/v1.0/groups/1/owners', 'owners'],
    ['/v1.0/roleManagement/directory/transitiveRoleAssignments', 'transitiveRoleAssignments'],
    ['/v1.0/Users', 'Users'],
    [`/v1.0/users/${adele}/messages`, 'messages'],
    [`/v1.0/users/${adele}/revokeSignInSessions/again`, 'again'],
    [`/v1.0/users/${adele}/transitiveMemberOf`, 'transitiveMemberOf'],
    ['/v1.0/identityProtection/riskDetections', 'riskDetections'],
    ['/v1.0/directory/roles', 'roles'],
    ['/v1.0/', ''],
    ['/v1.0', ''],
  ];
  for (const [path, segment] of unknown) {
    it(`name the segment that is not there: ${path}`, async () => {
      assert.deepEqual(errorOf(await createFixture().ask(path)), [
        400,
        'BadRequest',
        `Resource not found for the segment '${segment}'.`,
      ]);
    });
  }

  for (const path of ['/', '/v2.0/users', '/users', '//evil.example/v1.0/users']) {
    it(`refuse the version: ${path}`, async () => {
      const [status, code, message] = errorOf(await createFixture().ask(path));
      assert.deepEqual([status, code], [400, 'BadRequest']);
      assert.match(message, /^Invalid version: /);
    });
  }

  const methods: [method: string, path: string][] = [
    ['POST', `/v1.0/users/${adele}`],
    ['PATCH', `/v1.0/users/${adele}`],
    ['DELETE', `/v1.0/users/${adele}`],
    ['POST', '/v1.0/users'],
    ['GET', `/v1.0/users/${adele}/revokeSignInSessions`],
    ['GET', `/v1.0/users/${adele}/checkMemberObjects`],
    ['POST', `/v1.0/users/${adele}/transitiveMemberOf/microsoft.graph.directoryRole`],
    ['POST', `/v1.0/identityProtection/riskyUsers/${adele}`],
  ];
  for (const [method, path] of methods) {
    it(`refuse the method: ${method} ${path.slice(0, 20)}`, async () => {
      assert.equal(errorOf(await createFixture().ask(path, { method }))[0], 405);
    });
  }

  const bodies: [what: string, body: string, contentType: string | undefined][] = [
    ['not JSON', '{ids:', 'application/json'],
    ['a form', 'ids=1', 'application/x-www-form-urlencoded'],
    ['JSON that says it is text', '{}', 'text/plain'],
    ['JSON that says nothing', '{}', undefined],
  ];
  for (const [what, body, contentType] of bodies) {
    for (const action of ['checkMemberObjects', 'revokeSignInSessions']) {
      it(`refuse a body that is ${what}: ${action}`, async () => {
        const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
        const reply = await createFixture().ask(`/v1.0/users/${adele}/${action}`, { method: 'POST', headers, body });
        const [status, code, message] = errorOf(reply);
        assert.deepEqual([status, code], [400, 'BadRequest']);
        assert.match(message, /^Unable to read JSON request payload/);
      });
    }
  }

  it('refuse to start with two people of one id', () => {
    const person = { displayName: 'A', userType: 'Member', accountEnabled: true } as const;
    const two = ['a@contoso.example', 'b@contoso.example'].map((userPrincipalName) => ({
      ...person,
      id: adele,
      userPrincipalName,
    }));
    assert.throws(() => createFixture({ people: two }), /Two people have the id/);
  });
});
