import assert from 'node:assert/strict';
import type { DirectoryError } from '../../src/app/errors.ts';
import { createSignIns, noSignIns } from '../../src/graph/sign-ins.ts';
import { createVerifyUserToken, type UserToken } from '../../src/graph/user-token.ts';

const on = { requestId: 'K7F3AAAAAAAAAAAAAAAA', personId: 'megan' };
const jwt = (scp: unknown) => ['e30', Buffer.from(JSON.stringify({ scp })).toString('base64url'), ''].join('.');
const token = { token: jwt('User.RevokeSessions.All'), expiresOnTimestamp: Date.parse('2026-11-21T04:00:00Z') };

function house(more: { verified?: UserToken; context?: string | null; getToken?: () => Promise<typeof token | null> }) {
  let time = Date.parse('2026-11-21T03:00:00Z');
  const exchanged: string[] = [];
  const logged: object[] = [];
  const signIns = createSignIns({
    verify: async () => more.verified ?? { ok: true, contexts: ['c1'] },
    onBehalfOf(assertion) {
      exchanged.push(assertion);
      return { getToken: more.getToken ?? (async () => token) };
    },
    scope: 'https://graph.example/.default',
    privilegedContext: more.context ?? null,
    now: () => new Date(time),
    log: { warn: (fields) => void logged.push(fields) },
  });
  return {
    signIns,
    logged,
    exchanged,
    pass(ms: number) {
      time += ms;
    },
  };
}

describe('sign-ins of approvers', () => {
  it('are held for one person and one request, until they are forgotten', async () => {
    const { signIns } = house({});
    assert.equal(await signIns.accept(on, 'assertion', false), null);
    assert.equal(signIns.holds(on), true);
    for (const other of [
      { ...on, personId: 'alex' },
      { ...on, requestId: 'R9GHAAAAAAAAAAAAAAAA' },
    ]) {
      assert.equal(signIns.holds(other), false);
      assert.equal(signIns.credentialOf(other), undefined);
    }
    assert.equal((await signIns.credentialOf(on)?.getToken('scope'))?.token, token.token);
    signIns.forget(on);
    assert.equal(signIns.holds(on), false);
  });

  it('that nobody forgot are gone two hours later', async () => {
    const { signIns, pass } = house({});
    await signIns.accept(on, 'assertion', false);
    pass(2 * 3_600_000 + 1);
    await signIns.accept({ ...on, personId: 'alex' }, 'assertion', false);
    assert.equal(signIns.holds(on), false);
  });

  it('are not exchanged when the token is no good, or shows too little for privileged accounts', async () => {
    const bad = house({ verified: { ok: false, code: 'signInOfAnother', why: 'oid' } });
    assert.equal(await bad.signIns.accept(on, 'assertion', false), 'signInOfAnother');
    const weak = house({ context: 'c7' });
    assert.equal(await weak.signIns.accept(on, 'assertion', true), 'signInTooWeak');
    assert.deepEqual([...bad.exchanged, ...weak.exchanged], []);
    assert.equal(await weak.signIns.accept(on, 'assertion', false), null, 'other accounts do not need it');
    assert.equal(await house({ context: 'c1' }).signIns.accept(on, 'assertion', true), null);
  });

  const refusals: readonly (readonly [said: string, code: string])[] = [
    ['AADSTS65001: The user or administrator has not consented', 'signInConsent'],
    ['invalid_grant: AADSTS50076: Due to a configuration change', 'signInRefused'],
    ['AADSTS500131: Assertion audience does not match', 'signInMisconfigured'],
    ['AADSTS7000222: The provided client secret keys are expired', 'signInMisconfigured'],
    ['connect ECONNREFUSED', 'signInUnavailable'],
  ];
  for (const [said, code] of refusals) {
    it(`say why the exchange failed: ${said}`, async () => {
      const { signIns, logged } = house({
        getToken: async () => {
          throw new Error(said);
        },
      });
      assert.equal(await signIns.accept(on, 'assertion', false), code);
      assert.equal(signIns.holds(on), false);
      const why = /AADSTS\d+/.exec(said)?.[0] ?? 'no answer';
      assert.deepEqual(logged, [{ requestId: on.requestId, code, why }], 'the number, and none of the words');
    });
  }

  it('are no use without the permission, whatever else was consented to', async () => {
    const { signIns } = house({ getToken: async () => ({ ...token, token: jwt('User.Read openid') }) });
    assert.equal(await signIns.accept(on, 'assertion', false), 'signInConsent');
    for (const opaque of ['opaque', jwt(undefined), jwt('Directory.AccessAsUser.All')]) {
      const other = house({ getToken: async () => ({ ...token, token: opaque }) });
      assert.equal(await other.signIns.accept(on, 'assertion', false), null, opaque);
    }
  });

  it('end when Entra says so; what only does not answer may answer later', async () => {
    let said: string | null = null;
    const { signIns } = house({
      async getToken() {
        if (said !== null) throw new Error(said);
        return token;
      },
    });
    await signIns.accept(on, 'assertion', false);
    const problem = () =>
      Promise.resolve(signIns.credentialOf(on)?.getToken('scope')).then(
        () => null,
        (error: DirectoryError) => error.problem,
      );
    said = 'AADSTS50173: The provided grant has expired';
    assert.equal(await problem(), 'signIn');
    said = 'no token within 4000 ms';
    assert.equal(await problem(), 'unavailable');
  });

  it('never throw, also when the exchange cannot even begin', async () => {
    const signIns = createSignIns({
      verify: async () => ({ ok: true, contexts: [] }),
      onBehalfOf() {
        throw new Error('no certificate');
      },
      scope: 's',
      privilegedContext: null,
      now: () => new Date(),
      log: { warn() {} },
    });
    assert.equal(await signIns.accept(on, 'assertion', false), 'signInUnavailable');
  });

  it('do not exist where Graph is called as the app', async () => {
    assert.equal(await noSignIns.accept(on, 'assertion', false), 'signInUnavailable');
    assert.equal(noSignIns.holds(on), false);
    assert.equal(noSignIns.credentialOf(on), undefined);
  });
});

describe('a person’s token', () => {
  it('cannot be judged while Entra’s keys cannot be had, which is not the person’s fault', async () => {
    const verify = createVerifyUserToken(
      {
        tenantId: 't',
        audience: 'api://botid-a',
        issuers: ['https://sts.windows.net/t/'],
        // The port of a service that nobody runs.
        keysUrl: 'https://127.0.0.1:1/keys',
        maxAgeMinutes: 90,
      },
      () => new Date(),
    );
    const signed = `${Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url')}.e30.AAAA`;
    const codes = await Promise.all([signed, 'no token'].map((text) => verify(text, 'megan')));
    assert.deepEqual(
      codes.map((judged) => !judged.ok && judged.code),
      ['signInUnavailable', 'signInInvalid'],
    );
  });
});
