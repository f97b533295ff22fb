import assert from 'node:assert/strict';
import { clouds } from '../../src/config/clouds.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { en } from '../../src/teams/texts/en.ts';

const id = '11111111-aaaa-4111-8111-111111111111';

const least = {
  MicrosoftAppId: id,
  MicrosoftAppTenantId: id,
  MicrosoftAppPassword: 'secret',
  REQUESTERS: id,
  APPROVERS: id,
};
/** What a cloud cannot do without. */
const needed: Readonly<Record<string, Record<string, string>>> = { china: { SERVICE_URL_HOSTS: 'teams.example.cn' } };

function config(more: Record<string, string>): Config {
  const read = readConfig({ ...least, ...needed[more.GRAPH_CLOUD ?? ''], ...more });
  assert(read.kind === 'production', JSON.stringify(read));
  return read.config;
}

describe('a cloud', () => {
  const roots = {
    global: ['https://graph.microsoft.com', 'https://login.microsoftonline.com', 'https://api.botframework.com'],
    usgov: ['https://graph.microsoft.us', 'https://login.microsoftonline.us', 'https://api.botframework.us'],
    dod: ['https://dod-graph.microsoft.us', 'https://login.microsoftonline.us', 'https://api.botframework.us'],
    china: [
      'https://microsoftgraph.chinacloudapi.cn',
      'https://login.partner.microsoftonline.cn',
      'https://api.botframework.azure.cn',
    ],
  } as const;
  for (const [cloud, expected] of Object.entries(roots)) {
    it(`${cloud} sets Graph, sign-in and the bot's endpoints at once`, () => {
      const { graphRoot, authorityHost, bot, riskAvailable, serviceUrlHosts } = config({ GRAPH_CLOUD: cloud });
      assert.deepEqual([graphRoot, authorityHost, bot.issuer], expected);
      assert.equal(bot.scope, bot.issuer);
      assert.equal(riskAvailable, cloud !== 'china');
      assert.deepEqual(bot, clouds[cloud as keyof typeof roots].bot);
      const known = clouds[cloud as keyof typeof roots].serviceUrlHosts;
      assert.deepEqual(serviceUrlHosts, new Set(cloud === 'china' ? ['teams.example.cn'] : known));
    });
  }

  it('does not start where no host of Teams is known and none is named', () => {
    const read = readConfig({ ...least, GRAPH_CLOUD: 'china', APPROVERS: '' });
    assert(read.kind === 'invalid');
    // Beside every other problem, and by the setting's name.
    assert.deepEqual(
      read.problems.map((problem) => problem.split(' ')[0]),
      ['APPROVERS', 'SERVICE_URL_HOSTS'],
    );
    assert.match(read.problems[1] ?? '', /GRAPH_CLOUD=china.*serviceUrl/);
    for (const set of [{ GRAPH_CLOUD: 'china', SERVICE_URL_HOSTS: 'https://x' }, { GRAPH_CLOUD: 'mars' }]) {
      const other = readConfig({ ...least, ...set });
      assert(other.kind === 'invalid');
      assert.equal(other.problems.length, 1);
      assert.doesNotMatch(other.problems[0] ?? '', /missing/);
    }
  });

  const said: [cloud: string, action: string, notices: readonly RegExp[], prompt: RegExp][] = [
    ['global', 'revokeSignInSessions', [], /2 hours.*15 min in Exchange, SharePoint and Teams\./],
    ['global', 'invalidateAllRefreshTokens', [], /2 hours.*15 min in Exchange, SharePoint and Teams\./],
    ['usgov', 'revokeSignInSessions', [], /2 hours.*15 min in Exchange\./],
    [
      'usgov',
      'invalidateAllRefreshTokens',
      [/GRAPH_ACTION=invalidateAllRefreshTokens/],
      /2 hours.*15 min in Exchange\./,
    ],
    ['dod', 'revokeSignInSessions', [], /2 hours.*15 min in Exchange\./],
    ['dod', 'invalidateAllRefreshTokens', [/GRAPH_ACTION=invalidateAllRefreshTokens/], /2 hours.*15 min in Exchange\./],
    ['china', 'revokeSignInSessions', [/risk/], /documents no service/],
    ['china', 'invalidateAllRefreshTokens', [/risk/, /GRAPH_ACTION=/], /documents no service/],
  ];
  for (const [cloud, action, notices, prompt] of said) {
    it(`${cloud} with ${action}: says what is not there, and promises no more than is documented`, () => {
      const { notices: told, cloud: of } = config({ GRAPH_CLOUD: cloud, GRAPH_ACTION: action });
      assert.equal(told.length, notices.length);
      for (const [index, notice] of notices.entries()) assert.match(told[index] ?? '', notice);
      assert.match(en.mayLive.text(of.promptServices), prompt);
    });
  }

  it('knows who issues its tokens of version 1', () => {
    const hosts = Object.fromEntries(Object.entries(clouds).map(([name, { stsIssuerHost }]) => [name, stsIssuerHost]));
    assert.deepEqual(hosts, {
      global: 'https://sts.windows.net',
      usgov: 'https://sts.windows.net',
      dod: 'https://sts.windows.net',
      china: 'https://sts.chinacloudapi.cn',
    });
  });

  it('shares no host of a sovereign cloud with another country', () => {
    const suffix = { global: /\.(com|net)$/, usgov: /\.us$/, dod: /\.us$/, china: /\.cn$/ };
    for (const [name, cloud] of Object.entries(clouds)) {
      const { graphRoot, authorityHost, bot, serviceUrlHosts } = cloud;
      const hosts = [graphRoot, authorityHost, ...Object.values(bot)].map((url) => new URL(url).hostname);
      for (const host of [...hosts, ...serviceUrlHosts]) assert.match(host, suffix[name as keyof typeof suffix]);
    }
  });

  const overrides: [setting: string, value: string, read: (config: Config) => unknown][] = [
    ['GRAPH_ENDPOINT', 'https://graph.proxy.example', ({ graphRoot }) => graphRoot],
    ['AZURE_AUTHORITY_HOST', 'https://login.proxy.example', ({ authorityHost }) => authorityHost],
    ['ToChannelFromBotLoginUrl', 'https://a.example/tenant', ({ bot }) => bot.loginUrl],
    ['ToChannelFromBotOAuthScope', 'https://b.example', ({ bot }) => bot.scope],
    ['ToBotFromChannelTokenIssuer', 'https://c.example', ({ bot }) => bot.issuer],
    ['ToBotFromChannelOpenIdMetadataUrl', 'https://d.example/keys', ({ bot }) => bot.channelOpenIdMetadataUrl],
    ['ToBotFromEmulatorOpenIdMetadataUrl', 'https://e.example/keys', ({ bot }) => bot.emulatorOpenIdMetadataUrl],
    ['OAuthUrl', 'https://f.example', ({ bot }) => bot.oauthUrl],
  ];
  for (const [setting, value, read] of overrides) {
    it(`gives way to ${setting}, and in nothing else`, () => {
      const changed = config({ [setting]: value, GRAPH_CLOUD: 'usgov' });
      const usual = config({ GRAPH_CLOUD: 'usgov' });
      assert.equal(read(changed), value);
      for (const [, , another] of overrides) if (another !== read) assert.equal(another(changed), another(usual));
    });
  }

  it('takes a root with a slash at its end for the same root', () => {
    assert.equal(config({ GRAPH_ENDPOINT: 'https://graph.proxy.example/' }).graphRoot, 'https://graph.proxy.example');
  });

  it('is joined by further service URL hosts', () => {
    const { serviceUrlHosts } = config({ SERVICE_URL_HOSTS: 'Teams.Proxy.example, b.example' });
    assert.deepEqual(serviceUrlHosts, new Set([...clouds.global.serviceUrlHosts, 'teams.proxy.example', 'b.example']));
  });
});
