import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { DirectoryError } from '../../src/app/errors.ts';
import type { Policy } from '../../src/app/policy.ts';
import { createReadRights, membership, readWithGroups } from '../../src/app/rights.ts';
import type { Account } from '../../src/domain/account.ts';
import {
  approversGroup,
  createFakeClock,
  createFakeDirectory,
  type FakeDirectory,
  person,
  policy,
  requestersGroup,
} from '../support/fakes.ts';
import { alex, megan, tenantId } from '../support/samples.ts';

const otherTenant = '22222222-2222-4222-8222-222222222222';
const emptyGroup = 'cccccccc-0000-4000-8000-000000000009';
const nobody = { member: false, enabled: false, requester: false, approver: false };

const client = 'cccccccc-0000-4000-8000-000000000001';

/** Alex asks, Megan approves; each list holds a group, a group they are not in, and a person. */
function setUp(more: Partial<Account> = {}) {
  const accounts = [person(alex.id, alex.name, more), person(megan.id, megan.name)];
  const directory = createFakeDirectory(createFakeClock(), accounts);
  const people = {
    requesters: [emptyGroup, requestersGroup],
    approvers: [approversGroup, emptyGroup],
    protectedUsers: [],
  };
  return {
    directory,
    people,
    readRights: createReadRights({ directory, policy: settings(people), tenantId }),
  };
}

const settings = (people: Policy['people']): Policy => {
  const alerts = { clients: new Set([client]), twoApprovers: false, linkHosts: new Set<string>() };
  return { ...policy, people, alerts };
};

/** The directory, and what it was asked about groups. */
function listening(directory: FakeDirectory) {
  const asked: (readonly string[])[] = [];
  const { memberOf } = directory;
  directory.memberOf = (id, groups) => {
    asked.push(groups);
    return memberOf(id, groups);
  };
  return asked;
}

describe('what a person may', () => {
  it('comes from each list by itself: being in one group of it is enough', async () => {
    const { readRights } = setUp();
    assert.deepEqual(await readRights(alex), {
      member: true,
      enabled: true,
      requester: true,
      approver: false,
      upn: 'alex.wilber@contoso.example',
    });
    assert.deepEqual(await readRights(megan), {
      member: true,
      enabled: true,
      requester: false,
      approver: true,
      upn: 'megan.bowen@contoso.example',
    });
  });

  it('comes from being named in a list, too', async () => {
    const { directory } = setUp();
    const people = { requesters: [megan.id, emptyGroup], approvers: [emptyGroup, alex.id], protectedUsers: [] };
    const readRights = createReadRights({ directory, policy: settings(people), tenantId });
    assert.deepEqual(await readRights(alex), {
      member: true,
      enabled: true,
      requester: false,
      approver: true,
      upn: 'alex.wilber@contoso.example',
    });
    assert.deepEqual(await readRights(megan), {
      member: true,
      enabled: true,
      requester: true,
      approver: false,
      upn: 'megan.bowen@contoso.example',
    });
  });

  it('is read every time', async () => {
    const { directory, readRights } = setUp();
    assert.equal((await readRights(megan)).approver, true);
    directory.groups.get(approversGroup)?.delete(megan.id);
    assert.equal((await readRights(megan)).approver, false);
  });

  for (const [name, more, expected] of [
    ['a guest', { guest: true }, { member: false, enabled: true }],
    ['an external account', { external: true }, { member: false, enabled: true }],
    ['a guest of another directory', { guest: true, external: true }, { member: false, enabled: true }],
    ['a disabled account', { enabled: false }, { member: true, enabled: false }],
  ] as const) {
    it(`says that it is ${name}`, async () => {
      const { readRights } = setUp(more);
      assert.deepEqual(await readRights(alex), {
        ...expected,
        requester: true,
        approver: false,
        upn: 'alex.wilber@contoso.example',
      });
    });
  }

  it('is nothing for an account that is not there, on a list or not', async () => {
    const { directory, readRights } = setUp();
    directory.accounts.clear();
    assert.deepEqual(await readRights(alex), nobody);
  });

  it('is nothing for somebody of another tenant, of whom the directory is not even asked', async () => {
    const { directory, readRights } = setUp();
    directory.readErrors.push(new DirectoryError('unavailable', 'must not be asked'));
    const asked = listening(directory);
    assert.deepEqual(await readRights({ ...alex, tenantId: otherTenant }), nobody);
    assert.deepEqual(asked, []);
    assert.equal(directory.readErrors.length, 1);
  });

  it('is not known when the account or its groups cannot be read', async () => {
    const unavailable = new DirectoryError('unavailable', 'x');
    const one = setUp();
    one.directory.readErrors.push(unavailable);
    await assert.rejects(one.readRights(alex), unavailable);
    const other = setUp();
    other.directory.memberOf = () => Promise.reject(unavailable);
    await assert.rejects(other.readRights(alex), unavailable);
  });
});

describe('an account with its groups', () => {
  it('is null without an account, and the failure of its groups then stops nothing', async () => {
    const { directory } = setUp();
    directory.accounts.clear();
    directory.memberOf = () => Promise.reject(new DirectoryError('notFound', 'x'));
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      assert.equal(await readWithGroups(directory, alex.id, [requestersGroup]), null);
      await setImmediate();
    } finally {
      process.off('unhandledRejection', note);
    }
    assert.deepEqual(unhandled, []);
  });
});

describe('membership', () => {
  it('asks for each group once, and for the person not at all', async () => {
    const { directory } = setUp();
    const asked = listening(directory);
    const ids = [requestersGroup, alex.id, approversGroup, requestersGroup, alex.id];
    assert.deepEqual(await membership(directory, alex.id, ids), new Set([requestersGroup, alex.id]));
    assert.deepEqual(asked, [[requestersGroup, approversGroup]]);
  });

  it('asks nothing where only the person is listed, or nobody', async () => {
    const { directory } = setUp();
    const asked = listening(directory);
    assert.deepEqual(await membership(directory, alex.id, [alex.id]), new Set([alex.id]));
    assert.deepEqual(await membership(directory, alex.id, []), new Set());
    assert.deepEqual(asked, []);
  });

  it('is for an app what the settings of today say, without asking the directory', async () => {
    const { directory, readRights } = setUp();
    const asked = listening(directory);
    const app = { id: client, tenantId, name: 'Sentinel', app: true } as const;
    const may = { member: true, enabled: true, requester: true, approver: false, upn: client };
    assert.deepEqual(await readRights(app), may);
    const other = { ...app, id: 'cccccccc-0000-4000-8000-000000000002' };
    assert.equal((await readRights(other)).requester, false);
    // A person whose object id is that of an app is no app.
    assert.equal((await readRights({ id: client, tenantId, name: 'Sentinel' })).requester, false);
    assert.equal(asked.length, 1);
  });
});
