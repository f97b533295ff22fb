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
