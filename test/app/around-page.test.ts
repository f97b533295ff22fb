import assert from 'node:assert/strict';
import type { AroundPage } from '../../src/app/around-page.ts';
import type { Findings } from '../../src/domain/findings.ts';
import { person } from '../support/fakes.ts';
import { account, alex, channel, lidia, megan, requestId } from '../support/samples.ts';
import { createHouse } from './house.ts';

const numbers = [1, 2, 3, 4, 5, 6, 7];

/** A request about seven accounts with its result in the chat. */
async function told(options: Parameters<typeof createHouse>[0] = {}) {
  const accounts = [...numbers.map((number) => account(number)), person(lidia.id, lidia.name)];
  const house = createHouse({ accounts, ...options });
  await house.approved({ targets: numbers.map((number) => ({ kind: 'address', text: account(number).upn })) });
  await house.settle();
  house.logs.asked.length = 0;
  const ask = (page = 0, by = megan, where = channel.id) => house.aroundPage(by, where, requestId, page);
  return { house, ask };
}
const idsOf = (page: AroundPage) => {
  assert.equal(page.kind, 'found');
  return page.kind === 'found' ? page.accounts.map(({ findings }) => findings.accountId) : [];
};

describe("what Entra's logs tell of all accounts of a request", () => {
  it('is told page by page, of the 24 hours before the end', async () => {
    const { house, ask } = await told();
    const [first, second, beyond] = [await ask(0), await ask(1), await ask(9)];
    assert.deepEqual(
      [...idsOf(first), ...idsOf(second)].toSorted(),
      numbers.map((number) => account(number).id),
    );
    assert.deepEqual(idsOf(beyond), idsOf(second));
    assert.deepEqual(first.kind === 'found' && [first.page, first.pages], [0, 2]);
    const { finishedAt } = await house.state();
    const since = new Date(Date.parse(finishedAt ?? '') - 24 * 3_600_000).toISOString();
    assert.deepEqual([...new Set(house.logs.asked.map((one) => one.since))], [since]);
  });

  it('is read once for all who ask soon, and again later', async () => {
    const { house, ask } = await told();
    await Promise.all([ask(1), ask(1, alex), ask(1)]);
    assert.equal(house.logs.asked.length, 2);
    house.clock.pass(6 * 60_000);
    await ask(1);
    assert.equal(house.logs.asked.length, 4);
  });

  it('is told to those who may ask or approve alone, and nothing is read for anybody else', async () => {
    const { house, ask } = await told();
    assert.deepEqual(await ask(0, lidia), { kind: 'refused' });
    assert.deepEqual(house.logs.asked, []);
    assert.equal((await ask(0, alex)).kind, 'found');
  });

  it('is told where the request stands alone', async () => {
    const { house, ask } = await told();
    assert.deepEqual(await ask(0, megan, '19:elsewhere@thread.tacv2'), { kind: 'unknown' });
    assert.deepEqual(await house.aroundPage(megan, channel.id, 'X'.repeat(20), 0), { kind: 'unknown' });
    assert.deepEqual(house.logs.asked, []);
  });

  it('is not there while nothing is revoked', async () => {
    const house = createHouse();
    await house.submit(house.ask());
    assert.deepEqual(await house.aroundPage(megan, channel.id, requestId, 0), { kind: 'unknown' });
  });

  it('that takes long comes with the next press', async () => {
    const { house, ask } = await told();
    const slow = Promise.withResolvers<void>();
    const { around } = house.logs;
    house.logs.around = async (...given): Promise<Findings> => {
      await slow.promise;
      return around(...given);
    };
    assert.deepEqual(await ask(), { kind: 'reading' });
    slow.resolve();
    assert.equal((await ask()).kind, 'found');
    assert.equal(house.logs.asked.length, 5);
  });

  it('counts against what a person may look up', async () => {
    const { house, ask } = await told({ policy: { maxTargets: 7 } });
    house.clock.pass(2 * 60_000);
    const targets = numbers.map((number) => ({ kind: 'address', text: account(number).upn }) as const);
    for (const id of ['D', 'E']) await house.submit(house.ask({ requestId: id.repeat(20), targets, dryRun: true }));
    assert.deepEqual([(await ask()).kind, (await ask(0, megan)).kind], ['found', 'found']);
    assert.equal((await ask(1, alex)).kind, 'tooMany');
  });
});
