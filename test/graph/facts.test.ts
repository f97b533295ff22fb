import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AccountFacts, DirectoryRole } from '../../src/domain/account.ts';
import type { EmulatedPerson, EmulatedRole } from '../../src/local/directory.ts';
import { directoryRoles, groupIds, personIds } from '../../src/local/people.ts';
import { runs } from '../support/chance.ts';
import { createGraphFixture, json, networkError, parsePath, reply, root, useFakeTime } from './fixture.ts';

const unknown = { known: false } as const;
const { adele, isaiah, risky, dormant, breakGlass } = personIds;

/** Which fact a request is for. */
function factOf(path: string): 'roles' | 'assigned' | 'eligible' | 'lastSignIn' | 'risk' {
  const { pathname, query } = parsePath(path);
  if (pathname.includes('/transitiveMemberOf/')) return 'roles';
  if (pathname.includes('/transitiveRoleAssignments')) return 'assigned';
  if (pathname.includes('/roleEligibilityScheduleInstances')) return 'eligible';
  if (pathname.includes('/riskyUsers/')) return 'risk';
  assert.equal(query.get('$select'), 'signInActivity');
  return 'lastSignIn';
}

const roleOf = ({ displayName: name, roleTemplateId: templateId }: EmulatedRole): DirectoryRole => ({
  name,
  templateId,
});

