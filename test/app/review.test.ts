import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import { createStatus } from '../../src/app/lookups.ts';
import type { RequestStore, TargetReference } from '../../src/app/ports.ts';
import type { Click } from '../../src/app/read-for-click.ts';
import type { Person } from '../../src/domain/account.ts';
import type { RefusalCode } from '../../src/domain/command.ts';
import { approversGroup, person, requestersGroup } from '../support/fakes.ts';
import { account, alex, channel, draft, lidia, megan, nestor, requestId } from '../support/samples.ts';
import { createHouse, gainRole, successorOf } from './house.ts';

type House = ReturnType<typeof createHouse>;

const foreigner: Person = { ...megan, tenantId: '99999999-9999-4999-8999-999999999999' };
const approve: Click = { requestId, verb: 'approve', by: megan, where: channel.id };
const elsewhere = '19:elsewhere@thread.tacv2';

/** Alex asked for somebody; Megan and Lidia may approve; Nestor is on no list. */
async function asked(change: (house: House) => unknown = () => {}, more: Parameters<House['ask']>[0] = {}) {
  const house = createHouse();
  for (const { id, name } of [nestor, lidia]) house.directory.accounts.set(id, person(id, name));
  house.directory.groups.get(approversGroup)?.add(lidia.id);
  await house.submit(house.ask(more));
  await change(house);
  return house;
}

async function lastEvent(house: House, id = requestId) {
  return (await house.store.read(id)).events.at(-1);
}

