import assert from 'node:assert/strict';
import { rawRequest } from '../support/production/raw-request.ts';
import { createSteps } from '../support/production/steps.ts';
import { groupChat, type SendOptions } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const OTHER = '11111111-2222-4333-8444-555555555555';

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

    const flipped = (signature = '') => {
      const bytes = Buffer.from(signature, 'base64url');
      bytes[7] = (bytes[7] ?? 0) ^ 1;
      return bytes.toString('base64url');
    };

    /** What only the signature, the SDK's clock or Entra tell; every form of a token is tried on the guard by itself. */
    const badTokens: Record<string, () => SendOptions['token']> = {
      'no token': () => null,
      'something that is no token': () => 'Bearer junk',
      'no signature': () => ({ key: 'none' }),
      'another signature': () => ({ key: 'foreign' }),
      'a damaged signature': () =>
        broken(([header = '', claims = '', signature = '']) => [header, claims, `AAAA${signature.slice(4)}`]),
      'one bit of the signature': () =>
        broken(([header = '', claims = '', signature]) => [header, claims, flipped(signature)]),
      'a signature of another length': () =>
        broken(([header = '', claims = '', signature = '']) => [header, claims, signature.slice(4)]),
      'the signature of another token': () => {
        const other = world.authority.channelToken(world.connector.serviceUrl, { claims: { jti: 'other' } });
        return broken(([header = '', claims = '']) => [header, claims, other.split('.')[2] ?? '']);
      },
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
      'an expiry that is text': () => ({ claims: { exp: String(now() + 3600) } }),
      'a begin that is text': () => ({ claims: { nbf: String(now() - 60) } }),
      'a bot for a skill': () => ({ claims: { ver: '2.0', appid: OTHER, azp: OTHER } }),
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

    it('401: a good token and another serviceUrl in the body', async () => {
      assert.equal(await attempt({ activity: { serviceUrl: 'https://smba.trafficmanager.net/emea/' } }), 401);
    });

    it('refuses a serviceUrl whose host is not allowed, though token and body agree', async () => {
      const serviceUrl = 'https://attacker.example/emea/';
      const status = await attempt({ activity: { serviceUrl }, token: { claims: { serviceurl: serviceUrl } } });
      assert.ok([401, 403].includes(status), String(status));
    });

    it('403: another channel', async () => {
      assert.equal(await attempt({ activity: { channelId: 'webchat' } }), 403);
    });

    const conversation = { id: '19:foreign@thread.v2', conversationType: 'groupChat', isGroup: true };
    for (const [name, activity] of Object.entries({
      'another tenant': { channelData: { tenant: { id: OTHER } }, conversation: { ...conversation, tenantId: OTHER } },
      'no tenant at all': { channelData: {}, conversation },
    })) {
      it(`never acts for ${name}`, async () => {
        const logged = world.connector.log.length;
        assert.equal(await attempt({ activity }), 403);
        assert.ok(!world.connector.log.slice(logged).some(({ conversationId }) => conversationId === conversation.id));
      });
    }

    it('says the same to every bad token', () => {
      assert.equal(refusals.size, 1, [...refusals].join('\n'));
    });
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
