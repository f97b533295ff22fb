import assert from 'node:assert/strict';
import type { Account } from '../../src/domain/account.ts';
import { personIds } from '../../src/local/people.ts';
import { createGraphFixture, isProblem, json } from './fixture.ts';

async function accountOf(id: string): Promise<Account> {
  const now = await createGraphFixture().directory.read(id);
  assert(now);
  return now.account;
}

/** The account when Graph describes the user like this. */
async function described(user: Readonly<Record<string, unknown>>): Promise<Account> {
  const { directory } = createGraphFixture({
    between: () => json({ id: 'ID', userPrincipalName: 'u@x.example', ...user }),
  });
  const now = await directory.read(String(user.id ?? 'id'));
  assert(now);
  return now.account;
}

const own = [{ signInType: 'userPrincipalName', issuer: 'x.example', issuerAssignedId: 'u@x.example' }];
const foreign = (issuer: string | null) => ({ signInType: 'federated', issuer, issuerAssignedId: null });

describe('an account', () => {
  it('is what Graph says of it', async () => {
    assert.deepEqual(await accountOf(personIds.adele), {
      id: personIds.adele,
      upn: 'adele@contoso.example',
      name: 'Adele Vance',
      jobTitle: 'Retail Manager',
      department: 'Retail',
      external: false,
      guest: false,
      enabled: true,
      synced: false,
      restricted: false,
    });
  });

  const people: [what: string, id: string, expected: Partial<Account>][] = [
    ['a guest', personIds.guest, { external: true, guest: true }],
    ['a member of another tenant', personIds.externalMember, { external: true, guest: false }],
    ['a disabled one', personIds.disabled, { enabled: false }],
    ['a synced one', personIds.synced, { synced: true }],
    ['one in a restricted administrative unit', personIds.restricted, { restricted: true }],
    [
      'one without mail, title or department',
      personIds.breakGlass,
      { jobTitle: null, department: null, external: false },
    ],
  ];
  for (const [what, id, expected] of people) {
    it(`is recognised: ${what}`, async () => {
      const account = await accountOf(id);
      assert.deepEqual({ ...account, ...expected }, account);
    });
  }

  const shapes: [what: string, user: object, expected: Partial<Account>][] = [
    ['#ext# in small letters', { userPrincipalName: 'a_b.example#ext#@x.example' }, { external: true }],
    [
      'an invitation pending, and an own identity',
      { externalUserState: 'PendingAcceptance', identities: own },
      { external: false },
    ],
    [
      'an invitation accepted, and converted since',
      { externalUserState: null, creationType: 'Invitation', identities: own },
      { external: false },
    ],
    [
      'an invitation, and no identity that tells',
      { externalUserState: 'Accepted', creationType: 'Invitation' },
      { external: false },
    ],
    ['an identity of another organisation', { identities: [...own, foreign('ExternalAzureAD')] }, { external: true }],
    ['an identity of another kind of provider', { identities: [foreign('google.com')] }, { external: true }],
    ['an identity that nobody vouches for', { identities: [foreign(null)] }, { external: true }],
    ['an identity federated with its own domain', { identities: [foreign('X.example')] }, { external: false }],
    [
      'an identity issued under the first domain of the tenant',
      { identities: [{ ...own[0], issuer: 'x.onmicrosoft.example' }] },
      { external: false },
    ],
    ['null among its identities', { identities: [null] }, { external: false }],
    ['identities that are no list', { identities: 'x' }, { external: false }],
    [
      'a UPN of elsewhere beside an own identity',
      { userPrincipalName: 'a_b.example#EXT#@x.example', identities: own },
      { external: true },
    ],
    ['made by internal self-service', { creationType: 'EmailVerified' }, { external: false }],
    ['an internal guest', { userType: 'Guest' }, { external: false, guest: true }],
    [
      'everything null',
      { userType: null, externalUserState: null, creationType: null },
      { external: false, guest: false },
    ],
    ['no accountEnabled', {}, { enabled: false }],
    ['accountEnabled null', { accountEnabled: null }, { enabled: false }],
    ['accountEnabled as text', { accountEnabled: 'true' }, { enabled: false }],
    ['isManagementRestricted null', { isManagementRestricted: null }, { restricted: false }],
    ['no display name', { displayName: null }, { name: 'u@x.example' }],
    ['an empty display name', { displayName: '' }, { name: 'u@x.example' }],
    ['an object id in capitals', { id: 'ABCDEF' }, { id: 'abcdef' }],
  ];
  for (const [what, user, expected] of shapes) {
    it(`with ${what} is ${JSON.stringify(expected)}`, async () => {
      const account = await described({ ...user });
      assert.deepEqual({ ...account, ...expected }, account);
    });
  }

  const nobody: [what: string, body: unknown][] = [
    ['no id', { userPrincipalName: 'u@x.example' }],
    ['no UPN', { id: 'id' }],
    ['an empty id', { id: '', userPrincipalName: 'u@x.example' }],
    ['a list', []],
    ['null', null],
    ['a text', 'id'],
    ['a number', 7],
    ['somebody else', { id: 'other', userPrincipalName: 'u@x.example' }],
    ...Object.entries({ id: 7, userPrincipalName: {}, displayName: 7, jobTitle: [], department: true }).map(
      ([name, value]): [string, unknown] => [
        `${JSON.stringify(value)} for ${name}`,
        { id: 'id', userPrincipalName: 'u@x.example', [name]: value },
      ],
    ),
    ...[7, {}, '', 'soon', '2026-13-45T00:00:00Z', '7'].map((time): [string, unknown] => [
      `${JSON.stringify(time)} for the time from which tokens count`,
      { id: 'id', userPrincipalName: 'u@x.example', signInSessionsValidFromDateTime: time },
    ]),
  ];
  for (const [what, body] of nobody) {
    it(`is refused when Graph sends ${what}`, async () => {
      const { directory } = createGraphFixture({ between: () => json(body) });
      await assert.rejects(directory.read('id'), isProblem('rejected'));
    });
  }
});
