import assert from 'node:assert/strict';
import { VersionConflict } from '../../src/app/errors.ts';
import type { OpenedStore, Version } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { append } from '../support/append.ts';
import { channel, megan, requested, start, target } from '../support/samples.ts';

const envelope = { at: start.toISOString(), where: channel.id };
const cardPosted: RequestEvent = { type: 'CardPosted', cardId: 'card-1', ...envelope };
const denied: RequestEvent = { type: 'Denied', by: megan, ...envelope };
const told = { type: 'ResultPosted', ...envelope } satisfies RequestEvent;
const explained: RequestEvent = { type: 'Explained', by: megan, reason: 'found', ...envelope };
const corrected: RequestEvent = { type: 'ResultCorrected', last: true, ...envelope };

const approved = (at: string, requesterId: string, targetCount: number): RequestEvent => ({
  ...envelope,
  type: 'Approved',
  by: megan,
  requesterId,
  targetCount,
  at,
});

/** As many and as long as the directory and the settings allow; half of what is left out was found more than once. */
function largest(letter: string) {
  const long = (length: number) => letter.repeat(length / letter.length);
  const role = (index: number) => ({ templateId: `${index}`.padStart(36, '0'), name: long(128) });
  const longest = {
    name: long(256),
    jobTitle: long(128),
    department: long(64),
    upn: `${'u'.repeat(64)}@${'d'.repeat(48)}`,
  };
  const found = { name: longest.name, upn: longest.upn, department: longest.department };
  return requested({
    targets: Array.from({ length: 480 }, (_, index) =>
      target(index, longest, { roles: { known: true, value: [1, 2, 3].map(role) } }),
    ),
    omitted: Array.from({ length: 20 }, () => ({ asked: longest.upn, code: 'ambiguous', found: [found, found] })),
    reason: long(500),
  });
}

function successor(request: ReturnType<typeof requested>) {
  const { type: _type, at: _at, where: _where, ...draft } = request;
  return { id: 'R2', draft };
}

