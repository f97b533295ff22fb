import assert from 'node:assert/strict';
import { DirectoryError, NotifierError } from '../../src/app/errors.ts';
import { leaseMs } from '../../src/app/takeover.ts';
import type { Person } from '../../src/domain/account.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { append } from '../support/append.ts';
import { approversGroup, person, protectedGroup, requestersGroup } from '../support/fakes.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import { approvedHouse, createHouse } from './house.ts';

const lease = { leaseMs, idleMs: 0 };

const id = account(1).id;
const two = { targets: [account(1).upn, account(2).upn].map((text) => ({ kind: 'address', text }) as const) };

describe('carrying out an approved request', () => {
  it('calls Graph once, reads back, updates the card, posts the result, and has all of it on record', async () => {
    const house = await approvedHouse();
    assert.deepEqual(await house.settle(), { again: false });
    assert.deepEqual(await house.types(), [
      'Requested',
      'PostStarted',
      'CardPosted',
      'Approved',
      'ExecutionStarted',
      'TargetsProcessed',
      'Finished',
      'PostStarted',
      'ResultPosted',
    ]);
    assert.deepEqual(house.directory.writes, [{ targetId: id, clientRequestId: 'client-1' }]);
    const result = (await house.state()).results.get(id);
    assert.equal(result?.outcome, 'verified');
    assert.equal(result?.clientRequestId, 'client-1');
    assert.equal(result?.graphRequestId, 'g-1');
    assert.deepEqual(
      house.notifier.said.map(({ what, phase }) => `${what} ${phase}`),
      ['card requested', 'update approved', 'update succeeded', 'result succeeded'],
    );
    assert.match(house.notifier.said.at(-1)?.head ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(await house.open(), []);
  });

  it('has each write on record, with its ids, before it is made', async () => {
    const house = await approvedHouse();
    const seen: RequestEvent[][] = [];
    const { revoke } = house.directory;
    house.directory.revoke = async (...args) => {
      seen.push([...(await house.store.read(requestId)).events]);
      return revoke(...args);
    };
    await house.settle();
    const started = seen[0]?.at(-1);
    assert.equal(seen.length, 1);
    assert(started?.type === 'ExecutionStarted');
    const now = house.clock.now().toISOString();
    const known = { validFromBefore: null, seen: { graph: now, here: now } };
    assert.deepEqual(started.calls, [{ targetId: id, clientRequestId: 'client-1', ...known }]);
  });

  for (const [name, spoil, code] of [
    ['became protected', (house: House) => house.directory.groups.get(protectedGroup)?.add(id), 'protected'],
    ['became external', (house: House) => change(house, { external: true }), 'external'],
    ['became a guest', (house: House) => change(house, { guest: true }), 'external'],
    ['came under restricted management', (house: House) => change(house, { restricted: true }), 'restricted'],
    ['was deleted', (house: House) => house.directory.accounts.delete(id), 'deleted'],
  ] as const) {
    it(`leaves out who ${name} after the approval, and makes no write`, async () => {
      const house = createHouse();
      await house.approved();
      spoil(house);
      await house.settle();
      const state = await house.state();
      assert.equal(state.phase, 'failed');
      assert.deepEqual(house.directory.writes, []);
      const result = state.results.get(id);
      assert(result?.outcome === 'omitted');
      assert.equal(result.code, code);
    });
  }

  it('does the others when one cannot be done', async () => {
    const house = await approvedHouse(two);
    house.directory.groups.get(protectedGroup)?.add(id);
    await house.settle();
    const state = await house.state();
    assert.equal(state.phase, 'partly');
    assert.deepEqual(
      house.directory.writes.map(({ targetId }) => targetId),
      [account(2).id],
    );
  });

  it('takes a refusal of Graph as final, with its reason', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({
      kind: 'refused',
      code: 'missingPermission',
      trace: { graphRequestId: 'g-9' },
      effect: false,
    });
    await house.settle();
    const result = (await house.state()).results.get(id);
    assert(result?.outcome === 'failed');
    assert.equal(result.code, 'missingPermission');
    assert.equal(result.graphRequestId, 'g-9');
    assert.equal(house.directory.writes.length, 1);
  });

  it('settles a lost answer by reading back, without a second write', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'unknown', code: 'noAnswer', effect: true });
    await house.settle();
    assert.equal((await house.state()).results.get(id)?.outcome, 'verified');
    assert.equal(house.directory.writes.length, 1);
  });

  it('writes again only after the first write is on record as unknown', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'unknown', code: 'noAnswer', effect: false });
    await house.settle();
    const types = await house.types();
    assert.deepEqual(types.slice(4), [
      'ExecutionStarted',
      'TargetsProcessed',
      'ExecutionStarted',
      'TargetsProcessed',
      'Finished',
      'PostStarted',
      'ResultPosted',
    ]);
    assert.equal(house.directory.writes.length, 2);
    assert.equal((await house.state()).phase, 'succeeded');
  });

  for (const code of ['notFound', 'notGraph', 'conflict'] as const) {
    it(`tries again what was answered ${code}, and offers to retry what is so to the end`, async () => {
      const house = await approvedHouse();
      house.directory.answers.push({ kind: 'unknown', code, effect: false });
      await house.settle();
      assert.equal((await house.state()).results.get(id)?.outcome, 'verified');
      assert.equal(house.directory.writes.length, 2);
      const other = await approvedHouse();
      other.directory.answers.push(...Array(200).fill({ kind: 'unknown', code, effect: false }));
      await other.settle();
      const result = (await other.state()).results.get(id);
      assert(result?.outcome === 'failed');
      assert.equal(result.code, code);
    });
  }

  it('makes the write when the account was not found at one look, and it is not deleted', async () => {
    const house = await approvedHouse();
    house.directory.readErrors.push(new DirectoryError('notFound', 'x'));
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
    assert.equal(house.directory.writes.length, 1);
  });

  it('says "not verified yet" when Graph accepted and the read-back does not show it in time', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'accepted', effect: false });
    await house.settle();
    assert.equal((await house.state()).results.get(id)?.outcome, 'unverified');
    assert.equal(house.directory.writes.length, 1);
  });

  it('waits as long as Graph asks, and gives up when the approval has grown old', async () => {
    const house = await approvedHouse();
    const began = house.clock.now().getTime();
    const throttled = { kind: 'unknown', code: 'throttled', retryAfterMs: 120_000, effect: false } as const;
    house.directory.answers.push(...Array(100).fill(throttled));
    const times: number[] = [];
    const { revoke } = house.directory;
    house.directory.revoke = (...args) => {
      times.push(house.clock.now().getTime());
      return revoke(...args);
    };
    await house.settle();
    assert(times.length > 3);
    for (const [index, time] of times.entries()) if (index > 0) assert(time - (times[index - 1] ?? 0) >= 120_000);
    assert(house.clock.now().getTime() - began < 20 * 60_000);
    const result = (await house.state()).results.get(id);
    assert(result?.outcome === 'failed');
    assert.equal(result.code, 'throttled');
  });

  it('keeps to Retry-After for one target while the others go on', async () => {
    const house = await approvedHouse(two);
    house.directory.answers.push({ kind: 'unknown', code: 'throttled', retryAfterMs: 60_000, effect: false });
    const times: number[] = [];
    const { revoke } = house.directory;
    house.directory.revoke = (...args) => {
      times.push(house.clock.now().getTime());
      return revoke(...args);
    };
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
    assert.equal(times.length, 3);
    assert((times[2] ?? 0) - (times[0] ?? 0) >= 60_000);
  });

  it('makes no write after the approval has run out', async () => {
    const house = await approvedHouse();
    house.clock.pass(15 * 60_000);
    await house.settle();
    const result = (await house.state()).results.get(id);
    assert(result?.outcome === 'failed');
    assert.equal(result.code, 'tooLate');
    assert.deepEqual(house.directory.writes, []);
  });

  it('still settles by reading back what was written before the approval ran out', async () => {
    const house = await approvedHouse();
    await leftOver(house);
    house.directory.validFrom.set(id, house.clock.now().toISOString());
    house.clock.pass(3 * 24 * 3_600_000);
    await house.settle();
    assert.equal((await house.state()).results.get(id)?.outcome, 'verified');
    assert.deepEqual(house.directory.writes, []);
  });

  it('a Retry-After of days does not keep the request from its end', async () => {
    const house = await approvedHouse();
    const asked = { kind: 'unknown', code: 'throttled', retryAfterMs: 999_999_000, effect: false } as const;
    house.directory.answers.push(asked);
    const began = house.clock.now().getTime();
    await house.settle();
    assert.equal((await house.state()).phase, 'failed');
    assert.equal(house.directory.writes.length, 1);
    assert(house.clock.now().getTime() - began <= 15 * 60_000 + 60_000);
  });

  it('makes no write while the account cannot be read', async () => {
    const house = await approvedHouse();
    const { read } = house.directory;
    let failures = 3;
    house.directory.read = async (objectId) => {
      if (objectId === id && failures-- > 0) throw new DirectoryError('unavailable', 'x');
      return read(objectId);
    };
    for (let reads = 1; reads <= 3; reads += 1) {
      assert.deepEqual(await house.advance(requestId), { again: true, afterMs: 0 });
      house.clock.pass(60_000);
      assert.deepEqual(house.directory.writes, []);
      assert.equal((await house.state()).results.get(id)?.outcome, 'unknown');
    }
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
    assert.equal(house.directory.writes.length, 1);
  });

  for (const [who, spoil] of [
    ['who approved was taken off the list', ({ directory }) => directory.groups.get(approversGroup)?.clear()],
    ['who approved was disabled', (house) => disable(house, megan)],
    ['who asked was taken off the list', ({ directory }) => directory.groups.get(requestersGroup)?.clear()],
    ['who asked was disabled', (house) => disable(house, alex)],
  ] as const satisfies readonly (readonly [string, (house: House) => unknown])[]) {
    it(`makes no write when ${who}, and says so at once`, async () => {
      const house = await approvedHouse();
      spoil(house);
      await house.settle();
      const result = (await house.state()).results.get(id);
      assert(result?.outcome === 'failed');
      assert.deepEqual([result.code, house.directory.writes], ['approvalVoid', []]);
    });
  }

  it('makes no write on an approval that the record alone has: by nobody, by no approver, by the account it is about', async () => {
    for (const by of [{ ...megan, id: account(9).id }, alex, { ...megan, tenantId: 'another' }, { ...megan, id }]) {
      const house = createHouse();
      await house.submit(house.ask());
      await house.settle();
      house.directory.groups.get(approversGroup)?.add(id);
      const { events } = await house.store.read(requestId);
      const envelope = { at: house.clock.now().toISOString(), where: channel.id };
      const forged = { type: 'Approved', by, requesterId: alex.id, targetCount: 1, ...envelope } as const;
      await append(house.store, requestId, events.length, [forged]);
      await house.settle();
      assert.deepEqual([(await house.state()).phase, house.directory.writes], ['failed', []]);
    }
  });

  it('makes no write on a request that the record alone has as one for own sessions, and that is about somebody else', async () => {
    const house = createHouse({ accounts: [account(1), account(9)] });
    await house.submit(house.ask());
    const { events } = await house.store.read(requestId);
    const [asked] = events;
    assert(asked?.type === 'Requested');
    const by = { ...megan, id: account(9).id };
    const envelope = { at: house.clock.now().toISOString(), where: channel.id };
    const forgedId = 'F'.repeat(20);
    await append(house.store, forgedId, 0, [
      { ...asked, by, self: true, twoPersons: null },
      { type: 'Approved', by, requesterId: by.id, targetCount: 1, ...envelope },
    ]);
    await house.settle(forgedId);
    assert.deepEqual(house.directory.writes, []);
  });

  it('makes no write while it cannot be read whether the approval still holds', async () => {
    const house = await approvedHouse();
    const { read } = house.directory;
    house.directory.read = async (objectId) => {
      if (objectId === megan.id) throw new DirectoryError('noAnswer', 'x');
      return read(objectId);
    };
    await house.advance(requestId);
    assert.equal((await house.state()).results.get(id)?.outcome, 'unknown');
    assert.deepEqual(house.directory.writes, []);
    house.directory.read = read;
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
  });

  it('a slow chat gets no queue of progress: the result comes after one', async () => {
    const accounts = Array.from({ length: 35 }, (_, index) => account(index + 100));
    const house = createHouse({ accounts });
    await house.approved({ targets: accounts.map(({ upn }) => ({ kind: 'address', text: upn })) });
    const { updateCard } = house.notifier;
    const shown: string[] = [];
    const slow = Promise.withResolvers<void>();
    house.notifier.updateCard = async (id, state) => {
      shown.push(state.phase);
      if (state.phase === 'approved' || state.phase === 'executing') await slow.promise;
      return updateCard(id, state);
    };
    await house.settle();
    slow.resolve();
    assert.deepEqual(shown, ['approved', 'succeeded']);
  });

  it('tells the result though the card cannot be changed, and changes it when that works again', async () => {
    const house = await approvedHouse();
    const { updateCard } = house.notifier;
    house.notifier.updateCard = () => Promise.reject(new NotifierError('transient', 'away'));
    while (!(await house.state()).told) await house.advance(requestId);
    assert.equal(house.notifier.said.filter(({ what }) => what === 'result').length, 1);
    await assert.rejects(house.advance(requestId));
    house.notifier.updateCard = updateCard;
    await house.settle();
    assert.deepEqual(house.notifier.said.map(({ what }) => what).slice(-3), ['result', 'update', 'correction']);
    assert.deepEqual(await house.open(), []);
  });

  it('says that it expired also where the card never came', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    house.clock.pass(16 * 60_000);
    await house.settle();
    assert.deepEqual(
      house.notifier.said.map(({ what, phase }) => `${what} ${phase}`),
      ['update expired', 'card expired'],
    );
    assert.equal((await house.state()).cardIds.length, 1);
  });

  it('says that the effect is there though the account became protected after the write', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'unknown', code: 'throttled', retryAfterMs: 1000, effect: true });
    await house.advance(requestId);
    house.directory.groups.get(protectedGroup)?.add(id);
    await house.settle();
    assert.equal((await house.state()).results.get(id)?.outcome, 'verified');
  });

  it('names the permission to read where that is what is missing', async () => {
    const house = await approvedHouse();
    house.directory.readErrors.push(...Array.from({ length: 200 }, () => new DirectoryError('missingPermission', 'x')));
    await house.settle();
    const result = (await house.state()).results.get(id);
    assert(result?.outcome === 'failed');
    assert.equal(result.code, 'cannotRead');
    assert.deepEqual(house.directory.writes, []);
  });

  it('works through a long list in batches, each account once', async () => {
    const accounts = Array.from({ length: 37 }, (_, index) => account(index + 100));
    const house = createHouse({ accounts });
    await house.approved({ targets: accounts.map(({ upn }) => ({ kind: 'address', text: upn })) });
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
    assert.deepEqual(
      new Set(house.directory.writes.map(({ targetId }) => targetId)),
      new Set(accounts.map((one) => one.id)),
    );
    assert.equal(house.directory.writes.length, 37);
  });
});

