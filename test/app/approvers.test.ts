import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import { approversGroup, person, requestersGroup } from '../support/fakes.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const named = (...texts: string[]) => texts.map((text) => ({ kind: 'objectId', text }) as const);
const nestor = person('aaaaaaaa-0000-4000-8000-000000000003', 'Nestor Wilke');

/** A house with these people on the list of approvers, Alex asking. */
function houseWith(approvers: readonly ReturnType<typeof person>[], options: Parameters<typeof createHouse>[0] = {}) {
  const house = createHouse({ accounts: [account(1), account(2), ...approvers], ...options });
  house.directory.groups.set(approversGroup, new Set(approvers.map(({ id }) => id)));
  return house;
}

describe('who can approve', () => {
  it('is on record by name, the one who asks included where one person is enough', async () => {
    const house = createHouse();
    house.directory.groups.get(approversGroup)?.add(alex.id);
    await house.submit(house.ask());
    assert.deepEqual((await house.state()).request.approvers, {
      known: true,
      value: {
        named: [alex, megan].map(({ id, name }) => ({ id, name })),
        count: 2,
        complete: true,
        requesterToo: true,
      },
    });
  });

  it('leaves out the one who asks where two persons are needed', async () => {
    const house = createHouse({ policy: { twoPersons: { rule: 'always', over: 5 } } });
    house.directory.groups.get(approversGroup)?.add(alex.id);
    await house.submit(house.ask());
    const { approvers } = (await house.state()).request;
    assert(approvers.known);
    assert.deepEqual(approvers.value.named, [{ id: megan.id, name: megan.name }]);
    assert.equal(approvers.value.requesterToo, false);
  });

  it('names a person once who is on the list by several ways', async () => {
    const house = houseWith([nestor], {
      accounts: [account(1), nestor],
      policy: {
        people: { requesters: [requestersGroup], approvers: [approversGroup, nestor.id], protectedUsers: [] },
      },
    });
    await house.submit(house.ask());
    const { approvers } = (await house.state()).request;
    assert(approvers.known);
    assert.equal(approvers.value.count, 1);
  });

  it('names the first few by name and counts the rest', async () => {
    const crowd = Array.from({ length: 20 }, (_, index) =>
      person(`aaaaaaaa-0000-4000-8000-0000000001${String(index).padStart(2, '0')}`, `Person ${30 - index}`),
    );
    const house = houseWith(crowd);
    await house.submit(house.ask());
    const { approvers } = (await house.state()).request;
    assert(approvers.known);
    assert.equal(approvers.value.count, 20);
    assert.deepEqual(
      approvers.value.named.map(({ name }) => name),
      Array.from({ length: 15 }, (_, index) => `Person ${11 + index}`),
    );
  });

  it('is the one who asks alone, for one’s own sessions', async () => {
    const house = houseWith([]);
    await house.submit(house.ask({ by: megan, targets: 'self' }));
    const { approvers } = (await house.state()).request;
    assert(approvers.known);
    assert.deepEqual(approvers.value.named, [{ id: megan.id, name: megan.name }]);
  });

  describe('when nobody can, nothing is asked', () => {
    const nobody: Record<string, () => ReturnType<typeof createHouse>> = {
      'the list is empty': () => houseWith([]),
      'all are disabled': () => houseWith([{ ...nestor, enabled: false }]),
      'all are guests': () => houseWith([{ ...nestor, guest: true }]),
      'all are external': () => houseWith([{ ...nestor, external: true }]),
      'the only one is the target': () => houseWith([account(1)]),
      'the only one asks, and two persons are needed': () =>
        houseWith([person(alex.id, alex.name)], { policy: { twoPersons: { rule: 'always', over: 5 } } }),
    };
    for (const [why, build] of Object.entries(nobody)) {
      it(why, async () => {
        const house = build();
        const asked = house.ask({ targets: named(account(1).id, account(2).id) });
        assert.deepEqual(await house.submit(asked), { kind: 'refused', code: 'noApprover' });
        assert.deepEqual(await house.submit({ ...asked, dryRun: true }), { kind: 'refused', code: 'noApprover' });
        assert.deepEqual(await house.store.openIds(), []);
      });
    }

    it('and a list that was deleted is nobody, beside one that is there', async () => {
      const house = houseWith([], {
        policy: {
          people: { requesters: [requestersGroup], approvers: [approversGroup, 'deleted'], protectedUsers: [] },
        },
      });
      assert.deepEqual(await house.submit(house.ask()), { kind: 'refused', code: 'noApprover' });
    });

    it('but where none of the lists is there, that is not known', async () => {
      const house = houseWith([], {
        policy: { people: { requesters: [requestersGroup], approvers: ['deleted'], protectedUsers: [] } },
      });
      assert.equal((await house.submit(house.ask())).kind, 'recorded');
    });

    it('but for a part of the list that could not be seen', async () => {
      const house = houseWith([]);
      house.directory.members = async () => ({ accounts: [{ ...nestor, enabled: false }], complete: false });
      assert.equal((await house.submit(house.ask())).kind, 'recorded');
      assert.deepEqual((await house.state()).request.approvers, { known: false });
    });
  });

  it('is not available when it cannot be read, and then keeps nobody from asking or approving', async () => {
    const house = createHouse();
    house.directory.members = async () => {
      throw new DirectoryError('missingPermission', 'no');
    };
    assert.equal((await house.submit(house.ask())).kind, 'recorded');
    assert.deepEqual((await house.state()).request.approvers, { known: false });
    const reviewed = await house.review({ requestId, verb: 'approve', by: megan, where: channel.id });
    assert.equal(reviewed.ok, true);
  });
});
