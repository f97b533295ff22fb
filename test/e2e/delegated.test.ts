import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat, type Person, personalChat } from '../support/production/teams-client.ts';
import { APP_ID, person, startWorld, type World } from '../support/production/world.ts';

interface Answer {
  readonly statusCode: number;
  readonly type: string;
  readonly value: unknown;
}

const loginRequest = 'application/vnd.microsoft.activity.loginRequest';
const message = 'application/vnd.microsoft.activity.message';

describe('Graph is called as the approver (GRAPH_AUTH=delegated), by the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, nestor, adele] = [person('alex'), person('megan'), person('nestor'), person('adele')];
  let world: World;
  let steps: Steps;
  let chats = 0;
  /** By processes that have ended. */
  const printed: string[] = [];

  before(async () => {
    world = await startWorld({
      env: { GRAPH_AUTH: 'delegated', OAUTH_CONNECTION: 'entra', PRIVILEGED_AUTH_CONTEXT: 'c7' },
    });
    steps = createSteps(world);
    world.graph.mayRevoke.add(megan.id);
  });
  after(() => world.stop());
  afterEach(() => world.authority.refuseOnBehalf(null));

  const ask = (sentence = `revoke sessions for ${adele.userPrincipalName}`) => {
    chats += 1;
    return steps.ask(alex, groupChat(`delegated-${chats}`), sentence);
  };

  const dataOf = ({ buttons: [button] }: AskedCard) => button?.data as { requestId: string };

  /** Presses a button as Teams does; with a token, as it does after a login request. */
  async function press(who: Person, asked: AskedCard, verb: string, token?: string): Promise<Answer> {
    const data = dataOf(asked);
    const authentication = token === undefined ? undefined : { id: 'any', connectionName: 'entra', token };
    const { status, body } = await world.teams.execute(who, asked.place, asked.activityId, {
      verb,
      data,
      ...(authentication && { authentication }),
    });
    assert.equal(status, 200, 'Teams wants HTTP 200 for whatever bot code handled');
    return body as Answer;
  }
  const writesFor = ({ id }: Person) =>
    world.graph.writes().filter(({ path, headers }) => path.includes(id) || oidOf(headers.authorization) === id);
  const oidOf = (authorization = '') =>
    JSON.parse(Buffer.from(authorization.split('.')[1] ?? 'e30', 'base64url').toString()).oid as unknown;

  it('the first click is answered by a login request, and nothing is decided', async () => {
    const asked = await ask();
    assert.match(asked.text, /Approve with the button: you sign in/);
    const { statusCode, type, value } = await press(megan, asked, 'approve');
    assert.deepEqual([statusCode, type], [401, loginRequest]);
    assert.deepEqual(value, {
      text: 'Sign in, so that Microsoft Entra can check your role',
      connectionName: 'entra',
      tokenExchangeResource: {
        id: dataOf(asked).requestId,
        uri: `api://botid-${APP_ID}`,
      },
      buttons: [],
    });
    assert.equal((await press(megan, asked, 'cancel')).statusCode, 200, 'to refuse takes no sign-in');
    await steps.closed(asked);
  });

  it('with the token Graph is called on behalf of the approver, once, and the effect is proved', async () => {
    const asked = await ask();
    const posted = steps.nextPost(asked.place);
    await press(megan, asked, 'approve');
    const { statusCode } = await press(megan, asked, 'approve', world.authority.userToken(megan.id));
    assert.equal(statusCode, 200);
    assert.match(await posted(20_000, /verified/), /✓ Sessions revoked, verified/);
    const written = writesFor(adele);
    assert.equal(written.length, 1);
    assert.equal(oidOf(written[0]?.headers.authorization), megan.id, 'the approver’s token, not the app’s');
    assert.match(written[0]?.path ?? '', new RegExp(`^/v1\\.0/users/${adele.id}/revokeSignInSessions$`));
    const onBehalf = world.authority.tokenRequests.filter(({ grantType }) => grantType.endsWith('jwt-bearer'));
    assert.equal(onBehalf.length, 1, 'one exchange');
    assert.match(onBehalf[0]?.scope ?? '', new RegExp(`^${world.graph.url}/\\.default`));
  });

  it('revoke my sessions goes to /me, with the own sign-in, and needs no role', async () => {
    const place = personalChat(nestor);
    const asked = await steps.ask(nestor, place, 'revoke my sessions');
    const posted = steps.nextPost(place);
    assert.equal((await press(nestor, asked, 'approve')).type, loginRequest);
    await press(nestor, asked, 'approve', world.authority.userToken(nestor.id));
    await posted(20_000, /verified/);
    const mine = world.graph.writes().filter(({ path }) => path === '/v1.0/me/revokeSignInSessions');
    assert.deepEqual(
      mine.map(({ headers }) => oidOf(headers.authorization)),
      [nestor.id],
    );
  });

  it('without the role Entra refuses, and the result names the roles that would do', async () => {
    const asked = await ask();
    const posted = steps.nextPost(asked.place);
    await press(nestor, asked, 'approve', world.authority.userToken(nestor.id));
    const result = await posted(20_000, /Not revoked/);
    assert.match(
      result,
      /Entra refused: no role of the approver reaches this account.*Helpdesk Administrator, Authentication Administrator, User Administrator/s,
    );
  });

  it('an administrator’s account needs the authentication context, and then the highest role', async () => {
    const isaiah = person('isaiah');
    const asked = await ask(`revoke sessions for ${isaiah.userPrincipalName}`);
    const weak = await press(nestor, asked, 'approve', world.authority.userToken(nestor.id));
    assert.match(String(weak.value), /need a stronger sign-in/);
    const wrong = await press(
      nestor,
      asked,
      'approve',
      world.authority.userToken(nestor.id, { claims: { acrs: ['c1'] } }),
    );
    assert.match(String(wrong.value), /need a stronger sign-in/);
    assert.equal(writesFor(isaiah).length, 0);
    const posted = steps.nextPost(asked.place);
    await press(nestor, asked, 'approve', world.authority.userToken(nestor.id, { claims: { acrs: ['c1', 'c7'] } }));
    assert.match(await posted(20_000, /Not revoked/), /Privileged Authentication Administrator/);
  });

  it('somebody in a restricted unit is not left out: Entra knows whether the approver reaches them', async () => {
    const patti = person('restricted');
    const asked = await ask(`revoke sessions for ${patti.userPrincipalName}`);
    const posted = steps.nextPost(asked.place);
    await press(megan, asked, 'approve', world.authority.userToken(megan.id));
    await posted(20_000, /Entra refused|verified/);
    assert.equal(writesFor(patti).length, 1);
  });

  const now = () => Math.floor(Date.now() / 1000);
  const bad: readonly (readonly [what: string, token: () => string, answer: RegExp])[] = [
    ['of somebody else', () => world.authority.userToken(nestor.id), /not yours/],
    ['for another audience', () => world.authority.userToken(megan.id, { claims: { aud: APP_ID } }), /not for me/],
    ['for Graph', () => world.authority.userToken(megan.id, { claims: { aud: world.graph.url } }), /not for me/],
    [
      'of another tenant',
      () => world.authority.userToken(megan.id, { claims: { tid: '99999999-0000-4000-8000-000000000000' } }),
      /not for me/,
    ],
    [
      'from another issuer',
      () => world.authority.userToken(megan.id, { claims: { iss: 'https://sts.example/' } }),
      /not for me/,
    ],
    ['that has run out', () => world.authority.userToken(megan.id, { claims: { exp: now() - 120 } }), /too old/],
    ['issued two hours ago', () => world.authority.userToken(megan.id, { claims: { iat: now() - 7200 } }), /too old/],
    ['from the future', () => world.authority.userToken(megan.id, { claims: { nbf: now() + 600 } }), /not for me/],
    [
      'without a time of issue',
      () => world.authority.userToken(megan.id, { claims: { iat: undefined } }),
      /not for me/,
    ],
    ['without a person', () => world.authority.userToken(megan.id, { claims: { oid: undefined } }), /not for me/],
    [
      'of an app',
      () => world.authority.userToken(megan.id, { claims: { scp: undefined, idtyp: 'app' } }),
      /not for me/,
    ],
    [
      'of an app that has a scope',
      () => world.authority.userToken(megan.id, { claims: { idtyp: 'app' } }),
      /not for me/,
    ],
    ['for another scope', () => world.authority.userToken(megan.id, { claims: { scp: 'User.Read' } }), /not for me/],
    ['signed by another key', () => world.authority.userToken(megan.id, { key: 'foreign' }), /not for me/],
    ['without a signature', () => world.authority.userToken(megan.id, { key: 'none' }), /not for me/],
    ['signed with the public key', () => world.authority.userToken(megan.id, { key: 'hmac' }), /not for me/],
    ['that is no token', () => 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA', /not for me/],
  ];
  it('a token that is not a fresh one of the clicker for this bot decides nothing', async () => {
    const asked = await ask();
    const before = world.graph.writes().length;
    for (const [what, token, answer] of bad) {
      const { statusCode, type, value } = await press(megan, asked, 'approve', token());
      assert.deepEqual([statusCode, type], [200, message], what);
      assert.match(String(value), answer, what);
    }
    assert.equal(world.graph.writes().length, before);
    assert.ok(buttonsOf(cardIn(world.connector.current(asked.activityId))).length > 0, 'still open');
    await press(alex, asked, 'cancel');
  });

  for (const [code, answer] of [
    ['AADSTS65001', /consent is missing for the delegated permission User\.RevokeSessions\.All/],
    ['AADSTS50076', /Entra refused to let me act for you/],
  ] as const) {
    it(`nothing is approved when Entra refuses the exchange with ${code}`, async () => {
      const asked = await ask();
      world.authority.refuseOnBehalf(code);
      const { value } = await press(megan, asked, 'approve', world.authority.userToken(megan.id));
      assert.match(String(value), answer);
      world.authority.refuseOnBehalf(null);
      const posted = steps.nextPost(asked.place);
      await press(megan, asked, 'approve', world.authority.userToken(megan.id));
      await posted(20_000, /verified/);
    });
  }

  it('a typed approval is told to press the button; whoever may not approve is not asked to sign in', async () => {
    const asked = await ask();
    const answered = steps.nextPost(asked.place);
    await world.teams.say(megan, asked.place, `approve ${asked.code}`);
    assert.match(await answered(), /press the button on the card: you need to sign in/);
    const refused = await press(person('adele'), asked, 'approve');
    assert.equal(refused.type, message);
    await press(megan, asked, 'deny');
    assert.match(await steps.closed(asked), /Denied/);
  });

  it('when the process dies before Graph was asked, the approver is asked again, and nobody else will do', async () => {
    const asked = await ask();
    const before = writesFor(adele).length;
    world.graph.faults.inject({ method: 'POST', path: /revokeSignInSessions/, hang: true });
    await press(megan, asked, 'approve', world.authority.userToken(megan.id));
    await world.graph.waitFor((calls) =>
      calls.some(
        ({ path, status }) => path.includes(adele.id) && path.endsWith('revokeSignInSessions') && status === undefined,
      ),
    );
    printed.push(world.bot().stdout(), world.bot().stderr());
    await world.bot().kill();
    world.graph.faults.clear();
    await world.start();
    const waiting = await world.connector.waitFor(() => {
      const activity = world.connector.current(asked.activityId);
      return buttonsOf(cardIn(activity)).some(({ verb }) => verb === 'continue') && activity;
    }, 40_000);
    assert.match(shownBy(waiting), /Waiting for the approver.*Megan Bowen approved this/s);
    assert.match(
      String((await press(nestor, asked, 'continue', world.authority.userToken(nestor.id))).value),
      /Only the approver can continue/,
    );
    assert.equal((await press(megan, asked, 'continue')).type, loginRequest);
    const posted = steps.nextPost(asked.place);
    await press(megan, asked, 'continue', world.authority.userToken(megan.id));
    assert.match(await posted(40_000, /verified/), /✓ Sessions revoked, verified/);
    assert.equal(writesFor(adele).length, before + 2, 'one that hung, and one after the new sign-in');
  });

  it('no token is ever written: not on record, in the log, on a card or in an answer', async () => {
    const path = world.env.STORE_URL?.slice('sqlite:'.length) ?? '';
    const stored = await Promise.all([path, `${path}-wal`].map((file) => readFile(file, 'latin1')));
    assert.match(stored.join(''), /SignInLost/, 'this is the record');
    printed.push(world.bot().stdout(), world.bot().stderr());
    for (const text of [...printed, ...stored, JSON.stringify(world.connector.log)]) {
      assert.doesNotMatch(text, /eyJ[\w-]{10,}/);
    }
  });
});