describe('a request that is stopped', () => {
  const many = Array.from({ length: 100 }, (_, index) => account(index + 100));
  const stop = { requestId, verb: 'stop', by: megan, where: channel.id } as const;

  it('sends nothing that was not sent by then, and says for whom', async () => {
    const house = createHouse({ accounts: many });
    await house.approved({ targets: many.map(({ upn }) => ({ kind: 'address', text: upn })) });
    await house.advance(requestId);
    const sent = house.directory.writes.length;
    assert(sent > 0 && sent < 100);
    assert.equal((await house.review(stop)).ok, true);
    await house.settle();
    assert.equal(house.directory.writes.length, sent);
    const state = await house.state();
    assert.equal(state.phase, 'partly');
    const left = [...state.results.values()].filter((result) => result.outcome === 'omitted');
    assert.equal(left.length, 100 - sent);
    assert(left.every((result) => result.outcome === 'omitted' && result.code === 'stopped'));
    assert.equal(house.notifier.said.at(-1)?.what, 'result');
  });

  it('before anything was sent sends nothing, and has failed', async () => {
    const house = await approvedHouse();
    assert.equal((await house.review(stop)).ok, true);
    await house.settle();
    assert.deepEqual(house.directory.writes, []);
    assert.equal((await house.state()).phase, 'failed');
  });

  it('while a batch is being prepared keeps that batch from being sent', async () => {
    const house = await approvedHouse();
    const { memberOf } = house.directory;
    let stopped = false;
    house.directory.memberOf = async (...args) => {
      if (!stopped) {
        stopped = true;
        assert.equal((await house.review(stop)).ok, true);
      }
      return memberOf(...args);
    };
    await house.settle();
    assert.deepEqual(house.directory.writes, []);
    assert(!(await house.types()).includes('ExecutionStarted') || house.directory.writes.length === 0);
  });

  it('never says of an account that was written that it was stopped before', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'unknown', code: 'noAnswer', effect: false });
    house.directory.answers.push({ kind: 'unknown', code: 'throttled', retryAfterMs: 60_000, effect: false });
    while (house.directory.writes.length < 2) {
      const next = await house.advance(requestId);
      assert(next.again && 'afterMs' in next);
      house.clock.pass(next.afterMs);
    }
    await house.review(stop);
    await house.settle();
    assert.equal((await house.state()).results.get(id)?.outcome, 'failed');
  });

  it('still settles by reading back what may have been sent', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'unknown', code: 'noAnswer', effect: false });
    await house.advance(requestId);
    house.directory.validFrom.set(id, house.clock.now().toISOString());
    await house.review(stop);
    await house.settle();
    assert.equal((await house.state()).results.get(id)?.outcome, 'verified');
    assert.equal(house.directory.writes.length, 1);
  });

  it('says of what may have been sent and did not show that it failed, at once and not after the pause', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'unknown', code: 'noAnswer', effect: false });
    await house.advance(requestId);
    await house.review(stop);
    const before = house.clock.now().getTime();
    await house.advance(requestId);
    assert.equal(house.clock.now().getTime(), before);
    const result = (await house.state()).results.get(id);
    assert(result?.outcome === 'failed');
    assert.equal(result.code, 'noAnswer');
  });
});

