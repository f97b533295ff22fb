import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import { countsForMs } from '../../src/app/read-for-click.ts';
import type { Ask } from '../../src/app/submit.ts';
import { approversGroup, protectedGroup } from '../support/fakes.ts';
import { createRounds } from '../support/rounds.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const click = { requestId, verb: 'approve', by: megan, where: channel.id } as const;

/** A house in which what is outside takes a round each time: `directory`, `chat` and, where it is asked for, `store`. */
function slowHouse(slow: readonly ('directory' | 'chat' | 'store')[] = ['directory', 'chat']) {
  const rounds = createRounds();
  const house = createHouse({
    between: (port) => {
      const part = 'append' in port ? 'store' : 'postCard' in port ? 'chat' : 'directory';
      return slow.includes(part) ? rounds.slow(port) : port;
    },
  });
  return { house, ...rounds };
}

/** Asks, and has the card posted. */
async function asked(slow: ReturnType<typeof slowHouse>, more: Partial<Ask> = {}) {
  const { house, during } = slow;
  await during(house.submit(house.ask(more)));
  await during(house.settle());
}

describe('calls in a row', () => {
  const many = [1, 2, 3, 4, 5].map((n) => ({ kind: 'address', text: account(n).upn }) as const);

  it('from the first message of a person to the card: who asks and who is meant, all about them, the card', async () => {
    const slow = slowHouse();
    const { house, during, count } = slow;
    assert.equal((await during(house.submit(house.ask()))).kind, 'recorded');
    assert.equal(count(), 2);
    await during(house.settle());
    assert.equal(count(), 3);
  });

  it('to the refusal of a person who may not ask: their rights, whoever was named', async () => {
    for (const text of [account(1).upn, 'no-such@contoso.example']) {
      const { house, during, count } = slowHouse();
      const targets = [{ kind: 'address', text }] as const;
      assert.deepEqual(await during(house.submit(house.ask({ by: megan, targets }))), {
        kind: 'refused',
        code: 'notRequester',
      });
      assert.equal(count(), 1);
    }
  });

  for (const [what, targets] of [
    ['one account', many.slice(0, 1)],
    ['five accounts', many],
  ] as const) {
    it(`from the click to the write: one look, which counts for both, at ${what}`, async () => {
      const slow = slowHouse(['directory']);
      const { house, during, count } = slow;
      for (const n of [4, 5]) house.directory.accounts.set(account(n).id, account(n));
      await asked(slow, { targets });
      const from = count();
      const reviewed = await during(house.review(click));
      assert(reviewed.ok);
      assert.equal(count() - from, 1, 'the answer');
      const writing = house.advance(requestId);
      await during(slow.until('revoke'));
      assert.equal(count() - from, 2, 'the look and the write');
      await during(writing);
      assert.equal(house.directory.writes.length, targets.length);
    });
  }

  it('from the write to the result: written, read back, and then the card beside the message', async () => {
    const slow = slowHouse();
    const { house, during, count } = slow;
    await asked(slow);
    assert((await during(house.review(click))).ok);
    await during(house.advance(requestId));
    const written = count();
    await during(house.advance(requestId));
    assert.equal(count() - written, 1);
    const said = house.notifier.said.map(({ what }) => what);
    assert.deepEqual(said.toSorted(), ['card', 'result', 'update', 'update'].toSorted());
  });

  it('from the click to the write with a store that takes its time: the two records, beside nothing else', async () => {
    const slow = slowHouse(['store']);
    const { house, during, count } = slow;
    await asked(slow);
    const read = count();
    assert((await during(house.review(click))).ok);
    const reviewed = count();
    await during(house.advance(requestId));
    assert.equal(reviewed - read, 2, 'all that is read, and approved');
    assert.equal(count() - reviewed, 2, 'begun and reported');
  });
});

describe('the look of an approval', () => {
  it('is the look before the write, and nothing is read again', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    await house.settle();
    assert((await house.review(click)).ok);
    house.directory.groups.get(protectedGroup)?.add(account(1).id);
    house.directory.groups.get(approversGroup)?.delete(megan.id);
    house.directory.readErrors.push(...Array.from({ length: 3 }, () => new DirectoryError('unavailable', 'x')));
    await house.advance(requestId);
    assert.equal(house.directory.writes.length, 1);
  });

  it('counts for nothing a moment later, and in another process', async () => {
    for (const [what, carryOut] of [
      ['later', (house: House) => house.clock.sleep(countsForMs).then(() => house.advance(requestId))],
      ['elsewhere', (house: House) => house.workerNamed('w2')(requestId)],
    ] as const) {
      const house = createHouse();
      await house.submit(house.ask());
      await house.settle();
      assert((await house.review(click)).ok);
      house.directory.groups.get(protectedGroup)?.add(account(1).id);
      await carryOut(house);
      await house.settle();
      assert.deepEqual(house.directory.writes, [], what);
    }
  });

  it('is not used for a write that is made again', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    await house.settle();
    assert((await house.review(click)).ok);
    house.directory.answers.push({ kind: 'unknown', code: 'throttled', effect: false });
    await house.advance(requestId);
    house.directory.groups.get(protectedGroup)?.add(account(1).id);
    await house.settle();
    assert.equal(house.directory.writes.length, 1);
  });

  it('that saw somebody who may not be touched leads to no approval', async () => {
    const house = createHouse();
    await house.submit(house.ask({ by: alex }));
    await house.settle();
    house.directory.groups.get(protectedGroup)?.add(account(1).id);
    assert(!(await house.review(click)).ok);
    await house.settle();
    assert.deepEqual(house.directory.writes, []);
  });

  it('that another replica was quicker than is let go: stopped meanwhile, nothing is written', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    await house.settle();
    assert((await house.review(click)).ok);
    const other = house.reviewAt('w2', house.signIns);
    assert((await other({ ...click, verb: 'stop', by: alex })).ok);
    await house.settle();
    assert.deepEqual(house.directory.writes, []);
  });
});

type House = ReturnType<typeof createHouse>;
