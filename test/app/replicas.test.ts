import assert from 'node:assert/strict';
import { NotifierError } from '../../src/app/errors.ts';
import { leaseMs } from '../../src/app/takeover.ts';
import { channel, megan, requestId } from '../support/samples.ts';
import { approvedHouse, createHouse } from './house.ts';

type House = ReturnType<typeof createHouse>;

const click = { requestId, verb: 'approve', by: megan, where: channel.id } as const;
const what = ({ notifier }: House) => notifier.said.map((said) => said.what);

/** Cards that the chat takes only when the test lets it. */
function slowCards(house: House) {
  const gate = Promise.withResolvers<void>();
  const { postCard } = house.notifier;
  let first = true;
  house.notifier.postCard = (id, state, begin) => {
    const waits = first ? gate.promise : Promise.resolve();
    first = false;
    return postCard(id, state, async () => {
      await begin();
      await waits;
    });
  };
  return gate;
}

/** The card on its way, in an object: a promise of a promise would be waited for. */
async function underWay(house: House): Promise<{ readonly posted: Promise<void> }> {
  const next = await house.advance(requestId);
  assert(next.again && 'when' in next);
  // Its failure is for whoever waits for it.
  next.when.catch(() => undefined);
  const isClaimed = async () => {
    const { posting, cardStands } = await house.state();
    return posting !== null || cardStands;
  };
  while (!(await isClaimed())) await new Promise(setImmediate);
  return { posted: next.when };
}

describe('a card that takes its time', () => {
  it('does not hold back what was approved meanwhile, and ends up showing the end', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    const gate = slowCards(house);
    const { posted } = await underWay(house);
    assert.equal((await house.review(click)).ok, true);
    while ((await house.state()).finishedAt === null) await house.advance(requestId);
    assert.equal(house.directory.writes.length, 1);
    gate.resolve();
    await posted;
    await house.settle();
    assert.deepEqual(what(house), ['card', 'update', 'result']);
    assert.equal((await house.state()).told, true);
  });

  it('is not posted again while it is on its way', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    const gate = slowCards(house);
    const { posted } = await underWay(house);
    assert.deepEqual(await house.advance(requestId), { again: true, afterMs: 15 * 60_000 });
    gate.resolve();
    await posted;
    assert.deepEqual(what(house), ['card']);
  });

  it('is posted again when the chat refused it', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    house.notifier.errors.push(new NotifierError('transient', '503'));
    const { posted } = await underWay(house);
    await assert.rejects(posted, NotifierError);
    await house.settle();
    assert.deepEqual(what(house), ['card']);
  });
});

