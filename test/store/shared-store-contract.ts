import assert from 'node:assert/strict';
import { VersionConflict } from '../../src/app/errors.ts';
import type { RequestStore } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import type { Trail } from '../../src/store/trail.ts';
import { verifyTrail } from '../../src/store/verify.ts';
import { append } from '../support/append.ts';
import { channel, megan, requested, start } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const cardPosted: RequestEvent = { type: 'CardPosted', cardId: 'card-1', ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const told: RequestEvent = { type: 'ResultPosted', ...envelope };
const approved: RequestEvent = { type: 'Approved', by: megan, requesterId: 'alex', targetCount: 3, ...envelope };

/** What a store for several replicas must do besides. `open` answers another store on the same data each time. */
export function sharedStoreContract(
  name: string,
  begin: () => Promise<{ open(): Promise<RequestStore>; trail(): Promise<Trail> }>,
) {
  describe(`${name} can be shared`, () => {
    let one: RequestStore;
    let other: RequestStore;
    let shared: Awaited<ReturnType<typeof begin>>;
    beforeEach(async () => {
      shared = await begin();
      [one, other] = await Promise.all([shared.open(), shared.open()]);
    });
    afterEach(() => Promise.all([one.close(), other.close()]));

    async function verified(): Promise<number> {
      const trail = await shared.trail();
      const found = await verifyTrail(trail);
      trail.close();
      assert(found.ok, JSON.stringify(found));
      return found.count;
    }

    it('lets exactly one of twenty simultaneous appends from two replicas win, time and again', async () => {
      for (let round = 0; round < 4; round += 1) {
        const id = `R${round}`;
        await append(one, id, 0, [requested()]);
        const { version } = await other.read(id);
        const by = (index: number): RequestEvent => ({ ...denied, by: { ...megan, name: `Person ${index}` } });
        const tries = Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).append(version, [by(index)]));
        const outcomes = await Promise.allSettled(tries);
        const winners = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
        assert.equal(winners.length, 1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') assert(outcome.reason instanceof VersionConflict, String(outcome.reason));
        }
        for (const store of [one, other]) assert.deepEqual((await store.read(id)).events[1], by(winners[0] ?? -1));
      }
      assert.equal(await verified(), 8);
    });

    it('lets one of two replicas ask that make the same request', async () => {
      const { version } = await one.read('R');
      const outcomes = await Promise.allSettled([one, other].map((store) => store.append(version, [requested()])));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.deepEqual(await one.openIds(), ['R']);
      assert.equal(await verified(), 1);
    });

    it('links what two replicas write about different requests to one chain, and loses nothing', async () => {
      const writeAll = async (store: RequestStore, prefix: string) => {
        for (let index = 0; index < 20; index += 1) {
          await append(store, `${prefix}${index}`, 0, [requested()]);
          await append(store, `${prefix}${index}`, 1, [cardPosted, denied]);
        }
      };
      await Promise.all([writeAll(one, 'A'), writeAll(other, 'B'), writeAll(one, 'C'), writeAll(other, 'D')]);
      assert.equal(await verified(), 240);
      assert.equal((await one.openIds()).length, 80);
    });

    it('shows each replica at once what the other wrote', async () => {
      await append(one, 'R1', 0, [requested()]);
      assert.deepEqual(await other.openIds(), ['R1']);
      await append(other, 'R1', 1, [approved]);
      assert.equal(await one.approvedSince('alex', start.toISOString()), 3);
      assert.equal((await one.read('R1')).events.length, 2);
      await assert.rejects(append(one, 'R1', 1, [denied]), VersionConflict);
      await append(one, 'R1', 2, [cardPosted]);
      await assert.rejects(append(other, 'R1', 2, [denied]), VersionConflict);
    });

    it('takes a request off the open list, whoever asked and whoever tells', async () => {
      await append(one, 'R1', 0, [requested()]);
      await append(other, 'R1', 1, [denied]);
      // A replica that never read it, and has seen none of it but what it wrote itself.
      await append(other, 'R1', 2, [told]);
      assert.deepEqual(await one.openIds(), []);
      assert.deepEqual(await other.openIds(channel.id.split(';')[0]), []);
    });

    it('never shows half an append to a reader', async () => {
      let writing = true;
      const write = async () => {
        for (let round = 0; round < 15; round += 1) await append(one, 'R', round * 4, Array(4).fill(cardPosted));
        writing = false;
      };
      const read = async () => {
        while (writing) assert.equal((await other.read('R')).events.length % 4, 0);
      };
      await Promise.all([write(), read(), read()]);
      assert.equal((await other.read('R')).events.length, 60);
    });

    it('can be checked while the replicas write', async () => {
      let writing = true;
      const write = async (store: RequestStore, prefix: string) => {
        for (let round = 0; round < 12; round += 1) await append(store, `${prefix}${round}`, 0, [requested(), denied]);
      };
      const writes = Promise.all([write(one, 'A'), write(other, 'B')]).finally(() => {
        writing = false;
      });
      while (writing) assert((await verified()) % 2 === 0);
      await writes;
      assert.equal(await verified(), 48);
    });
  });
}
