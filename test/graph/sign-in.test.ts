import assert from 'node:assert/strict';
import { AuthenticationError, CredentialUnavailableError } from '@azure/identity';
import { missingPermissions, permissions } from '../../src/graph/permissions.ts';
import type { Credential } from '../../src/graph/pipeline.ts';
import { personIds } from '../../src/local/people.ts';
import { createGraphFixture, isProblem, reply } from './fixture.ts';

const { adele } = personIds;
const id = '9b0d3f1e-5a5c-4a52-8f5e-0d2c9b7e1a42';
const wanted = '{"access_token":{"nbf":{"essential":true, "value":"1604106651"}}}';
const claims = Buffer.from(wanted).toString('base64');
const entra =
  'realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';
const why =
  'Continuous access evaluation resulted in claims challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp';

const challenges: Readonly<Record<string, string>> = {
  'Bearer alone': `Bearer ${entra}, error="insufficient_claims", claims="${claims}", errorDescription="${why}"`,
  'Bearer after PoP': `PoP ${entra}, nonce="ey==", Bearer ${entra}, error_description="${why}", error="insufficient_claims", claims="${claims}"`,
  'Bearer before PoP': `Bearer ${entra}, error="insufficient_claims", claims="${claims}", PoP ${entra}, nonce="ey=="`,
};

/** Refuses the first `times` requests with that challenge. */
const challenging =
  (header: string, times = 1) =>
  (_: unknown, earlier: number) =>
    earlier < times ? reply(401, { headers: { 'www-authenticate': header } }) : undefined;

describe('a claims challenge', () => {
  for (const [form, header] of Object.entries(challenges)) {
    it(`makes the credential be asked again with the claims: ${form}`, async () => {
      const { directory, sent, asked } = createGraphFixture({ between: challenging(header) });
      assert.equal((await directory.read(adele))?.account.id, adele);
      assert.deepEqual(
        asked.map((request) => request.claims),
        [undefined, wanted],
      );
      assert(asked.every(({ enableCae }) => enableCae));
      assert.deepEqual(
        sent.map(({ headers }) => headers.authorization),
        ['Bearer token-1', 'Bearer token-2'],
      );
    });
  }

  it('to a write is met once more under the same client-request-id, since the first was turned away at the door', async () => {
    const { directory, sent } = createGraphFixture({ between: challenging(challenges['Bearer alone'] ?? '') });
    assert.equal((await directory.revoke(adele, id)).kind, 'accepted');
    assert.deepEqual(
      sent.map(({ headers }) => headers['client-request-id']),
      [id, id],
    );
  });

  it('that is repeated is not met for ever', async () => {
    const { directory, sent } = createGraphFixture({ between: challenging(challenges['Bearer alone'] ?? '', 100) });
    assert.deepEqual(await directory.revoke(adele, id), {
      kind: 'unknown',
      code: 'signIn',
      trace: { graphRequestId: 'graph-1' },
    });
    assert.equal(sent.length, 2);
  });

  const others: Readonly<Record<string, string>> = {
    'asks for a token only': `Bearer ${entra}`,
    'carries claims that are not base64': `Bearer ${entra}, error="insufficient_claims", claims="*"`,
    'is for another scheme': `PoP ${entra}, error="insufficient_claims", claims="${claims}"`,
    'is nonsense': '"""',
  };
  for (const [what, header] of Object.entries(others)) {
    it(`that ${what} is a failed sign-in, told once`, async () => {
      const { directory, sent, asked } = createGraphFixture({ between: challenging(header) });
      await assert.rejects(directory.read(adele), isProblem('signIn'));
      assert.deepEqual([sent.length, asked.length], [1, 1]);
    });
  }
});