describe('several replicas', () => {
  it('post one card', async () => {
    const house = createHouse();
    const other = house.workerNamed('w2');
    await house.submit(house.ask());
    const gate = slowCards(house);
    const { posted } = await underWay(house);
    assert.deepEqual(await other(requestId), { again: true, afterMs: leaseMs });
    gate.resolve();
    await posted;
    await other(requestId);
    assert.deepEqual(what(house), ['card']);
  });

  it('post one result', async () => {
    const house = await approvedHouse();
    while ((await house.state()).finishedAt === null) await house.advance(requestId);
    await Promise.all([house.advance(requestId), house.workerNamed('w2')(requestId)]);
    assert.equal(what(house).filter((said) => said === 'result').length, 1);
  });

  it('leave alone what another one is at, without asking Graph, and take it up when that one is gone', async () => {
    const house = await approvedHouse();
    await house.runCommand(requestId, { type: 'start', worker: 'gone', leaseMs, idleMs: 0, calls: [] });
    const { read } = house.directory;
    let reads = 0;
    house.directory.read = async (id) => {
      reads += 1;
      return read(id);
    };
    for (let seen = 0; seen < leaseMs; seen += 5000) {
      assert.deepEqual(await house.advance(requestId), { again: true, afterMs: leaseMs - seen });
      house.clock.pass(5000);
    }
    assert.equal(reads, 0);
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
  });

  it('take up a card and a result that another one began to post', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    const gone = { worker: 'gone', leaseMs, idleMs: 0 };
    await house.runCommand(requestId, { type: 'startPost', what: 'card', ...gone });
    assert.deepEqual(await house.advance(requestId), { again: true, afterMs: leaseMs });
    house.clock.pass(leaseMs);
    await house.settle();
    assert.equal((await house.review(click)).ok, true);
    while ((await house.state()).finishedAt === null) await house.advance(requestId);
    await house.runCommand(requestId, { type: 'startPost', what: 'result', ...gone });
    assert.deepEqual(await house.advance(requestId), { again: true, afterMs: leaseMs });
    house.clock.pass(leaseMs);
    await house.settle();
    assert.deepEqual(
      what(house).filter((said) => said !== 'update'),
      ['card', 'result'],
    );
  });

  it('are not put off by refused clicks', async () => {
    const house = await approvedHouse();
    await house.runCommand(requestId, { type: 'start', worker: 'gone', leaseMs, idleMs: 0, calls: [] });
    await house.advance(requestId);
    house.clock.pass(leaseMs - 1);
    const refused = { type: 'noteRefusal', by: megan, verb: 'stop', code: 'notApprover', where: channel.id } as const;
    assert.equal((await house.runCommand(requestId, refused)).ok, true);
    assert.deepEqual(await house.advance(requestId), { again: true, afterMs: 1 });
  });

  it('take over ever more seldom from one another while the chat is away for long', async () => {
    const house = await approvedHouse();
    const other = house.workerNamed('w2');
    house.notifier.postResult = async (_id, _state, _head, begin) => {
      await begin();
      throw new NotifierError('transient', 'away');
    };
    for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
      for (const advance of [house.advance, other]) await advance(requestId).catch(() => undefined);
      house.clock.pass(60_000);
    }
    const begun = (await house.types()).filter((type) => type === 'PostStarted').length;
    assert(begun < 150, String(begun));
  });

  it('begin to wait anew whenever the other one shows that it lives', async () => {
    const house = await approvedHouse();
    const start = { type: 'start', worker: 'other', leaseMs, idleMs: 0, calls: [] } as const;
    for (let times = 0; times < 5; times += 1) {
      await house.runCommand(requestId, start);
      assert.deepEqual(await house.advance(requestId), { again: true, afterMs: leaseMs });
      house.clock.pass(leaseMs - 1);
      assert.deepEqual(await house.advance(requestId), { again: true, afterMs: 1 });
    }
    assert.deepEqual(house.directory.writes, []);
  });

  it('put right a card that came when all was over', async () => {
    const house = createHouse();
    const other = house.workerNamed('w2');
    await house.submit(house.ask());
    const gate = slowCards(house);
    const { posted } = await underWay(house);
    await house.review({ ...click, verb: 'deny' });
    await other(requestId);
    house.clock.pass(leaseMs);
    await other(requestId);
    assert.equal((await house.state()).told, true);
    gate.resolve();
    await posted;
    assert.deepEqual(
      house.notifier.said.map((said) => `${said.what} ${said.phase}`),
      ['update denied', 'card denied', 'card requested', 'update denied'],
    );
  });

  it('keep every copy of the card true', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    const gate = slowCards(house);
    const { posted } = await underWay(house);
    const other = house.workerNamed('w2');
    await other(requestId);
    house.clock.pass(leaseMs);
    const again = await other(requestId);
    gate.resolve();
    await posted;
    assert(again.again && 'when' in again);
    await again.when;
    assert.deepEqual((await house.state()).cardIds, ['card-1', 'card-2']);
  });

  for (const [what, hasBegun, phases] of [
    ['put the end over a progress that arrived after it', true, ['succeeded', 'approved', 'succeeded']],
    ['keep to themselves a progress whose turn comes when all is over', false, ['succeeded']],
  ] as const) {
    it(what, async () => {
      const house = createHouse();
      const other = house.workerNamed('w2');
      await house.approved();
      const gate = Promise.withResolvers<void>();
      const { updateCard } = house.notifier;
      house.notifier.updateCard = async (id, state, begin) => {
        if (hasBegun) await begin?.();
        if (state.finishedAt === null) await gate.promise;
        return updateCard(id, state, hasBegun ? undefined : begin);
      };
      await house.advance(requestId);
      house.clock.pass(leaseMs);
      while (!(await house.state()).told) {
        await other(requestId);
        house.clock.pass(leaseMs);
      }
      gate.resolve();
      await new Promise(setImmediate);
      const updates = house.notifier.said.filter((said) => said.what === 'update');
      assert.deepEqual(
        updates.map(({ phase }) => phase),
        phases,
      );
    });
  }

  it('notice before the result is posted that another one has taken over', async () => {
    const house = createHouse();
    const other = house.workerNamed('w2');
    await house.approved();
    while ((await house.state()).finishedAt === null) await house.advance(requestId);
    const gate = Promise.withResolvers<void>();
    const { updateCard } = house.notifier;
    house.notifier.updateCard = async (id, state) => {
      await gate.promise;
      return updateCard(id, state);
    };
    const stalled = house.advance(requestId);
    await new Promise(setImmediate);
    house.notifier.updateCard = updateCard;
    await other(requestId);
    house.clock.pass(leaseMs);
    await other(requestId);
    assert.equal((await house.state()).told, true);
    gate.resolve();
    await stalled;
    assert.equal(what(house).filter((said) => said === 'result').length, 1);
    assert.deepEqual(await house.settle(), { again: false });
  });
});
