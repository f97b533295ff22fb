import assert from 'node:assert/strict';
import { type RequestStore, VersionConflict } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { channel, megan, requested, start, target } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const cardPosted: RequestEvent = { type: 'CardPosted', cardId: 'card-1', ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const told: RequestEvent = { type: 'ResultPosted', ...envelope };

/** What every store must do. `reopen` answers another store on the same data, as after a restart. */
export function storeContract(
  name: string,
  open: () => Promise<{ store: RequestStore; reopen(): Promise<RequestStore> }>,
) {
  describe(`${name} keeps the store contract`, () => {
    let store: RequestStore;
    let reopen: () => Promise<RequestStore>;
    beforeEach(async () => {
      ({ store, reopen } = await open());
    });
    afterEach(() => store.close());

    it('answers no events for an unknown request', async () => {
      assert.deepEqual(await store.read('UNKNOWN'), { events: [], head: '' });
      assert.deepEqual(await store.openIds(), []);
    });

    it('gives back what was appended, in order, with every field as it was', async () => {
      const hostile = requested({
        reason: 'line\nbreak \u202e "quotes" ${x} \u{1F4A5} \u0000 end',
        targets: [target(1, { name: "O'Brien; DROP TABLE events --" })],
      });
      await store.append('R1', 0, [hostile, cardPosted]);
      await store.append('R1', 2, [denied]);
      assert.deepEqual((await store.read('R1')).events, [hostile, cardPosted, denied]);
    });

    it('keeps requests apart', async () => {
      await store.append('R1', 0, [requested()]);
      await store.append('R2', 0, [requested({ code: 'M2QX' })]);
      assert.deepEqual((await store.read('R2')).events, [requested({ code: 'M2QX' })]);
      assert.deepEqual(await store.openIds(), ['R1', 'R2']);
    });

    it('refuses an append at any position but the next, and writes nothing of it', async () => {
      await store.append('R1', 0, [requested()]);
      for (const wrong of [0, 2, 7]) {
        await assert.rejects(store.append('R1', wrong, [cardPosted, denied]), VersionConflict);
      }
      assert.equal((await store.read('R1')).events.length, 1);
    });

    it('lets exactly one of many simultaneous appends win', async () => {
      await store.append('R1', 0, [requested()]);
      const tries = Array.from({ length: 50 }, () => store.append('R1', 1, [denied]));
      const outcomes = await Promise.allSettled(tries);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') assert(outcome.reason instanceof VersionConflict);
      assert.equal((await store.read('R1')).events.length, 2);
    });

    it('lists a request as open until its result is told', async () => {
      await store.append('R1', 0, [requested()]);
      await store.append('R2', 0, [requested()]);
      await store.append('R1', 1, [denied]);
      assert.deepEqual(await store.openIds(), ['R1', 'R2']);
      await store.append('R1', 2, [told]);
      assert.deepEqual(await store.openIds(), ['R2']);
    });

    it('lists the open requests of one place, whatever the thread', async () => {
      const at = (id: string) => requested({ conversation: { ...channel, id } });
      await store.append('R1', 0, [at('19:a;messageid=1')]);
      await store.append('R2', 0, [at('19:b;messageid=1')]);
      await store.append('R3', 0, [at('19:a;messageid=2')]);
      assert.deepEqual(await store.openIds('19:a'), ['R1', 'R3']);
      assert.deepEqual(await store.openIds('19:'), []);
    });

    it('adds up what was approved for a requester since a time', async () => {
      const approved = (at: string, requesterId: string, targetCount: number): RequestEvent => ({
        ...envelope,
        type: 'Approved',
        by: megan,
        requesterId,
        targetCount,
        at,
      });
      await store.append('R1', 0, [requested(), approved('2026-11-21T03:00:00.000Z', 'alex', 3)]);
      await store.append('R2', 0, [requested(), approved('2026-11-21T04:00:00.000Z', 'alex', 4)]);
      await store.append('R3', 0, [requested(), approved('2026-11-21T04:00:00.000Z', 'megan', 5)]);
      assert.equal(await store.approvedSince('alex', '2026-11-21T03:00:00.000Z'), 7);
      assert.equal(await store.approvedSince('alex', '2026-11-21T03:00:00.001Z'), 4);
      assert.equal(await store.approvedSince('nobody', '2026-11-21T03:00:00.000Z'), 0);
    });

    it('has it all again after a restart', async () => {
      await store.append('R1', 0, [requested(), cardPosted]);
      const before = await store.read('R1');
      await store.close();
      store = await reopen();
      assert.deepEqual(await store.read('R1'), before);
      assert.deepEqual(await store.openIds(), ['R1']);
      await store.append('R1', 2, [denied]);
    });

    it('has a head that changes with every record and depends on all before it', async () => {
      await store.append('R1', 0, [requested()]);
      await store.append('R2', 0, [requested({ reason: 'another' })]);
      const first = (await store.read('R1')).head;
      await store.append('R1', 1, [denied]);
      await store.append('R2', 1, [denied]);
      const heads = [first, (await store.read('R1')).head, (await store.read('R2')).head];
      assert.equal(new Set(heads).size, 3);
      for (const head of heads) assert.match(head, /^[0-9a-f]{64}$/);
    });

    it('takes the largest request allowed', async () => {
      const many = requested({ targets: Array.from({ length: 500 }, (_, index) => target(index)) });
      await store.append('R1', 0, [many]);
      assert.deepEqual((await store.read('R1')).events, [many]);
    });

    it('says so when it can be used, and when it cannot', async () => {
      await store.check();
      await store.close();
      await assert.rejects(store.check());
    });
  });
}
