import assert from 'node:assert/strict';
import fc from 'fast-check';
import { personIds } from '../../src/local/people.ts';
import { runs } from '../support/chance.ts';
import { createGraphFixture, parsePath, reply } from './fixture.ts';

const { adele, guest, restricted } = personIds;
const id = '9b0d3f1e-5a5c-4a52-8f5e-0d2c9b7e1a42';

describe('revoke', () => {
  it('is one POST to revokeSignInSessions of v1.0, and shows when read back', async () => {
    const { directory, sent } = createGraphFixture();
    const before = Math.floor(Date.now() / 1000) * 1000;
    const answer = await directory.revoke(adele, id);
    assert.equal(answer.kind, 'accepted');
    assert.equal(answer.trace.graphRequestId, '00000000-0000-4000-8000-000000000001');
    assert(Date.parse(answer.trace.graphDate ?? '') >= before);
    assert.match(
      answer.trace.graphDate ?? '',
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/,
      'as every other time on record',
    );
    assert.deepEqual(
      sent.map(({ method, path, body }) => [method, path, body]),
      [['POST', `/v1.0/users/${adele}/revokeSignInSessions`, undefined]],
    );
    assert(Date.parse((await directory.read(adele))?.validFrom ?? '') >= before);
  });

  it('is one POST to invalidateAllRefreshTokens of beta, and reads that property back from beta', async () => {
    const { directory, sent } = createGraphFixture({ action: 'invalidateAllRefreshTokens' });
    const before = Math.floor(Date.now() / 1000) * 1000;
    assert.equal((await directory.revoke(adele, id)).kind, 'accepted');
    const validFrom = (await directory.read(adele))?.validFrom;
    assert(Date.parse(validFrom ?? '') >= before, String(validFrom));
    const [write, read] = sent;
    assert.deepEqual([write?.method, write?.path], ['POST', `/beta/users/${adele}/invalidateAllRefreshTokens`]);
    const { pathname, query } = parsePath(read?.path ?? '');
    assert.equal(pathname, `/beta/users/${adele}`);
    assert(query.get('$select')?.split(',').includes('refreshTokensValidFromDateTime'));
    assert(!query.get('$select')?.includes('signInSessions'));
  });

  it('sends the id it is given, its priority and the token, and says what it is', async () => {
    const { directory, sent, asked } = createGraphFixture();
    await directory.revoke(adele, id);
    const headers = sent[0]?.headers ?? {};
    assert.equal(headers['client-request-id'], id);
    assert.equal(headers['x-ms-throttle-priority'], 'high');
    assert.equal(headers.authorization, 'Bearer token-1');
    assert.match(headers['user-agent'] ?? '', /^session-revoker /);
    assert.deepEqual(asked, [
      { scopes: ['https://graph.contoso.example/.default'], claims: undefined, enableCae: true },
    ]);
  });

  it('keeps what Graph says of its limits', async () => {
    const headers = { 'x-ms-resource-unit': '1', 'x-ms-throttle-limit-percentage': '0.85' };
    const { directory } = createGraphFixture({ between: () => reply(200, { headers }) });
    const { trace } = await directory.revoke(adele, id);
    assert.deepEqual([trace.resourceUnits, trace.throttlePercentage], [1, 0.85]);
    const odd = createGraphFixture({ between: () => reply(200, { headers: { 'x-ms-resource-unit': 'many' } }) });
    assert.deepEqual((await odd.directory.revoke(adele, id)).trace, { graphRequestId: 'graph-1' });
    for (const header of ['<b>x</b>', 'a b', '', 'x'.repeat(65)]) {
      const other = createGraphFixture({ between: () => reply(200, { headers: { 'request-id': header } }) });
      assert.deepEqual((await other.directory.revoke(adele, id)).trace, {}, 'it would stand on the result');
    }
  });

  it('is accepted for a guest as well: the answer proves nothing, the reading back does', async () => {
    const { directory } = createGraphFixture();
    const before = (await directory.read(guest))?.validFrom;
    assert.equal((await directory.revoke(guest, id)).kind, 'accepted');
    assert.equal((await directory.read(guest))?.validFrom, before);
  });

  it('puts Graph’s own code in the log when it was not taken, and nothing else of what Graph said', async () => {
    const { directory, logged } = createGraphFixture();
    await directory.revoke(restricted, id);
    assert.deepEqual(logged, [
      {
        clientRequestId: id,
        graphRequestId: '00000000-0000-4000-8000-000000000001',
        status: 403,
        code: 'Authorization_RequestDenied',
      },
    ]);
    await directory.revoke(adele, id);
    assert.equal(logged.length, 1);
  });

  it('is refused for somebody in a restricted administrative unit', async () => {
    const { directory } = createGraphFixture();
    const answer = await directory.revoke(restricted, id);
    assert.deepEqual([answer.kind, answer.kind === 'refused' && answer.code], ['refused', 'missingPermission']);
  });

  it('is not refused for good for somebody whom one copy of the directory does not have', async () => {
    const { directory } = createGraphFixture();
    const answer = await directory.revoke('00000000-0000-4000-8000-00000000dead', id);
    assert.deepEqual([answer.kind, answer.kind === 'unknown' && answer.code], ['unknown', 'notFound']);
  });

  const waits: [header: string, ms: number | undefined][] = [
    ['30', 30_000],
    ['86400', 86_400_000],
    ['later', undefined],
  ];
  for (const [header, ms] of waits) {
    it(`tells a Retry-After of ${header} to the caller and does not wait`, async () => {
      const { directory, sent } = createGraphFixture({
        between: () => reply(429, { headers: { 'retry-after': header } }),
      });
      const answer = await directory.revoke(adele, id);
      assert.equal(answer.kind === 'unknown' && answer.retryAfterMs, ms);
      assert.equal(sent.length, 1);
    });
  }

  it('is sent once and answered, never thrown, whatever the status and Retry-After', async () => {
    const arbitrary = fc.tuple(fc.integer({ min: 200, max: 599 }), fc.option(fc.string()));
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([status, retryAfter]) => {
        const headers = retryAfter === null ? {} : { 'retry-after': retryAfter.replaceAll(/[^\x20-\x7e]/g, '') };
        const { directory, sent } = createGraphFixture({ between: () => reply(status, { headers }) });
        const { kind } = await directory.revoke(adele, id);
        assert.equal(sent.length, 1);
        assert.equal(kind === 'accepted', status < 300);
      }),
      { numRuns: runs(150) },
    );
  });
});