describe('taking up what another process left', () => {
  it('after a crash between write and report: reads back, writes nothing', async () => {
    const house = await approvedHouse();
    await leftOver(house);
    house.directory.validFrom.set(id, house.clock.now().toISOString());
    await house.settle();
    const result = (await house.state()).results.get(id);
    assert.equal(result?.outcome, 'verified');
    assert.equal(result?.clientRequestId, 'lost');
    assert.deepEqual(house.directory.writes, []);
  });

  it('after a crash between record and write: the write is made, once it is on record that it was not', async () => {
    const house = await approvedHouse();
    await leftOver(house);
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
    assert.equal(house.directory.writes.length, 1);
    const reports = (await house.store.read(requestId)).events.filter(({ type }) => type === 'TargetsProcessed');
    assert.equal(reports.length, 2);
  });

  it('keeps off while the other’s lease runs', async () => {
    const house = await approvedHouse();
    await house.runCommand(requestId, { type: 'start', worker: 'other', ...lease, calls: [] });
    const next = await house.advance(requestId);
    assert.deepEqual(next, { again: true, afterMs: leaseMs });
    assert.deepEqual(house.directory.writes, []);
  });

  it('a holder stalled past its lease does not write', async () => {
    const house = await approvedHouse();
    const { append } = house.store;
    const stalling = house.store as { append: typeof append };
    stalling.append = async (version, events) => {
      const written = await append(version, events);
      if (events.some(({ type }) => type === 'ExecutionStarted')) house.clock.pass(31_000);
      return written;
    };
    await house.advance(requestId);
    assert.deepEqual(house.directory.writes, []);
    stalling.append = append;
    await house.settle();
    assert.equal(house.directory.writes.length, 1);
  });
});

