import assert from 'node:assert/strict';
import { readConfig, readStoreSettings } from '../../src/config/config.ts';
import type { Identity } from '../../src/config/identities.ts';

const app = '11111111-aaaa-4111-8111-111111111111';
const tenant = '22222222-bbbb-4222-8222-222222222222';
const graphApp = '33333333-cccc-4333-8333-333333333333';
const graphTenant = '44444444-dddd-4444-8444-444444444444';

type Env = Record<string, string>;

const people: Env = { REQUESTERS: app, APPROVERS: app };
const bot: Env = { MicrosoftAppId: app, MicrosoftAppTenantId: tenant };
/** The Graph identity is the bot's own. */
const own: Env = { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: app };
/** The Graph identity is another app. */
const another: Env = { AZURE_TENANT_ID: graphTenant, AZURE_CLIENT_ID: graphApp };

const botSecret: Identity = { kind: 'secret', tenantId: tenant, clientId: app, secret: 'bot secret' };
const graph = { tenantId: graphTenant, clientId: graphApp };

describe('identities', () => {
  const cases: [what: string, env: Env, bot: Identity, graph: Identity][] = [
    ['the bot’s secret for both', { ...bot, MicrosoftAppPassword: 'bot secret' }, botSecret, botSecret],
    [
      'the bot’s managed identity for both',
      { ...bot, MicrosoftAppType: 'UserAssignedMSI' },
      { kind: 'managedIdentity', clientId: app },
      { kind: 'managedIdentity', clientId: app },
    ],
    [
      'a secret under Azure’s names for both',
      { ...own, AZURE_CLIENT_SECRET: 's' },
      { kind: 'secret', tenantId: tenant, clientId: app, secret: 's' },
      { kind: 'secret', tenantId: tenant, clientId: app, secret: 's' },
    ],
    [
      'a certificate for both',
      { ...bot, ...own, AZURE_CLIENT_CERTIFICATE_PATH: '/c.pem' },
      { kind: 'certificate', tenantId: tenant, clientId: app, path: '/c.pem' },
      { kind: 'certificate', tenantId: tenant, clientId: app, path: '/c.pem' },
    ],
    [
      'a federated token for both',
      { ...own, AZURE_FEDERATED_TOKEN_FILE: '/t' },
      { kind: 'federated', tenantId: tenant, clientId: app, tokenFile: '/t' },
      { kind: 'federated', tenantId: tenant, clientId: app, tokenFile: '/t' },
    ],
    [
      'a managed identity under Azure’s name for both',
      own,
      { kind: 'managedIdentity', clientId: app },
      { kind: 'managedIdentity', clientId: app },
    ],
    [
      'a chain for both',
      { ...bot, AZURE_TOKEN_CREDENTIALS: 'prod' },
      { kind: 'chain', tenantId: tenant, clientId: undefined },
      { kind: 'chain', tenantId: tenant, clientId: undefined },
    ],
    [
      'a secret for each',
      { ...bot, ...another, MicrosoftAppPassword: 'bot secret', AZURE_CLIENT_SECRET: 's' },
      botSecret,
      { kind: 'secret', ...graph, secret: 's' },
    ],
    [
      'the bot’s managed identity, and a certificate for Graph',
      { ...bot, ...another, MicrosoftAppType: 'UserAssignedMSI', AZURE_CLIENT_CERTIFICATE_PATH: '/c.pem' },
      { kind: 'managedIdentity', clientId: app },
      { kind: 'certificate', ...graph, path: '/c.pem' },
    ],
    [
      'the bot’s secret, and a federated token for Graph',
      { ...bot, ...another, MicrosoftAppPassword: 'bot secret', AZURE_FEDERATED_TOKEN_FILE: '/t' },
      botSecret,
      { kind: 'federated', ...graph, tokenFile: '/t' },
    ],
    [
      'the bot’s secret, and a managed identity for Graph',
      { ...bot, MicrosoftAppPassword: 'bot secret', AZURE_CLIENT_ID: graphApp },
      botSecret,
      { kind: 'managedIdentity', clientId: graphApp },
    ],
    [
      'the bot’s secret, and a chain for Graph',
      { ...bot, ...another, MicrosoftAppPassword: 'bot secret', AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential' },
      botSecret,
      { kind: 'chain', ...graph },
    ],
  ];
  for (const [what, env, expectedBot, expectedGraph] of cases) {
    it(`are ${what}`, () => {
      const read = readConfig({ ...people, ...env, NODE_ENV: 'production' });
      assert(read.kind === 'production', JSON.stringify(read));
      const { botIdentity, graphIdentity, appId, tenantId } = read.config;
      assert.deepEqual([botIdentity, graphIdentity], [expectedBot, expectedGraph]);
      assert.deepEqual([appId, tenantId], [app, tenant]);
    });
  }

  it('that are one and the same are one object, so that they share a credential and its tokens', () => {
    const read = readConfig({ ...people, ...bot, MicrosoftAppPassword: 'x' });
    assert(read.kind === 'production' && read.config.botIdentity === read.config.graphIdentity);
  });

  const refused: [what: string, env: Env, problem: RegExp][] = [
    ['no identity at all', bot, /^MicrosoftAppPassword is missing/],
    [
      'a password beside a managed identity',
      { ...bot, MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppPassword: 'x' },
      /^MicrosoftAppPassword must not be set/,
    ],
    ['the managed identity of another app', { ...bot, AZURE_CLIENT_ID: graphApp }, /^MicrosoftAppPassword is missing/],
    ['the secret of another app', { ...bot, ...another, AZURE_CLIENT_SECRET: 's' }, /^MicrosoftAppPassword is missing/],
    [
      'the chain of another app',
      { ...bot, AZURE_CLIENT_ID: graphApp, AZURE_TOKEN_CREDENTIALS: 'prod' },
      /^MicrosoftAppPassword is missing/,
    ],
    [
      'a secret without its tenant',
      { ...bot, MicrosoftAppPassword: 'x', AZURE_CLIENT_ID: graphApp, AZURE_CLIENT_SECRET: 's' },
      /^AZURE_CLIENT_SECRET needs AZURE_TENANT_ID/,
    ],
    [
      'a certificate without its app',
      { ...bot, MicrosoftAppPassword: 'x', AZURE_TENANT_ID: tenant, AZURE_CLIENT_CERTIFICATE_PATH: '/c.pem' },
      /^AZURE_CLIENT_CERTIFICATE_PATH needs/,
    ],
    [
      'a federated token without both',
      { ...bot, MicrosoftAppPassword: 'x', AZURE_FEDERATED_TOKEN_FILE: '/t' },
      /^AZURE_FEDERATED_TOKEN_FILE needs/,
    ],
  ];
  for (const [what, env, problem] of refused) {
    it(`are not ${what}`, () => {
      const read = readConfig({ ...people, ...env });
      assert(read.kind === 'invalid', read.kind);
      assert.equal(read.problems.filter((said) => problem.test(said)).length, 1, read.problems.join('\n'));
    });
  }
});

describe('what the audit command needs', () => {
  const STORE_URL = 'https://bot.table.core.windows.net';
  const authorityHost = 'https://login.microsoftonline.com';

  for (const url of ['sqlite:x.db', 'UseDevelopmentStorage=true', 'AccountName=bot;AccountKey=a2V5']) {
    it(`is nothing but the store where nobody signs in: ${url}`, () => {
      const wrong = { AZURE_CLIENT_ID: 'x', REQUESTERS: 'x', PORT: 'x', GRAPH_CLOUD: 'x' };
      assert.deepEqual(readStoreSettings({ ...wrong, STORE_URL: url }), { url, signIn: null });
    });
  }

  it('is the usual store where nothing is set', () => {
    assert.deepEqual(readStoreSettings({}), { url: 'sqlite:data/session-revoker.db', signIn: null });
  });

  const cases: [what: string, env: Env, identity: Identity][] = [
    [
      'the identity that calls Graph',
      { ...bot, ...another, AZURE_CLIENT_SECRET: 's' },
      { kind: 'secret', ...graph, secret: 's' },
    ],
    ['a managed identity', { AZURE_CLIENT_ID: graphApp }, { kind: 'managedIdentity', clientId: graphApp }],
    [
      'a person at a command line',
      { AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' },
      { kind: 'chain', tenantId: '', clientId: undefined },
    ],
    ['the bot itself', { ...bot, MicrosoftAppPassword: 'bot secret' }, botSecret],
    [
      'the bot’s managed identity',
      { ...bot, MicrosoftAppType: 'UserAssignedMSI' },
      { kind: 'managedIdentity', clientId: app },
    ],
  ];
  for (const [what, env, identity] of cases) {
    it(`may sign in as ${what}`, () => {
      assert.deepEqual(readStoreSettings({ ...env, STORE_URL }), {
        url: STORE_URL,
        signIn: { identity, authorityHost },
      });
    });
  }

  it('signs in where the cloud is, or elsewhere', () => {
    const signIn = (env: Env) => readStoreSettings({ ...another, ...env, STORE_URL }).signIn?.authorityHost;
    assert.equal(signIn({ GRAPH_CLOUD: 'usgov' }), 'https://login.microsoftonline.us');
    assert.equal(signIn({ AZURE_AUTHORITY_HOST: 'https://login.example' }), 'https://login.example');
  });

  const refused: [env: Env, why: RegExp][] = [
    [{}, /^STORE_URL names an account to sign in to: set/],
    [bot, /^MicrosoftAppPassword is missing/],
    [{ AZURE_CLIENT_SECRET: 's' }, /^AZURE_CLIENT_SECRET needs AZURE_TENANT_ID/],
    [{ AZURE_CLIENT_ID: 'x' }, /^AZURE_CLIENT_ID is not/],
    [{ ...another, GRAPH_CLOUD: 'mars' }, /^GRAPH_CLOUD is none of/],
    [{ ...another, STORE_URL: 'mysql:x' }, /^STORE_URL is none of/],
  ];
  for (const [env, why] of refused) {
    it(`is refused in a sentence: ${JSON.stringify(env)}`, () => {
      assert.throws(() => readStoreSettings({ STORE_URL, ...env }), { message: why });
    });
  }
});
