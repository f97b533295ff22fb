import assert from 'node:assert/strict';
import { createAdapter, createLocalAdapter, createSigningKeys } from '../../../src/teams/wire/adapter.ts';
import type { Guarded } from '../../../src/teams/wire/guard.ts';
import { unread } from '../../../src/teams/wire/guard.ts';
import type { Incoming } from '../../../src/teams/wire/incoming.ts';
import { createReceive } from '../../../src/teams/wire/receive.ts';
import { type BotChannel, openBotChannel } from '../../support/fake-bot-channel.ts';
import { createFakeClock, silentLog } from '../../support/fakes.ts';
import { tenantId } from '../../support/samples.ts';

const readJson = async (url: string) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
};

const appId = '0d9c2c4e-5f0b-4c58-9d6a-3f5f1d6f7a10';
const letIn = (): Guarded => ({ ok: true });
const message = {
  type: 'message',
  id: '1700000000000',
  channelId: 'msteams',
  text: 'help',
  serviceUrl: 'http://127.0.0.1:1/',
  from: { id: '29:1', name: 'Alex Wilber' },
  recipient: { id: '28:bot', name: 'Session Revoker' },
  conversation: { id: 'a:1', conversationType: 'personal', tenantId },
};
const invoke = { ...message, type: 'invoke', name: 'adaptiveCard/action', value: {} };

/** Takes activities whose bodies have come already. */
const withBody = (receive: ReturnType<typeof createReceive>) => (authorization: string | undefined, json: unknown) =>
  receive(authorization, async () => ({ json }));

interface Options {
  readonly guard?: (authorization: string | undefined, activity: object) => Guarded;
  readonly run?: (incoming: Incoming) => Promise<object | null>;
}

/** receive over the SDK's real adapter, without tokens; remembers which turns ran and what was logged as an error. */
function createDesk({ guard = letIn, run = async () => null }: Options = {}) {
  const turns: string[] = [];
  const errors: unknown[] = [];
  const warnings: unknown[] = [];
  const receive = createReceive({
    adapter: createLocalAdapter(),
    guard,
    tenantId,
    run(incoming) {
      turns.push(incoming.type);
      return run(incoming);
    },
    log: {
      ...silentLog,
      error: (fields) => errors.push((fields as { err?: unknown }).err),
      warn: (fields) => warnings.push(fields),
    },
  });
  return { receive: withBody(receive), turns, errors, warnings };
}

describe('an activity', () => {
  it('is given to the bot, and answered with nothing but a status', async () => {
    const { receive, turns } = createDesk();
    assert.deepEqual(await receive(undefined, message), { status: 200 });
    assert.deepEqual(turns, ['message']);
  });

  it('of type invoke is answered with what the bot says', async () => {
    const body = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'x' };
    const { receive } = createDesk({ run: async () => body });
    assert.deepEqual(await receive(undefined, invoke), { status: 200, body });
  });

  it('of type invoke may be answered without a body', async () => {
    const { receive } = createDesk();
    assert.deepEqual(await receive(undefined, invoke), { status: 200 });
  });

  it('is what the guard sees after the token alone, with the header as it came', async () => {
    const seen: unknown[] = [];
    const receive = createReceive({
      adapter: createLocalAdapter(),
      guard(...given) {
        seen.push(given);
        return given[1] === unread ? { ok: true } : { ok: false, status: 401, why: 'test' };
      },
      tenantId,
      run: async () => null,
      log: silentLog,
    });
    await withBody(receive)('Bearer x', message);
    await withBody(receive)(undefined, invoke);
    assert.deepEqual(seen, [
      ['Bearer x', unread],
      ['Bearer x', message],
      [undefined, unread],
      [undefined, invoke],
    ]);
  });

  for (const status of [400, 413]) {
    it(`whose body cannot be read: ${status}, no turn`, async () => {
      const turns: string[] = [];
      const receive = createReceive({
        adapter: createLocalAdapter(),
        guard: letIn,
        tenantId,
        run: async ({ type }) => {
          turns.push(type);
          return null;
        },
        log: silentLog,
      });
      assert.deepEqual(await receive(undefined, async () => ({ status })), { status });
      assert.deepEqual(turns, []);
    });
  }

  for (const status of [401, 403] as const) {
    it(`turned away by the guard: ${status}, no body, no turn`, async () => {
      const { receive, turns } = createDesk({ guard: () => ({ ok: false, status, why: 'secret detail' }) });
      assert.deepEqual(await receive('Bearer x', message), { status });
      assert.deepEqual(turns, []);
    });
  }

  it('from a host of Teams that is on no list: the operator is told which', async () => {
    for (const [refused, told] of [
      [{ host: 'teams.example.cn' }, [{ host: 'teams.example.cn' }]],
      [{}, []],
    ] as const) {
      const guard = (_: string | undefined, activity: object): Guarded =>
        activity === unread ? { ok: true } : { ok: false, status: 403, why: 'x', ...refused };
      const { receive, warnings } = createDesk({ guard });
      assert.deepEqual(await receive('Bearer x', message), { status: 403 });
      assert.deepEqual(warnings, told);
    }
  });

  for (const body of [
    undefined,
    null,
    '',
    'message',
    0,
    1,
    true,
    [],
    [message],
    {},
    { type: 1 },
    { type: null },
    { type: ['message'] },
    { Type: 'message' },
    Object.create({ type: 1 }),
  ]) {
    it(`that is none: ${JSON.stringify(body)?.slice(0, 40) ?? 'undefined'}: 400 before anything looks at it`, async () => {
      const guarded: unknown[] = [];
      const { receive, turns } = createDesk({
        guard: (_, activity) => {
          guarded.push(activity);
          return { ok: true };
        },
      });
      assert.deepEqual(await receive('Bearer x', body), { status: 400 });
      assert.deepEqual([guarded, turns], [[unread], []]);
    });
  }

  for (const thrown of [new Error('secret detail'), new TypeError('x'), 'secret detail', null, undefined]) {
    it(`in whose turn ${String(thrown)} is thrown: 500, no body, and the log has it`, async () => {
      for (const activity of [message, invoke]) {
        const { receive, errors } = createDesk({ run: () => Promise.reject(thrown) });
        assert.deepEqual(await receive(undefined, activity), { status: 500 });
        // The SDK wraps what is thrown; where it is an error, its text stays to be found.
        assert.equal(errors.length, 1);
        if (thrown instanceof Error) assert(String(errors[0]).includes(thrown.message));
      }
    });
  }

  it('fails for itself alone', async () => {
    let fail = true;
    const { receive } = createDesk({
      async run() {
        if (fail) throw new Error('once');
        return null;
      },
    });
    assert.equal((await receive(undefined, message)).status, 500);
    fail = false;
    assert.equal((await receive(undefined, message)).status, 200);
  });

  it('gets its own answer, however many are under way', async () => {
    const gates = new Map(['1', '2', '3'].map((id) => [id, Promise.withResolvers<void>()]));
    const { receive } = createDesk({
      async run({ where }) {
        await gates.get(where?.id ?? '')?.promise;
        return { value: where?.id };
      },
    });
    const answers = [...gates.keys()].map((id) => receive(undefined, { ...invoke, conversation: { id } }));
    for (const gate of [...gates.values()].toReversed()) gate.resolve();
    assert.deepEqual(
      (await Promise.all(answers)).map(({ body }) => body),
      [{ value: '1' }, { value: '2' }, { value: '3' }],
    );
  });
});

