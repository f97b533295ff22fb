import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import { looks } from '../../src/app/verify.ts';
import { account, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const id = account(1).id;
const minute = 60_000;
/** Graph took the call, and its reads lag behind. */
const accepted = { kind: 'accepted', effect: false } as const;

/** A result that said "not verified yet", and the time that passes after it. */
async function notVerified() {
  const house = createHouse();
  await house.approved();
  house.directory.answers.push(accepted);
  while (!(await house.state()).told) {
    const next = await house.advance(requestId);
    assert(next.again && 'afterMs' in next);
    house.clock.pass(next.afterMs);
  }
  const ended = Date.parse((await house.state()).finishedAt ?? '');
  return { house, sinceEnd: () => house.clock.now().getTime() - ended };
}

/** The effect shows from now on, with the time at which it took place. */
async function show(house: House, targetId = id): Promise<void> {
  house.directory.validFrom.set(targetId, (await house.state()).results.get(targetId)?.graphDate ?? '');
}

type House = ReturnType<typeof createHouse>;
const said = ({ notifier }: ReturnType<typeof createHouse>) => notifier.said.map(({ what }) => what);
const afterResult = (house: House) => said(house).slice(said(house).indexOf('result'));

describe('an effect that shows late', () => {
  it('corrects card and result, on record first', async () => {
    const { house, sinceEnd } = await notVerified();
    await show(house);
    await house.settle();
    assert.deepEqual(said(house).slice(-2), ['update', 'correction']);
    assert.deepEqual((await house.types()).slice(-2), ['ProofFound', 'ResultCorrected']);
    const state = await house.state();
    assert.equal(state.results.get(id)?.outcome, 'verified');
    assert.equal(state.resultId, 'message-2');
    assert(sinceEnd() <= minute);
    assert.deepEqual(await house.open(), []);
    assert.equal(house.directory.writes.length, 1);
  });

  it('is looked for at stated times for an hour, and then no more', async () => {
    const { house, sinceEnd } = await notVerified();
    const at: number[] = [];
    const { read } = house.directory;
    house.directory.read = async (objectId) => {
      at.push(sinceEnd());
      return read(objectId);
    };
    await house.settle();
    assert.deepEqual(at, looks);
    assert.equal((await house.types()).at(-1), 'ProofGivenUp');
    assert.equal((await house.state()).results.get(id)?.outcome, 'unverified');
    assert.deepEqual(await house.open(), []);
    assert.equal(afterResult(house).includes('update'), false);
  });

  it('is looked for again when a look failed, and by another process when the first is gone', async () => {
    const { house } = await notVerified();
    await show(house);
    house.directory.readErrors.push(new DirectoryError('unavailable', 'x'));
    house.clock.pass(minute / 2);
    await house.advance(requestId);
    assert.equal((await house.state()).proof, 'awaited');
    const other = house.workerNamed('w2');
    await other(requestId);
    assert.equal((await house.state()).unshown, 1);
    await other(requestId);
    assert.equal((await house.state()).proof, 'none');
  });

  it('of some of several corrects what is known, and goes on looking for the others', async () => {
    const house = createHouse();
    await house.approved({ targets: [1, 2].map((number) => ({ kind: 'address', text: account(number).upn })) });
    house.directory.answers.push(accepted, accepted);
    while (!(await house.state()).told) {
      const next = await house.advance(requestId);
      if (next.again && 'afterMs' in next) house.clock.pass(next.afterMs);
    }
    await show(house);
    house.clock.pass(minute);
    for (let steps = 0; steps < 3; steps += 1) await house.advance(requestId);
    await show(house, account(2).id);
    await house.settle();
    assert.deepEqual(
      afterResult(house).filter((what) => what === 'update'),
      ['update', 'update'],
    );
  });
});
