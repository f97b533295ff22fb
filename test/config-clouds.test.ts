import assert from 'node:assert/strict';
import { type Config, readConfig } from '../src/config.ts';
import { clouds } from '../src/graph/clouds.ts';

const id = '11111111-aaaa-4111-8111-111111111111';

function config(more: Record<string, string>): Config {
  const least = {
    MicrosoftAppId: id,
    MicrosoftAppTenantId: id,
    MicrosoftAppPassword: 'secret',
    REQUESTERS: id,
    APPROVERS: id,
  };
  const read = readConfig({ ...least, ...more });
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
      assert.deepEqual(serviceUrlHosts, new Set(clouds[cloud as keyof typeof roots].serviceUrlHosts));
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
