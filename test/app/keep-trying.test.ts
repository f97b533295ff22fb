import assert from 'node:assert/strict';
import { NotifierError } from '../../src/app/errors.ts';
import type { RequestStore } from '../../src/app/ports.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import { approvedHouse, createHouse } from './house.ts';

type House = ReturnType<typeof createHouse>;
const minute = 60_000;

const refused = (status: number | null = 404) => new NotifierError('transient', 'refused', { status });

/** Does step after step as the worker would, with the pauses that the failures ask for. Answers those pauses. */
async function persist(house: House): Promise<number[]> {
  const pauses: number[] = [];
  for (;;) {
    try {
      await house.settle();
      return pauses;
    } catch (error) {
      if (!(error instanceof NotifierError)) throw error;
      pauses.push(error.retryAfterMs ?? 0);
      house.clock.pass(error.retryAfterMs ?? minute);
    }
  }
}

const posts = (house: House) => house.notifier.said.filter(({ what }) => what === 'result' || what === 'card').length;

describe('while the connector refuses', () => {
  for (const status of [403, 404, 409, 429, 502, null]) {
    it(`with ${status}, a result is posted again, with pauses that grow to 15 s`, async () => {
      const house = await approvedHouse();
      const { postResult } = house.notifier;
      let left = 7;
      house.notifier.postResult = (...args) => (left-- > 0 ? Promise.reject(refused(status)) : postResult(...args));
      assert.deepEqual(await persist(house), [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
      const { told, resultId } = await house.state();
      assert.deepEqual([told, resultId, posts(house)], [true, 'message-2', 2]);
    });
  }

  it('for ten minutes, a result is undeliverable on record, and nothing is tried any more', async () => {
    const house = await approvedHouse();
    const since = house.clock.now().getTime();
    house.notifier.postResult = () => Promise.reject(refused());
    const pauses = await persist(house);
    const passed = house.clock.now().getTime() - since;
    assert(passed >= 10 * minute && passed < 11 * minute, String(passed));
    assert(pauses.every((ms) => ms <= 15_000));
    const last = (await house.store.read(requestId)).events.at(-1);
    assert(last?.type === 'ResultPosted');
    assert.equal(last.undeliverable, 'refused');
    assert.deepEqual(await house.store.openIds(), []);
  });

  it('a closing card is put right when it passes, and given up on record when it does not', async () => {
    for (const [times, undeliverable] of [
      [5, undefined],
      [1000, 'refused'],
    ] as const) {
      const house = createHouse();
      await house.submit(house.ask());
      await house.settle();
      await house.review({ requestId, verb: 'deny', by: megan, where: channel.id });
      const { updateCard } = house.notifier;
      let left: number = times;
      house.notifier.updateCard = (...args) => (left-- > 0 ? Promise.reject(refused(403)) : updateCard(...args));
      await persist(house);
      const last = (await house.store.read(requestId)).events.at(-1);
      assert(last?.type === 'ResultPosted');
      assert.equal(last.undeliverable, undeliverable);
      assert.equal(house.notifier.said.at(-1)?.what, undeliverable ? 'card' : 'update');
    }
  });

  it('the card that asks is tried as long as it can be decided', async () => {
    const house = createHouse();
    const { postCard } = house.notifier;
    house.notifier.postCard = () => Promise.reject(refused());
    await house.submit(house.ask());
    const tries: number[] = [];
    while (house.clock.now().toISOString() < (await house.state()).request.expiresAt) {
      const next = await house.advance(requestId);
      if (!next.again || !('when' in next)) break;
      await next.when.catch((error: NotifierError) => {
        tries.push(house.clock.now().getTime());
        house.clock.pass(error.retryAfterMs ?? minute);
      });
    }
    assert(tries.length > 40);
    house.notifier.postCard = postCard;
    await persist(house);
    assert.deepEqual(house.notifier.said.at(-1), { what: 'card', id: requestId, phase: 'expired' });
    assert.equal(posts(house), 1);
  });

  it('a trouble that came long after another is a new one', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'accepted', effect: false, trace: { graphRequestId: 'g' } });
    const { updateCard } = house.notifier;
    let fails = true;
    house.notifier.updateCard = (...args) => (fails ? Promise.reject(refused()) : updateCard(...args));
    const next = await house.advance(requestId).catch((error: unknown) => error);
    assert(next);
    house.clock.pass(20 * minute);
    await house.settle().catch(() => undefined);
    fails = false;
    await persist(house);
    assert.equal(
      house.notifier.said.some(({ what }) => what === 'update'),
      true,
    );
  });

  it('the requester hears after half a minute that the approvers cannot be reached, once, and not of a passing fault', async () => {
    const house = createHouse({ policy: { approvalConversation: '19:security@thread.tacv2' } });
    house.notifier.postCard = () => Promise.reject(refused(403));
    await house.submit(house.ask({ conversation: { ...channel, id: 'a:1', kind: 'personal' } }));
    const heardAt: number[] = [];
    const began = house.clock.now().getTime();
    for (let tries = 0; tries < 12; tries += 1) {
      const next = await house.advance(requestId);
      assert(next.again && 'when' in next);
      await next.when.catch((error: NotifierError) => house.clock.pass(error.retryAfterMs ?? 0));
      await new Promise(setImmediate);
      if (house.notifier.said.some(({ what }) => what === 'unreachable')) heardAt.push(house.clock.now().getTime());
    }
    assert.equal(house.notifier.said.filter(({ what }) => what === 'unreachable').length, 1);
    assert((heardAt[0] ?? 0) - began >= 30_000);
  });
});

