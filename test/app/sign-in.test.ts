import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import type { TargetResult } from '../../src/domain/result.ts';
import { approversGroup, createFakeSignIns, type FakeSignIns } from '../support/fakes.ts';
import { account, channel, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const where = channel.id;
const onBehalf = { requestId, personId: megan.id };
const approve = { requestId, verb: 'approve', by: megan, where, token: 'token' } as const;
const codes = (results: ReadonlyMap<string, TargetResult>) =>
  [...results.values()].map((result) => ('code' in result ? result.code : result.outcome));

type Advance = ReturnType<typeof createHouse>['advance'];

async function openHouse(more: Parameters<typeof createHouse>[0] = {}) {
  const house = createHouse({ ...more, policy: { auth: 'delegated', ...more.policy } });
  await house.submit(house.ask());
  await house.settle();
  const other = createFakeSignIns();
  const replica = (signIns: FakeSignIns = other) => ({
    advance: house.workerNamed('w2', signIns),
    review: house.reviewAt('w2', signIns),
  });
  /** One replica alone, as time goes by, until the request is over or somebody is waited for. */
  const alone = async (advance: Advance, limitMs = 20 * 60_000) => {
    const end = house.clock.elapsed() + limitMs;
    while (house.clock.elapsed() < end && (await house.state()).finishedAt === null) {
      const next = await advance(requestId);
      if (!next.again) return;
      if ('when' in next) await next.when;
      else house.clock.pass(Math.min(next.afterMs, 5000));
    }
  };
  return { ...house, other, replica, alone };
}

describe('a sign-in and its replica', () => {
  it('one click that two replicas took: either finishes it, when the other is gone', async () => {
    for (const survivor of ['w1', 'w2'] as const) {
      const house = await openHouse();
      const second = house.replica();
      await Promise.all([house.review(approve), second.review(approve)]);
      const held = [house.signIns, house.other].filter((signIns) => signIns.holds(onBehalf));
      assert.equal(held.length, 1, 'only the one on record keeps the sign-in');
      const before = house.clock.elapsed();
      const alive = survivor === 'w1' ? house.advance : second.advance;
      await house.alone(alive, 60_000);
      const { signIn, phase } = await house.state();
      assert(phase === 'succeeded' || signIn?.worker === null, `${survivor}: done, or asked again`);
      assert(house.clock.elapsed() - before <= 60_000);
    }
  });

  it('is asked for again where it was renewed at another replica, which is gone', async () => {
    const house = await openHouse();
    const second = house.replica();
    await house.review(approve);
    await house.runCommand(requestId, { type: 'askSignIn', worker: 'w1', leaseMs: 25_000, idleMs: 0 });
    const again = await second.review({ ...approve, verb: 'continue' });
    assert.equal(again.ok, true);
    // The first one still holds the old one, and goes on with it once the second shows no sign of life.
    await house.alone(house.advance, 60_000);
    assert.equal((await house.state()).phase, 'succeeded');
  });

  it('gives a sign of life while it waits, so that nobody takes it for lost', async () => {
    const house = await openHouse();
    const second = house.replica();
    await house.review(approve);
    house.directory.answers.push({ kind: 'unknown', code: 'throttled', retryAfterMs: 120_000, effect: false });
    for (let ms = 0; ms < 130_000; ms += 1000) {
      for (const advance of [house.advance, second.advance]) await advance(requestId);
      house.clock.pass(1000);
    }
    assert.equal((await house.types()).includes('SignInLost'), false);
    assert.equal((await house.state()).phase, 'succeeded');
  });

  it('is not given up because the app could not read, or Entra did not answer', async () => {
    const house = await openHouse();
    await house.review(approve);
    house.directory.readErrors.push(new DirectoryError('signIn', 'the app itself'));
    house.directory.answers.push({ kind: 'unknown', code: 'unavailable', effect: false });
    await house.settle();
    assert.equal((await house.state()).phase, 'succeeded');
    assert.deepEqual(house.signIns.asked.length, 1);
  });

  it('each loss is shown, also the second one', async () => {
    const house = await openHouse();
    await house.review(approve);
    const shown = () => house.notifier.said.filter(({ what }) => what === 'update').length;
    for (let times = 1; times <= 2; times += 1) {
      house.signIns.forget(onBehalf);
      await house.advance(requestId);
      const before = shown();
      await house.advance(requestId);
      assert.equal(shown(), before + 1);
      await house.advance(requestId);
      assert.equal(shown(), before + 1, 'once each');
      await house.review({ ...approve, verb: 'continue' });
    }
  });

  it('is asked for on the card to the end: progress that comes late does not hide it', async () => {
    const house = await openHouse();
    await house.review(approve);
    house.signIns.forget(onBehalf);
    const { updateCard } = house.notifier;
    const shown: (string | null | undefined)[] = [];
    house.notifier.updateCard = async (id, state, begin) => {
      await updateCard(id, state, begin);
      shown.push(state.signIn?.worker);
    };
    await house.advance(requestId);
    await house.advance(requestId);
    assert.deepEqual(shown, [null]);
    // Long enough for whatever waited for the writes.
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(shown, [null]);
  });

  it('ends with its request, whatever became of that', async () => {
    const late = await openHouse();
    await late.review(approve);
    await late.settle();
    assert.equal(late.signIns.holds(onBehalf), false, 'done');
    await late.review(approve);
    assert.equal(late.signIns.holds(onBehalf), false, 'a second click that came late');

    const failing = await openHouse();
    failing.directory.roles = () => Promise.reject(new DirectoryError('unavailable', 'away'));
    await assert.rejects(failing.review(approve));
    assert.equal(failing.signIns.holds(onBehalf), false, 'not decided');
  });

  it('a lost one is said to have been the approver’s', async () => {
    const house = await openHouse();
    await house.review(approve);
    house.directory.answers.push(
      ...Array.from({ length: 200 }, () => ({ kind: 'unknown', code: 'approverSignIn', effect: false }) as const),
    );
    await house.alone(house.advance);
    assert.deepEqual(codes((await house.state()).results), ['approverSignIn']);
  });
});

describe('settings that changed while a request was open', () => {
  it('asked for when Graph was called as the app: not approved as the approver, and the other way round', async () => {
    for (const [before, after] of [
      ['application', 'delegated'],
      ['delegated', 'application'],
    ] as const) {
      const house = createHouse({ policy: { auth: before } });
      await house.submit(house.ask());
      house.rules.auth = after;
      const reviewed = await house.reviewAt('w2', house.signIns)(approve);
      assert.equal(!reviewed.ok && reviewed.code, 'settingsChanged');
      assert.equal(
        (await house.reviewAt('w2', house.signIns)({ ...approve, verb: 'deny' })).ok,
        true,
        'denied it can be',
      );
    }
  });

  it('approved for the app: not carried out with the app’s own sign-in', async () => {
    const house = createHouse();
    await house.approved();
    house.rules.auth = 'delegated';
    await house.settle();
    assert.deepEqual(house.directory.writes, []);
    assert.deepEqual(codes((await house.state()).results), ['settingsChanged']);
  });
});

describe('the stronger sign-in for accounts with power over others', () => {
  for (const rule of ['privileged', 'always', 'never'] as const) {
    it(`is asked for whoever may ask or approve, with TWO_PERSON=${rule}`, async () => {
      const house = createHouse({ policy: { auth: 'delegated', twoPersons: { rule, over: 5 } } });
      house.directory.groups.get(approversGroup)?.add(account(1).id);
      await house.submit(house.ask());
      await house.review(approve);
      assert.deepEqual(
        house.signIns.asked.map(({ strong }) => strong),
        [true],
      );
    });

    it(`or who came to it since the card, which is made anew then, with TWO_PERSON=${rule}`, async () => {
      for (const change of ['operator', 'rolesUnknown'] as const) {
        const house = createHouse({ policy: { auth: 'delegated', twoPersons: { rule, over: 5 } } });
        await house.submit(house.ask());
        if (change === 'operator') house.directory.groups.get(approversGroup)?.add(account(1).id);
        else house.directory.factsOf = { ...house.directory.factsOf, roles: { known: false } };
        const reviewed = await house.review(approve);
        assert.equal(!reviewed.ok && reviewed.code, 'superseded', change);
      }
    });
  }

  it('is not asked for others, nor for one’s own', async () => {
    const house = createHouse({ policy: { auth: 'delegated' } });
    await house.submit(house.ask());
    await house.review(approve);
    assert.deepEqual(
      house.signIns.asked.map(({ strong }) => strong),
      [false],
    );
  });
});
