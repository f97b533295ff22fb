import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupIds, personIds } from '../../src/local/people.ts';
import { runs } from '../support/chance.ts';
import { createGraphFixture, isProblem, networkError, parsePath, reply, useFakeTime } from './fixture.ts';

const { adele } = personIds;

describe('read', () => {
  const { settled, failureOf } = useFakeTime();

  it('gives the account and when its tokens became invalid', async () => {
    const { directory, sent } = createGraphFixture();
    const now = await directory.read(adele);
    assert.equal(now?.account.upn, 'adele@contoso.example');
    assert.equal(now?.validFrom, '2026-02-09T07:41:12Z');
    assert.equal(sent.length, 1);
  });

  it('gives null for that time when Graph has none', async () => {
    const body = JSON.stringify({ id: adele, userPrincipalName: 'u@x.example', signInSessionsValidFromDateTime: null });
    const { directory } = createGraphFixture({ between: () => reply(200, { body }) });
    assert.equal((await directory.read(adele))?.validFrom, null);
  });

  it('gives null for an account that was deleted, once that is read', async () => {
    const { directory, tenant, sent } = createGraphFixture();
    tenant.remove(adele);
    assert.equal(await directory.read(adele), null);
    assert.deepEqual(
      sent.map(({ path }) => parsePath(path).pathname),
      [...Array(3).fill(`/v1.0/users/${adele}`), '/v1.0/directory/deletedItems/microsoft.graph.user'],
    );
  });

  it('does not take somebody for deleted who is only not found', async () => {
    const { directory } = createGraphFixture();
    await assert.rejects(directory.read('00000000-0000-4000-8000-00000000dead'), isProblem('notFound'));
  });

  for (const times of [1, 2]) {
    it(`finds somebody whom ${times === 1 ? 'one copy' : 'two copies'} of the directory did not have`, async () => {
      const { directory, sent } = createGraphFixture({
        between: (_, earlier) => (earlier < times ? reply(404) : undefined),
      });
      assert.equal((await directory.read(adele))?.account.id, adele);
      assert.equal(sent.length, times + 1);
      const other = createGraphFixture({ between: (_, earlier) => (earlier < times ? reply(404) : undefined) });
      assert.deepEqual([...(await other.directory.memberOf(adele, [groupIds.responders]))], []);
      const named = createGraphFixture({ between: (_, earlier) => (earlier < times ? reply(404) : undefined) });
      assert.equal((await named.directory.find({ kind: 'objectId', text: adele })).length, 1);
    });
  }

  it('never takes another status than 404 for "not there"', async () => {
    const statuses = fc.integer({ min: 300, max: 599 }).filter((status) => status !== 404);
    await fc.assert(
      fc.asyncProperty(statuses, async (status) => {
        const fixture = createGraphFixture({ between: () => reply(status) });
        assert.notEqual((await failureOf(fixture.directory.read(adele))).problem, 'notFound');
        assert(fixture.sent.length <= 3);
        const other = createGraphFixture({ between: () => reply(status) });
        assert.notEqual((await failureOf(other.directory.memberOf(adele, [adele]))).problem, 'notFound');
      }),
      { numRuns: runs(120) },
    );
  });

  it('succeeds when the connection is reset once', async () => {
    const { directory } = createGraphFixture({
      between: (_, earlier) => (earlier === 0 ? Promise.reject(networkError('ECONNRESET')) : undefined),
    });
    const outcome = await settled(directory.read(adele));
    assert.equal(outcome.status === 'fulfilled' && outcome.value?.account.id, adele);
  });
});

describe('check', () => {
  it('reads one user, as accounts are read', async () => {
    const { directory, sent } = createGraphFixture();
    await directory.read(adele);
    await directory.check();
    const [one, any] = sent.map(({ path }) => parsePath(path));
    assert.deepEqual([any?.pathname, any?.query.get('$top')], ['/v1.0/users', '1']);
    assert.equal(any?.query.get('$select'), one?.query.get('$select'));
  });

  describe('where Graph does not know the property of the beta action', () => {
    const between = ({ path }: { path: string }) =>
      path.includes('refreshTokensValidFromDateTime') ? reply(400) : undefined;

    it('accounts are read by the other property, and it is not asked for again', async () => {
      const { directory, sent } = createGraphFixture({ action: 'invalidateAllRefreshTokens', between });
      await directory.check();
      const now = await directory.read(adele);
      assert.deepEqual([now?.account.id, now?.validFrom], [adele, '2026-02-09T07:41:12Z']);
      const asked = sent.map(({ path }) => parsePath(path).query.get('$select')?.split(',').at(-1));
      const [first, other] = ['refreshTokensValidFromDateTime', 'signInSessionsValidFromDateTime'];
      assert.deepEqual(asked, [first, other, other]);
    });

    it('what Graph refuses for another reason is refused', async () => {
      const { directory } = createGraphFixture({ action: 'invalidateAllRefreshTokens', between: () => reply(400) });
      await assert.rejects(directory.read(adele), isProblem('rejected'));
      await assert.rejects(directory.check(), isProblem('rejected'));
    });
  });

  for (const [status, expected] of [
    [401, 'signIn'],
    [403, 'missingPermission'],
    [404, 'notFound'],
  ] as const) {
    it(`fails as ${expected} on ${status}`, async () => {
      const { directory } = createGraphFixture({ between: () => reply(status) });
      await assert.rejects(directory.check(), isProblem(expected));
    });
  }
});
