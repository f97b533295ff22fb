import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { rawRequest } from '../support/production/raw-request.ts';
import { createSteps } from '../support/production/steps.ts';
import { groupChat, type SendOptions } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const OTHER = '11111111-2222-4333-8444-555555555555';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('the port of the production entry point', function () {
  this.timeout(300_000);
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  describe('who gets through', () => {
    const alex = person('alex');
    let attempts = 0;
    const refusals = new Set<string>();

    /** A good message is answered; so whatever an earlier one had set off would have shown by then. */
    async function settle(): Promise<void> {
      attempts += 1;
      const place = groupChat(`settle-${attempts}`);
      const next = createSteps(world).nextPost(place);
      assert.equal((await world.teams.say(alex, place, 'help')).status, 200);
      await next();
    }

    /** Says `help` with the change, which a handler would answer at once, and gives back the HTTP status. */
    async function attempt(change: SendOptions): Promise<number> {
      attempts += 1;
      const place = groupChat(`attempt-${attempts}`);
      const calls = world.graph.calls.length;
      const logged = world.connector.log.length;
      const { status, body } = await world.teams.say(alex, place, 'help', change);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      if (status === 401) refusals.add(text);
      assert.ok(text.length < 200, text);
      assert.doesNotMatch(
        text,
        /jwt|signature|issuer|audience|serviceurl|\bat \w|node_modules|Error:/i,
        'tells an attacker why',
      );
      await settle();
      const answered = world.connector.log.slice(logged).some(({ conversationId }) => conversationId === place.id);
      assert.ok(!answered, `answered ${status}, and a handler answered too`);
      const looked = world.graph.calls.slice(calls).some(({ path }) => path.includes('/users'));
      assert.ok(!looked, `answered ${status}, and a handler asked Graph`);
      return status;
    }

    const good = () => world.authority.channelToken(world.connector.serviceUrl);
    const broken = (change: (parts: string[]) => string[]) => `Bearer ${change(good().split('.')).join('.')}`;
    const now = () => Math.floor(Date.now() / 1000);
    const reencode = (part: string | undefined, change: Record<string, unknown>) =>
      Buffer.from(
        JSON.stringify({ ...JSON.parse(Buffer.from(part ?? '', 'base64url').toString()), ...change }),
      ).toString('base64url');

    /** What only the signature, the SDK's clock or Entra tell; every form of a token is tried on the guard by itself. */
    const badTokens: Record<string, () => SendOptions['token']> = {
      'no token': () => null,
      'something that is no token': () => 'Bearer junk',
      'no signature': () => ({ key: 'none' }),
      'another signature': () => ({ key: 'foreign' }),
      'a damaged signature': () =>
        broken(([header = '', claims = '', signature = '']) => [header, claims, `AAAA${signature.slice(4)}`]),
      'claims changed after signing': () =>
        broken(([header = '', claims, signature = '']) => [header, reencode(claims, { serviceurl: 'x' }), signature]),
      'the published key used as a shared secret': () => ({ key: 'hmac' }),
      'a key endorsed for another channel': () => ({ key: 'unendorsed' }),
      'alg none in the header': () => ({ header: { alg: 'none' } }),
      'an unknown kid': () => ({ header: { kid: 'unknown' } }),
      'another issuer': () => ({ claims: { iss: 'https://api.botframework.example' } }),
      'another audience': () => ({ claims: { aud: OTHER } }),
      'another serviceurl': () => ({ claims: { serviceurl: 'https://smba.trafficmanager.net/emea/' } }),
      'an expired token': () => ({ claims: { exp: now() - 3600, nbf: now() - 7200 } }),
      'a token for later': () => ({ claims: { nbf: now() + 3600, exp: now() + 7200 } }),
      'the bot’s own Entra token': () => `Bearer ${world.authority.entraToken()}`,
      'the bot’s own Entra token from a tenant that botbuilder trusts': () =>
        `Bearer ${world.authority.entraToken({
          claims: {
            iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
            tid: 'd6d49420-f39b-4df7-a1dc-d59a935871db',
          },
        })}`,
      'the bot’s own Entra token with a serviceurl': () =>
        `Bearer ${world.authority.entraToken({
          claims: {
            iss: `https://login.microsoftonline.com/${OTHER}/v2.0`,
            tid: OTHER,
            ver: '2.0',
            serviceurl: world.connector.serviceUrl,
          },
        })}`,
      'the bot’s own Entra token under the channel’s issuer': () =>
        `Bearer ${world.authority.entraToken({ claims: { iss: 'https://api.botframework.com', serviceurl: world.connector.serviceUrl } })}`,
    };
    for (const [name, token] of Object.entries(badTokens)) {
      it(`401: ${name}`, async () => {
        assert.equal(await attempt({ token: token() ?? null }), 401);
      });
    }

    const badBodies: Record<string, Record<string, unknown>> = {
      'no serviceUrl': { serviceUrl: undefined },
      'an empty serviceUrl': { serviceUrl: '' },
      'another serviceUrl': { serviceUrl: 'https://smba.trafficmanager.net/emea/' },
      'a serviceUrl that is no string': { serviceUrl: ['https://smba.trafficmanager.net/emea/'] },
    };
    for (const [name, activity] of Object.entries(badBodies)) {
      it(`401: a good token and ${name} in the body`, async () => {
        assert.equal(await attempt({ activity }), 401);
      });
    }

    it('refuses a serviceUrl whose host is not allowed, though token and body agree', async () => {
      const serviceUrl = 'https://attacker.example/emea/';
      const status = await attempt({ activity: { serviceUrl }, token: { claims: { serviceurl: serviceUrl } } });
      assert.ok([401, 403].includes(status), String(status));
    });

    for (const channelId of ['webchat', 'emulator', 'directline', '', undefined]) {
      it(`403: channelId ${JSON.stringify(channelId) ?? 'missing'}`, async () => {
        assert.equal(await attempt({ activity: { channelId } }), 403);
      });
    }

    const conversation = { id: '19:foreign@thread.v2', conversationType: 'groupChat', isGroup: true };
    const foreign: Record<string, Record<string, unknown>> = {
      'both places': { channelData: { tenant: { id: OTHER } }, conversation: { ...conversation, tenantId: OTHER } },
      'channelData alone': { channelData: { tenant: { id: OTHER } } },
      'the conversation alone': { conversation: { ...conversation, tenantId: OTHER } },
      'no tenant at all': { channelData: {}, conversation },
    };
    for (const [name, activity] of Object.entries(foreign)) {
      it(`never acts for a foreign tenant: ${name}`, async () => {
        const logged = world.connector.log.length;
        const status = await attempt({ activity });
        assert.ok([401, 403].includes(status), String(status));
        assert.ok(!world.connector.log.slice(logged).some(({ conversationId }) => conversationId === conversation.id));
      });
    }

    it('says the same to every bad token', () => {
      assert.equal(refusals.size, 1, [...refusals].join('\n'));
    });
  });

  describe('hostile HTTP', () => {
    const alex = person('alex');

    beforeEach(async () => {
      // So that one deadly request does not make all later ones look deadly.
      if (await isAlive()) return;
      await world.bot().kill();
      await world.start();
    });

    const isAlive = () =>
      rawRequest(`${world.bot().url}/healthz`).then(
        ({ status }) => status === 200,
        () => false,
      );
    async function assertAlive(): Promise<void> {
      assert.ok(await isAlive(), `the process died:\n${world.bot().stderr()}`);
    }

    const messages = () => `${world.bot().url}/api/messages`;
    const authorization = () => ({
      authorization: `Bearer ${world.authority.channelToken(world.connector.serviceUrl)}`,
    });

    for (const [name, encoding, body] of [
      ['gzip that is none', 'gzip', Buffer.from('this is not gzip')],
      ['gzip that inflates to 64 MiB', 'gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024))],
      ['deflate that is none', 'deflate', Buffer.from('this is not deflate')],
      ['an encoding nobody knows', 'x-unknown', Buffer.from('{}')],
    ] as const) {
      for (const token of [false, true]) {
        it(`415: ${name}, ${token ? 'with' : 'without'} a token`, async () => {
          const headers = {
            ...JSON_TYPE,
            'content-encoding': encoding,
            'content-length': String(body.length),
            ...(token && authorization()),
          };
          const { status } = await rawRequest(messages(), { method: 'POST', headers, body: [body] });
          await assertAlive();
          assert.equal(status, 415);
        });
      }
    }

    it('413: a length above 256 KiB', async () => {
      const body = JSON.stringify({ ...world.teams.message(alex, groupChat(), 'help'), extra: 'x'.repeat(300 * 1024) });
      const headers = { ...JSON_TYPE, 'content-length': String(body.length), ...authorization() };
      const { status } = await rawRequest(messages(), { method: 'POST', headers, body: [body] });
      await assertAlive();
      assert.equal(status, 413);
    });

    it('413: a body that grows above 256 KiB without saying so', async () => {
      const body = Array.from({ length: 300 }, () => ' '.repeat(1024));
      const { status } = await rawRequest(messages(), {
        method: 'POST',
        headers: { ...JSON_TYPE, ...authorization() },
        body,
      });
      await assertAlive();
      assert.equal(status, 413);
    });

    for (const [name, body] of [
      ['cut short', '{"type":"message"'],
      ['empty', ''],
      ['no object', '"message"'],
      ['an array', '[]'],
      ['null', 'null'],
      ['no JSON', '<xml/>'],
    ] as const) {
      it(`400: a body that is ${name}`, async () => {
        const { status, body: said } = await world.teams.post(body);
        await assertAlive();
        assert.equal(status, 400, JSON.stringify(said));
        assert.doesNotMatch(JSON.stringify(said), /position|Unexpected|\bat \w|node_modules/);
      });
    }

    it('survives JSON that is nested 100,000 deep', async () => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      const { status } = await world.teams.post(deep);
      assert.ok(status >= 400 && status < 500, String(status));
      const message = JSON.stringify(world.teams.message(alex, groupChat('deep'), 'help'));
      const inside = await world.teams.post(`${message.slice(0, -1)},"value":${deep}}`);
      assert.ok(inside.status < 500, String(inside.status));
      await assertAlive();
    });

    it('survives __proto__', async () => {
      const text = JSON.stringify(world.teams.message(alex, groupChat('odd'), 'help'));
      const polluted = await world.teams.post(`${text.slice(0, -1)},"__proto__":{"channelId":"emulator"}}`);
      assert.ok(polluted.status < 500, String(polluted.status));
      await assertAlive();
    });

    const click = (value: unknown) => ({ type: 'invoke', name: 'adaptiveCard/action', text: undefined, value });
    for (const odd of [
      { from: null },
      { from: 'somebody' },
      { text: { length: 1 } },
      { text: 7 },
      { text: undefined },
      { entities: 'x' },
      { entities: [null, { type: 'mention' }, { type: 'mention', mentioned: null, text: {} }] },
      { attachments: [null, { contentType: 'text/html', content: {} }] },
      { conversation: 7 },
      { channelData: [] },
      { recipient: null },
      { locale: {} },
      { id: {} },
      { type: 5 },
      { type: undefined },
      { type: 'message', text: undefined, value: { requestId: {}, verb: [] } },
      click(undefined),
      click(null),
      click({ action: null }),
      click({ action: { type: 'Action.Execute', verb: {}, data: [] } }),
      click({ action: { type: 'Action.Execute', verb: 'approve', data: { requestId: 'x'.repeat(100_000) } } }),
      { type: 'invoke', name: 'something/else' },
      { type: 'conversationUpdate', membersAdded: [null] },
      { type: 'messageReaction', reactionsAdded: {} },
    ]) {
      it(`survives ${JSON.stringify(odd).slice(0, 90)}`, async () => {
        const { status } = await world.teams.post({ ...world.teams.message(alex, groupChat('odd'), 'help'), ...odd });
        await assertAlive();
        assert.ok(status < 500, String(status));
      });
    }

    for (const [method, path] of [
      ['GET', '/'],
      ['HEAD', '/'],
      ['GET', '/api/messages'],
      ['PUT', '/api/messages'],
      ['OPTIONS', '/api/messages'],
      ['POST', '/api/other'],
      ['DELETE', '/healthz'],
      ['GET', '/..%2f..%2fpackage.json'],
      ['GET', '/%zz'],
      ['GET', '//x'],
      ['GET', '/metrics/x'],
    ] as const) {
      it(`404: ${method} ${path}`, async () => {
        const headers = { 'content-length': '0' };
        const { status, body } = await rawRequest(`${world.bot().url}${path}`, { method, headers });
        await assertAlive();
        assert.equal(status, 404);
        assert.ok(body.length < 200, body);
      });
    }

    it('tells that it lives, that it is ready, and how it does', async () => {
      const [live, ready, metrics] = await Promise.all(
        ['/healthz', '/readyz', '/metrics'].map((path) => rawRequest(`${world.bot().url}${path}`)),
      );
      assert.equal(live?.status, 200);
      assert.equal(ready?.status, 200);
      assert.equal(metrics?.status, 200);
      assert.match(metrics?.headers['content-type'] ?? '', /^text\/plain/);
      assert.match(metrics?.body ?? '', /^# HELP \w+ .+\n# TYPE \w+ (counter|gauge|histogram|summary)/m);
    });

    it('503: names Graph while Graph is away, and is ready again afterwards', async () => {
      const remove = world.graph.faults.inject({ times: Number.POSITIVE_INFINITY, answer: { status: 503, body: {} } });
      const until = async (wanted: number) => {
        for (;;) {
          const answer = await rawRequest(`${world.bot().url}/readyz`);
          if (answer.status === wanted) return answer;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      };
      const { body, headers } = await until(503);
      assert.match(headers['content-type'] ?? '', /json/);
      assert.match(JSON.stringify(JSON.parse(body)), /graph/i);
      remove();
      await until(200);
    });
  });
});
