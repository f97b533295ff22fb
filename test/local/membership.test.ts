import assert from 'node:assert/strict';
import { directoryRoles, groupIds, groups, personIds } from '../../src/local/people.ts';
import { createFixture, errorOf, okBody } from './fixture.ts';

const { alex, megan, adele, nestor, isaiah, breakGlass } = personIds;
const { responders, approvers, approversNightShift } = groupIds;
const everyGroup = Object.values(groupIds);
const { globalAdministrator, helpdeskAdministrator } = directoryRoles;

describe('checkMemberObjects', () => {
  const cases: [who: string, asked: string[], member: string[]][] = [
    [alex, everyGroup, [responders, approvers]],
    [megan, [approvers], [approvers]],
    [nestor, everyGroup, [approvers, approversNightShift]],
    [adele, everyGroup, []],
    [breakGlass, everyGroup, [groupIds.breakGlass]],
    ['nestor@contoso.example', [approvers], [approvers]],
    [isaiah, [globalAdministrator.id, helpdeskAdministrator.id], [globalAdministrator.id]],
    [alex, [alex, '00000000-0000-0000-0000-000000000000'], []],
    [alex, [approvers.toUpperCase(), responders, responders], [approvers.toUpperCase(), responders]],
    [alex, [], []],
    [alex, Array.from({ length: 20 }, () => approvers), [approvers]],
  ];
  for (const [who, ids, member] of cases) {
    it(`${who} is in ${member.length} of ${ids.length}`, async () => {
      const body = okBody(await createFixture().post(`/v1.0/users/${who}/checkMemberObjects`, { ids }));
      assert.deepEqual(body, { value: member });
    });
  }

  const refused: [what: string, who: string, body: unknown, status: number][] = [
    ['21 ids', alex, { ids: Array.from({ length: 21 }, () => approvers) }, 400],
    ['no ids', alex, {}, 400],
    ['no body', alex, undefined, 400],
    ['nobody', '00000000-0000-0000-0000-000000000000', { ids: [approvers] }, 404],
  ];
  for (const [what, who, body, status] of refused) {
    it(`refuses ${what}`, async () => {
      const reply = await createFixture().post(`/v1.0/users/${who}/checkMemberObjects`, body);
      assert.equal(errorOf(reply)[0], status);
    });
  }

  it('ends when groups contain each other', async () => {
    const ring = groups.map((group) =>
      group.id === approversNightShift ? { ...group, members: [...group.members, approvers] } : group,
    );
    const { post } = createFixture({ groups: ring });
    const body = okBody(
      await post(`/v1.0/users/${megan}/checkMemberObjects`, { ids: [approvers, approversNightShift] }),
    );
    assert.deepEqual(body.value, [approvers, approversNightShift]);
  });
});

describe('directory roles', () => {
  const path = (key: string) => `/v1.0/users/${key}/transitiveMemberOf/microsoft.graph.directoryRole`;

  const cases: [who: string, roles: { id: string; displayName: string; roleTemplateId: string }[]][] = [
    [isaiah, [globalAdministrator]],
    ['isaiah@contoso.example', [globalAdministrator]],
    [nestor, [helpdeskAdministrator]],
    [breakGlass, [globalAdministrator]],
    [adele, []],
  ];
  for (const [who, roles] of cases) {
    it(`${who} holds ${roles.map((role) => role.displayName).join() || 'none'}`, async () => {
      const body = okBody(await createFixture().ask(`${path(who)}?$select=id,displayName,roleTemplateId`));
      assert.deepEqual(body.value, roles);
    });
  }

  it('are held through groups, once', async () => {
    const assigned = groups.map((group) =>
      group.id === approvers ? { ...group, roles: [helpdeskAdministrator, globalAdministrator] } : group,
    );
    const { ask } = createFixture({ groups: assigned });
    const body = okBody(await ask(`${path(nestor)}?$select=displayName`));
    assert.deepEqual(body.value, [helpdeskAdministrator, globalAdministrator]);
  });

  it('of nobody are not found', async () => {
    assert.equal((await createFixture().ask(path('nobody@contoso.example'))).status, 404);
  });
});

describe('transitiveMembers', () => {
  it('are the people in the group, directly and through other groups, with what was selected of each', async () => {
    const path = `/v1.0/groups/${approvers}/transitiveMembers?$select=id,accountEnabled&$top=999`;
    const { value } = okBody(await createFixture().ask(path)) as { value: object[] };
    assert.deepEqual(
      value,
      [alex, megan, nestor].map((id) => ({ '@odata.type': '#microsoft.graph.user', id, accountEnabled: true })),
    );
  });

  for (const [what, key, status] of [
    ['an unknown group', '00000000-0000-4000-8000-00000000dead', 404],
    ['a person', alex, 404],
  ] as const) {
    it(`of ${what}: ${status}`, async () => {
      assert.equal(errorOf(await createFixture().ask(`/v1.0/groups/${key}/transitiveMembers`))[0], status);
    });
  }
});
