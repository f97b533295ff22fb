import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import { protectedGroup, requestersGroup } from '../support/fakes.ts';
import { account, channel, megan, requestId } from '../support/samples.ts';
import { createHouse, gainRole, successorOf } from './house.ts';

const id = account(1).id;
const approve = { requestId, verb: 'approve', by: megan, where: channel.id } as const;

type House = ReturnType<typeof createHouse>;

async function asked(): Promise<House> {
  const house = createHouse();
  await house.submit(house.ask({ reason: 'phone stolen' }));
  await house.settle();
  return house;
}

describe('approving what is no longer as the card showed it', () => {
  const changes = [
    ['gainedRole', gainRole],
    ['gainedRole', (house: House) => house.directory.groups.get(requestersGroup)?.add(id)],
  ] as const;

  for (const [code, change] of changes) {
    it(`${code}: nothing is approved, and a new card with another code takes its place`, async () => {
      const house = await asked();
      change(house);
      const reviewed = await house.review(approve);
      assert(!reviewed.ok);
      assert.equal(reviewed.code, 'superseded');
      const last = (await house.store.read(requestId)).events.at(-1);
      assert(last?.type === 'Superseded');
      assert.deepEqual([last.by, last.changes], [megan, [{ targetId: id, code }]]);
      assert.equal(last.successor.id, successorOf(requestId));
      assert.deepEqual(await house.settle(), { again: false, other: successorOf(requestId) });
      const next = await house.state(successorOf(requestId));
      assert.equal(next.phase, 'requested');
      assert.equal(next.request.code, 'M2QX');
      assert.equal(next.request.reason, 'phone stolen');
      assert.equal(next.request.targets[0]?.account.upn, house.directory.accounts.get(id)?.upn);
      await house.settle(successorOf(requestId));
      assert.deepEqual(
        house.notifier.said.map(({ what, phase }) => `${what} ${phase}`),
        ['card requested', 'update superseded', 'card requested'],
      );
      assert.deepEqual(house.directory.writes, []);
    });
  }

  it('a role gained makes the new card need two persons', async () => {
    const house = await asked();
    gainRole(house);
    await house.review(approve);
    await house.settle();
    assert.equal((await house.state(successorOf(requestId))).request.twoPersons, 'role');
  });

  it('clicked again and by many: one new card, and never an approval of the old one', async () => {
    const house = await asked();
    gainRole(house);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => house.review(approve)));
    assert(outcomes.every(({ ok }) => !ok));
    await Promise.all([house.settle(), house.settle()]);
    assert.deepEqual(await house.store.openIds(), [successorOf(requestId)]);
    assert.equal((await house.types()).includes('Approved'), false);
  });

  it('denied meanwhile: the denial stands, and there is no new card', async () => {
    const house = await asked();
    gainRole(house);
    const { roles } = house.directory;
    house.directory.roles = async (objectId) => {
      await house.review({ ...approve, verb: 'deny' });
      return roles(objectId);
    };
    const reviewed = await house.review(approve);
    assert(!reviewed.ok);
    assert.equal(reviewed.code, 'alreadyDecided');
    await house.settle();
    assert.deepEqual(await house.store.openIds(), []);
  });

  it('a crash right after the old one ended loses nothing', async () => {
    const house = await asked();
    gainRole(house);
    await house.review(approve);
    // From here on only what is on record counts.
    assert.deepEqual(await house.store.openIds(), [requestId]);
    const restarted = house.workerNamed('w2');
    assert.deepEqual(await restarted(requestId), { again: false, other: successorOf(requestId) });
    assert.equal((await house.state(successorOf(requestId))).phase, 'requested');
  });

  for (const [name, change] of [
    ['deleted', (house: House) => house.directory.accounts.delete(id)],
    ['protected', (house: House) => house.directory.groups.get(protectedGroup)?.add(id)],
  ] as const) {
    it(`${name}: nothing is approved, and nobody is left for a new card`, async () => {
      const house = await asked();
      change(house);
      const reviewed = await house.review(approve);
      assert(!reviewed.ok);
      assert.equal(reviewed.code, 'targetGone');
      assert.equal((await house.state()).phase, 'requested');
      assert.deepEqual(await house.store.openIds(), [requestId]);
    });
  }

  it('nothing is approved while it cannot be read', async () => {
    const house = await asked();
    const { read } = house.directory;
    house.directory.read = async (objectId) => {
      if (objectId === id) throw new DirectoryError('unavailable', 'x');
      return read(objectId);
    };
    await assert.rejects(house.review(approve), DirectoryError);
    assert.equal((await house.state()).phase, 'requested');
  });

  it('denying and cancelling need no second look', async () => {
    const house = await asked();
    house.directory.accounts.delete(id);
    const reviewed = await house.review({ ...approve, verb: 'deny' });
    assert(reviewed.ok);
  });

  it('who may not approve causes no new card', async () => {
    const house = await asked();
    gainRole(house);
    const reviewed = await house.review({ ...approve, by: { ...megan, id: account(2).id } });
    assert(!reviewed.ok);
    assert.equal(reviewed.code, 'notApprover');
    assert.deepEqual(await house.store.openIds(), [requestId]);
  });
});
