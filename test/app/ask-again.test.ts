import assert from 'node:assert/strict';
import { approversGroup, requestersGroup } from '../support/fakes.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import { createHouse, retryOf } from './house.ts';

const three = [1, 2, 3].map((number) => ({ kind: 'address', text: account(number).upn }) as const);
const refused = { kind: 'refused', code: 'rejected', effect: false } as const;
const again = (more: object = {}) => ({ requestId, by: alex, where: channel.id, ...more });

/** A finished request of which the first two targets failed. */
async function partlyDone(more: Parameters<ReturnType<typeof createHouse>['ask']>[0] = {}) {
  const house = createHouse();
  house.directory.answers.push(refused, refused);
  await house.approved({ targets: three, reason: 'phone stolen', ...more });
  await house.settle();
  assert.equal((await house.state()).phase, 'partly');
  return house;
}

describe('asking again for those that failed', () => {
  it('makes a request for those only, with the reason, by whoever asks', async () => {
    const house = await partlyDone();
    house.directory.groups.get(requestersGroup)?.add(megan.id);
    const asked = await house.askAgain('retry', again({ by: megan }));
    assert.deepEqual(asked, { kind: 'recorded', requestId: retryOf(requestId) });
    const { request } = await house.state(retryOf(requestId));
    assert.deepEqual(
      request.targets.map((target) => target.account.id),
      [account(1).id, account(2).id],
    );
    assert.deepEqual([request.by.id, request.reason, request.conversation], [megan.id, 'phone stolen', channel]);
  });

  it('makes one request, however often the button is pressed, and says which', async () => {
    const house = await partlyDone();
    const asked = await Promise.all(Array.from({ length: 5 }, () => house.askAgain('retry', again())));
    assert(asked.some(({ kind }) => kind === 'recorded'));
    const later = await house.askAgain('retry', again());
    assert(later.kind === 'already');
    assert.equal(later.state.request.code, 'R9GH');
    const requests = (await house.store.openIds()).filter((id) => id !== requestId);
    assert.deepEqual(requests, [retryOf(requestId)]);
  });

  for (const verb of ['deny', 'cancel', 'expire'] as const) {
    it(`can be done anew when what was asked again came to nothing: ${verb}`, async () => {
      const house = await partlyDone();
      await house.askAgain('retry', again());
      const first = retryOf(requestId);
      await house.settle(first);
      if (verb === 'expire') house.clock.pass(16 * 60_000);
      else await house.review({ requestId: first, verb, by: megan, where: channel.id });
      await house.settle(first);
      assert.deepEqual(await house.askAgain('retry', again()), { kind: 'recorded', requestId: retryOf(first) });
    });
  }

  it('is not for one of those it is about: whoever asks may take back', async () => {
    const house = await partlyDone();
    house.directory.groups.get(requestersGroup)?.add(account(1).id);
    const { name } = account(1);
    const asked = await house.askAgain('retry', again({ by: { ...alex, id: account(1).id, name } }));
    assert.deepEqual(asked, { kind: 'refused', code: 'isTarget' });
  });

  it('is for those who may ask, as they are now', async () => {
    const house = await partlyDone();
    assert.deepEqual(await house.askAgain('retry', again({ by: megan })), { kind: 'refused', code: 'notRequester' });
    house.directory.groups.get(requestersGroup)?.delete(alex.id);
    assert.deepEqual(await house.askAgain('retry', again()), { kind: 'refused', code: 'notRequester' });
    assert.deepEqual(await house.open(), []);
  });

  it('needs an approval like any other request', async () => {
    const house = await partlyDone();
    await house.askAgain('retry', again());
    const writes = house.directory.writes.length;
    await house.settle(retryOf(requestId));
    assert.equal(house.directory.writes.length, writes);
    house.directory.groups.get(approversGroup)?.add(megan.id);
    await house.review({ requestId: retryOf(requestId), verb: 'approve', by: megan, where: channel.id });
    await house.settle(retryOf(requestId));
    assert.equal((await house.state(retryOf(requestId))).phase, 'succeeded');
    assert.equal(house.directory.writes.length, writes + 2);
  });

  it('does not exist elsewhere, nor for what is open, nor where nothing failed', async () => {
    const house = await partlyDone();
    const unknown = { kind: 'refused', code: 'unknownRequest' };
    assert.deepEqual(await house.askAgain('retry', again({ where: 'a:elsewhere' })), unknown);
    assert.deepEqual(await house.askAgain('retry', again({ requestId: 'A'.repeat(20) })), unknown);
    const open = createHouse();
    await open.submit(open.ask());
    assert.deepEqual(await open.askAgain('retry', again()), { kind: 'refused', code: 'nothingToRetry' });
    const done = createHouse();
    await done.approved();
    await done.settle();
    assert.deepEqual(await done.askAgain('retry', again()), { kind: 'refused', code: 'nothingToRetry' });
  });

  it('for one’s own sessions stays one’s own', async () => {
    const house = createHouse();
    house.directory.answers.push(refused);
    await house.submit(house.ask({ by: megan, targets: 'self' }));
    await house.settle();
    await house.review({ requestId, verb: 'approve', by: megan, where: channel.id });
    await house.settle();
    assert.deepEqual(await house.askAgain('retry', again({ by: megan })), {
      kind: 'recorded',
      requestId: retryOf(requestId),
    });
    assert.equal((await house.state(retryOf(requestId))).request.self, true);
  });
});

describe('doing again what was done', () => {
  it('asks for the same accounts, under all rules, one at a time, for a day', async () => {
    const house = await partlyDone();
    const first = retryOf(requestId, 'again');
    assert.deepEqual(await house.askAgain('again', again()), { kind: 'recorded', requestId: first });
    const { request } = await house.state(first);
    assert.deepEqual(
      request.targets.map((target) => target.account.id),
      [1, 2, 3].map((number) => account(number).id),
    );
    await house.settle(first);
    assert.equal((await house.askAgain('again', again())).kind, 'already');
    await house.review({ requestId: first, verb: 'approve', by: megan, where: channel.id });
    await house.settle(first);
    // What was done again can be done again from the first result, too.
    const second = retryOf(first, 'again');
    assert.deepEqual(await house.askAgain('again', again()), { kind: 'recorded', requestId: second });
    await house.settle(second);
    await house.review({ requestId: second, verb: 'deny', by: megan, where: channel.id });
    await house.settle(second);
    assert.deepEqual(await house.askAgain('again', again({ by: megan })), { kind: 'refused', code: 'notRequester' });
    house.directory.groups.get(requestersGroup)?.add(account(3).id);
    const target = { ...alex, id: account(3).id };
    assert.deepEqual(await house.askAgain('again', again({ by: target })), { kind: 'refused', code: 'isTarget' });
    house.clock.pass(24 * 60 * 60_000 + 1);
    assert.deepEqual(await house.askAgain('again', again()), { kind: 'refused', code: 'tooLongAgo' });
  });

  it('needs something that was done', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    await house.settle();
    assert.deepEqual(await house.askAgain('again', again()), { kind: 'refused', code: 'nothingToRetry' });
    await house.review({ requestId, verb: 'deny', by: megan, where: channel.id });
    await house.settle();
    assert.deepEqual(await house.askAgain('again', again()), { kind: 'refused', code: 'nothingToRetry' });
  });
});
