import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupIds, personIds } from '../../src/local/people.ts';
import { runs } from '../support/chance.ts';
import { createGraphFixture, isProblem, json, parsePath, reply } from './fixture.ts';

const { nestor, adele } = personIds;
const { approvers, approversNightShift, responders } = groupIds;
const guids = (count: number) =>
  Array.from({ length: count }, (_, index) => `eeeeeeee-0000-4000-8000-${String(index).padStart(12, '0')}`);
const idsSent = (body: string | undefined) => (JSON.parse(body ?? '{}') as { ids: string[] }).ids;

describe('memberOf', () => {
  it('knows groups held directly and through other groups, and no others', async () => {
    const { directory } = createGraphFixture();
    const asked = [approvers, approversNightShift, responders];
    assert.deepEqual(await directory.memberOf(nestor, asked), new Set([approvers, approversNightShift]));
    assert.deepEqual(await directory.memberOf(adele, asked), new Set());
  });

  it('answers in small letters, whatever Graph writes', async () => {
    const { directory } = createGraphFixture({ between: () => json({ value: [approvers.toUpperCase()] }) });
    assert.deepEqual(await directory.memberOf(nestor, [approvers]), new Set([approvers]));
  });

  it('looks at all pages', async () => {
    const { directory, sent } = createGraphFixture({ isPaged: (path) => path.includes('checkMemberObjects') });
    assert.deepEqual(await directory.memberOf(nestor, [approvers]), new Set([approvers]));
    assert.deepEqual(
      sent.map(({ method, body }) => [method, body === undefined]),
      [
        ['POST', false],
        ['GET', true],
      ],
    );
  });

  it('asks nothing when there is nothing to ask', async () => {
    const { directory, sent } = createGraphFixture();
    assert.deepEqual(await directory.memberOf(nestor, []), new Set());
    assert.equal(sent.length, 0);
  });

  it('asks for at most twenty at a time, for each exactly once, and adds up the answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 90 }), fc.nat(89), async (count, position) => {
        const asked = guids(count).with(position % count, approvers);
        const { directory, sent } = createGraphFixture();
        assert.deepEqual(await directory.memberOf(nestor, asked), new Set([approvers]));
        assert.equal(sent.length, Math.ceil(count / 20));
        assert.deepEqual(
          sent.flatMap(({ body }) => idsSent(body)),
          asked,
        );
        for (const { method, path, headers, body } of sent) {
          assert(idsSent(body).length <= 20);
          assert.deepEqual([method, parsePath(path).pathname], ['POST', `/v1.0/users/${nestor}/checkMemberObjects`]);
          assert.equal(headers['content-type'], 'application/json');
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it('does not take "not found" for "in no group"', async () => {
    const { directory } = createGraphFixture();
    const nobody = '00000000-0000-4000-8000-00000000dead';
    await assert.rejects(directory.memberOf(nobody, [approvers]), { name: 'DirectoryError', problem: 'notFound' });
  });

  for (const [status, problem] of [
    [400, 'rejected'],
    [401, 'signIn'],
    [403, 'missingPermission'],
  ] as const) {
    it(`fails, and is not "none", when one part of the question is answered ${status}`, async () => {
      const last = 'eeeeeeee-0000-4000-8000-000000000024';
      const { directory } = createGraphFixture({
        between: ({ body }) => (idsSent(body).includes(last) ? reply(status) : undefined),
      });
      await assert.rejects(directory.memberOf(nestor, [approvers, ...guids(25)]), isProblem(problem));
    });
  }

  for (const body of ['', '{}', '{"value":null}', '{"value":"all"}', '[]']) {
    it(`fails on ${JSON.stringify(body)}`, async () => {
      const { directory } = createGraphFixture({ between: () => reply(200, { body }) });
      await assert.rejects(directory.memberOf(nestor, [approvers]), isProblem('rejected'));
    });
  }

  it('answers the same when the action is a beta one', async () => {
    const { directory } = createGraphFixture({ action: 'invalidateAllRefreshTokens' });
    assert.deepEqual(await directory.memberOf(nestor, [approvers]), new Set([approvers]));
  });
});
