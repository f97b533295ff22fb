/**
 * Everything that differs between Microsoft's clouds, in one table.
 * Graph roots and sign-in authorities: learn.microsoft.com/graph/deployments. Bot channel endpoints: Azure Bot Service,
 * "Configure Node.js bots for US Government" and "for 21Vianet".
 */
export type CloudName = 'global' | 'usgov' | 'dod' | 'china';

export interface Cloud {
  /** Scheme and host, no version. The token scope is `<graphRoot>/.default`. */
  readonly graphRoot: string;
  readonly authorityHost: string;
  /**
   * Issuer of a version 1 token: `<stsIssuerHost>/<tenant id>/`; of a version 2 token: `<authorityHost>/<tenant id>/v2.0`.
   * Source: learn.microsoft.com/answers/questions/1190472. Both US Government clouds share the global version 1 issuer.
   */
  readonly stsIssuerHost: string;
  readonly bot: {
    readonly loginUrl: string;
    readonly scope: string;
    readonly issuer: string;
    readonly oauthUrl: string;
    readonly channelOpenIdMetadataUrl: string;
    readonly emulatorOpenIdMetadataUrl: string;
  };
  /** Microsoft does not offer Identity Protection everywhere. */
  readonly riskAvailable: boolean;
  /** Hosts that an activity's serviceUrl may name: the bot's token is sent there. */
  readonly serviceUrlHosts: readonly string[];
}

const usGovernmentBot: Cloud['bot'] = {
  loginUrl: 'https://login.microsoftonline.us/MicrosoftServices.onmicrosoft.us',
  scope: 'https://api.botframework.us',
  issuer: 'https://api.botframework.us',
  oauthUrl: 'https://tokengcch.botframework.azure.us/',
  channelOpenIdMetadataUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
  emulatorOpenIdMetadataUrl:
    'https://login.microsoftonline.us/cab8a31a-1906-4287-a0d8-4eef66b95f6e/v2.0/.well-known/openid-configuration',
};

export const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: {
    graphRoot: 'https://graph.microsoft.com',
    authorityHost: 'https://login.microsoftonline.com',
    stsIssuerHost: 'https://sts.windows.net',
    bot: {
      loginUrl: 'https://login.microsoftonline.com/botframework.com',
      scope: 'https://api.botframework.com',
      issuer: 'https://api.botframework.com',
      oauthUrl: 'https://api.botframework.com',
      channelOpenIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
      emulatorOpenIdMetadataUrl:
        'https://login.microsoftonline.com/botframework.com/v2.0/.well-known/openid-configuration',
    },
    riskAvailable: true,
    serviceUrlHosts: ['smba.trafficmanager.net', 'smba.infra.gcc.teams.microsoft.com'],
  },
  usgov: {
    graphRoot: 'https://graph.microsoft.us',
    authorityHost: 'https://login.microsoftonline.us',
    stsIssuerHost: 'https://sts.windows.net',
    bot: usGovernmentBot,
    riskAvailable: true,
    serviceUrlHosts: ['smba.infra.gov.teams.microsoft.us'],
  },
  dod: {
    graphRoot: 'https://dod-graph.microsoft.us',
    authorityHost: 'https://login.microsoftonline.us',
    stsIssuerHost: 'https://sts.windows.net',
    bot: { ...usGovernmentBot, oauthUrl: 'https://apiDoD.botframework.azure.us' },
    riskAvailable: true,
    serviceUrlHosts: ['smba.infra.dod.teams.microsoft.us'],
  },
  china: {
    graphRoot: 'https://microsoftgraph.chinacloudapi.cn',
    authorityHost: 'https://login.partner.microsoftonline.cn',
    stsIssuerHost: 'https://sts.chinacloudapi.cn',
    bot: {
      loginUrl: 'https://login.partner.microsoftonline.cn/microsoftservices.partner.onmschina.cn',
      scope: 'https://api.botframework.azure.cn',
      issuer: 'https://api.botframework.azure.cn',
      oauthUrl: 'https://token.botframework.azure.cn/',
      channelOpenIdMetadataUrl: 'https://login.botframework.azure.cn/v1/.well-known/openidconfiguration',
      emulatorOpenIdMetadataUrl:
        'https://login.partner.microsoftonline.cn/a55a4d5b-9241-49b1-b4ff-befa8db00269/v2.0/.well-known/openid-configuration',
    },
    riskAvailable: false,
    serviceUrlHosts: [],
  },
};