describe('an activity before the SDK in production', () => {
  let keys: BotChannel;
  beforeEach(async () => {
    keys = await openBotChannel();
  });
  afterEach(() => keys.close());

  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'https://api.botframework.com',
    aud: appId,
    exp: 4_000_000_000,
    nbf: 0,
    serviceurl: message.serviceUrl,
  };
  const token = (header: object, payload: object) => `Bearer ${part(header)}.${part(payload)}.${part('signature')}`;

  /** The SDK with its real checks; its keys come from the channel on loopback. */
  function createProductionDesk() {
    const turns: string[] = [];
    const errors: unknown[] = [];
    const log = { ...silentLog, error: (fields: unknown) => errors.push(fields) };
    const metadata = `${keys.serviceUrl}.well-known/openidconfiguration`;
    const adapter = createAdapter({
      appId,
      tenantId,
      endpoints: {
        loginUrl: `https://login.microsoftonline.com/${tenantId}`,
        scope: 'https://api.botframework.com',
        issuer: 'https://api.botframework.com',
        oauthUrl: 'https://api.botframework.com',
        channelOpenIdMetadataUrl: metadata,
        emulatorOpenIdMetadataUrl: metadata,
      },
      credential: { getToken: async () => ({ token: 'token' }) },
      signingKeys: createSigningKeys({ url: metadata, readJson, clock: createFakeClock(), log }),
    });
    const receive = createReceive({
      adapter,
      guard: letIn,
      tenantId,
      async run({ type }) {
        turns.push(type);
        return null;
      },
      log,
    });
    return { receive: withBody(receive), turns, errors };
  }

  const rows: readonly (readonly [string, string | undefined])[] = [
    ['no token', undefined],
    ['an empty header', ''],
    ['a scheme alone', 'Bearer'],
    ['another scheme', 'Basic YWxhZGRpbjpvcGVuc2VzYW1l'],
    ['a token that is none', 'Bearer x.y.z'],
    ['a token of nobody', token({ alg: 'RS256', kid: 'k' }, { ...claims, iss: 'https://evil.example' })],
    ['a token without key id', token({ alg: 'RS256' }, { ...claims, iss: 'https://evil.example' })],
  ];
  for (const [name, authorization] of rows) {
    it(`with ${name}: 401, no body, no turn`, async () => {
      const { receive, turns } = createProductionDesk();
      assert.deepEqual(await receive(authorization, message), { status: 401 });
      assert.deepEqual(turns, []);
    });
  }

  it('that is refused is not read', async () => {
    let read = false;
    const receive = createReceive({
      adapter: createLocalAdapter(),
      guard: () => ({ ok: false, status: 401, why: 'test' }),
      tenantId,
      run: async () => null,
      log: silentLog,
    });
    const readBody = async () => {
      read = true;
      return { json: message };
    };
    assert.deepEqual(await receive('Bearer x', readBody), { status: 401 });
    assert.equal(read, false);
  });

  it('whose key is not among those of the Bot Framework: 401', async () => {
    keys.answers.push(
      { status: 200, body: { issuer: claims.iss, jwks_uri: `${keys.serviceUrl}keys` } },
      { status: 200, body: { keys: [] } },
    );
    const { receive, turns } = createProductionDesk();
    const { status, ...rest } = await receive(token({ alg: 'RS256', kid: 'k' }, claims), message);
    assert.equal(status, 401);
    assert.deepEqual([rest, turns], [{ unchecked: 'keyUnknown' }, []]);
  });

  it('while the keys cannot be had: 503, so that Teams tries again, and the log has it', async () => {
    keys.answers.push(...Array.from({ length: 20 }, () => ({ status: 500 })));
    const { receive, turns, errors } = createProductionDesk();
    assert.deepEqual(await receive(token({ alg: 'RS256', kid: 'k' }, claims), message), {
      status: 503,
      unchecked: 'keysAway',
    });
    assert.deepEqual([turns, errors.length], [[], 1]);
  });
});
