import assert from 'node:assert/strict';
import { stub } from 'sinon';
import { DirectoryError } from '../../src/app/errors.ts';
import type { Ask } from '../../src/app/submit.ts';
import type { Person } from '../../src/domain/account.ts';
import { mostOpenHere, reservedHere } from '../../src/domain/who-may.ts';
import { approversGroup, person, protectedGroup, requestersGroup } from '../support/fakes.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

type House = ReturnType<typeof createHouse>;
const incident = '19:incident@thread.tacv2';
const about = (...people: readonly Person[]) => ({
  targets: people.map(({ id }) => ({ kind: 'objectId', text: id }) as const),
});
const disable =
  ({ id, name }: Person) =>
  ({ directory }: House) =>
    directory.accounts.set(id, person(id, name, { enabled: false }));
const unlist =
  ({ id }: Person) =>
  ({ directory }: House) =>
    directory.groups.get(requestersGroup)?.delete(id);
const unreachable = ({ runCommand }: House) => runCommand(requestId, { type: 'notice', what: 'unreachable' });
const named = (...texts: string[]) => texts.map((text) => ({ kind: 'address', text }) as const);

describe('asking', () => {
  it('records who exactly is meant, by whom, why and until when', async () => {
    const house = createHouse();
    assert.deepEqual(await house.submit(house.ask({ reason: 'phone stolen' })), { kind: 'recorded', requestId });
    const { request } = await house.state();
    assert.equal(request.code, 'K7F3');
    assert.deepEqual(
      request.targets.map((target) => target.account),
      [account(1)],
    );
    assert.deepEqual(request.by, { ...alex, upn: 'alex.wilber@contoso.example' });
    assert.equal(request.reason, 'phone stolen');
    assert.equal(Date.parse(request.expiresAt) - Date.parse(request.at), 15 * 60_000);
  });

  it('asks once when the message is delivered twice', async () => {
    const house = createHouse();
    const outcomes = await Promise.all([house.submit(house.ask()), house.submit(house.ask())]);
    assert.deepEqual(outcomes, [
      { kind: 'recorded', requestId },
      { kind: 'recorded', requestId },
    ]);
    assert.equal((await house.types()).filter((type) => type === 'Requested').length, 1);
  });

  it('counts duplicates once, whatever they were called', async () => {
    const house = createHouse();
    const targets = [...named(account(1).upn), { kind: 'objectId', text: account(1).id } as const];
    await house.submit(house.ask({ targets }));
    assert.equal((await house.state()).request.targets.length, 1);
  });

  it('leaves out and names whoever cannot be done, each with the reason', async () => {
    const accounts = [
      account(1),
      account(2, { external: true }),
      account(3, { guest: true }),
      account(4),
      account(5, { restricted: true }),
    ];
    const house = createHouse({ accounts });
    house.directory.groups.get(protectedGroup)?.add(account(4).id);
    await house.submit(house.ask({ targets: named(...accounts.map(({ upn }) => upn), 'nobody@contoso.example') }));
    const { request } = await house.state();
    assert.deepEqual(
      request.targets.map((target) => target.account.id),
      [account(1).id],
    );
    assert.deepEqual(Object.fromEntries(request.omitted.map(({ asked, code }) => [asked, code])), {
      'nobody@contoso.example': 'notFound',
      [account(2).upn]: 'external',
      [account(3).upn]: 'ownGuest',
      [account(4).upn]: 'protected',
      [account(5).upn]: 'restricted',
    });
  });

  it('says of a deleted account that it is deleted', async () => {
    const house = createHouse();
    house.directory.deleted.push(account(9));
    assert.deepEqual(await house.submit(house.ask({ targets: named(account(9).upn) })), {
      kind: 'noOneLeft',
      omitted: [
        {
          asked: account(9).upn,
          code: 'deleted',
          found: [{ id: account(9).id, name: account(9).name, upn: account(9).upn, department: null }],
        },
      ],
    });
  });

  it('never guesses between several, and says who they are', async () => {
    const twins = [account(1), account(2, { upn: account(1).upn })];
    const house = createHouse({ accounts: twins });
    const submitted = await house.submit(house.ask());
    assert(submitted.kind === 'noOneLeft');
    assert.equal(submitted.omitted[0]?.code, 'ambiguous');
    assert.equal(submitted.omitted[0]?.found.length, 2);
    assert.deepEqual(await house.store.openIds(), []);
  });

  it('asks nothing when nobody is left', async () => {
    const house = createHouse();
    assert.equal((await house.submit(house.ask({ targets: named('nobody@contoso.example') }))).kind, 'noOneLeft');
    assert.deepEqual(await house.store.openIds(), []);
  });

  describe('whoever may not ask', () => {
    const stranger = { ...alex, id: 'dddddddd-0000-4000-8000-000000000001' };
    const cases = [
      ['is not on the list', megan, {}, 'notRequester'],
      ['is of another tenant', { ...alex, tenantId: '22222222-2222-4222-8222-222222222222' }, {}, 'notMember'],
      ['is not in the directory', stranger, {}, 'notMember'],
      ['is a guest', alex, { guest: true }, 'notMember'],
      ['is external', alex, { external: true }, 'notMember'],
      ['is disabled', alex, { enabled: false }, 'disabled'],
    ] as const;
    for (const [who, by, patch, code] of cases) {
      it(`${who}: refused, alike for an existing and an unknown account, without waiting for a look-up, of which there is one at most`, async () => {
        const house = createHouse();
        house.directory.accounts.set(alex.id, person(alex.id, alex.name, patch));
        let lookUps = 0;
        const { find } = house.directory;
        house.directory.find = async (reference) => {
          lookUps += 1;
          await new Promise(() => undefined);
          return find(reference);
        };
        const existing = await house.submit(house.ask({ by }));
        const unknown = await house.submit(house.ask({ by, targets: named('nobody@contoso.example') }));
        assert.deepEqual(existing, { kind: 'refused', code });
        assert.deepEqual(unknown, existing);
        assert.equal(lookUps, by.tenantId === alex.tenantId ? 1 : 0);
        assert.deepEqual(await house.store.openIds(), []);
      });
    }
  });

  it('looks up beside the rights, and refuses without it once they are lost', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    const { read } = house.directory;
    const held = Promise.withResolvers<void>();
    let lookUps = 0;
    house.directory.read = (id) => held.promise.then(() => read(id));
    house.directory.find = () => {
      lookUps += 1;
      return new Promise(() => undefined);
    };
    const again = house.submit(house.ask({ requestId: `${requestId}X` }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(lookUps, 1);
    house.directory.accounts.set(alex.id, person(alex.id, alex.name, { enabled: false }));
    held.resolve();
    assert.deepEqual(await again, { kind: 'refused', code: 'disabled' });
    assert.deepEqual(await house.submit(house.ask({ requestId: `${requestId}Y` })), await again);
    assert.equal(lookUps, 1);
  });

  it('refuses everybody while memberships cannot be read', async () => {
    const house = createHouse();
    house.directory.memberOf = async () => {
      throw new DirectoryError('missingPermission', 'x');
    };
    await assert.rejects(house.submit(house.ask()), DirectoryError);
    assert.deepEqual(await house.store.openIds(), []);
  });

  it('keeps to the largest request and to reasons where they are demanded', async () => {
    const small = createHouse({ policy: { maxTargets: 1 } });
    const many = small.ask({ targets: named(account(1).upn, account(2).upn) });
    const refused = await small.submit(many);
    assert.ok(refused.kind === 'refused' && refused.code === 'tooManyTargets');
    assert.deepEqual(refused.limit, { most: 1, count: 2 });
    const strict = createHouse({ policy: { reasonRequired: true } });
    assert.deepEqual(await strict.submit(strict.ask()), { kind: 'refused', code: 'reasonRequired' });
    assert.equal((await strict.submit(strict.ask({ reason: 'x' }))).kind, 'recorded');
  });

  it('keeps to the hourly limit of a requester, when asked and when approved, and forgets after an hour', async () => {
    const house = createHouse({ policy: { maxTargetsPerHour: 2 } });
    const pair = { targets: named(account(1).upn, account(2).upn) };
    const approve = { verb: 'approve', by: megan, where: channel.id } as const;
    await house.submit(house.ask({ requestId: 'A'.repeat(20), ...pair }));
    await house.submit(house.ask({ requestId: 'C'.repeat(20), targets: named(account(3).upn) }));
    assert.equal((await house.review({ requestId: 'A'.repeat(20), ...approve })).ok, true);
    const over = await house.review({ requestId: 'C'.repeat(20), ...approve });
    assert(!over.ok);
    assert.equal(over.code, 'hourlyLimit');
    const asked = house.ask({ requestId: 'D'.repeat(20), targets: named(account(2).upn) });
    const limit = { most: 2, count: 3, until: new Date(house.clock.now().getTime() + 3_600_000).toISOString() };
    assert.deepEqual(await house.submit(asked), { kind: 'refused', code: 'hourlyLimit', limit });
    assert.deepEqual(over.limit, limit);
    house.clock.pass(3_600_001);
    assert.equal((await house.submit(asked)).kind, 'recorded');
  });

  it('opens only so many requests of one person, wherever they are, and fewer than the conversation holds', async () => {
    const house = createHouse({ policy: { maxOpenPerRequester: 3 } });
    const at = (index: number) => ({ ...channel, id: `19:place${index}@thread.v2` });
    const ids = Array.from({ length: 4 }, (_, index) => `A${String(index)}`.padEnd(20, 'C'));
    for (const [index, id] of ids.slice(0, 3).entries()) {
      assert.equal((await house.submit(house.ask({ requestId: id, conversation: at(index) }))).kind, 'recorded');
    }
    const more = house.ask({ requestId: ids[3] ?? '' });
    assert.deepEqual(await house.submit(more), { kind: 'refused', code: 'tooManyOfYours', limit: { most: 3 } });
    await house.review({ requestId: ids[0] ?? '', verb: 'cancel', by: alex, where: at(0).id });
    assert.equal((await house.submit(more)).kind, 'recorded');
  });

  it('opens no more of them when they are asked for at the same moment', async () => {
    const house = createHouse({ policy: { maxOpenPerRequester: 3 } });
    const ids = Array.from({ length: 12 }, (_, index) => `A${String(index)}`.padEnd(20, 'C'));
    const at = (index: number) => ({ ...channel, id: `19:place${index}@thread.v2` });
    const answers = await Promise.all(
      ids.map((requestId, index) => house.submit(house.ask({ requestId, conversation: at(index) }))),
    );
    assert.equal(answers.filter(({ kind }) => kind === 'recorded').length, 3);
    assert.equal((await house.store.openIds()).length, 3);
  });

  it('does not wait for itself where a conversation is called as the person who asks', async () => {
    const house = createHouse();
    const conversation = { ...channel, id: alex.id };
    assert.deepEqual(await house.submit(house.ask({ conversation })), { kind: 'recorded', requestId });
  });

  it('goes on with the next when one could not be dealt with', async () => {
    const house = createHouse();
    const openIds = stub(house.store, 'openIds').callThrough();
    openIds.onFirstCall().rejects(new Error('the store is away'));
    const ids = ['AAAA', 'CCCC'].map((id) => id.padEnd(20, 'D'));
    const asked = await Promise.allSettled(ids.map((requestId) => house.submit(house.ask({ requestId }))));
    assert.deepEqual(
      asked.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
  });

  it('keeps the last places of a conversation for others, and lets a request about who fills it through', async () => {
    const accounts = Array.from({ length: mostOpenHere + 5 }, (_, index) => account(index));
    const house = createHouse({ accounts });
    house.directory.groups.get(requestersGroup)?.add(megan.id);
    house.directory.groups.get(approversGroup)?.add(account(2).id);
    const of = (index: number, more: object = {}) => {
      const targets = [{ kind: 'objectId', text: account(index).id }] as const;
      return house.submit(house.ask({ requestId: `A${String(index)}`.padEnd(20, 'C'), targets, ...more }));
    };
    for (let index = 0; index < mostOpenHere - reservedHere; index += 1) await of(index);
    const full = { kind: 'refused', code: 'tooManyOpen', limit: { most: mostOpenHere } };
    assert.deepEqual(await of(40), full);
    assert.equal((await of(41, { by: megan })).kind, 'recorded');
    assert.deepEqual(await of(42, { by: megan }), full);
    const aboutAlex = { by: megan, targets: [{ kind: 'objectId', text: alex.id }] as const };
    assert.equal((await of(43, aboutAlex)).kind, 'recorded');
    const aboutBoth = { by: megan, targets: [...aboutAlex.targets, { kind: 'objectId', text: megan.id } as const] };
    assert.deepEqual(await of(44, aboutBoth), full);
    assert.equal((await of(45, aboutAlex)).kind, 'alreadyOpen', 'once');
  });

  it('cannot be kept from a conversation by people who ask for their own sessions', async () => {
    const house = createHouse();
    const members = Array.from({ length: mostOpenHere + 5 }, (_, index) =>
      person(`dddddddd-0000-4000-8000-${String(index).padStart(12, '0')}`, `Member ${index}`),
    );
    for (const [index, { id, name }] of members.entries()) {
      house.directory.accounts.set(id, members[index] ?? assert.fail());
      const own = { by: { ...megan, id, name }, targets: 'self' } as const;
      const requestIds = [`A${index}`, `C${index}`].map((start) => start.padEnd(20, 'D'));
      assert.equal((await house.submit(house.ask({ ...own, requestId: requestIds[0] ?? '' }))).kind, 'recorded');
      const twice = await house.submit(house.ask({ ...own, requestId: requestIds[1] ?? '' }));
      assert(twice.kind === 'alreadyOpen');
      assert.equal(twice.state.request.by.id, id);
    }
    assert.equal((await house.submit(house.ask())).kind, 'recorded');
  });

  it('is not kept from a conversation by what only awaits a late proof', async () => {
    const house = createHouse({ accounts: [account(1)] });
    const ids = Array.from({ length: mostOpenHere }, (_, index) => `A${String(index)}`.padEnd(20, 'C'));
    for (const id of ids) {
      await house.submit(house.ask({ requestId: id }));
      house.directory.answers.push({ kind: 'accepted', effect: false });
      await house.review({ requestId: id, verb: 'approve', by: megan, where: channel.id });
      while (!(await house.state(id)).told) {
        const next = await house.advance(id);
        if (next.again && 'afterMs' in next) house.clock.pass(Math.min(next.afterMs, 10_000));
      }
      house.directory.validFrom.clear();
    }
    assert.equal((await house.store.openIds()).length, mostOpenHere);
    assert.equal((await house.submit(house.ask())).kind, 'recorded');
  });

  describe('for accounts that are open here already', () => {
    const again = 'C'.repeat(20);
    type Row = readonly [
      what: string,
      answered: boolean,
      given: { first?: Partial<Ask>; meanwhile?(house: House): unknown; second?: Partial<Ask>; policy?: object },
    ];
    const both = { targets: named(account(1).upn, account(2).upn) };
    const elsewhere = { ...channel, id: '19:elsewhere@thread.tacv2' };
    const inChat = { conversation: { ...channel, id: 'a:1alex', kind: 'personal' } } as const;
    const rows: readonly Row[] = [
      ['by the same person', true, {}],
      ['by another', true, { second: { by: megan, reason: 'another' } }],
      [
        'in another thread of the channel',
        true,
        { second: { conversation: { ...channel, id: `${incident};messageid=7` } } },
      ],
      ['in a 1:1 chat, to be decided here', true, { second: inChat, policy: { approvalConversation: incident } }],
      ['named otherwise', true, { second: { targets: [{ kind: 'objectId', text: account(1).id }] } }],
      ['all of several, in another order', true, { first: both, second: { targets: both.targets.toReversed() } }],
      ['one’s own', true, { first: { targets: 'self' }, second: { targets: 'self' } }],
      ['whose card stands', true, { meanwhile: (house) => house.settle() }],
      ['in another channel', false, { second: { conversation: elsewhere } }],
      ['in a 1:1 chat', false, { second: inChat }],
      ['one of several', false, { first: both }],
      ['and others', false, { second: both }],
      ['another’s own', false, { first: { by: megan, targets: 'self' }, second: about(megan) }],
      [
        'another’s own, asked for by that person',
        false,
        { first: { by: megan, ...about(megan) }, second: about(megan) },
      ],
      [
        'among others by one of them',
        false,
        { first: { by: megan, ...about(megan, alex) }, second: about(megan, alex) },
      ],
      [
        'which is decided',
        false,
        { meanwhile: ({ review }) => review({ requestId, verb: 'deny', by: megan, where: channel.id }) },
      ],
      ['which soon expires', false, { meanwhile: ({ clock }) => clock.pass(10 * 60_000) }],
      ['which is just young enough', true, { meanwhile: ({ clock }) => clock.pass(10 * 60_000 - 1) }],
      ['by who was disabled since', false, { first: { by: megan }, second: {}, meanwhile: disable(megan) }],
      ['by who was taken off the list since', false, { first: { by: megan }, meanwhile: unlist(megan) }],
      [
        'before Graph was called otherwise',
        false,
        { meanwhile: ({ rules }) => Object.assign(rules, { auth: 'delegated' }) },
      ],
      [
        'which could not be put before anybody',
        false,
        { second: inChat, first: inChat, policy: { approvalConversation: incident }, meanwhile: unreachable },
      ],
    ];
    for (const [what, answered, { first, meanwhile, second, policy }] of rows) {
      it(`${what}: ${answered ? 'answered with what is open' : 'asked, too'}`, async () => {
        const house = createHouse({ policy: policy ?? {} });
        house.directory.groups.get(requestersGroup)?.add(megan.id);
        house.directory.groups.get(approversGroup)?.add(account(3).id);
        assert.equal((await house.submit(house.ask(first ?? {}))).kind, 'recorded');
        await meanwhile?.(house);
        const submitted = await house.submit(house.ask({ requestId: again, ...second }));
        if (!answered) return assert.deepEqual(submitted, { kind: 'recorded', requestId: again });
        assert.deepEqual(submitted, { kind: 'alreadyOpen', state: await house.state(), omitted: [] });
        assert.deepEqual(await house.types(again), []);
      });
    }

    it('tells who was named besides and cannot be done', async () => {
      const house = createHouse();
      await house.submit(house.ask());
      const targets = named(account(1).upn, 'nobody@contoso.example');
      const submitted = await house.submit(house.ask({ requestId: again, targets }));
      assert(submitted.kind === 'alreadyOpen');
      assert.deepEqual(submitted.omitted, [{ asked: 'nobody@contoso.example', code: 'notFound', found: [] }]);
    });

    it('is no answer to who may not ask, and none to a dry run', async () => {
      const house = createHouse();
      await house.submit(house.ask());
      const refused = await house.submit(house.ask({ requestId: again, by: megan }));
      assert.deepEqual(refused, { kind: 'refused', code: 'notRequester' });
      assert.equal((await house.submit(house.ask({ requestId: again, dryRun: true }))).kind, 'preview');
    });

    it('are opened once, asked for by two at the same moment in one process', async () => {
      const house = createHouse();
      house.directory.groups.get(requestersGroup)?.add(megan.id);
      const asked = [house.ask(), house.ask({ requestId: again, by: megan })];
      const kinds = (await Promise.all(asked.map(house.submit))).map(({ kind }) => kind);
      assert.deepEqual(kinds.toSorted(), ['alreadyOpen', 'recorded']);
    });
  });

  it('answers a message that comes again as the first time, whatever limit was reached since', async () => {
    const house = createHouse({ policy: { maxTargetsPerHour: 1 } });
    await house.approved();
    assert.deepEqual(await house.submit(house.ask()), { kind: 'recorded', requestId });
  });

  it('demands two persons for somebody who may ask or approve', async () => {
    for (const group of [requestersGroup, approversGroup]) {
      const house = createHouse();
      house.directory.groups.get(group)?.add(account(1).id);
      await house.submit(house.ask());
      assert.equal((await house.state()).request.twoPersons, 'operator');
    }
  });

  it('what if: tells all and records nothing', async () => {
    const house = createHouse();
    const submitted = await house.submit(house.ask({ dryRun: true }));
    assert(submitted.kind === 'preview');
    assert.equal(submitted.state.request.targets.length, 1);
    assert.deepEqual(await house.store.openIds(), []);
    assert.deepEqual(house.directory.writes, []);
  });

  describe('for one’s own sessions', () => {
    it('any member may, for nobody but themselves', async () => {
      const house = createHouse();
      await house.submit(house.ask({ by: megan, targets: 'self' }));
      const { request } = await house.state();
      assert.equal(request.self, true);
      assert.equal(request.twoPersons, null);
      assert.deepEqual(
        request.targets.map((target) => target.account.id),
        [megan.id],
      );
    });

    it('not a protected account, and not a guest', async () => {
      const house = createHouse();
      house.directory.groups.get(protectedGroup)?.add(megan.id);
      assert.equal((await house.submit(house.ask({ by: megan, targets: 'self' }))).kind, 'noOneLeft');
      house.directory.accounts.set(alex.id, person(alex.id, alex.name, { guest: true }));
      assert.deepEqual(await house.submit(house.ask({ targets: 'self' })), { kind: 'refused', code: 'notMember' });
    });
  });
});

describe('deciding', () => {
  it('decides nothing while the right cannot be read, and answers by the state once decided', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    const { memberOf } = house.directory;
    const away = async () => {
      throw new DirectoryError('noAnswer', 'x');
    };
    house.directory.memberOf = away;
    await assert.rejects(house.review({ requestId, verb: 'approve', by: megan, where: channel.id }), DirectoryError);
    assert.deepEqual(await house.types(), ['Requested']);
    house.directory.memberOf = memberOf;
    await house.review({ requestId, verb: 'deny', by: megan, where: channel.id });
    house.directory.memberOf = away;
    const again = await house.review({ requestId, verb: 'approve', by: megan, where: channel.id });
    assert(!again.ok);
    assert.equal(again.code, 'alreadyDecided');
  });

  it('gives no code twice within a day, whoever grinds the ids and whatever became of the first', async () => {
    const house = createHouse();
    const codes: string[] = [];
    const askAnother = async (tail: string) => {
      const id = `K7F3${tail.repeat(16)}`;
      const submitted = await house.submit(house.ask({ requestId: id }));
      assert.equal(submitted.kind, 'recorded');
      codes.push((await house.state(id)).request.code);
      await house.settle(id);
      await house.review({ requestId: id, verb: 'deny', by: megan, where: channel.id });
      await house.settle(id);
      assert.deepEqual(await house.store.openIds(), []);
    };
    for (const tail of ['A', 'C', 'D']) await askAnother(tail);
    house.clock.pass(23 * 60 * 60_000);
    await askAnother('E');
    assert.deepEqual(codes, ['K7F3', 'K7F3C', 'K7F3D', 'K7F3E']);
    house.clock.pass(26 * 60 * 60_000);
    await askAnother('F');
    assert.equal(codes.at(-1), 'K7F3');
  });
});
