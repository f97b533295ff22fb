import assert from 'node:assert/strict';
import { createStatus, onOnePage } from '../../src/app/lookups.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { append } from '../support/append.ts';
import { channel, megan, requested, start } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const told: RequestEvent = { type: 'ResultPosted', ...envelope };
const otherThread = '19:incident@thread.tacv2;messageid=5';
const elsewhere = { ...channel, id: '19:elsewhere@thread.tacv2;messageid=1' };
const neighbour = '19:incident@thread.tacv2.example';

const idOf = (code: string) => code.padEnd(20, 'A');

describe('status', () => {
  let store: ReturnType<typeof openSqliteStore>;
  let status: ReturnType<typeof createStatus>;
  beforeEach(() => {
    store = openSqliteStore(':memory:');
    status = createStatus({ store });
  });
  afterEach(() => store.close());

  const ask = (code: string, more: Parameters<typeof requested>[0] = {}, ...after: RequestEvent[]) =>
    append(store, idOf(code), 0, [requested({ code, ...more }), ...after]);
  const codes = async (page: number, where = channel.id) => {
    const { requests, ...rest } = await status.open(where, page);
    return { codes: requests.map(({ state }) => state.request.code), ...rest };
  };

  it('lists what is open here, the newest first, whatever the thread', async () => {
    await ask('K7F3');
    await ask('M2QX', { conversation: elsewhere });
    await ask('R9GH', { conversation: { ...channel, id: otherThread } });
    await ask('D9DH', {}, denied, told);
    await ask('E6GH', {}, denied);
    assert.deepEqual(await codes(0), { codes: ['E6GH', 'R9GH', 'K7F3'], count: 3, page: 0, pages: 1 });
    assert.deepEqual((await codes(0, otherThread)).codes, ['E6GH', 'R9GH', 'K7F3']);
    assert.deepEqual((await codes(0, elsewhere.id)).codes, ['M2QX']);
    assert.deepEqual(await codes(0, neighbour), { codes: [], count: 0, page: 0, pages: 1 });
  });

  it('reads each request once, and the last page for one that is not there any more', async () => {
    const all = ['K7F3', 'K7F4', 'K7F6', 'K7F7', 'K7F9', 'K7FA', 'K7FC'];
    for (const code of all) await ask(code);
    let reads = 0;
    const counting = createStatus({
      store: {
        ...store,
        read(id) {
          reads += 1;
          return store.read(id);
        },
      },
    });
    const first = await counting.open(channel.id, 0);
    assert.equal(first.requests.length, onOnePage);
    assert.equal(reads, all.length);
    const newest = all.toReversed();
    assert.deepEqual(await codes(1), { codes: newest.slice(onOnePage), count: 7, page: 1, pages: 2 });
    assert.deepEqual(await codes(999), await codes(1));
  });

  describe('finds one by its code', () => {
    for (const [name, where, found] of [
      ['in its thread', channel.id, true],
      ['in another thread of the channel', otherThread, true],
      ['not elsewhere', elsewhere.id, false],
      ['not in a place whose id begins alike', neighbour, false],
    ] as const) {
      for (const [phase, after] of [
        ['open', []],
        ['over', [denied, told]],
      ] as const) {
        it(`${phase}, ${name}`, async () => {
          await ask('K7F3', {}, ...after);
          const one = await status.byCode('K7F3', where);
          assert.equal(one?.requestId, found ? idOf('K7F3') : undefined);
          assert.equal((await status.byId(idOf('K7F3'), where)) !== null, found);
        });
      }
    }

    it('in the chat it was asked in, when it is decided elsewhere', async () => {
      const origin = { ...elsewhere, id: 'a:1alex', kind: 'personal' as const };
      await ask('K7F3', { origin });
      for (const where of [channel.id, origin.id]) {
        assert(await status.byCode('K7F3', where), where);
        assert(await status.byOpenCode('K7F3', where), where);
      }
      assert.equal(await status.byCode('K7F3', elsewhere.id), null);
    });

    it('with everything that happened, and the head of the trail', async () => {
      await ask('K7F3', {}, denied, told);
      const one = await status.byCode('K7F3', channel.id);
      assert.deepEqual(one?.events, (await store.read(idOf('K7F3'))).events);
      assert.equal(one?.head, (await store.read(idOf('K7F3'))).head);
      assert.equal(one?.state.phase, 'denied');
    });

    it('the open one, or else the latest, of those that had it', async () => {
      const at = (minute: number) => ({ at: new Date(start.getTime() + 60_000 * minute).toISOString() });
      const add = (id: string, minute: number, ...after: RequestEvent[]) =>
        append(store, id, 0, [requested({ code: 'K7F3', ...at(minute) }), ...after]);
      await add(`K7F3${'C'.repeat(16)}`, 2, denied, told);
      await add(`K7F3${'A'.repeat(16)}`, 1, denied, told);
      assert.equal((await status.byCode('K7F3', channel.id))?.requestId, `K7F3${'C'.repeat(16)}`);
      await add(`K7F3${'D'.repeat(16)}`, 0);
      assert.equal((await status.byCode('K7F3', channel.id))?.requestId, `K7F3${'D'.repeat(16)}`);
    });

    it('by all of it: a longer code, or the beginning of one, is another', async () => {
      await append(store, idOf('K7F3M'), 0, [requested({ code: 'K7F3M' })]);
      assert.equal(await status.byCode('K7F3', channel.id), null);
      assert.equal(await status.byCode('K7F3MA', channel.id), null);
      assert.notEqual(await status.byCode('K7F3M', channel.id), null);
    });

    it('that never was: nothing', async () => {
      assert.equal(await status.byCode('K7F3', channel.id), null);
      assert.equal(await status.byId(idOf('K7F3'), channel.id), null);
    });
  });
});
