import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Config, readConfig } from '../../src/config/config.ts';

const app = '11111111-aaaa-4111-8111-111111111111';
const tenant = '22222222-bbbb-4222-8222-222222222222';
const group = '33333333-cccc-4333-8333-333333333333';
const other = '44444444-dddd-4444-8444-444444444444';

type Env = Record<string, string | undefined>;

const least: Env = {
  MicrosoftAppId: app,
  MicrosoftAppTenantId: tenant,
  MicrosoftAppPassword: 'secret',
  REQUESTERS: group,
  APPROVERS: group,
};

function config(more: Env = {}): Config {
  const read = readConfig({ ...least, ...more });
  assert(read.kind === 'production', JSON.stringify(read));
  return read.config;
}

function problems(env: Env): readonly string[] {
  const read = readConfig(env);
  assert(read.kind === 'invalid', read.kind);
  return read.problems;
}

/** The settings that the problems name: each begins with its name. */
const named = (env: Env) => problems(env).map((problem) => problem.split(' ')[0]);

describe('local mode', () => {
  it('is what no settings at all mean, with the rules that production has by default', () => {
    const read = readConfig({});
    assert(read.kind === 'local');
    assert.deepEqual(
      [read.port, read.playgroundPort, read.storeUrl, read.logLevel],
      [3978, 56_150, 'sqlite:data/session-revoker.db', 'warn'],
    );
    const { people: _people, ...rules } = config().policy;
    assert.deepEqual(read.policy, rules);
  });

  it('takes ports, store, log level and rules', () => {
    const read = readConfig({
      PORT: '4000',
      PLAYGROUND_PORT: '4001',
      STORE_URL: 'sqlite:x.db',
      LOG_LEVEL: 'debug',
      MAX_TARGETS: '7',
    });
    assert(read.kind === 'local');
    const { port, playgroundPort, storeUrl, logLevel, policy } = read;
    assert.deepEqual(
      [port, playgroundPort, storeUrl, logLevel, policy.maxTargets],
      [4000, 4001, 'sqlite:x.db', 'debug', 7],
    );
  });

  it('is not a way out of a wrong setting', () => {
    assert.deepEqual(named({ PORT: '-1', TWO_PERSON: 'sometimes' }).toSorted(), ['PORT', 'TWO_PERSON']);
  });

  for (const STORE_URL of ['UseDevelopmentStorage=true', 'https://bot.table.core.windows.net']) {
    it(`stays on this machine: STORE_URL=${STORE_URL} is refused`, () => {
      assert.deepEqual(problems({ STORE_URL }), [
        'STORE_URL must be sqlite:<path> in local mode: set MicrosoftAppId, too, to use an account.',
      ]);
    });
  }

  for (const env of [{ NODE_ENV: 'production' }, { MicrosoftAppId: app }, { MicrosoftAppId: 'not an id' }]) {
    it(`is not what ${JSON.stringify(env)} means`, () => assert(problems(env).length > 0));
  }

  for (const NODE_ENV of ['development', 'test', '']) {
    it(`is what NODE_ENV=${NODE_ENV} means`, () => assert.equal(readConfig({ NODE_ENV }).kind, 'local'));
  }
});

