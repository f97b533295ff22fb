import assert from 'node:assert/strict';
import type { KnownRequest } from '../../src/domain/request.ts';
import { alex, channel, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const given = { requestId, by: megan, where: channel.id, reason: 'phone found' };

/** A house in which Megan denied what Alex requested, and the reasons that its cards have shown since. */
async function deniedHouse(reason?: string) {
  const house = createHouse();
  const shown: (string | undefined)[] = [];
  const { updateCard } = house.notifier;
  house.notifier.updateCard = async (id, state, begin) => {
    await updateCard(id, state, begin);
    shown.push(state.decision?.reason);
  };
  await house.submit(house.ask());
  await house.settle();
  const why = reason === undefined ? {} : { reason };
  await house.review({ requestId, verb: 'deny', by: megan, where: channel.id, ...why });
  return { ...house, shown, refused: async (what: object) => (await house.explain({ ...given, ...what })).refused };
}

const reasonOf = ({ decision }: KnownRequest) => decision?.reason;

describe('a reason for a denial, given afterwards', () => {
  it('goes on record, then on the card, and then the request is over again', async () => {
    const house = await deniedHouse();
    await house.settle();
    assert.equal(await house.refused({}), null);
    assert.deepEqual(await house.store.openIds(), [requestId], 'a crash now leaves it to the next start');
    await house.settle();
    assert.equal(reasonOf(await house.state()), 'phone found');
    assert.deepEqual(house.shown, [undefined, 'phone found']);
    assert.deepEqual(await house.store.openIds(), []);
    assert.deepEqual((await house.types()).slice(-3), ['ResultPosted', 'Explained', 'ResultCorrected']);
  });

  it('while the end is being told: the card shows it all the same', async () => {
    const house = await deniedHouse();
    const { updateCard } = house.notifier;
    house.notifier.updateCard = async (...told) => {
      house.notifier.updateCard = updateCard;
      await updateCard(...told);
      assert.equal(await house.refused({}), null);
    };
    await house.settle();
    assert.deepEqual(house.shown, [undefined, 'phone found']);
    assert.deepEqual(await house.store.openIds(), []);
  });

  it('is for the person who denied it, once, in its place', async () => {
    const house = await deniedHouse();
    await house.settle();
    for (const reason of [null, 'mine']) {
      assert.equal(await house.refused({ by: alex, reason }), 'onlyDenier');
      assert.equal(await house.refused({ where: '19:other@thread.tacv2', reason }), 'unknownRequest');
      assert.equal(await house.refused({ requestId: 'ZZZZAAAAAAAAAAAAAAAA', reason }), 'unknownRequest');
    }
    assert.equal(await house.refused({ reason: null }), null, 'to ask whether one may be given gives none');
    const both = await Promise.all([house.refused({}), house.refused({ reason: 'another' })]);
    assert.deepEqual(both.toSorted(), [null, 'reasonGiven'].toSorted());
    assert.equal(await house.refused({}), 'reasonGiven');
    assert.equal((await house.types()).filter((type) => type === 'Explained').length, 1);
  });

  it('not where one was given, and not for what is open, approved or withdrawn', async () => {
    const given = await deniedHouse('wrong account');
    assert.equal(await given.refused({}), 'reasonGiven');
    for (const verb of [null, 'approve', 'cancel'] as const) {
      const house = createHouse();
      await house.submit(house.ask());
      await house.settle();
      if (verb) await house.review({ requestId, verb, by: megan, where: channel.id });
      assert.equal((await house.explain({ requestId, by: megan, where: channel.id, reason: 'x' })).refused, 'notNow');
    }
  });
});
