import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import type { Directory } from '../../src/app/ports.ts';
import { createCheckLists, createProtection } from '../../src/app/protection.ts';
import { account, channel, megan, requestId } from '../support/samples.ts';
import { approvedHouse, createHouse } from './house.ts';

type Entry = Awaited<ReturnType<Directory['entry']>>;
const people = { requesters: ['r'], approvers: ['a', 'r'], protectedUsers: ['p', 'q'] };

/** Lists whose entries are what they are said to be; `entries` are groups unless told otherwise. */
function createLists(named: Readonly<Record<string, Entry | DirectoryError>>, sees = false) {
  const asked: string[] = [];
  const logged: object[] = [];
  let after = 0;
  const clock = {
    async sleep(ms: number, signal?: AbortSignal) {
      after = ms;
      await new Promise<void>((resolve) => {
        wake = resolve;
        signal?.addEventListener('abort', () => resolve());
      });
    },
  };
  let wake = () => {};
  const directory = {
    async entry(id: string): Promise<Entry> {
      asked.push(id);
      const entry = named[id];
      if (entry instanceof DirectoryError) throw entry;
      return entry === undefined ? 'group' : entry;
    },
  };
  const checkLists = createCheckLists({ directory, people, seesHidden: async () => sees });
  const log = {
    warn: (fields: object) => void logged.push(fields),
    error: (fields: object) => void logged.push(fields),
  };
  const protection = createProtection({ checkLists, clock, log });
  return { asked, logged, checkLists, protection, afterMs: () => after, wake: () => wake() };
}

const away = new DirectoryError('unavailable', 'away');
const turn = () => new Promise(setImmediate);

describe('the three lists', () => {
  it('are right when each entry is there, and each is asked about once', async () => {
    const { checkLists, asked } = createLists({ p: 'user' });
    assert.deepEqual(await checkLists(), []);
    assert.deepEqual(asked.toSorted(), ['a', 'p', 'q', 'r']);
  });

  it('tell of each entry that names nobody', async () => {
    const { checkLists } = createLists({ r: null, q: null });
    assert.deepEqual(await checkLists(), [
      { list: 'REQUESTERS', id: 'r', code: 'namesNoOne' },
      { list: 'APPROVERS', id: 'r', code: 'namesNoOne' },
      { list: 'PROTECTED_USERS', id: 'q', code: 'namesNoOne' },
    ]);
  });

  it('tell of groups that hide who is in them, unless the app may see that', async () => {
    const hidden = { a: 'hiddenGroup', p: 'hiddenGroup' } as const;
    assert.deepEqual(await createLists(hidden).checkLists(), [
      { list: 'APPROVERS', id: 'a', code: 'hidden' },
      { list: 'PROTECTED_USERS', id: 'p', code: 'hidden' },
    ]);
    assert.deepEqual(await createLists(hidden, true).checkLists(), []);
  });

  it('are not known while they cannot be read', async () => {
    await assert.rejects(createLists({ r: away }).checkLists(), away);
  });
});

describe('who is protected', () => {
  for (const [what, named, expected] of [
    ['a list of people and groups', {}, true],
    ['somebody unknown among the approvers', { a: null }, true],
    ['a protected id that names nobody', { p: null }, false],
    ['a protected group that hides its members', { q: 'hiddenGroup' }, false],
  ] as const) {
    it(`is ${expected ? '' : 'not '}known with ${what}`, async () => {
      assert.equal(await createLists(named).protection.isKnown(), expected);
    });
  }

  it('is found out when it is asked for and was not before, and once for all who ask', async () => {
    const { protection, asked } = createLists({});
    assert.deepEqual(await Promise.all([protection.isKnown(), protection.isKnown()]), [true, true]);
    assert.equal(await protection.isKnown(), true);
    assert.equal(asked.length, 4);
  });

  it('is not known while nothing could be read, and is when it can be', async () => {
    const named: Record<string, Entry | DirectoryError> = { p: away };
    const { protection } = createLists(named);
    await assert.rejects(protection.isKnown(), away);
    named.p = 'user';
    assert.equal(await protection.isKnown(), true);
  });

  it('is looked at hourly; what went wrong closes, what cannot be read changes nothing, what is put right opens within a minute', async () => {
    const named: Record<string, Entry | DirectoryError> = {};
    const { protection, afterMs, wake, logged } = createLists(named);
    const stop = new AbortController();
    await protection.begin();
    const watching = protection.watch(stop.signal);
    const later = async () => {
      wake();
      for (let step = 0; step < 10; step += 1) await turn();
      return [await protection.isKnown(), afterMs()];
    };
    assert.equal(afterMs(), 3_600_000);
    named.p = away;
    assert.deepEqual(await later(), [true, 3_600_000]);
    named.p = null;
    assert.deepEqual(await later(), [false, 60_000]);
    named.p = away;
    assert.deepEqual(await later(), [false, 60_000]);
    named.p = 'group';
    assert.deepEqual(await later(), [true, 3_600_000]);
    stop.abort();
    await watching;
    assert.match(JSON.stringify(logged), /PROTECTED_USERS names p, which is neither a user nor a group/);
  });
});

describe('while it is not known who is protected', () => {
  it('nothing is asked', async () => {
    const house = createHouse();
    house.protection.known = false;
    assert.deepEqual(await house.submit(house.ask()), { kind: 'refused', code: 'protectionUnknown' });
    assert.deepEqual(await house.types(), []);
  });

  it('nothing is approved, and what is open stays open', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    await house.settle();
    house.protection.known = false;
    const click = { requestId, by: megan, where: channel.id } as const;
    const reviewed = await house.review({ ...click, verb: 'approve' });
    assert.deepEqual([reviewed.ok, !reviewed.ok && reviewed.code], [false, 'protectionUnknown']);
    assert.equal((await house.state()).phase, 'requested');
    assert.equal((await house.review({ ...click, verb: 'deny' })).ok, true);
  });

  it('what was approved is not written, until it is known again', async () => {
    const house = await approvedHouse();
    house.protection.known = false;
    await house.advance(requestId);
    assert.deepEqual(house.directory.writes, []);
    const result = (await house.state()).results.get(account(1).id);
    assert.deepEqual([result?.outcome, result && 'code' in result && result.code], ['unknown', 'protectionUnknown']);
    house.protection.known = true;
    await house.settle();
    assert.equal(house.directory.writes.length, 1);
  });

  it('what was approved has failed, with the reason, when it is not known in time', async () => {
    const house = await approvedHouse();
    house.protection.known = false;
    await house.settle();
    assert.deepEqual(house.directory.writes, []);
    const result = (await house.state()).results.get(account(1).id);
    assert.deepEqual([result?.outcome, result && 'code' in result && result.code], ['failed', 'protectionUnknown']);
  });
});
