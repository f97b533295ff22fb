import assert from 'node:assert/strict';
import fc from 'fast-check';
import { directoryRoles, groupIds, personIds } from '../../src/local/people.ts';
import { createGraphFixture, json, networkError, parsePath, reply } from './fixture.ts';

const unknown = { known: false };
const { adele, isaiah, risky, dormant, breakGlass } = personIds;

/** Which fact a request is for. */
function factOf(path: string): 'roles' | 'eligible' | 'lastSignIn' | 'risk' {
  const { pathname, query } = parsePath(path);
  if (pathname.includes('/transitiveMemberOf/')) return 'roles';
  if (pathname.includes('/roleEligibilityScheduleInstances')) return 'eligible';
  if (pathname.includes('/riskyUsers/')) return 'risk';
  assert.equal(query.get('$select'), 'signInActivity');
  return 'lastSignIn';
}

describe('facts', () => {
  it('are roles, last sign-in and risk', async () => {
    const { directory } = createGraphFixture();
    const { displayName, roleTemplateId } = directoryRoles.globalAdministrator;
    assert.deepEqual(await directory.facts(isaiah), {
      roles: { known: true, value: [{ name: displayName, templateId: roleTemplateId }] },
      lastSignIn: { known: true, value: '2026-11-20T16:12:05Z' },
      risk: { known: true, value: 'none' },
    });
  });

  it('are read side by side, each with one GET of v1.0', async () => {
    let together = 0;
    const { directory, sent } = createGraphFixture({
      between: async () => {
        together += 1;
        await new Promise(setImmediate);
        assert.equal(together, 4);
        return undefined;
      },
    });
    await directory.facts(adele);
    assert.deepEqual(sent.map(({ path }) => factOf(path)).toSorted(), ['eligible', 'lastSignIn', 'risk', 'roles']);
    for (const { method, path } of sent) assert.deepEqual([method, path.startsWith('/v1.0/')], ['GET', true]);
  });

  it('include roles that the account may activate, where that can be read', async () => {
    const eligibleRoles = [directoryRoles.globalAdministrator];
    const { directory, tenant } = createGraphFixture();
    tenant.change(adele, { eligibleRoles });
    const { displayName, roleTemplateId } = directoryRoles.globalAdministrator;
    assert.deepEqual((await directory.facts(adele)).eligibleRoles, [{ name: displayName, templateId: roleTemplateId }]);
    for (const answer of [reply(403), json({}), json({ value: [{}, null, 7, { roleDefinition: null }] })]) {
      const { directory: other } = createGraphFixture({
        between: ({ path }) => (factOf(path) === 'eligible' ? answer : undefined),
      });
      assert(!('eligibleRoles' in (await other.facts(adele))));
    }
  });

  it('include roles held through a group', async () => {
    const group = {
      id: groupIds.responders,
      displayName: 'x',
      members: [adele],
      roles: [directoryRoles.helpdeskAdministrator],
    };
    const { directory } = createGraphFixture({ more: { groups: [group] } });
    const { roles } = await directory.facts(adele);
    assert.deepEqual(roles.known && roles.value.map(({ name }) => name), ['Helpdesk Administrator']);
  });

  it('of roles alone are one request, and fail without an exception too', async () => {
    const { directory, sent } = createGraphFixture();
    assert.deepEqual(await directory.roles(isaiah), (await directory.facts(isaiah)).roles);
    assert.equal(sent.filter(({ path }) => factOf(path) === 'roles').length, 2);
    assert.equal(sent.length, 5);
    const broken = createGraphFixture({ between: () => Promise.reject(new Error('unexpected')) });
    assert.deepEqual(await broken.directory.roles(isaiah), unknown);
  });

  it('tell the later of the two kinds of sign-in, whichever there is', async () => {
    const { directory } = createGraphFixture();
    assert.deepEqual((await directory.facts(dormant)).lastSignIn, { known: true, value: '2024-05-13T09:30:00Z' });
    assert.deepEqual((await directory.facts(adele)).lastSignIn, { known: true, value: '2026-11-20T16:12:05Z' });
  });

  it('tell "never" from "not available"', async () => {
    const { directory } = createGraphFixture();
    assert.deepEqual((await directory.facts(breakGlass)).lastSignIn, { known: true, value: null });
  });

  it('tell the level of a risky user', async () => {
    const { directory } = createGraphFixture();
    assert.deepEqual((await directory.facts(risky)).risk, { known: true, value: 'high' });
  });

  it('do not ask for risk where Microsoft does not offer it', async () => {
    const { directory, sent } = createGraphFixture({ riskAvailable: false });
    assert.deepEqual((await directory.facts(risky)).risk, unknown);
    assert(!sent.some(({ path }) => factOf(path) === 'risk'));
  });

  const failures: [what: string, between: () => ReturnType<typeof reply> | Promise<never>][] = [
    ['400', () => reply(400)],
    ['401', () => reply(401)],
    ['403', () => reply(403)],
    ['410', () => reply(410)],
    ['429 with a long Retry-After', () => reply(429, { headers: { 'retry-after': '60' } })],
    ['a body that is not JSON', () => reply(200, { body: '<html>' })],
    ['no body', () => reply(204, { body: '' })],
    ['an error that nobody expects', () => Promise.reject(new Error('unexpected'))],
    ['a cancelled request', () => Promise.reject(Object.assign(networkError('x'), { name: 'AbortError' }))],
  ];
  for (const [what, between] of failures) {
    for (const fact of ['roles', 'lastSignIn', 'risk'] as const) {
      it(`${fact} fails alone on ${what}`, async () => {
        const { directory } = createGraphFixture({
          between: ({ path }) => (factOf(path) === fact ? between() : undefined),
        });
        const facts = await directory.facts(isaiah);
        for (const [name, value] of Object.entries(facts)) assert.equal(value.known, name !== fact, name);
      });
    }
  }

  const wrong: [fact: 'roles' | 'lastSignIn' | 'risk', body: unknown][] = [
    ['roles', { value: [null] }],
    ['roles', { value: [{ displayName: 7, roleTemplateId: 'x' }] }],
    ['roles', { value: ['Reader'] }],
    ['lastSignIn', { signInActivity: { lastSignInDateTime: 'yesterday' } }],
    ['lastSignIn', { signInActivity: { lastSignInDateTime: 7, lastNonInteractiveSignInDateTime: null } }],
    ['lastSignIn', { signInActivity: { lastSignInDateTime: '2026-99-99T00:00:00Z' } }],
    ...[null, 7, 'x', []].flatMap((body): ['lastSignIn' | 'risk', unknown][] => [
      ['lastSignIn', body],
      ['risk', body],
    ]),
    ['roles', { value: [{ id: 'role', displayName: null, roleTemplateId: null }] }],
    ['roles', { value: [{ displayName: 'Reader', roleTemplateId: 'x' }, { id: 'role' }] }],
    ['roles', { value: {} }],
    ['roles', {}],
    ['risk', { riskLevel: 'unknownFutureValue' }],
    ['risk', { riskLevel: 7 }],
    ['risk', {}],
  ];
  for (const [fact, body] of wrong) {
    it(`${fact} are not known from ${JSON.stringify(body)}`, async () => {
      const { directory } = createGraphFixture({
        between: ({ path }) => (factOf(path) === fact ? json(body) : undefined),
      });
      assert.deepEqual((await directory.facts(adele))[fact], unknown);
    });
  }

  it('of somebody who is gone are not known, but for the list of risky users', async () => {
    const { directory } = createGraphFixture({ between: () => reply(404) });
    assert.deepEqual(await directory.facts(adele), {
      roles: unknown,
      lastSignIn: unknown,
      risk: { known: true, value: 'none' },
    });
  });

  it('never throw and never guess, whatever JSON comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => {
        const { roles, lastSignIn, risk } = await createGraphFixture({ between: () => json(body) }).directory.facts(
          adele,
        );
        assert(!roles.known || roles.value.every(({ name }) => name !== ''));
        assert(!lastSignIn.known || lastSignIn.value === null || typeof lastSignIn.value === 'string');
        assert(!risk.known || ['none', 'low', 'medium', 'high', 'hidden'].includes(risk.value));
      }),
      { numRuns: 150 },
    );
  });
});