describe('a decision', () => {
  it('is on record when it is answered', async () => {
    const house = await asked();
    const reviewed = await house.review(approve);
    assert(reviewed.ok);
    assert.equal(reviewed.state.phase, 'approved');
    assert.deepEqual(reviewed.state, await house.state());
    const last = await lastEvent(house);
    assert(last?.type === 'Approved');
    assert.deepEqual(
      [last.by, last.where, last.requesterId, last.targetCount],
      [{ ...megan, upn: 'megan.bowen@contoso.example' }, channel.id, alex.id, 1],
    );
  });

  it('about a request that never was: unknown, without asking Graph, and nothing is recorded', async () => {
    const house = await asked((at) => at.directory.readErrors.push(new DirectoryError('unavailable', 'x')));
    const never = requestId.replace('K7F3', 'ZZZZ');
    assert.deepEqual(await house.review({ ...approve, requestId: never }), {
      ok: false,
      code: 'unknownRequest',
      state: { phase: 'none' },
    });
    assert.deepEqual(await house.types(never), []);
  });

  for (const verb of ['approve', 'deny'] as const) {
    it(`made before (${verb}): the answer comes from the record alone, also while Graph is away`, async () => {
      const house = await asked();
      await house.review({ ...approve, verb });
      house.directory.readErrors.push(new DirectoryError('unavailable', 'x'));
      const again = await house.review(approve);
      assert.equal(!again.ok && again.code, 'alreadyDecided');
      assert.equal(house.directory.readErrors.length, 1);
    });
  }

  describe('to stop what is being carried out', () => {
    const stop = { ...approve, verb: 'stop' } as const;

    it('is for those who could cancel it, by their rights of this moment', async () => {
      for (const by of [alex, lidia]) {
        const house = await asked(({ review }) => review(approve));
        const reviewed = await house.review({ ...stop, by });
        assert(reviewed.ok, by.name);
        assert.equal((await house.state()).stopped?.by.id, by.id);
      }
    });

    it('is refused to others, and that goes on record', async () => {
      const house = await asked(({ review }) => review(approve));
      const reviewed = await house.review({ ...stop, by: nestor });
      assert.equal(!reviewed.ok && reviewed.code, 'notRequesterNorApprover');
      const last = await lastEvent(house);
      assert(last?.type === 'AttemptRefused');
      assert.deepEqual([last.by, last.verb, last.code], [nestor, 'stop', 'notRequesterNorApprover']);
      assert.equal((await house.state()).stopped, null);
    });

    it('is too late when it is over, also while Graph is away', async () => {
      const house = await asked(({ review }) => review(approve));
      await house.settle();
      house.directory.readErrors.push(new DirectoryError('unavailable', 'x'));
      const reviewed = await house.review(stop);
      assert.equal(!reviewed.ok && reviewed.code, 'alreadyDecided');
      assert.equal(house.directory.readErrors.length, 1);
    });
  });

  it('reads the rights of whoever clicks, not of whoever asked', async () => {
    const house = await asked((at) => at.directory.groups.set(approversGroup, new Set([alex.id])));
    const reviewed = await house.review(approve);
    assert.equal(!reviewed.ok && reviewed.code, 'notApprover');
  });

  for (const verb of ['deny', 'cancel'] as const) {
    it(`to ${verb} is about the request alone: no account is read again`, async () => {
      const house = await asked(({ directory }) => directory.accounts.delete(account(1).id));
      assert.equal((await house.review({ ...approve, verb })).ok, true);
    });
  }

  const rows: readonly (readonly [RefusalCode, Partial<Click>, (house: House) => unknown, object?])[] = [
    ['notMember', { by: foreigner }, () => {}],
    ['notMember', { by: nestor }, ({ directory }) => directory.accounts.delete(nestor.id)],
    [
      'disabled',
      {},
      ({ directory }) => directory.accounts.set(megan.id, person(megan.id, megan.name, { enabled: false })),
    ],
    ['notApprover', { by: nestor }, () => {}],
    ['notApprover', { by: nestor, verb: 'deny' }, () => {}],
    ['notRequesterNorApprover', { by: nestor, verb: 'cancel' }, () => {}],
    ['isTarget', {}, () => {}, { targets: [{ kind: 'objectId', text: megan.id }] }],
    ['onlySelf', {}, () => {}, { targets: 'self' }],
    [
      'twoPersons',
      { by: alex },
      ({ directory }) => directory.groups.set(approversGroup, new Set([alex.id])),
      { targets: [{ kind: 'objectId', text: megan.id }] },
    ],
  ];
  for (const [code, click, change, ask] of rows) {
    const { verb, by } = { ...approve, ...click };
    it(`refused as ${code}: the attempt to ${verb} goes on record, and the request stays open`, async () => {
      const house = await asked(change, ask);
      const where = '19:incident@thread.tacv2;messageid=2';
      const reviewed = await house.review({ ...approve, ...click, where });
      assert.equal(!reviewed.ok && reviewed.code, code);
      const last = await lastEvent(house);
      assert(last?.type === 'AttemptRefused');
      assert.deepEqual([last.by, last.verb, last.code, last.where], [by, verb, code, where]);
      assert.equal((await house.state()).phase, 'requested');
    });
  }

  const unnoted: readonly (readonly [RefusalCode, Partial<Click>, (house: House) => unknown])[] = [
    ['unknownRequest', { where: elsewhere }, () => {}],
    ['unknownRequest', { where: elsewhere, by: nestor }, () => {}],
    ['expired', {}, ({ clock }) => clock.pass(15 * 60_000)],
    ['alreadyDecided', {}, ({ review }) => review({ ...approve, verb: 'cancel', by: alex })],
    ['hourlyLimit', {}, ({ store }) => Object.assign(store, { approvedSince: async () => 1000 })],
  ];
  for (const [code, click, change] of unnoted) {
    it(`refused as ${code} by ${(click.by ?? megan).name}: says nothing of the person, and is not on record`, async () => {
      const house = await asked(change);
      const before = await house.types();
      const reviewed = await house.review({ ...approve, ...click });
      assert.equal(!reviewed.ok && reviewed.code, code);
      assert.deepEqual(await house.types(), before);
    });
  }

  it('is on record however many click in vain at the same moment, and so is each of those clicks', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    const inVain = [lidia, foreigner].flatMap((by) => Array.from({ length: 30 }, () => ({ ...approve, by })));
    const clicks = [...inVain, approve].map((click) => house.review(click));
    assert.deepEqual((await Promise.all(clicks)).filter(({ ok }) => ok).length, 1);
    const { phase, refusedAttempts } = await house.state();
    assert.deepEqual([phase, refusedAttempts.get(lidia.id)], ['approved', 20]);
  });

  it('about the own account is refused by whatever verb, and all are told of the first', async () => {
    const house = await asked(() => {}, { targets: [{ kind: 'objectId', text: megan.id }] });
    const said = () => house.notifier.said.filter(({ what }) => what === 'attempt').length;
    const told: unknown[] = [];
    for (const verb of ['deny', 'cancel', 'approve', 'deny'] as const) {
      const reviewed = await house.review({ ...approve, verb });
      assert(!reviewed.ok && reviewed.code === 'isTarget', verb);
      told.push([reviewed.toldToAll, said()]);
    }
    assert.deepEqual(told, [[true, 1], ...Array.from({ length: 3 }, () => [undefined, 1])]);
    await house.review({ ...approve, by: lidia });
    const stopped = await house.review({ ...approve, verb: 'stop' });
    assert(!stopped.ok && stopped.code === 'isTarget');
    assert.equal((await house.state()).stopped, null);
  });

  describe('about an account that has gained a role since', () => {
    it('asks for the same accounts again, by object id', async () => {
      const house = await asked();
      gainRole(house);
      const { find } = house.directory;
      const sought: TargetReference[] = [];
      house.directory.find = (reference) => {
        sought.push(reference);
        return find(reference);
      };
      const reviewed = await house.review(approve);
      assert.equal(!reviewed.ok && reviewed.code, 'superseded');
      assert.deepEqual(sought, [{ kind: 'objectId', text: account(1).id }]);
    });

    it('is of no use to somebody who could not decide: the rule is told, and nothing is asked again', async () => {
      const house = await asked();
      gainRole(house);
      const reviewed = await house.review({ ...approve, by: nestor });
      assert.equal(!reviewed.ok && reviewed.code, 'notApprover');
      assert.equal((await house.state()).phase, 'requested');
    });

    it('tells why nothing can be asked again, where that is about the request', async () => {
      const house = await asked();
      gainRole(house);
      const used = [0, 1000];
      Object.assign(house.store, { approvedSince: async () => used.shift() });
      const overLimit = await house.review(approve);
      assert.equal(!overLimit.ok && overLimit.code, 'hourlyLimit');

      const alone = await asked();
      alone.directory.groups.set(approversGroup, new Set([alex.id]));
      gainRole(alone);
      const nobody = await alone.review({ ...approve, by: alex });
      assert.equal(!nobody.ok && nobody.code, 'noApprover');
      assert.equal((await alone.state()).phase, 'requested');
    });

    it('stays a matter of the person alone, for one’s own sessions', async () => {
      const own = { by: nestor, targets: 'self' } as const;
      const house = await asked(() => {}, own);
      gainRole(house);
      const reviewed = await house.review({ ...approve, by: nestor });
      assert.equal(!reviewed.ok && reviewed.code, 'superseded');
      const { successor } = await house.state();
      assert.equal(successor?.draft.self, true);
      assert.equal(successor.draft.by.id, nestor.id);
      assert.deepEqual(
        successor.draft.targets.map((target) => target.account.id),
        [nestor.id],
      );
    });
  });

  it('about an account that has another name since approves it, by its object id, and says so', async () => {
    const house = await asked();
    const now = { name: 'Somebody Else', upn: 'else@contoso.example' };
    house.directory.accounts.set(account(1).id, account(1, now));
    await house.review(approve);
    assert.deepEqual((await house.state()).decision?.renamed, [{ targetId: account(1).id, ...now }]);
    await house.settle();
    assert.equal((await house.state()).results.get(account(1).id)?.outcome, 'verified');
  });

  it('of the same approver stands the second time, though a role comes and goes', async () => {
    for (const [by, second] of [
      [megan, 'ok'],
      [lidia, 'superseded'],
    ] as const) {
      const house = await asked();
      // Whoever holds the account has it when the approval is checked, and not when the new card is made.
      const { roles } = house.directory;
      const facts = house.directory.facts;
      house.directory.roles = async () => ({ known: true, value: [{ name: 'Admin', templateId: 'a' }] });
      house.directory.facts = async (id) => ({ ...(await facts(id)), roles: await roles(id) });
      const first = await house.review(approve);
      assert.equal(!first.ok && first.code, 'superseded');
      await house.settle();
      const again = await house.review({ ...approve, requestId: successorOf(requestId), by });
      assert.equal(again.ok ? 'ok' : again.code, second, by.name);
    }
  });

  it('approves nothing and asks nothing again when the one who asked no longer may ask', async () => {
    const changes: readonly ((house: House) => unknown)[] = [
      ({ directory }) => directory.groups.get(requestersGroup)?.delete(alex.id),
      ({ directory }) => directory.accounts.set(alex.id, person(alex.id, alex.name, { enabled: false })),
      ({ directory }) => directory.accounts.delete(alex.id),
    ];
    for (const change of changes) {
      const house = await asked(change);
      const reviewed = await house.review(approve);
      assert.equal(!reviewed.ok && reviewed.code, 'askerMayNot');
      assert.equal((await house.state()).phase, 'requested');
      assert.equal((await house.review({ ...approve, verb: 'deny' })).ok, true);
    }
  });
});

