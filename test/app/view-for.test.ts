import assert from 'node:assert/strict';
import { account, alex, channel, lidia, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

describe('a request as one person may see it', () => {
  async function asked() {
    const house = createHouse();
    await house.submit(house.ask());
    return house;
  }
  const rows = [
    ['an approver', megan, ['approve', 'deny', 'cancel'], null],
    ['the requester, who is none', alex, ['cancel'], 'notApprover'],
    ['somebody of whom the directory knows nothing', lidia, [], 'notMember'],
    ['the target', { ...megan, id: account(1).id }, [], 'notApprover'],
  ] as const;
  for (const [who, by, may, whyNot] of rows) {
    it(`${who}: ${may.join(', ') || 'nothing'}`, async () => {
      const house = await asked();
      const looked = await house.look({ requestId, by, where: channel.id });
      assert.deepEqual([...(looked?.powers?.may ?? [])], may);
      assert.equal(looked?.powers?.whyNot, whyNot);
    });
  }

  it('changes nothing, and puts no refusal on record', async () => {
    const house = await asked();
    const before = await house.types();
    await house.look({ requestId, by: lidia, where: channel.id });
    assert.deepEqual(await house.types(), before);
  });

  it('has all buttons where the approver signs in later', async () => {
    const house = createHouse({ policy: { auth: 'delegated' } });
    await house.submit(house.ask());
    const looked = await house.look({ requestId, by: megan, where: channel.id });
    assert.deepEqual([...(looked?.powers?.may ?? [])], ['approve', 'deny', 'cancel']);
  });

  it('is not there from another conversation, nor under another id, and has no powers once it is over', async () => {
    const house = await asked();
    assert.equal(await house.look({ requestId, by: megan, where: '19:other@thread.tacv2' }), null);
    assert.equal(await house.look({ requestId: 'R9GHAAAAAAAAAAAAAAAA', by: megan, where: channel.id }), null);
    await house.review({ requestId, verb: 'deny', by: megan, where: channel.id });
    const looked = await house.look({ requestId, by: megan, where: channel.id });
    assert.deepEqual([looked?.state.phase, looked?.powers], ['denied', null]);
  });

  it('looks up once who opens a chat full of cards, and anew two seconds later', async () => {
    const house = await asked();
    let reads = 0;
    const { read } = house.directory;
    house.directory.read = (id) => {
      reads += 1;
      return read(id);
    };
    const look = (by = megan) => house.look({ requestId, by, where: channel.id });
    await Promise.all([look(), look(), look()]);
    assert.equal(reads, 1);
    await look(alex);
    assert.equal(reads, 2, 'each person for himself');
    house.clock.pass(2000);
    await look();
    assert.equal(reads, 3);
  });
});
