import assert from 'node:assert/strict';
import { readConfig } from '../../src/config/config.ts';
import { createOnBehalfOf } from '../../src/config/identities.ts';

const app = '11111111-aaaa-4111-8111-111111111111';
const tenant = '22222222-bbbb-4222-8222-222222222222';
const bot = {
  MicrosoftAppId: app,
  MicrosoftAppTenantId: tenant,
  MicrosoftAppPassword: 'bot secret',
  REQUESTERS: app,
  APPROVERS: app,
};

type Env = Record<string, string>;

function delegated(env: Env) {
  const read = readConfig({ ...bot, GRAPH_AUTH: 'delegated', ...env });
  assert(read.kind === 'production', JSON.stringify(read));
  return read.config;
}

function problems(env: Env): readonly string[] {
  const read = readConfig(env);
  return read.kind === 'invalid' ? read.problems : [];
}

describe('Graph as the approver, by the settings', () => {
  it('is off unless it is asked for', () => {
    const read = readConfig(bot);
    assert(read.kind === 'production');
    assert.deepEqual([read.config.delegated, read.config.policy.auth], [null, 'application']);
  });

  it('uses the bot’s own registration, whatever identity calls Graph otherwise', () => {
    const { delegated: settings, policy } = delegated({ AZURE_CLIENT_ID: tenant });
    assert.equal(policy.auth, 'delegated');
    assert.deepEqual(settings, {
      identity: { kind: 'secret', tenantId: tenant, clientId: app, secret: 'bot secret' },
      connectionName: 'graph',
      privilegedContext: null,
      maxAgeMinutes: 90,
    });
  });

  const issuers: readonly (readonly [env: Env, version1: string, version2: string])[] = [
    [{ GRAPH_CLOUD: 'usgov' }, 'https://sts.windows.net', 'https://login.microsoftonline.us'],
    [{ GRAPH_CLOUD: 'dod' }, 'https://sts.windows.net', 'https://login.microsoftonline.us'],
    [
      { GRAPH_CLOUD: 'china', SERVICE_URL_HOSTS: 'teams.example' },
      'https://sts.chinacloudapi.cn',
      'https://login.partner.microsoftonline.cn',
    ],
    [{ AZURE_AUTHORITY_HOST: 'https://login.example' }, 'https://sts.windows.net', 'https://login.example'],
  ];
  for (const [env, version1, version2] of issuers) {
    it(`knows who issues people’s tokens with ${JSON.stringify(env)}`, () => {
      assert.deepEqual(delegated(env).issuers, [`${version1}/${tenant}/`, `${version2}/${tenant}/v2.0`]);
    });
  }

  it('takes its own settings', () => {
    const { delegated: settings } = delegated({
      OAUTH_CONNECTION: 'entra',
      PRIVILEGED_AUTH_CONTEXT: 'c12',
      SIGN_IN_MAX_AGE_MINUTES: '5',
    });
    const { connectionName, privilegedContext, maxAgeMinutes } = settings ?? {};
    assert.deepEqual([connectionName, privilegedContext, maxAgeMinutes], ['entra', 'c12', 5]);
  });

  const wrong: readonly (readonly [what: string, env: Env, problem: RegExp])[] = [
    ['in local mode', { GRAPH_AUTH: 'delegated' }, /^GRAPH_AUTH=delegated needs Teams/],
    [
      'with a managed identity',
      { ...bot, GRAPH_AUTH: 'delegated', MicrosoftAppPassword: '', MicrosoftAppType: 'UserAssignedMSI' },
      /^GRAPH_AUTH=delegated needs the bot to prove itself/,
    ],
    [
      'with a chain',
      { ...bot, GRAPH_AUTH: 'delegated', MicrosoftAppPassword: '', AZURE_TOKEN_CREDENTIALS: 'prod' },
      /^GRAPH_AUTH=delegated needs the bot to prove itself/,
    ],
    [
      'with a context that is none',
      { ...bot, GRAPH_AUTH: 'delegated', PRIVILEGED_AUTH_CONTEXT: 'c100' },
      /^PRIVILEGED_AUTH/,
    ],
    [
      'with a context called otherwise',
      { ...bot, GRAPH_AUTH: 'delegated', PRIVILEGED_AUTH_CONTEXT: 'mfa' },
      /^PRIVILEGED_AUTH/,
    ],
    ['with an odd connection', { ...bot, GRAPH_AUTH: 'delegated', OAUTH_CONNECTION: 'a b' }, /^OAUTH_CONNECTION/],
    ['with no age', { ...bot, GRAPH_AUTH: 'delegated', SIGN_IN_MAX_AGE_MINUTES: '0' }, /^SIGN_IN_MAX_AGE_MINUTES/],
    ['with a context for nothing', { ...bot, PRIVILEGED_AUTH_CONTEXT: 'c1' }, /^PRIVILEGED_AUTH_CONTEXT does nothing/],
    ['with an age of nothing', { ...bot, SIGN_IN_MAX_AGE_MINUTES: '5' }, /^SIGN_IN_MAX_AGE_MINUTES does nothing/],
  ];
  for (const [what, env, problem] of wrong) {
    it(`does not start ${what}`, () => {
      const said = problems(env);
      assert.equal(said.filter((one) => problem.test(one)).length, 1, said.join('\n'));
    });
  }

  it('a managed identity is refused where the exchange is made, too', () => {
    const managed = { kind: 'managedIdentity', clientId: app } as const;
    assert.throws(() => createOnBehalfOf(managed, 'https://login.example'), /managed identity/);
  });
});
