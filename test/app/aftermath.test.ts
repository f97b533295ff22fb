import assert from 'node:assert/strict';
import { watchEveryMs } from '../../src/app/aftermath.ts';
import { DirectoryError, NotifierError } from '../../src/app/errors.ts';
import type { SignIn } from '../../src/domain/findings.ts';
import { account, alex, channel, megan, requestId, target } from '../support/samples.ts';
import { createHouse, retryOf } from './house.ts';

const minute = 60_000;
type House = ReturnType<typeof createHouse>;

/** A request with its result in the chat. */
async function told(options: Parameters<typeof createHouse>[0] = {}, numbers: readonly number[] = [1]) {
  const house = createHouse(options);
  await house.approved({ targets: numbers.map((number) => ({ kind: 'address', text: account(number).upn })) });
  await house.settle();
  const validFrom = Date.parse(house.directory.validFrom.get(account(1).id) ?? '');
  return { house, validFrom };
}

const signIn = (ms: number, more: Partial<SignIn> = {}): SignIn => ({
  id: `s-${ms}`,
  accountId: account(1).id,
  at: new Date(ms).toISOString(),
  app: 'Outlook',
  country: 'DE',
  device: null,
  interactive: true,
  succeeded: true,
  risk: 'none',
  ...more,
});
const said = ({ notifier }: House, what: string) => notifier.said.filter((one) => one.what === what).length;
/** The log has these only when it is read the last time. */
async function late(house: House, ...entries: readonly SignIn[]): Promise<void> {
  const { signIns } = house.logs;
  const { until } = await watchOf(house);
  house.logs.signIns = async (...question) => {
    const isLast = house.clock.now().getTime() >= Date.parse(until) + 15 * minute;
    return [...(await signIns(...question)), ...(isLast ? entries : [])];
  };
}
const watchOf = async (house: House) => {
  const { aftermath } = await house.state();
  assert(aftermath?.watch);
  return aftermath.watch;
};

describe('what happened around a revocation', () => {
  it('is looked at right after the result and once more after 15 minutes, of the 24 hours before, and shown', async () => {
    const { house } = await told();
    const { finishedAt } = await house.state();
    await house.pass(2 * minute);
    const since = new Date(Date.parse(finishedAt ?? '') - 24 * 60 * minute).toISOString();
    const around = () => house.logs.asked.filter(({ what }) => what === 'around');
    assert.deepEqual(around(), [{ what: 'around', accountIds: [account(1).id], since }]);
    assert.equal((await house.types()).at(-1), 'ResultCorrected');
    assert.equal(said(house, 'correction'), 1);
    await house.pass(12 * minute);
    assert.equal(around().length, 1);
    await house.pass(3 * minute);
    assert.equal(around().length, 2);
    assert.equal(said(house, 'correction'), 2);
    assert.equal((await house.state()).aftermath?.looks, 2);
  });

  it('is looked at for the five who matter most, and never for those that were not revoked', async () => {
    const targets = [1, 2, 3, 4, 5, 6, 7];
    const house = createHouse({ accounts: targets.map((number) => account(number)) });
    const { facts } = house.directory;
    house.directory.facts = async (id) =>
      id === account(7).id
        ? { ...target(7).facts, roles: { known: true, value: [{ name: 'Admin', templateId: 'a' }] } }
        : facts(id);
    house.directory.roles = async (id) => (await house.directory.facts(id)).roles;
    house.directory.answers.push({ kind: 'refused', code: 'missingPermission', effect: false });
    await house.approved({ targets: targets.map((number) => ({ kind: 'address', text: account(number).upn })) });
    await house.settle();
    await house.pass(minute);
    const failed = [...(await house.state()).results.values()].find(({ outcome }) => outcome === 'failed')?.targetId;
    const looked = house.logs.asked.flatMap(({ what, accountIds }) => (what === 'around' ? accountIds : []));
    assert.equal(looked.length, 5);
    assert.equal(looked[0], account(7).id);
    assert(failed !== undefined && !looked.includes(failed));
  });

  it('keeps what was known when the second look finds the log away', async () => {
    const { house } = await told();
    await house.pass(minute);
    const none = { known: false, why: 'noAnswer' } as const;
    house.logs.around = async (accountId) => ({ accountId, asOf: 'x', changes: none, signIns: none, devices: none });
    await house.pass(20 * minute);
    const [findings] = (await house.state()).aftermath?.findings ?? [];
    assert.equal(findings?.signIns.known, true);
    assert.notEqual(findings?.asOf, 'x');
  });

  it('is not looked at for one’s own sessions, nor where nothing was revoked; without a watch it is', async () => {
    const own = createHouse();
    await own.submit(own.ask({ targets: 'self' }));
    await own.settle();
    await own.review({ requestId, verb: 'approve', by: alex, where: channel.id });
    await own.settle();
    assert.deepEqual(await own.store.openIds(), []);
    const failed = createHouse();
    failed.directory.answers.push({ kind: 'refused', code: 'missingPermission', effect: false });
    await failed.approved();
    await failed.settle();
    assert.deepEqual(await failed.store.openIds(), []);
    const { house } = await told({ policy: { watchMs: 0 } });
    await house.pass(20 * minute);
    assert.deepEqual(await house.store.openIds(), []);
    assert.equal((await house.state()).aftermath?.looks, 2);
    assert.deepEqual(
      house.logs.asked.map(({ what }) => what),
      ['around', 'around'],
    );
  });
});