describe('a request by its code', () => {
  const longer = 'K7F3CCCCCCCCCCCCCCCC';
  const other = 'R9GHAAAAAAAAAAAAAAAA';

  async function three() {
    const house = await asked();
    await house.submit(house.ask({ requestId: longer, targets: [{ kind: 'objectId', text: account(2).id }] }));
    await house.submit(house.ask({ requestId: other, conversation: { ...channel, id: elsewhere } }));
    return { house, findByCode: createStatus(house).byOpenCode };
  }

  it('is the open one with exactly this code', async () => {
    const { house, findByCode } = await three();
    const found = await findByCode('K7F3');
    assert.deepEqual([found?.requestId, found?.state], [requestId, await house.state()]);
    assert.equal((await findByCode('K7F3C'))?.requestId, longer);
    assert.equal((await findByCode('R9GH'))?.requestId, other);
    for (const none of ['K7F', 'K7F3A', 'K7F3CC', 'AAAA', '']) assert.equal(await findByCode(none), null, none);
  });

  it('is not another one whose code begins with it, when it is closed', async () => {
    const { house, findByCode } = await three();
    await house.review({ ...approve, verb: 'deny' });
    await house.runCommand(requestId, { type: 'markTold' });
    assert.equal(await findByCode('K7F3'), null);
    assert.equal((await findByCode('K7F3C'))?.requestId, longer);
    const here = '19:incident@thread.tacv2';
    assert.equal((await findByCode('K7F3', here))?.state.phase, 'denied', 'told how it ended');
    assert.equal(await findByCode('K7F3', elsewhere), null);
  });

  it('is none where two have the same', async () => {
    const { house, findByCode } = await three();
    await house.runCommand('R9GHCCCCCCCCCCCCCCCC', { type: 'request', draft: draft({ code: 'R9GH' }) });
    assert.equal(await findByCode('R9GH'), null);
    assert.equal((await findByCode('R9GH', elsewhere))?.requestId, other);
  });

  it('is one of the given place, where one is given', async () => {
    const { findByCode } = await three();
    const here = '19:incident@thread.tacv2';
    assert.equal((await findByCode('K7F3', here))?.requestId, requestId);
    assert.equal(await findByCode('R9GH', here), null);
    assert.equal((await findByCode('R9GH', elsewhere))?.requestId, other);
    assert.equal(await findByCode('K7F3', elsewhere), null);
  });

  it('costs no more reads than there are ids that begin with it', async () => {
    const { house } = await three();
    const reads: string[] = [];
    const store: RequestStore = {
      ...house.store,
      read: (id) => {
        reads.push(id);
        return house.store.read(id);
      },
    };
    await createStatus({ store }).byOpenCode('R9GH');
    assert.deepEqual(reads, [other]);
  });

  it('is none where the list of open ones names a request without a record', async () => {
    const { house } = await three();
    const store: RequestStore = { ...house.store, openIds: async () => [`${other.slice(0, -1)}C`] };
    assert.equal(await createStatus({ store }).byOpenCode('R9GH'), null);
  });
});

