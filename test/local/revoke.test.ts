import assert from 'node:assert/strict';
import { personIds } from '../../src/local/people.ts';
import { createFixture, delegatedToken, errorOf, okBody } from './fixture.ts';

const { alex, adele, guest, externalMember, disabled, synced, restricted, isaiah } = personIds;
type Fixture = ReturnType<typeof createFixture>;

/** Both times, of sessions and of refresh tokens, as a read shows them now. */
async function validFrom({ ask }: Fixture, id: string) {
  const select = 'signInSessionsValidFromDateTime,refreshTokensValidFromDateTime';
  const body = okBody(await ask(`/beta/users/${id}?$select=${select}`));
  return [body.signInSessionsValidFromDateTime, body.refreshTokensValidFromDateTime];
}

const before = '2026-02-09T07:41:12Z';
const after = '2026-11-21T03:04:05Z';

describe('revoking', () => {
  for (const version of ['v1.0', 'beta']) {
    it(`${version} revokeSignInSessions resets the sessions' time, in whole seconds`, async () => {
      const fixture = createFixture();
      const reply = await fixture.post(`/${version}/users/${adele}/revokeSignInSessions`);
      assert.deepEqual(okBody(reply), { value: true });
      assert.deepEqual(await validFrom(fixture, adele), [after, before]);
    });
  }

  it('beta invalidateAllRefreshTokens answers 204 and resets the refresh tokens’ time', async () => {
    const fixture = createFixture();
    const reply = await fixture.post(`/beta/users/${adele}/invalidateAllRefreshTokens`);
    assert.deepEqual([reply.status, reply.body], [204, undefined]);
    assert.deepEqual(await validFrom(fixture, adele), [before, after]);
  });

  it('v1.0 does not know invalidateAllRefreshTokens', async () => {
    const fixture = createFixture();
    assert.deepEqual(errorOf(await fixture.post(`/v1.0/users/${adele}/invalidateAllRefreshTokens`)), [
      400,
      'BadRequest',
      "Resource not found for the segment 'invalidateAllRefreshTokens'.",
    ]);
    assert.deepEqual(await validFrom(fixture, adele), [before, before]);
  });

  for (const [what, id] of Object.entries({ disabled, synced, isaiah })) {
    it(`takes effect for ${what}`, async () => {
      const fixture = createFixture();
      await fixture.post(`/v1.0/users/${id}/revokeSignInSessions`);
      assert.deepEqual(await validFrom(fixture, id), [after, before]);
    });
  }

  for (const [what, id] of Object.entries({ guest, externalMember })) {
    it(`answers the same for ${what} and does nothing`, async () => {
      const fixture = createFixture();
      const earlier = await validFrom(fixture, id);
      assert.equal(okBody(await fixture.post(`/v1.0/users/${id}/revokeSignInSessions`)).value, true);
      assert.equal((await fixture.post(`/beta/users/${id}/invalidateAllRefreshTokens`)).status, 204);
      assert.deepEqual(await validFrom(fixture, id), earlier);
    });
  }

  for (const path of ['v1.0/users/ID/revokeSignInSessions', 'beta/users/ID/invalidateAllRefreshTokens']) {
    it(`is denied in a restricted administrative unit: ${path}`, async () => {
      const fixture = createFixture();
      const [status, code] = errorOf(await fixture.post(`/${path.replace('ID', restricted)}`));
      assert.deepEqual([status, code], [403, 'Authorization_RequestDenied']);
      assert.deepEqual(await validFrom(fixture, restricted), [before, before]);
    });

    it(`is denied for one whom Graph keeps from the application without saying why: ${path}`, async () => {
      const fixture = createFixture();
      fixture.tenant.change(adele, { refusesWrites: true });
      const [status, code] = errorOf(await fixture.post(`/${path.replace('ID', adele)}`));
      assert.deepEqual([status, code], [403, 'Authorization_RequestDenied']);
      assert.deepEqual(await validFrom(fixture, adele), [before, before]);
    });
  }

  it('follows who somebody has become', async () => {
    const fixture = createFixture();
    fixture.tenant.change(adele, { foreignIssuer: 'ExternalAzureAD' });
    await fixture.post(`/v1.0/users/${adele}/revokeSignInSessions`);
    fixture.tenant.change(adele, { isManagementRestricted: true });
    assert.equal((await fixture.post(`/v1.0/users/${adele}/revokeSignInSessions`)).status, 403);
    assert.deepEqual(await validFrom(fixture, adele), [before, before]);
  });

  it('of oneself goes through /me', async () => {
    const fixture = createFixture();
    const headers = { authorization: `Bearer ${delegatedToken({ oid: alex })}` };
    const self = (path: string) => fixture.ask(path, { method: 'POST', headers });
    assert.equal((await self('/v1.0/me/revokeSignInSessions')).status, 200);
    assert.equal((await self('/beta/me/invalidateAllRefreshTokens')).status, 204);
    assert.deepEqual(await validFrom(fixture, alex), [after, after]);
  });
});

describe('reading a revocation back', () => {
  it('shows it only after the lag', async () => {
    const fixture = createFixture({ readBackLagMs: 2000 });
    await fixture.post(`/v1.0/users/${adele}/revokeSignInSessions`);
    assert.deepEqual(await validFrom(fixture, adele), [before, before]);
    fixture.advance(1999);
    assert.deepEqual(await validFrom(fixture, adele), [before, before]);
    fixture.advance(1);
    assert.deepEqual(await validFrom(fixture, adele), [after, before]);
  });

  it('shows each of two as its own lag ends', async () => {
    const fixture = createFixture({ readBackLagMs: 2000 });
    const revoke = () => fixture.post(`/v1.0/users/${adele}/revokeSignInSessions`);
    await revoke();
    fixture.advance(1500);
    await revoke();
    fixture.advance(500);
    assert.deepEqual(await validFrom(fixture, adele), [after, before]);
    fixture.advance(1500);
    assert.deepEqual(await validFrom(fixture, adele), ['2026-11-21T03:04:07Z', before]);
  });

  it('never goes back behind a later password change', async () => {
    const fixture = createFixture();
    await fixture.post(`/v1.0/users/${adele}/revokeSignInSessions`);
    fixture.tenant.change(adele, { lastPasswordChangeDateTime: '2026-11-21T04:00:00Z' });
    assert.deepEqual((await validFrom(fixture, adele))[0], '2026-11-21T04:00:00Z');
  });
});
