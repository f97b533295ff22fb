import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import { type createHistory, type History, onOnePage } from '../../src/app/lookups.ts';
import type { Person } from '../../src/domain/account.ts';
import { append } from '../support/append.ts';
import { approversGroup, person, requestersGroup } from '../support/fakes.ts';
import { account, alex, channel, lidia, megan, named, requested, target } from '../support/samples.ts';
import { createHouse } from './house.ts';

const elsewhere = { ...channel, id: 'a:1alex', kind: 'personal' } as const;
const guest = named(5, 'Guest Approver');
const disabled = named(6, 'Disabled Requester');
const foreign: Person = { ...named(7, 'Somebody'), tenantId: '99999999-9999-4999-8999-999999999999' };
const nobody = named(9, 'Nobody Known');
const one = account(1);
const upn = { kind: 'address', text: one.upn } as const;

async function open() {
  const house = createHouse({
    accounts: [
      ...[1, 2, 3].map((number) => account(number)),
      person(lidia.id, lidia.name),
      person(guest.id, guest.name, { guest: true }),
      person(disabled.id, disabled.name, { enabled: false }),
    ],
  });
  house.directory.groups.set(requestersGroup, new Set([alex.id, disabled.id, foreign.id]));
  house.directory.groups.set(approversGroup, new Set([megan.id, guest.id]));
  const looked: string[] = [];
  for (const name of ['find', 'findDeleted'] as const) {
    const real = house.directory[name];
    house.directory[name] = async (reference) => {
      looked.push(reference.text);
      return real(reference);
    };
  }
  const read = house.store.requestsAbout;
  house.store.requestsAbout = async (id, page) => {
    looked.push(`store ${id}`);
    return read(id, page);
  };
  const history = (more: Partial<Parameters<ReturnType<typeof createHistory>>[0]> = {}) =>
    house.history({ by: alex, where: channel.id, target: upn, ...more });
  return { ...house, looked, history };
}

function found(history: History) {
  assert(history.kind === 'found', history.kind);
  return history;
}
const idsIn = (history: History) => found(history).requests.map(({ requestId }) => requestId);