describe('the token', () => {
  it('is asked for once and used for every read while it is valid', async () => {
    const { directory, sent, asked } = createGraphFixture();
    await directory.find({ kind: 'address', text: 'adele@contoso.example' });
    await directory.read(adele);
    assert.equal(asked.length, 1);
    assert.deepEqual(new Set(sent.map(({ headers }) => headers.authorization)), new Set(['Bearer token-1']));
  });

  it('that the credential does not have is a failed sign-in', async () => {
    const { directory, sent } = createGraphFixture({ credential: { getToken: () => Promise.resolve(null) } });
    await assert.rejects(directory.read(adele), isProblem('signIn'));
    assert.deepEqual(await directory.revoke(adele, id), { kind: 'unknown', code: 'signIn', trace: {} });
    assert.equal(sent.length, 0);
  });

  const failing = (error: Error): Credential => ({ getToken: () => Promise.reject(error) });
  const errors = [
    new AuthenticationError(401, { error: 'invalid_client', errorDescription: 'AADSTS7000215: Invalid client secret' }),
    new CredentialUnavailableError('ManagedIdentityCredential: no response from the IMDS endpoint'),
    Object.assign(new Error("ENOENT: no such file or directory, open '/secrets/bot.pem'"), { code: 'ENOENT' }),
  ];
  for (const error of errors) {
    it(`that cannot be had (${error.name}) is a failed sign-in, and nothing is sent`, async () => {
      const { directory, sent } = createGraphFixture({ credential: failing(error) });
      await assert.rejects(directory.read(adele), isProblem('signIn'));
      await assert.rejects(directory.check(), (thrown: Error) => !thrown.message.includes(error.message));
      assert.deepEqual(await directory.revoke(adele, id), { kind: 'unknown', code: 'signIn', trace: {} });
      assert.equal(sent.length, 0);
    });
  }
});

const missing = (token: string) => missingPermissions(token, { auth: 'application', riskAvailable: true });

describe('missing permissions', () => {
  const token = (payload: unknown) => ['e30', Buffer.from(JSON.stringify(payload)).toString('base64url'), ''].join('.');
  const all = permissions.map(({ name }) => name);

  it('are none for a token that has them all, and more', () => {
    assert.deepEqual(missing(token({ roles: [...all, 'Mail.Read'] })), []);
  });

  for (const name of all) {
    it(`are ${name} alone when only that is missing, with what is lost`, () => {
      const lacking = missing(token({ roles: all.filter((role) => role !== name) }));
      assert.deepEqual(
        lacking?.map((permission) => permission.name),
        [name],
      );
      assert.match(lacking?.[0]?.without ?? '', /\S/);
      assert.match(
        lacking?.[0]?.grant ?? '',
        new RegExp(`Where-Object Value -eq '${name}'.*<object id of the identity>`),
      );
    });
  }

  it('come with the command that grants them to the identity that signed in, and to nothing that is no id', () => {
    const oid = '3c1f0e5a-7b2d-4c6e-9f41-0a8d5b6e7c01';
    assert.match(missing(token({ oid }))?.[0]?.grant ?? '', new RegExp(`-PrincipalId ${oid} `));
    for (const odd of ["'; Remove-MgUser", 7, {}]) {
      assert.doesNotMatch(missing(token({ oid: odd }))?.[0]?.grant ?? '', /Remove|object Object| 7 /);
    }
  });

  for (const payload of [{}, { roles: null }, { roles: 'User.Read.All' }, { scp: all.join(' ') }]) {
    it(`are all of them with ${JSON.stringify(payload).slice(0, 40)}`, () => {
      assert.deepEqual(
        missing(token(payload))?.map(({ name }) => name),
        all,
      );
    });
  }

  for (const opaque of ['', 'opaque', 'a.b.c', 'e30.!!!.', token(null)]) {
    it(`are not known from ${JSON.stringify(opaque)}`, () => {
      assert.equal(missing(opaque), null);
    });
  }

  it('are none that the approver has to hold, or that the cloud does not have', () => {
    const lacking = missingPermissions(token({ roles: [] }), { auth: 'delegated', riskAvailable: false });
    const needless = ['User.RevokeSessions.All', 'IdentityRiskyUser.Read.All'];
    assert.deepEqual(
      lacking?.map(({ name }) => name),
      all.filter((name) => !needless.includes(name)),
    );
  });
});