describe('a production setting', () => {
  for (const name of ['MicrosoftAppTenantId', 'MicrosoftAppPassword', 'REQUESTERS', 'APPROVERS']) {
    for (const value of [undefined, '', '  ']) {
      it(`${name} is named when it is ${JSON.stringify(value)}`, () => {
        const said = problems({ ...least, [name]: value });
        assert.equal(said.length, 1);
        assert.match(said[0] ?? '', new RegExp(`^${name} is missing: set it`));
      });
    }
  }

  it('MicrosoftAppId is named when only NODE_ENV asks for production', () => {
    assert(named({ ...least, MicrosoftAppId: '', NODE_ENV: 'production' }).includes('MicrosoftAppId'));
  });

  const wrong: [name: string, ...values: string[]][] = [
    ['MicrosoftAppId', 'bot', `${app}0`, `{${app}`],
    ['MicrosoftAppTenantId', 'contoso.example', 'common'],
    ['MicrosoftAppType', 'MultiTenant', 'singletenant', 'SingleTenent'],
    ['AZURE_TENANT_ID', 'organizations'],
    ['AZURE_CLIENT_ID', 'x'],
    ['AZURE_AUTHORITY_HOST', 'login.microsoftonline.us', 'http://login.microsoftonline.us', 'https://x.example/tenant'],
    ['AZURE_TOKEN_CREDENTIALS', 'production', 'ManagedIdentity', 'none'],
    ['GRAPH_CLOUD', 'mars', 'Global', 'gcc'],
    [
      'GRAPH_ENDPOINT',
      'http://graph.example',
      'graph.example',
      'https://graph.example/v1.0',
      'https://graph.example?x',
    ],
    ['GRAPH_AUTH', 'magic'],
    ['GRAPH_ACTION', 'deleteUser', 'revokesigninsessions'],
    ['ToChannelFromBotLoginUrl', 'http://x.example', 'x'],
    ['ToChannelFromBotOAuthScope', 'scope'],
    ['ToBotFromChannelOpenIdMetadataUrl', 'file:///etc/passwd'],
    ['ToBotFromEmulatorOpenIdMetadataUrl', 'http://x.example'],
    ['OAuthUrl', 'javascript:1'],
    ['SERVICE_URL_HOSTS', 'https://x.example', 'x.example:443', 'x.example/path', 'good.example,*.bad.example'],
    ['REQUESTERS', 'alex@contoso.example', `${group},megan`, 'everyone', '*'],
    ['APPROVERS', 'alex@contoso.example', `${group} ${other}`],
    ['PROTECTED_USERS', 'emergency1@contoso.example'],
    ['TWO_PERSON', 'sometimes', 'true'],
    ['TWO_PERSON_OVER', '-1', '0', '1.5', '5e1', '10001', 'five'],
    ['ALERT_CLIENTS', 'sentinel', `${group},x`, ','],
    ['ALERT_TWO_APPROVERS', 'yes'],
    ['ALERT_LINK_HOSTS', 'https://x.example'],
    ['MAX_TARGETS', '0', '501', 'many', '0x10'],
    ['MAX_TARGETS_PER_HOUR', '0', '100001', '1e3'],
    ['MAX_OPEN_PER_REQUESTER', '0', '1001', '1e1'],
    ['REQUEST_TTL_MINUTES', '0', '61', '-15', '15m'],
    ['WATCH_MINUTES', '-1', '241', '1h'],
    ['NOTIFY', 'everyone', 'megan', '*', 'approvers,none'],
    [
      'APPROVAL_CONVERSATION',
      'security',
      'a:1xyz',
      '19:x@thread.tacv2;messageid=1',
      'https://teams.microsoft.com/l/channel/19',
    ],
    ['REASON_REQUIRED', 'perhaps', '1', 'TRUE'],
    [
      'STORE_URL',
      'mysql://localhost/x',
      'sqlite:',
      'sqlite::memory:',
      'file.db',
      'http://bot.table.core.windows.net',
      'https://bot.table.core.windows.net/trail',
      'https://bot.table.core.windows.net?sv=2019&sig=x',
      'https://bot.blob.core.windows.net',
      'https://bot.table.core.windows.net.evil.example',
      'https://evil.example/.table.core.windows.net',
      'https://user@bot.table.core.windows.net',
      'UseDevelopmentStorage=false',
      'AccountName=bot',
      'AccountKey=a2V5',
      'DefaultEndpointsProtocol=https;AccountName=bot;AccountKey=not a key;EndpointSuffix=core.windows.net',
      'DefaultEndpointsProtocol=https;AccountName=Not/A/Name;AccountKey=a2V5;EndpointSuffix=core.windows.net',
      'DefaultEndpointsProtocol=http;AccountName=bot;AccountKey=a2V5;EndpointSuffix=core.windows.net',
      'DefaultEndpointsProtocol=ftp;AccountName=bot;AccountKey=a2V5;EndpointSuffix=core.windows.net',
      'AccountName=bot;AccountKey=a2V5;TableEndpoint=http://bot.example',
      'AccountName=bot;AccountKey=a2V5;TableEndpoint=bot.example',
      'AccountName=bot;AccountKey=a2V5;TableEndpoint=https://bot.example?sig=x',
      'TableEndpoint=https://bot.table.core.windows.net;SharedAccessSignature=sv=2019-02-02&sig=x',
    ],
    ['PORT', '-1', '65536', '99999999999999999999', 'http', '39 78'],
    ['LOG_LEVEL', 'shout', 'INFO', 'silent'],
    [
      'AUDIT_SINKS',
      'syslog',
      'file:/var/log/trail.jsonl',
      'stdout,stdout:/x',
      'http://audit.blob.core.windows.net/trail',
      'https://audit.blob.core.windows.net',
      'https://audit.blob.core.windows.net/trail?sv=1&sig=x',
      'https://audit.blob.core.windows.net.evil.example/trail',
    ],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'grpc://collector:4317', 'http://key:secret@collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'key', '=value', 'key=%', 'key=a\nb'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ];
  for (const [name, ...values] of wrong) {
    for (const value of values) {
      it(`${name}=${value} is refused by its name, in a sentence`, () => {
        const said = problems({ ...least, [name]: value }).filter((problem) => problem.startsWith(`${name} `));
        assert.equal(said.length, 1);
        assert.match(said[0] ?? '', /^\S+ .{8,}\.$/);
      });
    }
  }

  it('is named together with all the others that are wrong', () => {
    const env = Object.fromEntries(wrong.map(([name, value]) => [name, value ?? '']));
    const said = named(env);
    for (const [name] of wrong) assert.equal(said.filter((one) => one === name).length, 1, name);
  });

  it('is not repeated back: it may be a secret in the wrong place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...wrong), fc.stringMatching(/^(https:\/\/)?s3cret[a-z]{6}$/), ([name], secret) => {
        const read = readConfig({ ...least, [name]: secret });
        return read.kind !== 'invalid' || !read.problems.join().includes(secret);
      }),
    );
  });

  it('that is empty or blank is as good as not set', () => {
    const blank = Object.fromEntries(wrong.map(([name], index) => [name, index % 2 ? '' : ' \t']));
    assert.deepEqual(config({ ...blank, ...least }), config());
  });

  it('that is required is never made up for by a list of commas', () => {
    assert.deepEqual(named({ ...least, REQUESTERS: ' , ,', APPROVERS: ',' }), ['REQUESTERS', 'APPROVERS']);
  });
});