describe('the draft of a request that takes another’s place', () => {
  it('has all that a request has before it is on record, and nothing else', async () => {
    const house = await asked();
    gainRole(house);
    await house.review(approve);
    const last = await lastEvent(house);
    assert(last?.type === 'Superseded');
    assert.deepEqual(Object.keys(last.successor.draft).toSorted(), [...Object.keys(draft()), 'voided'].toSorted());
  });
});

describe('what an approval rests on', () => {
  it('is read beside the right to give it, and after that right where it is many accounts', async () => {
    for (const [many, beside] of [
      [1, true],
      [9, false],
    ] as const) {
      const targets = Array.from({ length: many }, (_, index) => ({
        kind: 'address' as const,
        text: account(index + 1).upn,
      }));
      const house = createHouse({ accounts: targets.map((_, index) => account(index + 1)) });
      house.directory.groups.get(approversGroup)?.add(megan.id);
      await house.submit(house.ask({ targets }));
      await house.settle();
      const { read } = house.directory;
      const held = Promise.withResolvers<void>();
      const begun = new Set<string>();
      house.directory.read = (id) => {
        begun.add(id);
        return held.promise.then(() => read(id));
      };
      const reviewed = house.review(approve);
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual([begun.has(megan.id), begun.has(account(1).id)], [true, beside], String(many));
      held.resolve();
      assert.equal((await reviewed).ok, true);
    }
  });

  it('is not read where the state alone forbids it', async () => {
    const house = await asked();
    const read: string[] = [];
    const { roles } = house.directory;
    house.directory.roles = (id) => {
      read.push(id);
      return roles(id);
    };
    for (const click of [{ ...approve, where: elsewhere }, { ...approve, verb: 'deny' } as const, approve]) {
      assert.equal((await house.review(click)).ok, click.verb === 'deny');
    }
    assert.deepEqual(read, []);
  });
});
