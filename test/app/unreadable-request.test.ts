import assert from 'node:assert/strict';
import { UnreadableRequest } from '../../src/app/errors.ts';
import { createStatus } from '../../src/app/lookups.ts';
import { account, alex, channel, megan } from '../support/samples.ts';
import { createHouse } from './house.ts';

const [newer, older] = ['N3WRAAAAAAAAAAAAAAAA', 'K7F3AAAAAAAAAAAAAAAA'];

/** A house in which some requests cannot be read. */
function createSkewed(why: 'damaged' | 'newer', left: Set<string> = new Set()) {
  const said: string[] = [];
  const say = (_: object, message: string) => void said.push(message);
  const house = createHouse({
    log: { debug: say, info: say, warn: say, error: say },
    between: (port) => {
      if (!('openIds' in port)) return port;
      const { read } = port as unknown as { read(requestId: string): Promise<unknown> };
      return {
        ...port,
        read: async (requestId: string) => {
          if (left.has(requestId)) throw new UnreadableRequest(why, `request ${requestId} cannot be read`);
          return read(requestId);
        },
      };
    },
  });
  return {
    ...house,
    left,
    said,
    status: createStatus({ store: house.store }),
    findByCode: createStatus({ store: house.store }).byOpenCode,
    /** Two open requests here, of which one is written to by a newer version from now on. */
    async both() {
      await house.submit(house.ask({ requestId: newer }));
      left.add(newer);
      await house.submit(house.ask({ requestId: older }));
    },
  };
}

for (const why of ['damaged', 'newer'] as const) {
  describe(`a request that cannot be read here (${why})`, () => {
    it('is left alone, without a step, without being tried again but by the sweep, and said once', async () => {
      const { advance, both, notifier, said } = createSkewed(why);
      await both();
      said.length = 0;
      for (let sweeps = 0; sweeps < 3; sweeps += 1) assert.deepEqual(await advance(newer), { again: false });
      assert.equal(said.length, 1);
      assert.deepEqual(notifier.said, []);
    });

    it('is not decided upon here', async () => {
      const { both, review, left, store } = createSkewed(why);
      await both();
      const { requestId, where } = { requestId: newer, where: channel.id };
      for (const verb of ['approve', 'deny', 'cancel', 'stop'] as const) {
        await assert.rejects(review({ requestId, verb, by: megan, where }), (error: unknown) => {
          assert(error instanceof UnreadableRequest && error.why === why);
          return true;
        });
      }
      left.clear();
      assert.equal((await store.read(newer)).events.length, 1);
    });

    it('hides no other from the list, and counts', async () => {
      const { both, status } = createSkewed(why);
      await both();
      const open = await status.open(channel.id, 0);
      assert.deepEqual(
        open.requests.map(({ requestId }) => requestId),
        [older],
      );
      assert.equal(open.count, 2);
    });

    it('alone in the list is not "nothing is open here"', async () => {
      const { both, status, left } = createSkewed(why);
      await both();
      left.add(older);
      await assert.rejects(status.open(channel.id, 0), UnreadableRequest);
      await assert.rejects(status.byId(newer, channel.id), UnreadableRequest);
    });

    it('by its code is not "there is none", and the others are found by theirs', async () => {
      const { both, status, findByCode } = createSkewed(why);
      await both();
      await assert.rejects(status.byCode(newer.slice(0, 4), channel.id), UnreadableRequest);
      await assert.rejects(findByCode(newer.slice(0, 4)), UnreadableRequest);
      assert.equal((await findByCode(older.slice(0, 4)))?.requestId, older);
      assert.equal((await status.byCode(older.slice(0, 4), channel.id))?.requestId, older);
      assert.equal(await findByCode('ZZZZ'), null);
    });

    it('is missing in the history, which says that something may be', async () => {
      const { both, history, left } = createSkewed(why);
      await both();
      const asked = { by: megan, where: channel.id, target: { kind: 'objectId', text: account(1).id } } as const;
      const found = await history(asked);
      assert(found.kind === 'found');
      assert.deepEqual([found.requests.map(({ requestId }) => requestId), found.complete], [[older], false]);
      left.clear();
      const all = await history(asked);
      assert(all.kind === 'found');
      assert.deepEqual([all.requests.length, all.complete], [2, true]);
    });

    it('keeps nobody from asking, for others or for oneself; its own message, come again, asks nothing', async () => {
      const { both, submit, ask } = createSkewed(why);
      await both();
      const self = await submit(ask({ requestId: 'AAAA1', by: alex, targets: 'self' }));
      assert.deepEqual(self, { kind: 'recorded', requestId: 'AAAA1' });
      const other = await submit(ask({ requestId: 'AAAA2', targets: [{ kind: 'objectId', text: account(2).id }] }));
      assert.deepEqual(other, { kind: 'recorded', requestId: 'AAAA2' });
      assert.deepEqual(await submit(ask({ requestId: newer })), { kind: 'recorded', requestId: newer });
    });
  });
}