describe('telling', () => {
  it('goes on to the result when the card is gone', async () => {
    const house = await approvedHouse();
    house.notifier.errors.push(null, new NotifierError('gone', 'deleted'));
    await house.settle();
    assert.equal(house.notifier.said.at(-1)?.what, 'result');
    assert.equal((await house.state()).told, true);
  });

  it('keeps trying while the chat is away, and then tells once', async () => {
    const house = await approvedHouse();
    const { postResult } = house.notifier;
    house.notifier.postResult = () => Promise.reject(new NotifierError('transient', 'away'));
    await assert.rejects(house.settle(), { name: 'NotifierError', retryAfterMs: 1000 });
    house.notifier.postResult = postResult;
    await house.settle();
    assert.equal(house.notifier.said.filter(({ what }) => what === 'result').length, 1);
  });

  it('records that a result could not be delivered, and stops', async () => {
    const house = await approvedHouse();
    const gone = () => new NotifierError('gone', 'the bot was removed');
    house.notifier.errors.push(null, gone(), gone());
    assert.deepEqual(await house.settle(), { again: false });
    const last = (await house.store.read(requestId)).events.at(-1);
    assert(last?.type === 'ResultPosted');
    assert.equal(last.undeliverable, 'the bot was removed');
  });

  for (const verb of ['deny', 'cancel'] as const) {
    it(`${verb}: the card is updated, nothing is posted, Graph hears nothing`, async () => {
      const house = createHouse();
      await house.submit(house.ask());
      await house.settle();
      await house.review({ requestId, verb, by: megan, where: house.ask().conversation.id });
      await house.settle();
      assert.deepEqual(
        house.notifier.said.map(({ what }) => what),
        ['card', 'update'],
      );
      assert.deepEqual(house.directory.writes, []);
      assert.deepEqual(await house.open(), []);
    });
  }

  it('expires by itself when its time has come', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    const next = await house.settle();
    assert(next.again);
    house.clock.pass(next.afterMs);
    await house.settle();
    assert.deepEqual(
      house.notifier.said.map(({ what, phase }) => `${what} ${phase}`),
      ['card requested', 'update expired'],
    );
  });
});