const at = (hour: number) => `2026-11-20T0${hour}:00:00Z`;

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

  it('are read side by side, each with one GET', async () => {
    let together = 0;
    const { directory, sent } = createGraphFixture({
      between: async () => {
        together += 1;
        await new Promise(setImmediate);
        assert.equal(together, 5);
        return undefined;
      },
    });
    await directory.facts(adele);
    const facts = ['assigned', 'eligible', 'lastSignIn', 'risk', 'roles'];
    assert.deepEqual(sent.map(({ path }) => factOf(path)).toSorted(), facts);
    for (const { method, path, headers } of sent) {
      const isAdvanced = factOf(path) === 'assigned';
      assert.deepEqual([method, path.startsWith(isAdvanced ? '/beta/' : '/v1.0/')], ['GET', true]);
      assert.equal(headers.consistencylevel, isAdvanced ? 'eventual' : undefined);
    }
  });

  const { globalAdministrator, helpdeskAdministrator } = directoryRoles;
  const scope = '/administrativeUnits/4b0d9c11-0000-4000-8000-000000000001';
  const held: [what: string, person: Partial<EmulatedPerson>, roles: readonly DirectoryRole[]][] = [
    ['held', { roles: [globalAdministrator] }, [roleOf(globalAdministrator)]],
    [
      'for a unit',
      { roles: [{ ...helpdeskAdministrator, directoryScopeId: scope }] },
      [{ ...roleOf(helpdeskAdministrator), scope }],
    ],
    ['to be activated', { eligibleRoles: [globalAdministrator] }, [{ ...roleOf(globalAdministrator), eligible: true }]],
    [
      'to be activated for a unit',
      { eligibleRoles: [{ ...helpdeskAdministrator, directoryScopeId: scope }] },
      [{ ...roleOf(helpdeskAdministrator), scope, eligible: true }],
    ],
    [
      'held everywhere, and for a unit, and to be activated',
      {
        roles: [helpdeskAdministrator, { ...helpdeskAdministrator, directoryScopeId: scope }],
        eligibleRoles: [globalAdministrator],
      },
      [
        roleOf(helpdeskAdministrator),
        { ...roleOf(helpdeskAdministrator), scope },
        { ...roleOf(globalAdministrator), eligible: true },
      ],
    ],
  ];
  for (const [what, person, value] of held) {
    for (const isPaged of [false, true]) {
      it(`tell of roles ${what}${isPaged ? ', also where the first page is empty' : ''}`, async () => {
        const { directory, tenant } = createGraphFixture({ isPaged: () => isPaged });
        tenant.change(adele, person);
        assert.deepEqual((await directory.facts(adele)).roles, { known: true, value });
        assert.deepEqual(await directory.roles(adele), { known: true, value });
      });
    }
  }

  it('call a role whose name cannot be read by its id', async () => {
    const { directory, tenant } = createGraphFixture({
      between: ({ path }) =>
        path.includes('/roleDefinitions/') ? reply(503, { headers: { 'retry-after': '60' } }) : undefined,
    });
    tenant.change(adele, { roles: [{ ...helpdeskAdministrator, directoryScopeId: scope }] });
    const { roleTemplateId } = helpdeskAdministrator;
    assert.deepEqual(await directory.roles(adele), {
      known: true,
      value: [{ templateId: roleTemplateId, name: roleTemplateId, scope }],
    });
  });

  it('take the roles from v1.0 where beta has them no more', async () => {
    const assigned = { value: [{ roleDefinitionId: helpdeskAdministrator.roleTemplateId, directoryScopeId: scope }] };
    const { directory } = createGraphFixture({
      between: ({ path }) =>
        !path.includes('/transitiveRoleAssignments')
          ? undefined
          : path.startsWith('/beta/')
            ? reply(400)
            : json(assigned),
    });
    const { roles } = await directory.facts(adele);
    assert.deepEqual(roles.known && roles.value.map((role) => role.scope), [scope]);
  });

  const unlicensed = json({ error: { code: 'AadPremiumLicenseRequired', message: 'x' } }, 400);
  const partly: [fact: 'assigned' | 'eligible', answer: ReturnType<typeof reply>, expected: AccountFacts['roles']][] = [
    ['eligible', unlicensed, { known: true, value: [] }],
    ['eligible', reply(403), { known: false, why: 'refused' }],
    ['assigned', reply(403), { known: false, why: 'refused' }],
    ['eligible', json({}), unknown],
    ['assigned', json({}), unknown],
    ['eligible', json({ value: [{}] }), unknown],
    ['assigned', json({ value: [null] }), unknown],
    ['assigned', reply(404), unknown],
    ['assigned', json({ value: [], '@odata.nextLink': 7 }), unknown],
    ['assigned', json({ value: [], '@odata.nextLink': 'https://elsewhere.example/v1.0/x' }), unknown],
    ['assigned', json({ value: [], '@odata.nextLink': `${root.replace('https', 'http')}/beta/x` }), unknown],
    ['assigned', json({ value: [], '@odata.nextLink': `${root}/v1.0/../x` }), unknown],
  ];
  for (const [fact, answer, expected] of partly) {
    it(`of roles are ${JSON.stringify(expected)} when what is ${fact} answers ${answer.status} ${answer.body}`, async () => {
      const { directory } = createGraphFixture({ between: ({ path }) => (factOf(path) === fact ? answer : undefined) });
      assert.deepEqual(await directory.roles(adele), expected);
    });
  }

  it('of roles are asked for again while a copy of the directory does not have the account', async () => {
    for (const fact of ['roles', 'assigned', 'eligible']) {
      let left = 2;
      const { directory } = createGraphFixture({
        between: ({ path }) => (factOf(path) === fact && left-- > 0 ? reply(404) : undefined),
      });
      assert.deepEqual(await directory.roles(adele), { known: true, value: [] });
    }
  });

  it('of roles that never end are not available, after ten pages', async () => {
    const { directory, sent } = createGraphFixture({
      between: ({ path }) =>
        factOf(path) === 'roles' ? json({ value: [], '@odata.nextLink': `${root}${path}` }) : undefined,
    });
    assert.deepEqual(await directory.roles(isaiah), unknown);
    assert.equal(sent.filter(({ path }) => factOf(path) === 'roles').length, 10);
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

  it('of roles alone are three requests, and fail without an exception too', async () => {
    const { directory, sent } = createGraphFixture();
    assert.deepEqual(await directory.roles(isaiah), (await directory.facts(isaiah)).roles);
    assert.equal(sent.filter(({ path }) => factOf(path) === 'roles').length, 2);
    assert.equal(sent.length, 8);
    const broken = createGraphFixture({ between: () => Promise.reject(new Error('unexpected')) });
    assert.deepEqual(await broken.directory.roles(isaiah), unknown);
  });

  const times: [what: string, activity: object | null | undefined, last: string | null, attempt: string | undefined][] =
    [
      ['the last success', { lastSuccessfulSignInDateTime: at(9), lastSignInDateTime: at(8) }, at(9), undefined],
      ['an attempt after it', { lastSuccessfulSignInDateTime: at(8), lastSignInDateTime: at(9) }, at(8), at(9)],
      [
        'the later of two attempts after it',
        {
          lastSuccessfulSignInDateTime: at(7),
          lastSignInDateTime: at(8),
          lastNonInteractiveSignInDateTime: '2026-11-20T10:00:00+01:00',
        },
        at(7),
        '2026-11-20T10:00:00+01:00',
      ],
      ['attempts alone as no sign-in', { lastSignInDateTime: at(8), lastSuccessfulSignInDateTime: null }, null, at(8)],
      ['nothing of the year 1', { lastSuccessfulSignInDateTime: '0001-01-01T00:00:00Z' }, null, undefined],
      [
        'an attempt, and nothing of the year 1',
        { lastSuccessfulSignInDateTime: '0001-01-01T00:00:00Z', lastSignInDateTime: at(8) },
        null,
        at(8),
      ],
      ['nothing of attempts in the year 1601', { lastSignInDateTime: '1601-01-01T00:00:00Z' }, null, undefined],
      ['nothing', {}, null, undefined],
      ['nothing of null', null, null, undefined],
      ['nothing where there is no such property', undefined, null, undefined],
    ];
  for (const [what, signInActivity, last, attempt] of times) {
    it(`tell of sign-ins ${what}`, async () => {
      const { directory } = createGraphFixture({
        between: ({ path }) => (factOf(path) === 'lastSignIn' ? json({ id: adele, signInActivity }) : undefined),
      });
      const { lastSignIn, lastAttempt } = await directory.facts(adele);
      assert.deepEqual([lastSignIn, lastAttempt], [{ known: true, value: last }, attempt]);
    });
  }

  it('tell a sign-in of long ago', async () => {
    const { directory } = createGraphFixture();
    assert.deepEqual((await directory.facts(dormant)).lastSignIn, { known: true, value: '2024-05-13T09:30:00Z' });
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
    assert.deepEqual((await directory.facts(risky)).risk, { known: false, why: 'cloud' });
    assert(!sent.some(({ path }) => factOf(path) === 'risk'));
  });

  const premium = { error: { code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', message: 'x' } };
  const reasons: [what: string, answer: ReturnType<typeof reply>, why: string | undefined][] = [
    ['403', reply(403), 'refused'],
    ['403 of a tenant without a licence', json(premium, 403), 'licence'],
    ['429 with a long Retry-After', reply(429, { headers: { 'retry-after': '60' } }), 'noAnswer'],
    ['503 with a long Retry-After', reply(503, { headers: { 'retry-after': '60' } }), 'noAnswer'],
    ['401', reply(401), undefined],
    ['400', reply(400), undefined],
    ['a body that is not JSON', reply(200, { body: '<html>' }), undefined],
  ];
  for (const [what, answer, why] of reasons) {
    for (const fact of ['roles', 'lastSignIn', 'risk'] as const) {
      it(`${fact} say why they are not known: ${what}`, async () => {
        const { directory } = createGraphFixture({
          between: ({ path }) => (factOf(path) === fact ? answer : undefined),
        });
        assert.deepEqual((await directory.facts(isaiah))[fact], why === undefined ? unknown : { known: false, why });
      });
    }
  }

  describe('with a read that Graph keeps putting off', () => {
    const { pass } = useFakeTime();
    const later = reply(503, { headers: { 'retry-after': '3' } });
    const late = { known: false, why: 'noAnswer' };

    /** What was read, after so many ms and no earlier. */
    async function factsAfter(ms: number, isLate: (fact: ReturnType<typeof factOf>) => boolean): Promise<AccountFacts> {
      const { directory } = createGraphFixture({ between: ({ path }) => (isLate(factOf(path)) ? later : undefined) });
      const read: AccountFacts[] = [];
      const reading = directory.facts(isaiah).then((facts) => read.push(facts));
      await pass(ms - 1);
      assert.deepEqual(read, []);
      await pass(1);
      await reading;
      return read[0] ?? assert.fail();
    }

    for (const slow of ['roles', 'assigned', 'eligible', 'lastSignIn', 'risk'] as const) {
      it(`${slow}: the others are there after four seconds`, async () => {
        const { roles, lastSignIn, risk } = await factsAfter(4000, (fact) => fact === slow);
        const lateOne = slow === 'assigned' || slow === 'eligible' ? 'roles' : slow;
        for (const [name, fact] of Object.entries({ roles, lastSignIn, risk })) {
          assert.deepEqual(fact.known || fact, name === lateOne ? late : true, name);
        }
      });
    }

    it('all of them: four seconds for all together', async () => {
      assert.deepEqual(await factsAfter(4000, () => true), { roles: late, lastSignIn: late, risk: late });
    });
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
        for (const name of ['roles', 'lastSignIn', 'risk'] as const) assert.equal(facts[name].known, name !== fact);
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
    ['roles', { value: {} }],
    ['roles', {}],
    ['risk', { riskLevel: 'unknownFutureValue' }],
    ['risk', { riskLevel: 7 }],
    ['risk', {}],
  ];
  it('roles are refused where they come stripped to their ids', async () => {
    const bodies = [
      { value: [{ id: 'role', displayName: null, roleTemplateId: null }] },
      { value: [{ displayName: 'Reader', roleTemplateId: 'x' }, { id: 'role' }] },
    ];
    for (const body of bodies) {
      const { directory } = createGraphFixture({ between: () => json(body) });
      assert.deepEqual(await directory.roles(adele), { known: false, why: 'refused' });
    }
  });

  for (const [fact, body] of wrong) {
    it(`${fact} are not known from ${JSON.stringify(body)}`, async () => {
      const { directory } = createGraphFixture({
        between: ({ path }) => (factOf(path) === fact ? json(body) : undefined),
      });
      assert.deepEqual((await directory.facts(adele))[fact], unknown);
    });
  }

  it('of risk are not available where the cloud does not know the question', async () => {
    for (const code of ['BadRequest', 'ResourceNotFound', 'Request_ResourceNotFound']) {
      const error = { code, message: "Resource not found for the segment 'riskyUsers'." };
      for (const status of [400, 404]) {
        const { directory } = createGraphFixture({
          between: ({ path }) => (factOf(path) === 'risk' ? json({ error }, status) : undefined),
        });
        assert.deepEqual((await directory.facts(adele)).risk, unknown);
      }
    }
  });

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
      { numRuns: runs(150) },
    );
  });
});