/** What every store must do. `reopen` answers another store on the same data, as after a restart. */
export function storeContract(
  name: string,
  open: () => Promise<{ store: OpenedStore; reopen(): Promise<OpenedStore> }>,
) {
  describe(`${name} keeps the store contract`, () => {
    let store: OpenedStore;
    let reopen: () => Promise<OpenedStore>;
    beforeEach(async () => {
      ({ store, reopen } = await open());
    });
    afterEach(() => store.close());

    it('answers no events for an unknown request', async () => {
      const { events, head } = await store.read('UNKNOWN');
      assert.deepEqual({ events, head }, { events: [], head: '' });
      assert.deepEqual(await store.openIds(), []);
    });

    it('gives back what was appended, in order, with every field as it was', async () => {
      const hostile = requested({
        reason: 'line\nbreak \u202e "quotes" ${x} \u{1F4A5} \u0000 end',
        targets: [target(1, { name: "O'Brien; DROP TABLE events --" })],
      });
      await append(store, 'R1', 0, [hostile, cardPosted]);
      await append(store, 'R1', 2, [denied]);
      assert.deepEqual((await store.read('R1')).events, [hostile, cardPosted, denied]);
    });

    it('keeps requests apart', async () => {
      await append(store, 'R1', 0, [requested()]);
      await append(store, 'R2', 0, [requested({ code: 'M2QX' })]);
      assert.deepEqual((await store.read('R2')).events, [requested({ code: 'M2QX' })]);
      assert.deepEqual(await store.openIds(), ['R1', 'R2']);
    });

    it('refuses an append at a version that is over, and writes nothing of it', async () => {
      const versions = [(await store.read('R1')).version];
      for (const event of [requested(), cardPosted]) {
        await store.append(versions.at(-1) as Version, [event]);
        versions.push((await store.read('R1')).version);
      }
      for (const over of versions.slice(0, -1)) {
        await assert.rejects(store.append(over, [denied, told]), VersionConflict);
      }
      assert.equal((await store.read('R1')).events.length, 2);
    });

    it('lets exactly one of many simultaneous appends win', async () => {
      await append(store, 'R1', 0, [requested()]);
      const { version } = await store.read('R1');
      const tries = Array.from({ length: 20 }, () => store.append(version, [denied]));
      const outcomes = await Promise.allSettled(tries);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') assert(outcome.reason instanceof VersionConflict);
      assert.equal((await store.read('R1')).events.length, 2);
    });

    it('lists a request as open until its result is told', async () => {
      await append(store, 'R1', 0, [requested()]);
      await append(store, 'R2', 0, [requested()]);
      await append(store, 'R1', 1, [denied]);
      assert.deepEqual(await store.openIds(), ['R1', 'R2']);
      await append(store, 'R1', 2, [told]);
      assert.deepEqual(await store.openIds(), ['R2']);
    });

    it('lists a request as open again until its card shows a reason that came later', async () => {
      await append(store, 'R1', 0, [requested(), denied]);
      await append(store, 'R1', 2, [explained]);
      await append(store, 'R1', 3, [{ ...told, cardBehind: true }]);
      await append(store, 'R1', 4, [corrected]);
      assert.deepEqual(await store.openIds(), []);
      await append(store, 'R2', 0, [requested(), denied, told]);
      await append(store, 'R2', 3, [explained]);
      assert.deepEqual(await store.openIds(), ['R2']);
      assert.deepEqual(await store.openIds(channel.id.split(';')[0]), ['R2']);
      await store.close();
      store = await reopen();
      await store.check();
      await append(store, 'R2', 4, [corrected]);
      assert.deepEqual(await store.openIds(), []);
    });

    it('lists the open requests of one place, whatever the thread', async () => {
      const at = (id: string) => requested({ conversation: { ...channel, id } });
      await append(store, 'R1', 0, [at('19:a;messageid=1')]);
      await append(store, 'R2', 0, [at('19:b;messageid=1')]);
      await append(store, 'R3', 0, [at('19:a;messageid=2')]);
      assert.deepEqual(await store.openIds('19:a'), ['R1', 'R3']);
      assert.deepEqual(await store.openIds('19:'), []);
    });

    it('adds up what was approved for a requester since a time', async () => {
      await append(store, 'R1', 0, [requested(), approved('2026-11-21T03:00:00.000Z', 'alex', 3)]);
      await append(store, 'R2', 0, [requested(), approved('2026-11-21T04:00:00.000Z', 'alex', 4)]);
      await append(store, 'R3', 0, [requested(), approved('2026-11-21T04:00:00.000Z', 'megan', 5)]);
      assert.equal(await store.approvedSince('alex', '2026-11-21T03:00:00.000Z'), 7);
      assert.equal(await store.approvedSince('alex', '2026-11-21T03:00:00.001Z'), 4);
      assert.equal(await store.approvedSince('nobody', '2026-11-21T03:00:00.000Z'), 0);
    });

    it('has it all again after a restart', async () => {
      await append(store, 'R1', 0, [requested(), cardPosted]);
      const before = await store.read('R1');
      const id = store.requestIdOf('a', 'b');
      await store.close();
      store = await reopen();
      assert.deepEqual(await store.read('R1'), before);
      assert.deepEqual(await store.openIds(), ['R1']);
      assert.equal(store.requestIdOf('a', 'b'), id);
      await append(store, 'R1', 2, [denied]);
    });

    it('has a head that changes with every record and depends on all before it', async () => {
      await append(store, 'R1', 0, [requested()]);
      await append(store, 'R2', 0, [requested({ reason: 'another' })]);
      const first = (await store.read('R1')).head;
      await append(store, 'R1', 1, [denied]);
      await append(store, 'R2', 1, [denied]);
      const heads = [first, (await store.read('R1')).head, (await store.read('R2')).head];
      assert.equal(new Set(heads).size, 3);
      for (const head of heads) assert.match(head, /^[0-9a-f]{64}$/);
    });

    for (const [what, letter] of [
      ['letters of three bytes', '漢'],
      ['letters of two halves', '\u{20BB7}'],
      ['what is escaped twice', '"'],
    ] as const) {
      it(`takes the largest request allowed, in ${what}`, async () => {
        const many = largest(letter);
        const request: RequestEvent = {
          type: 'Superseded',
          by: megan,
          ...envelope,
          successor: successor(many),
          changes: [],
        };
        await append(store, 'R1', 0, [many]);
        await append(store, 'R1', 1, [request]);
        assert.deepEqual((await store.read('R1')).events, [many, request]);
        assert.deepEqual(await store.openIds(), ['R1']);
      });
    }

    it('keeps apart ids and places that could be taken for one another, and for something else', async () => {
      const hostile = [
        'R',
        'r',
        'R:',
        'R:000000',
        "R' or RowKey gt '",
        'R_003a',
        '_',
        '/\\#?%00',
        'é\u{1F4A5}',
        '\u0000',
        '',
      ];
      const ids = [...hostile, 'x'.repeat(400), `${'x'.repeat(399)}y`];
      for (const id of ids) await append(store, id, 0, [requested({ reason: id, conversation: { ...channel, id } })]);
      for (const id of ids) {
        const { events } = await store.read(id);
        assert.deepEqual(events, [requested({ reason: id, conversation: { ...channel, id } })]);
        assert.deepEqual(await store.openIds(id), [id]);
        await append(store, id, 1, [approved(start.toISOString(), id, 7)]);
        assert.equal(await store.approvedSince(id, start.toISOString()), 7);
      }
      assert.deepEqual(await store.openIds(), ids);
      for (const id of ids) await append(store, id, 2, [told]);
      assert.deepEqual(await store.openIds(), []);
    });

    it('knows nothing of a request whose id begins like another', async () => {
      await append(store, 'R1', 0, [requested()]);
      for (const id of ['R', 'R1:', 'R10', 'r1', 'R1:000000']) {
        const { events, head } = await store.read(id);
        assert.deepEqual({ events, head }, { events: [], head: '' });
      }
    });

    it('takes a request that is over as soon as it begins', async () => {
      await append(store, 'R1', 0, [requested(), denied, told]);
      assert.deepEqual(await store.openIds(), []);
      await append(store, 'R2', 0, [denied]);
      await append(store, 'R2', 1, [told]);
      assert.deepEqual((await store.read('R2')).events, [denied, told]);
    });

    it('says so when it can be used, and when it cannot', async () => {
      await store.check();
      await store.close();
      await assert.rejects(store.check());
    });
  });
}