describe('a production configuration', () => {
  it('has the defaults of the contract', () => {
    const { policy, storeUrl, host, port, logLevel, allowedConversations } = config();
    assert.deepEqual(
      { policy, storeUrl, host, port, logLevel, allowedConversations },
      {
        policy: {
          people: { requesters: [group], approvers: [group], protectedUsers: [] },
          twoPersons: { rule: 'privileged', over: 5 },
          maxTargets: 500,
          maxTargetsPerHour: 1000,
          maxOpenPerRequester: 10,
          requestTtlMs: 900_000,
          watchMs: 3_600_000,
          reasonRequired: false,
          action: 'revokeSignInSessions',
          auth: 'application',
          notify: 'approvers',
          approvalConversation: null,
          alerts: null,
        },
        storeUrl: 'sqlite:data/session-revoker.db',
        host: '0.0.0.0',
        port: 3978,
        logLevel: 'info',
        allowedConversations: null,
      },
    );
  });

  it('takes every setting', () => {
    const { policy, storeUrl, host, port, logLevel, allowedConversations } = config({
      REQUESTERS: ` ${group.toUpperCase()} ,, ${other},`,
      APPROVERS: other,
      PROTECTED_USERS: app,
      ALLOWED_CONVERSATIONS: '19:Abc@thread.tacv2, 19:def@thread.v2',
      TWO_PERSON: 'always',
      TWO_PERSON_OVER: '1',
      MAX_TARGETS: '20',
      MAX_TARGETS_PER_HOUR: '40',
      MAX_OPEN_PER_REQUESTER: '3',
      REQUEST_TTL_MINUTES: '60',
      WATCH_MINUTES: '0',
      REASON_REQUIRED: 'true',
      GRAPH_ACTION: 'invalidateAllRefreshTokens',
      STORE_URL: 'sqlite:/var/lib/x.db',
      HOST: '127.0.0.1',
      PORT: '65535',
      LOG_LEVEL: 'error',
    });
    assert.deepEqual(policy, {
      people: { requesters: [group, other], approvers: [other], protectedUsers: [app] },
      twoPersons: { rule: 'always', over: 1 },
      maxTargets: 20,
      maxTargetsPerHour: 40,
      maxOpenPerRequester: 3,
      requestTtlMs: 3_600_000,
      watchMs: 0,
      reasonRequired: true,
      action: 'invalidateAllRefreshTokens',
      auth: 'application',
      notify: 'approvers',
      approvalConversation: null,
      alerts: null,
    });
    assert.deepEqual([storeUrl, host, port, logLevel], ['sqlite:/var/lib/x.db', '127.0.0.1', 65_535, 'error']);
    // Conversation ids are case-sensitive.
    assert.deepEqual(allowedConversations, new Set(['19:Abc@thread.tacv2', '19:def@thread.v2']));
  });

  it('lets other apps ask only where it is known in which conversation', () => {
    const APPROVAL_CONVERSATION = '19:abc@thread.v2';
    const named = { ALERT_CLIENTS: app.toUpperCase(), ALERT_TWO_APPROVERS: 'true', ALERT_LINK_HOSTS: 'X.example' };
    assert.deepEqual(config({ ...named, APPROVAL_CONVERSATION }).policy.alerts, {
      clients: new Set([app]),
      twoApprovers: true,
      linkHosts: new Set(['x.example']),
    });
    assert.match(problems({ ...least, ALERT_CLIENTS: app })[0] ?? '', /^APPROVAL_CONVERSATION is missing/);
    for (const name of ['ALERT_TWO_APPROVERS', 'ALERT_LINK_HOSTS'] as const) {
      const said = problems({ ...least, APPROVAL_CONVERSATION, [name]: named[name] });
      assert.match(said[0] ?? '', new RegExp(`^${name} does nothing without ALERT_CLIENTS`));
    }
  });

  it('keeps ids in small letters, because that is how they are compared', () => {
    const upper = config({ MicrosoftAppId: app.toUpperCase(), MicrosoftAppTenantId: tenant.toUpperCase() });
    assert.deepEqual([upper.appId, upper.tenantId], [app, tenant]);
  });

  it('sends neither traces nor copies of the trail anywhere unless told where', () => {
    assert.deepEqual([config().collector, config().auditSinks], [null, []]);
    const { collector, auditSinks } = config({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%2Cb,x=y',
      AUDIT_SINKS: 'stdout:/var/lib/place.json, https://audit.blob.core.windows.net/trail/',
    });
    assert.deepEqual(collector, {
      endpoint: 'http://localhost:4318',
      headers: { 'api-key': 'a,b', x: 'y' },
      serviceName: 'session-revoker',
    });
    assert.deepEqual(auditSinks, [
      { kind: 'stdout', path: '/var/lib/place.json' },
      { kind: 'blob', url: 'https://audit.blob.core.windows.net/trail' },
    ]);
  });

  it('cannot be changed', () => {
    assert(Object.isFrozen(config()));
  });
});
