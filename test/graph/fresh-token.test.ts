import assert from 'node:assert/strict';
import type { RenewableCredential } from '../../src/graph/pipeline.ts';
import { personIds } from '../../src/local/people.ts';
import { createGraphFixture, isProblem, reply } from './fixture.ts';

const { adele } = personIds;
const id = '9b0d3f1e-5a5c-4a52-8f5e-0d2c9b7e1a42';
const until = Date.parse('2030-01-02T03:04:05.000Z');

/** A token with these application permissions; `serial` makes it another one. */
function tokenWith(roles: readonly string[], serial = 0): string {
  return ['e30', Buffer.from(JSON.stringify({ roles, serial })).toString('base64url'), 'x'].join('.');
}

/** Keeps the first token for ever; each credential made anew has the next. */
function renewable(...tokens: readonly string[]) {
  let made = 0;
  const keeping = (token: string) => ({ getToken: async () => ({ token, expiresOnTimestamp: until }) });
  const credential: RenewableCredential = {
    ...keeping(tokens[0] ?? ''),
    fresh: () => keeping(tokens[Math.min(++made, tokens.length - 1)] ?? ''),
  };
  return { credential, made: () => made };
}

/** Graph refuses every token but those. */
const only =
  (good: readonly string[], status: 401 | 403) =>
  ({ headers }: { readonly headers: Readonly<Record<string, string>> }) =>
    good.includes((headers.authorization ?? '').replace('Bearer ', '')) ? undefined : reply(status);

describe('a token that is out of date', () => {
  const poor = tokenWith(['User.Read.All']);
  const rich = tokenWith(['User.Read.All', 'User.RevokeSessions.All']);

  it('that lacks a permission granted since is replaced once, and the write is sent again under its own id', async () => {
    const { credential, made } = renewable(poor, rich);
    const { directory, sent } = createGraphFixture({ credential, between: only([rich], 403) });
    assert.equal((await directory.revoke(adele, id)).kind, 'accepted');
    assert.deepEqual(
      sent.map(({ headers }) => headers['client-request-id']),
      [id, id],
    );
    assert.equal((await directory.revoke(adele, id)).kind, 'accepted');
    assert.deepEqual([sent.length, made()], [3, 1]);
  });

  it('that Graph does not take is replaced once without a challenge, for reads and writes', async () => {
    const [old, now] = [tokenWith([], 1), tokenWith([], 2)];
    const { credential, made } = renewable(old, now);
    const { directory } = createGraphFixture({ credential, between: only([now], 401) });
    assert.equal((await directory.read(adele))?.account.id, adele);
    assert.equal((await directory.revoke(adele, id)).kind, 'accepted');
    assert.equal(made(), 1);
  });

  it('is not replaced for ever: what is refused with a fresh one is refused', async () => {
    const { credential, made } = renewable(tokenWith([], 1), tokenWith([], 2), tokenWith([], 3));
    const { directory, sent } = createGraphFixture({ credential, between: () => reply(401) });
    await assert.rejects(directory.read(adele), isProblem('signIn'));
    assert.deepEqual([sent.length, made()], [2, 1]);
  });

  it('is not the reason of a refusal where a fresh one holds no more: the write is sent once', async () => {
    const { credential } = renewable(rich, tokenWith(['User.Read.All', 'User.RevokeSessions.All'], 1));
    const { directory, sent } = createGraphFixture({ credential, between: () => reply(403) });
    const answer = await directory.revoke(adele, id);
    assert(answer.kind === 'refused');
    assert.equal(sent.length, 1);
    assert.equal(answer.trace.tokenUntil, undefined);
  });

  it('that no other can be had for says until when it counts', async () => {
    const { credential } = renewable(poor, poor);
    const { directory, sent } = createGraphFixture({ credential, between: () => reply(403) });
    const answer = await directory.revoke(adele, id);
    assert(answer.kind === 'refused');
    assert.equal(answer.trace.tokenUntil, new Date(until).toISOString());
    assert.equal(sent.length, 1);
  });

  it('is asked for once by many refusals at the same time', async () => {
    const { credential, made } = renewable(poor, rich);
    const { directory } = createGraphFixture({ credential, between: only([rich], 403) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => directory.revoke(adele, id)));
    assert(answers.every(({ kind }) => kind === 'accepted'));
    assert.equal(made(), 1);
  });
});
