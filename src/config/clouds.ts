/**
 * Everything that differs between Microsoft's clouds, in one table. Where each value comes from:
 * - `graphRoot`: learn.microsoft.com/graph/deployments.
 * - `authorityHost`: the same page. For China it still names login.chinacloudapi.cn, which @azure/msal-common lists as
 *   another name of login.partner.microsoftonline.cn; the newer one stands in the bot's settings, too.
 * - `stsIssuerHost`: learn.microsoft.com/answers/questions/1190472.
 * - `bot`: github.com/MicrosoftDocs/bot-docs, articles/how-to-deploy-gov-cloud-high.md and how-to-deploy-china-cloud.md;
 *   global: the constants of botframework-connector. They agree with cloud-environment.ts of github.com/microsoft/teams.ts.
 * - `serviceUrlHosts`: TeamsServiceEndpoints of github.com/microsoft/Agents-for-js.
 * - `promptServices`: github.com/MicrosoftDocs/entra-docs, concept-continuous-access-evaluation.md.
 * - `graphEnvironment`: learn.microsoft.com, Get-MgEnvironment.
 * - `adminCenter`: learn.microsoft.com/entra/fundamentals/faq, the addresses of the Microsoft Entra admin center.
 * - `teamsHost`: the client's addresses in learn.microsoft.com/microsoft-365/enterprise, urls-and-ip-address-ranges and its
 *   pages for GCC High and DoD; links of that form are in public use with all three.
 * - `lacks`: the tables of national clouds on learn.microsoft.com/graph/api, riskyuser-get and
 *   user-invalidateallrefreshtokens. user-revokesigninsessions is offered in all four, and `signInActivity` stands in the
 *   schemas of all (github.com/microsoftgraph/msgraph-metadata).
 */
export type CloudName = 'global' | 'usgov' | 'dod' | 'china';

export interface Cloud {
  /** Scheme and host, no version. The token scope is `<graphRoot>/.default`. */
  readonly graphRoot: string;
  readonly authorityHost: string;
  /**
   * Issuer of a version 1 token: `<stsIssuerHost>/<tenant id>/`; of a version 2 token: `<authorityHost>/<tenant id>/v2.0`.
   * Both US Government clouds share the global version 1 issuer.
   */
  readonly stsIssuerHost: string;
  readonly bot: Readonly<
    Record<
      'loginUrl' | 'scope' | 'issuer' | 'oauthUrl' | 'channelOpenIdMetadataUrl' | 'emulatorOpenIdMetadataUrl',
      string
    >
  >;
  /**
   * Hosts that an activity's serviceUrl may name: the bot's token is sent there. Empty: none is documented, so that the
   * operator has to name them.
   */
  readonly serviceUrlHosts: readonly string[];
  /** Services that end access within minutes of a revocation, by continuous access evaluation; those documented. */
  readonly promptServices: readonly string[];
  /** What Connect-MgGraph calls it; `null` for the one it connects to by itself. */
  readonly graphEnvironment: string | null;
  /** The Microsoft Entra admin center. */
  readonly adminCenter: string;
  /** Where links to messages lead; `null`: not documented. */
  readonly teamsHost: string | null;
  /** What is not offered there, or not documented to be. */
  readonly lacks: {
    /** Identity Protection's list of risky users. */
    readonly risk: boolean;
    /** The beta action. Its page has a table of clouds that could not be read, so only the global one is taken for sure. */
    readonly invalidateAllRefreshTokens: boolean;
  };
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
    // The second is GCC, which is part of the global cloud.
    serviceUrlHosts: ['smba.trafficmanager.net', 'smba.infra.gcc.teams.microsoft.com'],
    promptServices: ['Exchange', 'SharePoint', 'Teams'],
    graphEnvironment: null,
    adminCenter: 'https://entra.microsoft.com',
    teamsHost: 'teams.microsoft.com',
    lacks: { risk: false, invalidateAllRefreshTokens: false },
  },
  usgov: {
    graphRoot: 'https://graph.microsoft.us',
    authorityHost: 'https://login.microsoftonline.us',
    stsIssuerHost: 'https://sts.windows.net',
    bot: usGovernmentBot,
    serviceUrlHosts: ['smba.infra.gov.teams.microsoft.us'],
    promptServices: ['Exchange'],
    graphEnvironment: 'USGov',
    adminCenter: 'https://entra.microsoft.us',
    teamsHost: 'gov.teams.microsoft.us',
    lacks: { risk: false, invalidateAllRefreshTokens: true },
  },
  dod: {
    graphRoot: 'https://dod-graph.microsoft.us',
    authorityHost: 'https://login.microsoftonline.us',
    stsIssuerHost: 'https://sts.windows.net',
    bot: { ...usGovernmentBot, oauthUrl: 'https://apiDoD.botframework.azure.us' },
    serviceUrlHosts: ['smba.infra.dod.teams.microsoft.us'],
    promptServices: ['Exchange'],
    graphEnvironment: 'USGovDoD',
    adminCenter: 'https://entra.microsoft.us',
    teamsHost: 'dod.teams.microsoft.us',
    lacks: { risk: false, invalidateAllRefreshTokens: true },
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
    // frontend.botapi.msg.infra.teams.microsoftonline.cn stood in a list that github.com/microsoft/teams.ts took back before
    // it was released (pull request 545): too little to send the bot's token there unasked.
    serviceUrlHosts: [],
    promptServices: [],
    graphEnvironment: 'China',
    adminCenter: 'https://entra.microsoftonline.cn',
    teamsHost: null,
    lacks: { risk: true, invalidateAllRefreshTokens: true },
  },
};

const noRisk = 'this cloud has no Identity Protection in Graph: the risk shows as not available';
const noInvalidate =
  'GRAPH_ACTION=invalidateAllRefreshTokens is not documented for this cloud: try it, or use revokeSignInSessions';

/** What the bot's admin should know of the chosen cloud, one sentence each, for the log at the start. */
export function cloudNotices({ lacks }: Cloud, action: string): readonly string[] {
  const isUnsure = lacks.invalidateAllRefreshTokens && action === 'invalidateAllRefreshTokens';
  return [...(lacks.risk ? [noRisk] : []), ...(isUnsure ? [noInvalidate] : [])];
}
