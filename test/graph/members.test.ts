import assert from 'node:assert/strict';
import { groupIds, personIds } from '../../src/local/people.ts';
import { createGraphFixture, isProblem, json, parsePath, reply, root } from './fixture.ts';

const { alex, megan, nestor, adele } = personIds;
const user = (id: string, more: object = {}) => ({
  '@odata.type': '#microsoft.graph.user',
  id,
  displayName: 'Somebody',
  userPrincipalName: `${id.slice(0, 4)}@contoso.example`,
  userType: 'Member',
  accountEnabled: true,
  ...more,
});
/** Graph's answer about a group; the account of the same id is missing. */
const group = (body: object) => ({
  between: ({ path }: { path: string }) => (path.includes('/groups/') ? json(body) : undefined),
});

describe('an entry of a list', () => {
  const hidden = '11111111-9d4f-4e80-bb63-2caf7d809e13';
  const more = {
    groups: [{ id: hidden, displayName: 'Hidden', members: [], visibility: 'HiddenMembership' as const }],
  };
  for (const [what, id, expected] of [
    ['a person', adele, 'user'],
    ['a group', groupIds.approvers, 'group'],
    ['a group, in capitals', groupIds.approvers.toUpperCase(), 'group'],
    ['a group that hides its members', hidden, 'hiddenGroup'],
    ['nobody', '00000000-0000-4000-8000-00000000dead', null],
  ] as const) {
    it(`is ${what}`, async () => {
      assert.equal(await createGraphFixture({ more }).directory.entry(id), expected);
    });
  }

  it('is not nobody because of one reading that finds nothing', async () => {
    const between = (_: unknown, earlier: number) => (earlier < 4 ? reply(404) : undefined);
    assert.equal(await createGraphFixture({ between }).directory.entry(groupIds.approvers), 'group');
  });

  it('is not known, and never nobody, when the group cannot be read', async () => {
    for (const [answer, problem] of [
      [reply(403), 'missingPermission'],
      [json({}), 'rejected'],
      [reply(404, { body: '<html>' }), 'notGraph'],
    ] as const) {
      const between = ({ path }: { path: string }) => (path.includes('/groups/') ? answer : undefined);
      await assert.rejects(createGraphFixture({ between }).directory.entry(groupIds.approvers), isProblem(problem));
      assert.equal(await createGraphFixture({ between }).directory.entry(adele), 'user');
    }
  });
});

describe('members', () => {
  it('of a group are the people in it, directly and through other groups', async () => {
    const { directory, sent } = createGraphFixture();
    const { accounts, complete } = await directory.members(groupIds.approvers);
    assert.deepEqual(new Set(accounts.map(({ id }) => id)), new Set([alex, megan, nestor]));
    assert.equal(complete, true);
    const asked = sent.map(({ path }) => parsePath(path)).find(({ pathname }) => pathname.includes('/groups/'));
    assert.equal(asked?.pathname, `/v1.0/groups/${groupIds.approvers}/transitiveMembers`);
    assert.equal(asked.query.get('$top'), '999');
  });

  it('of a person is the person', async () => {
    const { directory } = createGraphFixture();
    const { accounts, complete } = await directory.members(adele);
    assert.deepEqual([accounts.map(({ id }) => id), complete], [[adele], true]);
  });

  it('tell who is disabled, a guest or external', async () => {
    const value = [
      user(alex, { accountEnabled: false }),
      user(megan, { userType: 'Guest' }),
      user(nestor, { identities: [{ signInType: 'federated', issuer: 'ExternalAzureAD' }] }),
    ];
    const { accounts } = await createGraphFixture(group({ value })).directory.members(groupIds.approvers);
    assert.deepEqual(
      accounts.map(({ enabled, guest, external }) => [enabled, guest, external]),
      [
        [false, false, false],
        [true, true, false],
        [true, false, true],
      ],
    );
  });

  it('are no devices, groups or services', async () => {
    const value = [
      { '@odata.type': '#microsoft.graph.group', id: groupIds.approversNightShift, displayName: 'Night shift' },
      { '@odata.type': '#microsoft.graph.device', id: adele },
      { '@odata.type': '#microsoft.graph.servicePrincipal', id: nestor },
      null,
      user(megan),
    ];
    const { accounts } = await createGraphFixture(group({ value })).directory.members(groupIds.approvers);
    assert.deepEqual(
      accounts.map(({ id }) => id),
      [megan],
    );
  });

  it('are on all pages', async () => {
    const { directory } = createGraphFixture({ isPaged: (path) => path.includes('/groups/') });
    const { accounts, complete } = await directory.members(groupIds.approvers);
    assert.deepEqual([new Set(accounts.map(({ id }) => id)), complete], [new Set([alex, megan, nestor]), true]);
  });

  it('are incomplete when there are more than a page of Graph can hold', async () => {
    const body = {
      value: Array.from({ length: 999 }, () => user(megan)),
      '@odata.nextLink': `${root}/v1.0/next`,
    };
    const { directory, sent } = createGraphFixture(group(body));
    assert.equal((await directory.members(groupIds.approvers)).complete, false);
    assert.equal(sent.length, 2, 'the account, and one page');
  });

  it('of nothing are not "nobody"', async () => {
    const { directory } = createGraphFixture();
    await assert.rejects(directory.members('00000000-0000-4000-8000-00000000dead'), isProblem('notFound'));
  });

  for (const [status, problem] of [
    [400, 'rejected'],
    [403, 'missingPermission'],
  ] as const) {
    it(`are not "nobody" either when Graph answers ${status}`, async () => {
      const between = ({ path }: { path: string }) => (path.includes('/groups/') ? reply(status) : undefined);
      await assert.rejects(createGraphFixture({ between }).directory.members(groupIds.approvers), isProblem(problem));
    });
  }

  it('are not "nobody" when Graph sends no list', async () => {
    await assert.rejects(createGraphFixture(group({})).directory.members(groupIds.approvers), isProblem('rejected'));
  });
});