describe('history', () => {
  describe('is told to', () => {
    for (const [who, by] of [
      ['people who may ask', alex],
      ['people who may approve', megan],
    ] as const) {
      it(who, async () => {
        const { history, store } = await open();
        await append(store, 'R1', 0, [requested()]);
        assert.deepEqual(idsIn(await history({ by })), ['R1']);
      });
    }
  });

  describe('is told to nobody else, and nothing is looked up for', () => {
    for (const [who, by] of [
      ['a member without any right', lidia],
      ['a guest on the list of approvers', guest],
      ['a disabled account on the list', disabled],
      ['somebody of another tenant', foreign],
      ['somebody unknown', nobody],
      ['the account itself', { ...lidia, id: one.id }],
    ] as const) {
      it(`${who}: the same for an account that is there and one that is not`, async () => {
        const { history, store, looked } = await open();
        await append(store, 'R1', 0, [requested()]);
        const targets = [
          upn,
          { kind: 'address', text: 'ghost@contoso.example' },
          { kind: 'objectId', text: one.id },
        ] as const;
        for (const wanted of targets) {
          assert.deepEqual(await history({ by, target: wanted }), { kind: 'refused' });
          assert.deepEqual(await history({ by, target: wanted, before: 7 }), { kind: 'refused' });
        }
        assert.deepEqual(looked, []);
      });
    }
  });

  it('is not told to who lost the right between two pages', async () => {
    const { history, store, directory } = await open();
    for (let index = 0; index < 9; index += 1) await append(store, `R${index}`, 0, [requested()]);
    const { older } = found(await history());
    directory.groups.set(requestersGroup, new Set());
    assert.deepEqual(await history({ before: older ?? 0 }), { kind: 'refused' });
  });

  it('is told to nobody while rights cannot be read', async () => {
    const { history, directory, looked } = await open();
    directory.readErrors.push(new DirectoryError('unavailable', 'away'));
    await assert.rejects(history(), DirectoryError);
    assert.deepEqual(looked, []);
  });

  it('is the newest first, page after page, and says where each was asked', async () => {
    const { history, store } = await open();
    const count = 2 * onOnePage + 1;
    for (let index = 0; index < count; index += 1) {
      const conversation = index % 2 === 0 ? channel : elsewhere;
      await append(store, `R${index}`, 0, [requested({ conversation, targets: [target(2), target(1)] })]);
    }
    await append(store, 'other', 0, [requested({ targets: [target(3)] })]);
    const seen: string[] = [];
    const heres: boolean[] = [];
    let older: number | null | undefined;
    do {
      const page: History = await history(older ? { before: older } : {});
      assert(found(page).requests.length <= onOnePage);
      seen.push(...idsIn(page));
      heres.push(...found(page).requests.map(({ here }) => here));
      older = found(page).older;
    } while (older !== null);
    assert.deepEqual(
      seen,
      Array.from({ length: count }, (_, index) => `R${count - 1 - index}`),
    );
    assert.deepEqual(
      heres,
      seen.map((id) => Number(id.slice(1)) % 2 === 0),
    );
  });

  it('reads no more requests than it shows', async () => {
    const { history, store } = await open();
    for (let index = 0; index < 30; index += 1) await append(store, `R${index}`, 0, [requested()]);
    let reads = 0;
    const { read } = store;
    store.read = async (id) => {
      reads += 1;
      return read(id);
    };
    await history();
    assert.equal(reads, onOnePage);
  });

  describe('of', () => {
    it('an account about which nothing is on record', async () => {
      const { history } = await open();
      const { account: whose, requests, older } = found(await history());
      assert.deepEqual([whose.id, requests, older], [one.id, [], null]);
    });

    it('nobody: what was typed is not found', async () => {
      const { history, store } = await open();
      await append(store, 'R1', 0, [requested()]);
      for (const wanted of [
        { kind: 'address', text: 'ghost@contoso.example' },
        { kind: 'objectId', text: account(77).id },
      ] as const) {
        const omission = { asked: wanted.text, code: 'notFound', found: [] };
        assert.deepEqual(await history({ target: wanted }), { kind: 'unclear', omission });
      }
    });

    it('several: who they are, and nothing of any', async () => {
      const { history, directory, store } = await open();
      await append(store, 'R1', 0, [requested()]);
      directory.find = async () => [1, 2, 3, 4, 5].map((number) => account(number));
      const told = await history();
      assert(told.kind === 'unclear');
      assert.deepEqual([told.omission.code, told.omission.found.length, told.omission.more], ['ambiguous', 3, 2]);
    });

    it('a deleted account, by its name or its id', async () => {
      const { history, directory, store } = await open();
      await append(store, 'R1', 0, [requested()]);
      directory.accounts.delete(one.id);
      directory.deleted.push(one);
      assert.deepEqual(idsIn(await history()), ['R1']);
      assert.deepEqual(idsIn(await history({ target: { kind: 'objectId', text: one.id } })), ['R1']);
    });

    it('an account that even Entra has forgotten, by its id, with the name on record', async () => {
      const { history, directory, store } = await open();
      await append(store, 'R1', 0, [requested()]);
      directory.accounts.delete(one.id);
      const told = found(await history({ target: { kind: 'objectId', text: one.id } }));
      assert.deepEqual([told.account.upn, told.requests.length], [one.upn, 1]);
      assert.equal((await history()).kind, 'unclear');
    });

    it('one who was renamed since: by the name of today', async () => {
      const { history, directory, store } = await open();
      await append(store, 'R1', 0, [requested()]);
      directory.accounts.set(one.id, { ...one, upn: 'married@contoso.example' });
      const told = found(await history({ target: { kind: 'address', text: 'married@contoso.example' } }));
      assert.deepEqual([told.account.upn, told.requests.length], ['married@contoso.example', 1]);
    });
  });
});