describe('what was taken without an id', () => {
  it('is delivered: one card, one result, and an approval counts', async () => {
    const house = createHouse();
    for (const name of ['postCard', 'postResult'] as const) {
      const post = house.notifier[name] as (...args: unknown[]) => Promise<string | null>;
      house.notifier[name] = async (...args: unknown[]) => {
        await post(...args);
        return null;
      };
    }
    await house.submit(house.ask());
    await house.settle();
    const { cardStands, cardIds } = await house.state();
    assert.deepEqual([cardStands, cardIds], [true, []]);
    assert.equal((await house.review({ requestId, verb: 'approve', by: megan, where: channel.id })).ok, true);
    await house.settle();
    assert.deepEqual(
      house.notifier.said.map(({ what }) => what).filter((what) => what !== 'update'),
      ['card', 'result'],
    );
    assert.equal((await house.state()).told, true);
    const posted = (await house.types()).filter((type) => /Posted$/.test(type));
    assert.deepEqual(posted, ['CardPosted', 'ResultPosted']);
  });

  it('is told by a card of its own when it is over and nobody pressed anything', async () => {
    const house = createHouse();
    const { postCard } = house.notifier;
    house.notifier.postCard = async (...args) => {
      await postCard(...args);
      return null;
    };
    await house.submit(house.ask());
    await house.settle();
    await house.review({ requestId, verb: 'deny', by: megan, where: channel.id });
    await house.settle();
    assert.deepEqual(
      house.notifier.said.filter(({ what }) => what === 'card').map(({ what, phase }) => `${what} ${phase}`),
      ['card requested', 'card denied'],
    );
  });
});

describe('what was posted and is not on record', () => {
  const failing = (type: string, times: number) => {
    let left = times;
    const between = <P extends object>(port: P): P => {
      if (!('append' in port)) return port;
      const append = port.append as RequestStore['append'];
      port.append = async (...[version, events]: Parameters<RequestStore['append']>) => {
        if (events.some((event) => event.type === type) && left-- > 0) throw new Error('the store is away');
        return append.call(port, version, events);
      };
      return port;
    };
    return createHouse({ between });
  };

  for (const [type, verb] of [
    ['CardPosted', 'deny'],
    ['ResultPosted', 'approve'],
  ] as const) {
    it(`is recorded again and not posted again: ${type}`, async () => {
      const house = failing(type, 6);
      await house.submit(house.ask({ by: alex, targets: [{ kind: 'address', text: account(1).upn }] }));
      await house.settle();
      await house.review({ requestId, verb, by: megan, where: channel.id });
      const before = house.clock.now().getTime();
      await house.settle();
      const said = house.notifier.said.map(({ what }) => what);
      assert.equal(said.filter((what) => what === 'card').length, 1);
      assert.equal(said.filter((what) => what === 'result').length, verb === 'approve' ? 1 : 0);
      assert.equal((await house.state()).told, true);
      // 0.5, 1, 2, 4, 8 and 15 s.
      if (type === 'ResultPosted') assert(house.clock.now().getTime() - before >= 30_500);
    });
  }

  it('is left to another try when the store is away for more than ten minutes', async () => {
    const house = failing('ResultPosted', Number.POSITIVE_INFINITY);
    await house.approved();
    const before = house.clock.now().getTime();
    await assert.rejects(house.settle(), /the store is away/);
    assert(house.clock.now().getTime() - before >= 10 * minute);
  });
});