describe('a revocation that is not this request’s', () => {
  const lostCall = { kind: 'unknown', code: 'noAnswer', effect: false } as const;
  const ago = (house: House, ms: number) => new Date(house.clock.now().getTime() - ms).toISOString();

  for (const [name, answer] of [
    ['the answer was lost', lostCall],
    ['Graph was not available', { ...lostCall, code: 'unavailable' }],
  ] as const) {
    it(`20 s ago verifies nothing where ${name}: the call is sent again, once that is on record`, async () => {
      const house = await approvedHouse();
      house.directory.answers.push(answer);
      const { revoke } = house.directory;
      house.directory.revoke = (...args) => {
        // Reads lag behind: only now does the other's show.
        if (house.directory.writes.length === 0) house.directory.validFrom.set(id, ago(house, 20_000));
        return revoke(...args);
      };
      await house.settle();
      assert.equal(house.directory.writes.length, 2);
      const reports = (await house.store.read(requestId)).events.flatMap((event) =>
        event.type === 'TargetsProcessed' ? event.results.map(({ outcome }) => outcome) : [],
      );
      assert.deepEqual(reports, ['unknown', 'verified']);
    });
  }

  it('is not taken for the effect of a call that Graph accepted and did not carry out', async () => {
    const house = await approvedHouse();
    house.directory.answers.push({ kind: 'accepted', effect: false });
    house.directory.validFrom.set(id, ago(house, 20_000));
    const { read } = house.directory;
    house.directory.read = async (...args) => {
      const found = await read(...args);
      return found && house.directory.writes.length === 0 ? { ...found, validFrom: null } : found;
    };
    await house.settle();
    assert.equal((await house.state()).results.get(id)?.outcome, 'unverified');
    assert.equal(house.directory.writes.length, 1);
    assert.equal((await house.types()).at(-1), 'ProofGivenUp');
  });

  for (const ahead of [-3_600_000, 3_600_000]) {
    it(`verifies nothing while Date is ${ahead / 3_600_000} h off`, async () => {
      const house = await approvedHouse();
      house.directory.dateAheadMs = ahead;
      house.directory.validFrom.set(id, ago(house, -ahead));
      house.directory.answers.push({ kind: 'accepted', effect: false });
      await house.settle();
      assert.equal((await house.state()).results.get(id)?.outcome, 'unverified');
    });
  }
});

type House = ReturnType<typeof createHouse>;

/** Another process recorded a write, and died before it said what became of it. */
async function leftOver(house: House): Promise<void> {
  const now = house.clock.now().toISOString();
  const calls = [{ targetId: id, clientRequestId: 'lost', validFromBefore: null, seen: { graph: now, here: now } }];
  await house.runCommand(requestId, { type: 'start', worker: 'dead', ...lease, calls });
}

function disable({ directory }: House, { id: who, name }: Person): void {
  directory.accounts.set(who, person(who, name, { enabled: false }));
}

function change({ directory }: House, patch: object): void {
  directory.accounts.set(id, { ...account(1), ...patch });
}
