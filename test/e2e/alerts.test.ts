import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { cardIn, shownBy } from '../support/production/card.ts';
import { type AskedCard, createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { APP_ID, person, startWorld, type World } from '../support/production/world.ts';

const sentinel = 'cccccccc-0000-4000-8000-000000000001';
const defender = 'cccccccc-0000-4000-8000-000000000002';
const stranger = 'cccccccc-0000-4000-8000-000000000003';
const approvers = '19:approvers@thread.v2';

interface Described {
  readonly paths: Record<string, Record<string, { responses: Record<string, { $ref?: string }> }>>;
}
const described = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as Described;
const ajv = new Ajv({ strict: false, formats: { uri: true } }).addSchema(described, 'api');

/** What the description in the docs promises holds for every answer here. */
function asDescribed(method: string, path: string, answer: { status: number; type: string; body: unknown }): void {
  const which = path === '/api/requests' ? path : '/api/requests/{id}';
  const response = described.paths[which]?.[method.toLowerCase()]?.responses[String(answer.status)];
  assert(response, `${method} ${which} answers ${answer.status}, which is not described`);
  const schema = response.$ref ? 'Problem' : answer.status === 202 ? 'Opened' : 'State';
  assert.match(answer.type, response.$ref ? /^application\/problem\+json$/ : /^application\/json/);
  assert(ajv.validate(`api#/components/schemas/${schema}`, answer.body), ajv.errorsText());
}

describe('an alert opens a request, at the production entry point', function () {
  this.timeout(120_000);
  const [alex, megan, nestor, adele] = [person('alex'), person('megan'), person('nestor'), person('adele')];
  let world: World;
  let steps: Steps;
  before(async () => {
    world = await startWorld({
      env: {
        ALERT_CLIENTS: `${sentinel},${defender}`,
        ALERT_TWO_APPROVERS: 'true',
        ALERT_LINK_HOSTS: 'security.example',
        APPROVAL_CONVERSATION: approvers,
        MAX_TARGETS: '5',
        MAX_OPEN_PER_REQUESTER: '6',
      },
    });
    steps = createSteps(world);
    // Teams is spoken to through the address that was heard last.
    const heard = steps.nextPost(place);
    await world.teams.say(alex, place, 'help');
    await heard();
  });
  after(() => world?.stop());

  const place = { ...groupChat('approvers'), id: approvers };

  const token = (client = sentinel, claims: Record<string, unknown> = {}) =>
    world.authority.userToken(client, {
      claims: { appid: client, idtyp: 'app', roles: ['Requests.Create'], scp: undefined, ...claims },
    });
  async function call(method: string, path: string, bearer: string | null, body?: unknown, headers = {}) {
    const response = await fetch(`${world.bot().url}${path}`, {
      method,
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const answer = {
      status: response.status,
      type,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
    if (method !== 'DELETE') asDescribed(method, path, answer);
    return answer;
  }
  const open = (body: unknown, bearer: string | null = token()) => call('POST', '/api/requests', bearer, body);
  const tell = async (id: unknown, bearer = token()) => (await call('GET', `/api/requests/${id}`, bearer)).body;

  /** The card that asks, as the approvers see it. */
  async function cardOf(code: unknown): Promise<AskedCard> {
    const shown = await world.connector.waitFor((log) =>
      log.find(({ conversationId, activity }) => conversationId === approvers && cardCode(activity) === code),
    );
    return steps.asAsked(place, shown);
  }
  const cardCode = (activity: unknown) =>
    cardIn(activity) &&
    shownBy(activity)
      .split('\n')
      .find((line) => /^[A-Z0-9]{4,}$/.test(line));

  it('asks in the approvers’ conversation, is decided by a person, and is told how it went', async () => {
    const alert = {
      targets: [adele.userPrincipalName, 'nobody@contoso.example'],
      reason: 'impossible travel',
      source: 'Microsoft Sentinel',
      link: 'https://security.example/incidents/7',
      locale: 'en-GB',
      idempotencyKey: 'incident-7',
    };
    const opened = await open(alert);
    assert.equal(opened.status, 202, JSON.stringify(opened.body));
    assert.deepEqual(Object.keys(opened.body).toSorted(), ['code', 'id']);
    const { id, code } = opened.body;
    const card = await cardOf(code);
    for (const part of [
      'Microsoft Sentinel',
      sentinel,
      'impossible travel',
      alert.link,
      'Adele Vance',
      'nobody@contoso.example',
    ])
      assert(card.text.includes(part), `${part} in ${card.text}`);
    assert.match(
      JSON.stringify(card.card),
      /"type":"Action.OpenUrl","title":"Open the alert","url":"https:\/\/security\.example\/incidents\/7"/,
    );
    assert.deepEqual(
      (await open({ ...alert, reason: 'said again' })).body,
      opened.body,
      'the same key, the same request',
    );
    assert.deepEqual(await tell(id), {
      id,
      code,
      state: 'requested',
      accounts: [
        { target: adele.userPrincipalName, outcome: 'waiting' },
        { target: 'nobody@contoso.example', outcome: 'notFound' },
      ],
    });
    assert.equal((await call('GET', `/api/requests/${id}`, token(defender))).status, 404, 'only who asked is told');
    const result = steps.nextPost(place);
    await steps.press(megan, card, 'approve');
    assert.match(await result(30_000, /Sessions revoked/), /Microsoft Sentinel/);
    assert.equal(steps.writesFor(adele).length, 1);
    const { state, accounts } = await tell(id);
    assert.deepEqual(
      [state, accounts],
      [
        'succeeded',
        [
          { target: adele.userPrincipalName, outcome: 'verified' },
          { target: 'nobody@contoso.example', outcome: 'notFound' },
        ],
      ],
    );
    const mentions = world.connector.log.filter(({ activity }) =>
      JSON.stringify(activity).includes(`"id":"${sentinel}"`),
    );
    assert.deepEqual(mentions, [], 'an app is never mentioned');
  });

  it('takes two different approvers where two persons are needed, if the settings say so', async () => {
    const admin = person('isaiah');
    const { body } = await open({ targets: [admin.id], source: 'Defender' });
    const card = await cardOf(body.code);
    assert.match(card.text, /Two different approvers must approve this/);
    const agreed = steps.nextPost(place);
    await steps.press(megan, card, 'approve');
    assert.match(await agreed(30_000, /one more approval needed/), /^[^:]+: one more.*Megan Bowen approved first/);
    const again = await steps.press(megan, card, 'approve');
    assert.match(again.text, /Another approver must approve it, too/);
    assert.deepEqual(steps.writesFor(admin), []);
    assert.equal((await tell(body.id)).state, 'requested');
    await steps.press(nestor, card, 'approve');
    await steps.written(admin);
  });

  it('is nobody’s way round: quiet link, other apps, people, the bot itself, old and foreign tokens', async () => {
    const elsewhere = await open({ targets: [person('risky').id], link: 'https://evil.example/x' });
    const card = await cardOf(elsewhere.body.code);
    assert(card.text.includes('https://evil.example/x'));
    assert(!JSON.stringify(card.card).includes('Action.OpenUrl'));
    const targets = [adele.id];
    const now = Math.floor(Date.now() / 1000);
    const refused: readonly (readonly [string, number, string | null])[] = [
      ['no token', 401, null],
      ['no token of anybody', 401, 'a.b.c'],
      ['the channel’s token', 401, world.authority.channelToken(world.connector.serviceUrl)],
      ['an app that is not on the list', 403, token(stranger)],
      ['the bot’s own', 403, token(APP_ID)],
      ['without the app role', 403, token(sentinel, { roles: ['Requests.Read'] })],
      ['of a person', 403, token(sentinel, { idtyp: 'user', scp: 'access_as_user' })],
      ['with a scope', 403, token(sentinel, { scp: 'access_as_user' })],
      ['that does not say what it is', 401, token(sentinel, { idtyp: undefined })],
      ['for something else', 401, token(sentinel, { aud: APP_ID })],
      ['of another tenant', 401, token(sentinel, { tid: stranger })],
      ['of another issuer', 401, token(sentinel, { iss: 'https://sts.example/' })],
      ['that has run out', 401, token(sentinel, { exp: now - 120 })],
      ['not yet good', 401, token(sentinel, { nbf: now + 600 })],
    ];
    for (const [what, status, bearer] of refused) {
      for (const answer of [
        await open({ targets }, bearer),
        await call('GET', `/api/requests/${elsewhere.body.id}`, bearer),
      ]) {
        assert.equal(answer.status, status, what);
        assert.match(answer.type, /^application\/problem\+json/);
        assert.equal(answer.body.status, status);
      }
    }
  });

  it('says what is wrong with what was sent', async () => {
    const targets = [person('risky').id];
    const wrong: readonly (readonly [number, unknown])[] = [
      [400, {}],
      [400, { targets: [] }],
      [400, { targets: 'adele@contoso.example' }],
      [400, { targets: [''] }],
      [400, { targets, approve: true }],
      [400, { targets, link: 'http://security.example/' }],
      [400, { targets, link: 'javascript:alert(1)' }],
      [400, { targets, reason: 'x'.repeat(501) }],
      [400, { targets: ['a', 'b', 'c', 'd', 'e', 'f'] }],
      [400, '{"targets":'],
      [413, { targets, reason: 'x'.repeat(300_000) }],
      [422, { targets: ['nobody@contoso.example', person('breakGlass').userPrincipalName] }],
    ];
    for (const [status, body] of wrong) {
      const answer = await open(body);
      assert.equal(answer.status, status, JSON.stringify(body).slice(0, 80));
      assert.match(answer.type, /^application\/problem\+json/);
    }
    const { body } = await open({ targets });
    assert.equal(body.status, 409, 'open already');
    assert.match(String(body.code), /^[A-Z0-9]{4,}$/);
    assert.equal((await call('POST', '/api/requests', token(), 'x', { 'content-type': 'text/plain' })).status, 415);
    assert.equal((await call('GET', '/api/requests/K7F3', token())).status, 404);
    assert.equal((await call('DELETE', '/api/requests', token())).status, 404);
  });

  it('never approves: no more writes than people decided', () => {
    const written = new Set(world.graph.writes().map(({ path }) => path));
    assert.equal(written.size, 2);
  });
});
