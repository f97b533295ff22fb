import assert from 'node:assert/strict';
import { crowd, directoryRoles, groups, people, peopleAsOf, personIds, tenantId } from '../../src/local/people.ts';
import { isExternal } from '../../src/local/users.ts';
import { createFixture } from './fixture.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

describe('people of the emulated tenant', () => {
  it('every id is a GUID and stands for one object', () => {
    const ids = [
      tenantId,
      ...[...people, ...crowd].map((person) => person.id),
      ...groups.map((group) => group.id),
      ...Object.values(directoryRoles).map((role) => role.id),
    ];
    assert.deepEqual(
      ids.filter((id) => !guid.test(id)),
      [],
    );
    assert.equal(new Set(ids).size, ids.length);
  });

  it('every UPN uses only what Entra allows and a reserved domain', () => {
    for (const { userPrincipalName } of [...people, ...crowd]) {
      assert.match(userPrincipalName, /^[A-Za-z0-9'.\-_!#^~]+@contoso\.(onmicrosoft\.)?example$/);
    }
  });

  it('every address is in a reserved domain', () => {
    const addresses = people.flatMap((person) => [
      ...(person.mail === undefined ? [] : [person.mail]),
      ...(person.otherMails ?? []),
      ...(person.proxyAddresses ?? []),
    ]);
    for (const address of addresses) assert.match(address, /^[^@]+@[a-z.]+\.example$/);
  });

  it('group members exist', () => {
    const known = new Set([...people, ...groups].map(({ id }) => id));
    assert.deepEqual(
      groups.flatMap((group) => group.members).filter((id) => !known.has(id)),
      [],
    );
  });

  it('only the guest and the member of another tenant are external', () => {
    assert.deepEqual(
      people.filter(isExternal).map((person) => person.id),
      [personIds.guest, personIds.externalMember],
    );
  });

  it('Alex and Megan hold no role, directly or through a group', async () => {
    const { ask } = createFixture();
    for (const id of [personIds.alex, personIds.megan]) {
      const reply = await ask(`/v1.0/users/${id}/transitiveMemberOf/microsoft.graph.directoryRole`);
      assert.deepEqual(JSON.parse(reply.body ?? '').value, []);
    }
  });
});

const day = 24 * 3_600_000;
const timesOf = (person: object): readonly number[] =>
  [...JSON.stringify(person).matchAll(/"(\d{4}-\d{2}-\d{2}T[^"]+)"/g)].map(([, time]) => Date.parse(time ?? ''));

describe('the people of the emulated tenant', () => {
  for (const today of ['2025-01-05T04:00:00Z', '2026-11-21T12:00:00Z', '2031-06-30T20:15:42.500Z']) {
    it(`have a past that is as long ago on ${today.slice(0, 10)} as on any other day`, () => {
      const now = new Date(today);
      const moved = peopleAsOf(now, people);
      for (const [index, person] of moved.entries()) {
        for (const time of timesOf(person)) assert.ok(time < now.getTime(), `${person.displayName} has a future`);
        const { signInActivity } = person;
        if (signInActivity && person.id !== personIds.dormant) {
          assert.ok(now.getTime() - Date.parse(signInActivity.lastSignInDateTime) < day, person.displayName);
        }
        const before = people[index];
        assert.ok(before);
        const spans = (one: object) => timesOf(one).map((time, _, [first = 0]) => time - first);
        assert.deepEqual(spans(person), spans(before));
        assert.deepEqual(
          JSON.stringify(person).replace(/\d{4}-[^"]+Z/g, ''),
          JSON.stringify(before).replace(/\d{4}-[^"]+Z/g, ''),
        );
      }
    });
  }
});
