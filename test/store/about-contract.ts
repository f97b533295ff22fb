import assert from 'node:assert/strict';
import type { RequestStore } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { append } from '../support/append.ts';
import { account, channel, megan, requested, start, target } from '../support/samples.ts';

const told: RequestEvent = { type: 'ResultPosted', at: start.toISOString(), where: channel.id };
const denied: RequestEvent = { type: 'Denied', by: megan, at: start.toISOString(), where: channel.id };
const about = (...numbers: readonly number[]) => requested({ targets: numbers.map((number) => target(number)) });
const idOf = (number: number) => account(number).id;
const crowd = (count: number, from = 0) => about(...Array.from({ length: count }, (_, index) => from + index));

/** Ids found, page after page, in the order in which they come. */
export async function allAbout(store: RequestStore, accountId: string, limit = 3): Promise<readonly string[]> {
  const found: string[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await store.requestsAbout(accountId, { limit, ...(before === undefined ? {} : { before }) });
    assert(page.length <= limit);
    found.push(...page.map(({ requestId }) => requestId));
    if (page.length < limit) return found;
    before = page.at(-1)?.seq ?? 0;
  }
}

/** What every store must do to find requests by account and by code. */
export function aboutContract(
  name: string,
  open: () => Promise<{ store: RequestStore; reopen(): Promise<RequestStore> }>,
) {
  describe(`${name} finds requests`, () => {
    let store: RequestStore;
    let reopen: () => Promise<RequestStore>;
    beforeEach(async () => {
      ({ store, reopen } = await open());
    });
    afterEach(() => store.close());

    it('by account: none where there is none', async () => {
      await append(store, 'R1', 0, [about(1)]);
      assert.deepEqual(await store.requestsAbout(idOf(2), { limit: 5 }), []);
      // Neither who asked nor who decided is what it is about.
      assert.deepEqual(await store.requestsAbout(megan.id, { limit: 5 }), []);
    });

    it('by account, the newest first, open or over', async () => {
      await append(store, 'R3', 0, [about(1)]);
      await append(store, 'R1', 0, [about(2, 1, 3)]);
      await append(store, 'R2', 0, [about(2)]);
      await append(store, 'R3', 1, [denied, told]);
      await append(store, 'R4', 0, [about(3, 1)]);
      assert.deepEqual(await allAbout(store, idOf(1)), ['R4', 'R1', 'R3']);
      assert.deepEqual(await allAbout(store, idOf(2)), ['R2', 'R1']);
      assert.deepEqual(await allAbout(store, idOf(3)), ['R4', 'R1']);
    });

    for (const limit of [1, 2, 5, 7]) {
      it(`in pages of ${limit}, each once, also while newer ones come`, async () => {
        const ids = Array.from({ length: 7 }, (_, index) => `R${index}`);
        for (const id of ids) await append(store, id, 0, [about(1, 2)]);
        const [first] = await store.requestsAbout(idOf(1), { limit: 1 });
        await append(store, 'later', 0, [about(1)]);
        const rest = await store.requestsAbout(idOf(1), { limit: 10, before: first?.seq ?? 0 });
        assert.deepEqual(
          rest.map(({ requestId }) => requestId),
          ids.slice(0, -1).toReversed(),
        );
        assert.deepEqual(await allAbout(store, idOf(1), limit), ['later', ...ids.toReversed()]);
      });
    }

    for (const before of [0, 1, -5, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
      it(`before ${before}, which no record has`, async () => {
        await append(store, 'R1', 0, [about(1)]);
        const requests = await store.requestsAbout(idOf(1), { before, limit: 5 });
        assert.equal(requests.length, before > 1 ? 1 : 0);
      });
    }

    for (const count of [1, 40, 41, 99, 100, 101, 500]) {
      it(`by each of ${count} accounts of one request`, async () => {
        await append(store, 'R1', 0, [about(1000)]);
        await append(store, 'R2', 0, [crowd(count)]);
        await append(store, 'R3', 0, [about(count - 1)]);
        assert.deepEqual(await allAbout(store, idOf(count - 1)), ['R3', 'R2']);
        if (count === 1) return;
        for (const number of new Set([0, 1, 39, 40, 98, 99, 100, count - 2])) {
          if (number < count - 1) assert.deepEqual(await allAbout(store, idOf(number)), ['R2'], String(number));
        }
      });
    }

    it('by an account that is named twice in a request: once', async () => {
      await append(store, 'R1', 0, [about(1, 1, 2)]);
      assert.deepEqual(await allAbout(store, idOf(1)), ['R1']);
    });

    it('by account after a restart', async () => {
      await append(store, 'R1', 0, [about(1)]);
      await append(store, 'R2', 0, [crowd(120)]);
      await store.close();
      store = await reopen();
      await append(store, 'R3', 0, [about(1)]);
      assert.deepEqual(await allAbout(store, idOf(1)), ['R3', 'R2', 'R1']);
    });

    it('by ids that could be taken for something else', async () => {
      const ids = ['a', 'A', 'a:', "a' or RowKey gt '", 'a_003a', '/\\#?%00', 'é\u{1F4A5}', '', 'x'.repeat(400)];
      for (const id of ids) await append(store, `of ${id}`, 0, [requested({ targets: [target(1, { id })] })]);
      for (const id of ids) assert.deepEqual(await allAbout(store, id), [`of ${id}`]);
    });

    it('by the beginning of the id, open or over', async () => {
      const ids = [
        'K7F3AAAAAAAAAAAAAAAA',
        'K7F3XXXXXXXXXXXXXXXX',
        'K7F4AAAAAAAAAAAAAAAA',
        'AK7F3AAAAAAAAAAAAAAA',
        'K7F',
      ];
      for (const id of ids) await append(store, id, 0, [about(1), denied]);
      await append(store, 'K7F3XXXXXXXXXXXXXXXX', 2, [told]);
      const found = async (code: string) => [...(await store.idsBeginning(code))].sort();
      assert.deepEqual(await found('K7F3'), ['K7F3AAAAAAAAAAAAAAAA', 'K7F3XXXXXXXXXXXXXXXX']);
      assert.deepEqual(await found('K7F3X'), ['K7F3XXXXXXXXXXXXXXXX']);
      assert.deepEqual(await found('K7F4AAAAAAAAAAAAAAAA'), ['K7F4AAAAAAAAAAAAAAAA']);
      assert.deepEqual(await found('K7F5'), []);
    });

    it('by the beginning of the id of the largest', async () => {
      const reason = '漢'.repeat(300_000);
      await append(store, 'K7F3AAAAAAAAAAAAAAAA', 0, [requested({ reason }), denied]);
      assert.deepEqual(await store.idsBeginning('K7F3'), ['K7F3AAAAAAAAAAAAAAAA']);
    });
  });
}
