import assert from 'node:assert/strict';
import { DirectoryError } from '../../src/app/errors.ts';
import { createSignInReader } from '../../src/app/sign-in-reader.ts';
import { createFakeClock, createFakeLogs, silentLog } from '../support/fakes.ts';
import { account } from '../support/samples.ts';

const [one, two, three] = [account(1).id, account(2).id, account(3).id] as const;
const since = (minute: number) => `2026-11-21T03:0${minute}:00.000Z`;
const signIn = (accountId: string) => ({
  ...{ id: `s ${accountId}`, accountId, at: since(9), app: 'Outlook', country: null, device: null },
  ...{ interactive: true, succeeded: true, risk: 'none' as const },
});

function open() {
  const clock = createFakeClock();
  const logs = createFakeLogs(clock);
  logs.entries.push(signIn(one), signIn(two), signIn(three));
  const asked = () => logs.asked.map(({ accountIds }) => accountIds);
  return { logs, asked, read: createSignInReader({ logs, clock, log: silentLog }) };
}

describe('the sign-in log, for many requests', () => {
  it('is read once for what is asked together, from the earliest time on, and each hears of its own accounts', async () => {
    const { logs, asked, read } = open();
    const found = await Promise.all([read([one], since(3)), read([two, one], since(1)), read([three], since(2))]);
    assert.deepEqual(
      found.map((all) => all.map(({ accountId }) => accountId)),
      [[one], [one, two], [three]],
    );
    assert.deepEqual(asked(), [[one, two, three]]);
    assert.equal(logs.asked[0]?.since, since(1));
  });

  it('is read for so many accounts at a time that the others do not wait for minutes', async () => {
    const { asked, read } = open();
    const many = Array.from({ length: 100 }, (_, index) => account(index + 10).id);
    await Promise.all([
      read(many, since(1)),
      read([...many.slice(0, 50), one], since(1)),
      read(
        many.map((id) => `${id}x`),
        since(1),
      ),
    ]);
    assert.deepEqual(
      asked().map(({ length }) => length),
      [101, 100],
    );
  });

  it('fails for all while Graph does not answer, and is read anew the next time', async () => {
    const { logs, asked, read } = open();
    logs.errors.push(new DirectoryError('unavailable', 'x'));
    const settled = await Promise.allSettled([read([one], since(1)), read([two], since(1))]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(asked().length, 1);
    assert.equal((await read([one], since(1))).length, 1);
  });

  it('without an end for one account fails for that one alone', async () => {
    const { logs, read } = open();
    const { signIns } = logs;
    logs.signIns = async (ids, from) => {
      if (ids.includes(two)) throw new DirectoryError('rejected', 'more than 10 pages');
      return signIns(ids, from);
    };
    const settled = await Promise.allSettled([one, two, three].map((id) => read([id], since(1))));
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });
});