describe('the watch', () => {
  it('reads every two minutes from the revocation on, for an hour and until the log tells all of it, and is over', async () => {
    const { house, validFrom } = await told();
    await house.pass(77 * minute);
    const reads = house.logs.asked.filter(({ what }) => what === 'signIns');
    assert(reads.length >= 38 && reads.length <= 41, `${reads.length} readings`);
    assert(reads.every(({ since }) => Date.parse(since) === validFrom));
    const watch = await watchOf(house);
    assert.equal(watch.ended, true);
    assert.equal(watch.unread, null);
    assert.equal(watch.cameBack.size, 0);
    assert.equal(watch.readAt, watch.until);
    assert.deepEqual(await house.store.openIds(), []);
    assert.equal((await house.types()).at(-1), 'ResultCorrected');
    // Ten minutes of reading are one record.
    assert((await house.types()).filter((type) => type === 'Watched').length <= 8);
    assert.equal(said(house, 'back'), 0);
  });

  it('tells the first sign-in that succeeded, once, on record before it is told, and goes on for nobody', async () => {
    const { house, validFrom } = await told();
    house.logs.entries.push(
      signIn(validFrom + 5 * minute, { id: 'later' }),
      signIn(validFrom + minute, { id: 'failed', succeeded: false }),
      signIn(validFrom + 3 * minute, { id: 'first' }),
    );
    await house.pass(20 * minute);
    const watch = await watchOf(house);
    assert.deepEqual(
      [...watch.cameBack.values()].map(({ id }) => id),
      ['first'],
    );
    assert.equal(watch.ended, true);
    assert.equal(said(house, 'back'), 1);
    const types = await house.types();
    assert(types.indexOf('CameBack') < types.lastIndexOf('PostStarted'));
    assert.deepEqual(await house.store.openIds(), []);
  });

  it('tells it before the result shows it, and though the result cannot be changed', async () => {
    const { house, validFrom } = await told();
    await house.pass(minute);
    house.logs.entries.push(signIn(validFrom + minute / 2));
    house.notifier.updateResult = async () => Promise.reject(new NotifierError('transient', 'x'));
    await assert.rejects(house.pass(5 * minute), NotifierError);
    assert.equal(said(house, 'back'), 1);
  });

  it('goes on for the others of a request, and tells the chat once', async () => {
    const { house, validFrom } = await told({}, [1, 2]);
    house.logs.entries.push(signIn(validFrom + minute));
    await house.pass(10 * minute);
    house.logs.entries.push(signIn(validFrom + 9 * minute, { accountId: account(2).id }));
    await house.pass(60 * minute);
    assert.deepEqual([...(await watchOf(house)).cameBack.keys()], [account(1).id, account(2).id]);
    assert.equal(said(house, 'back'), 1);
  });

  it('that could never read says so, and not that no one signed in', async () => {
    const { house } = await told();
    house.logs.signIns = async () => Promise.reject(new DirectoryError('missingPermission', 'x'));
    await house.pass(90 * minute);
    const watch = await watchOf(house);
    assert.deepEqual([watch.ended, watch.readAt, watch.unread], [true, null, { why: 'refused' }]);
    assert.deepEqual(await house.store.openIds(), []);
  });

  it('that could not read at the end says until when it could', async () => {
    const { house } = await told();
    await house.pass(31 * minute);
    house.logs.signIns = async () => Promise.reject(new DirectoryError('unavailable', 'x'));
    await house.pass(55 * minute);
    const { ended, readAt, unread, until } = await watchOf(house);
    assert.deepEqual([ended, unread], [true, { why: 'noAnswer' }]);
    assert(readAt !== null && Date.parse(readAt) < Date.parse(until) - 25 * minute);
  });

  it('has no one back for gone whom it saw last and could not record', async () => {
    const { house, validFrom } = await told();
    await late(house, signIn(validFrom + 58 * minute));
    await house.pass(74 * minute);
    const { append } = house.store;
    house.store.append = async (version, events) => {
      if (!events.some(({ type }) => type === 'CameBack')) return append(version, events);
      house.store.append = append;
      throw new Error('the store is away');
    };
    await assert.rejects(house.pass(5 * minute), /the store is away/);
    await house.pass(5 * minute);
    assert.equal((await watchOf(house)).cameBack.size, 1);
    assert.equal(said(house, 'back'), 1);
  });

  it('tells of a sign-in of its last minutes that the log has some minutes later', async () => {
    const { house, validFrom } = await told();
    const { signIns } = house.logs;
    house.logs.signIns = async (...question) => {
      const isLogged = house.clock.now().getTime() >= validFrom + 63 * minute;
      return [...(await signIns(...question)), ...(isLogged ? [signIn(validFrom + 57 * minute)] : [])];
    };
    await house.pass(62 * minute);
    assert.equal((await watchOf(house)).ended, false);
    await house.pass(4 * minute);
    assert.equal(said(house, 'back'), 1);
  });

  it('does not end while it is recorded that someone is back', async () => {
    const { house, validFrom } = await told();
    await late(house, signIn(validFrom + 58 * minute));
    await house.pass(74 * minute);
    const { requestsAbout } = house.store;
    let isAsked = false;
    house.store.requestsAbout = async (...question) => {
      isAsked = true;
      // The sweep takes it up meanwhile.
      for (let steps = 0; steps < 5; steps += 1) await house.advance(requestId);
      return requestsAbout(...question);
    };
    await house.pass(5 * minute);
    assert(isAsked);
    assert.equal((await watchOf(house)).cameBack.size, 1);
    assert.equal(said(house, 'back'), 1);
  });

  it('ends with more back at once than one record holds only when all are on record', async () => {
    const numbers = Array.from({ length: 60 }, (_, index) => index + 1);
    const { house, validFrom } = await told({ accounts: numbers.map((number) => account(number)) }, numbers);
    await late(
      house,
      ...numbers.map((number) => signIn(validFrom + 58 * minute, { id: `s${number}`, accountId: account(number).id })),
    );
    await house.pass(85 * minute);
    const { cameBack, ended } = await watchOf(house);
    assert.deepEqual([cameBack.size, ended], [60, true]);
  });

  it('is read once by a process that comes when the time is long over', async () => {
    const { house } = await told();
    house.clock.pass(3 * 60 * minute);
    await house.pass(5 * minute);
    const { ended, readAt, unread } = await watchOf(house);
    assert.deepEqual([ended, unread], [true, null]);
    assert(readAt !== null);
  });

  it('is read at once by a process that starts again, however lately it was read', async () => {
    const { house, validFrom } = await told();
    while ((await house.types()).at(-1) !== 'Watched' || (await watchOf(house)).readAt === null) await house.pass(5000);
    house.logs.entries.push(signIn(validFrom + minute));
    const { aftermath } = await house.state();
    await house.pass(5000, [house.workerNamed(aftermath?.worker ?? '')]);
    assert.equal(said(house, 'back'), 1);
  });

  it('goes on at another replica when the first is gone, and one of them reads at a time', async () => {
    const { house, validFrom } = await told();
    const other = house.workerNamed('w2');
    await house.pass(20 * minute, [house.advance, other]);
    const before = house.logs.asked.filter(({ what }) => what === 'signIns').length;
    assert(before <= 11, `${before} readings by two replicas`);
    house.logs.entries.push(signIn(validFrom + 19 * minute));
    await house.pass(12 * minute, [other]);
    assert.equal((await house.state()).aftermath?.worker, 'w2');
    assert.equal(said(house, 'back'), 1);
  });

  it('is told by another replica within half a minute when the first died before it told', async () => {
    const { house, validFrom } = await told();
    await house.pass(minute);
    house.logs.entries.push(signIn(validFrom + 30_000));
    while ((await watchOf(house)).cameBack.size === 0) {
      const next = await house.advance(requestId);
      if (next.again && 'when' in next) await next.when;
      else if (next.again) house.clock.pass(next.afterMs);
    }
    assert.equal(said(house, 'back'), 0);
    await house.pass(minute / 2, [house.workerNamed('w2')]);
    assert.equal(said(house, 'back'), 1);
  });

  it('tells of a sign-in from before the newer request’s revocation itself', async () => {
    const { house, validFrom } = await told();
    const second = retryOf(requestId, 'again');
    await house.submit(house.ask({ requestId: second, conversation: channel }));
    await house.settle(second);
    house.clock.pass(minute);
    await house.review({ requestId: second, verb: 'approve', by: megan, where: channel.id });
    house.clock.pass(10_000);
    await house.settle(second);
    house.logs.entries.push(signIn(validFrom + 1000));
    await house.pass(20 * minute);
    assert.equal(said(house, 'back'), 1);
    assert.equal((await watchOf(house)).cameBack.size, 1);
  });

  it('leaves it to the newer request for the same account to tell, in the same conversation alone', async () => {
    for (const where of [channel, { ...channel, id: '19:other@thread.tacv2' }]) {
      const { house, validFrom } = await told();
      const second = retryOf(requestId, 'again');
      await house.submit(house.ask({ requestId: second, conversation: where }));
      await house.settle(second);
      await house.review({ requestId: second, verb: 'approve', by: megan, where: where.id });
      house.clock.pass(10_000);
      await house.settle(second);
      house.logs.entries.push(signIn(validFrom + 6 * minute));
      await house.pass(20 * minute);
      assert.equal(said(house, 'back'), where === channel ? 0 : 1);
      assert.equal((await watchOf(house)).cameBack.size, 1);
      await house.pass(minute, undefined, second);
      assert.equal(said(house, 'back'), where === channel ? 1 : 2);
    }
  });

  it('counts for no limit, no list and no duplicate', async () => {
    const { house } = await told({ policy: { maxOpenPerRequester: 1 } });
    assert.equal((await house.status.open(channel.id, 0)).count, 0);
    assert.deepEqual(await house.store.openIds(), [requestId]);
    const again = await house.submit(house.ask({ requestId: 'R9GHAAAAAAAAAAAAAAAA' }));
    assert.equal(again.kind, 'recorded');
  });

  it('asks of Graph together what is due at the same moment', async () => {
    const { house } = await told();
    const second = 'R9GHAAAAAAAAAAAAAAAA';
    await house.submit(house.ask({ requestId: second, targets: [{ kind: 'address', text: account(2).upn }] }));
    await house.settle(second);
    await house.review({ requestId: second, verb: 'approve', by: megan, where: channel.id });
    house.clock.pass(10_000);
    await house.settle(second);
    for (const id of [requestId, second]) await house.pass(1000, undefined, id);
    const before = house.logs.asked.length;
    house.clock.pass(watchEveryMs);
    const next = await Promise.all([requestId, second].map((id) => house.advance(id)));
    await Promise.all(next.map((one) => one.again && 'when' in one && one.when));
    assert.deepEqual(
      house.logs.asked.slice(before).map(({ accountIds }) => accountIds),
      [[account(1).id, account(2).id]],
    );
  });
});
