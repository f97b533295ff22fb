import type { Policy } from '../app/policy.ts';
import type { Collector } from '../runtime/tracing.ts';
import { readStoreLocation } from '../store/store-url.ts';
import { cloudNotices, clouds } from './clouds.ts';
import { azureIdentity, botIdentity, type Identities, type Identity, readIdentities } from './identities.ts';
import { type Env, type logLevels, readSettings, type Settings } from './settings.ts';

export type LogLevel = (typeof logLevels)[number];

export type ConfigResult =
  /** No cloud. The people of `policy` are the emulated tenant's, not the settings'. */
  | {
      readonly kind: 'local';
      readonly port: number;
      readonly playgroundPort: number;
      readonly storeUrl: string;
      readonly logLevel: LogLevel;
      readonly policy: Omit<Policy, 'people'>;
    }
  | { readonly kind: 'production'; readonly config: Config }
  /** One sentence each, with the setting's name and what to set. */
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Reads all settings at once. Nothing is weakened to make up for a missing one. */
export function readConfig(env: Env): ConfigResult {
  const { set, unread } = readSettings(env);
  const problems = [...unread.values()];
  const isSet = (name: string) => Boolean(env[name]?.trim());
  if (isSet('ALERT_CLIENTS') && !isSet('APPROVAL_CONVERSATION')) {
    problems.push('APPROVAL_CONVERSATION is missing: ALERT_CLIENTS needs it, because the cards stand there.');
  }
  const withAlerts = {
    ALERT_TWO_APPROVERS: set.ALERT_TWO_APPROVERS,
    ALERT_LINK_HOSTS: set.ALERT_LINK_HOSTS?.length,
  };
  for (const [name, isThere] of Object.entries(withAlerts)) {
    if (isThere && !isSet('ALERT_CLIENTS')) {
      problems.push(`${name} does nothing without ALERT_CLIENTS: set that, too, or remove it.`);
    }
  }

  if (!isSet('MicrosoftAppId') && env.NODE_ENV !== 'production') {
    if (set.STORE_URL && readStoreLocation(set.STORE_URL).kind !== 'sqlite') {
      problems.push('STORE_URL must be sqlite:<path> in local mode: set MicrosoftAppId, too, to use an account.');
    }
    if (set.GRAPH_AUTH === 'delegated') {
      problems.push('GRAPH_AUTH=delegated needs Teams, which signs people in: it does not work in local mode.');
    }
    if (problems.length > 0) return { kind: 'invalid', problems };
    const { PORT: port, PLAYGROUND_PORT: playgroundPort, STORE_URL: storeUrl, LOG_LEVEL: logLevel = 'warn' } = set;
    return { kind: 'local', port, playgroundPort, storeUrl, logLevel, policy: policyOf(set) };
  }

  const appId = set.MicrosoftAppId ?? set.AZURE_CLIENT_ID;
  const tenantId = set.MicrosoftAppTenantId ?? set.AZURE_TENANT_ID;
  if (!isSet('MicrosoftAppId') && !isSet('AZURE_CLIENT_ID')) {
    problems.push('MicrosoftAppId is missing: set it to the client id of the bot (or set AZURE_CLIENT_ID).');
  }
  if (!isSet('MicrosoftAppTenantId') && !isSet('AZURE_TENANT_ID')) {
    problems.push('MicrosoftAppTenantId is missing: set it to the tenant the bot serves (or set AZURE_TENANT_ID).');
  }
  for (const name of ['REQUESTERS', 'APPROVERS'] as const) {
    if (set[name]?.length === 0) {
      problems.push(`${name} is missing: set it to the object ids of users or groups, separated by commas.`);
    }
  }
  // A wrong value is absent here, and has its own problem.
  if (set.GRAPH_CLOUD && clouds[set.GRAPH_CLOUD].serviceUrlHosts.length === 0 && set.SERVICE_URL_HOSTS?.length === 0) {
    problems.push(
      `SERVICE_URL_HOSTS is missing: no host of Teams is documented for GRAPH_CLOUD=${set.GRAPH_CLOUD}. Set it to the host in the serviceUrl of the activities that Teams sends there.`,
    );
  }
  for (const name of ['OAUTH_CONNECTION', 'PRIVILEGED_AUTH_CONTEXT', 'SIGN_IN_MAX_AGE_MINUTES'] as const) {
    if (set.GRAPH_AUTH === 'application' && isSet(name)) {
      problems.push(`${name} does nothing without GRAPH_AUTH=delegated: set that, too, or remove it.`);
    }
  }
  // What a wrong value meant cannot be known, so nothing is concluded from its absence.
  const isClear = ![...unread.keys()].some(isOfSignIn);
  const identities = isClear ? readIdentities(set, appId ?? '', tenantId ?? '', problems) : null;
  const own = identities?.bot;
  const kind = own?.kind;
  if (set.GRAPH_AUTH === 'delegated' && own && 'tenantId' in own && tenantId && own.tenantId !== tenantId) {
    problems.push('AZURE_TENANT_ID must be the tenant of MicrosoftAppTenantId with GRAPH_AUTH=delegated.');
  }
  if (set.GRAPH_AUTH === 'delegated' && (kind === 'managedIdentity' || kind === 'chain')) {
    problems.push(
      'GRAPH_AUTH=delegated needs the bot to prove itself as its own registration: set MicrosoftAppPassword, or ' +
        'AZURE_CLIENT_ID (the same as MicrosoftAppId) with a certificate or a federated token. A managed identity cannot.',
    );
  }
  if (problems.length > 0 || !appId || !tenantId || !identities) return { kind: 'invalid', problems };
  return { kind: 'production', config: Object.freeze(build(set, appId, tenantId, identities)) };
}

/** Where the store is, and how to sign in to it; `null` where no sign-in is needed. */
interface StoreSettings {
  readonly url: string;
  readonly signIn: { readonly identity: Identity; readonly authorityHost: string } | null;
}

const isOfSignIn = (name: string) => /^(?:MicrosoftApp|AZURE_)/.test(name);

/** For commands that need the store and nothing else. @throws with a sentence that says what is wrong or missing */
export function readStoreSettings(env: Env): StoreSettings {
  const { set, unread } = readSettings(env);
  const refuse = (problem: string | undefined) => {
    if (problem !== undefined) throw new Error(problem);
  };
  refuse(unread.get('STORE_URL'));
  const location = readStoreLocation(set.STORE_URL);
  if (location.kind !== 'table' || location.account) return { url: set.STORE_URL, signIn: null };
  refuse([...unread].find(([name]) => isOfSignIn(name) || name === 'GRAPH_CLOUD')?.[1]);
  const { MicrosoftAppId: appId, MicrosoftAppTenantId: tenantId } = set;
  const missing: string[] = [];
  const identity =
    azureIdentity(set, missing) ?? (appId && tenantId ? botIdentity(set, appId, tenantId, null, missing) : null);
  refuse(missing[0]);
  if (!identity)
    throw new Error('STORE_URL names an account to sign in to: set AZURE_TOKEN_CREDENTIALS, or an identity.');
  return { url: set.STORE_URL, signIn: { identity, authorityHost: authorityOf(set) } };
}

/** Everything that production is made of. */
export type Config = Readonly<ReturnType<typeof build>>;

function build(set: Settings, appId: string, tenantId: string, identities: Identities) {
  const cloud = clouds[set.GRAPH_CLOUD];
  const authorityHost = authorityOf(set);
  const [teams] = cloud.serviceUrlHosts;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = set;
  const collector: Collector | null =
    endpoint === undefined ? null : { endpoint, headers, serviceName: set.OTEL_SERVICE_NAME };
  return {
    tenantId,
    appId,
    authorityHost,
    botIdentity: identities.bot,
    graphIdentity: identities.graph,
    bot: {
      loginUrl: set.ToChannelFromBotLoginUrl ?? cloud.bot.loginUrl,
      scope: set.ToChannelFromBotOAuthScope ?? cloud.bot.scope,
      issuer: set.ToBotFromChannelTokenIssuer ?? cloud.bot.issuer,
      oauthUrl: set.OAuthUrl ?? cloud.bot.oauthUrl,
      channelOpenIdMetadataUrl: set.ToBotFromChannelOpenIdMetadataUrl ?? cloud.bot.channelOpenIdMetadataUrl,
      emulatorOpenIdMetadataUrl: set.ToBotFromEmulatorOpenIdMetadataUrl ?? cloud.bot.emulatorOpenIdMetadataUrl,
    },
    graphRoot: set.GRAPH_ENDPOINT ?? cloud.graphRoot,
    riskAvailable: !cloud.lacks.risk,
    serviceUrlHosts: new Set([...cloud.serviceUrlHosts, ...set.SERVICE_URL_HOSTS]),
    cloud,
    /** Where links into Teams lead; `null`: nowhere. */
    teamsHost: cloud.teamsHost,
    /** Through which Teams is spoken to before anything was heard from it; `null`: no address is documented. */
    firstServiceUrl: teams === undefined ? null : `https://${teams}/teams/`,
    /** Who issues tokens of this tenant, of version 1 and version 2. */
    issuers: [`${cloud.stsIssuerHost}/${tenantId}/`, `${authorityHost}/${tenantId}/v2.0`],
    /** What the bot's admin should know of these settings, one sentence each; nothing that keeps the bot from working. */
    notices: cloudNotices(cloud, set.GRAPH_ACTION),
    allowedConversations: allowedOf(set),
    /** How approvers sign in, with a token for the bot's own registration; `null` where Graph is called as the app. */
    delegated:
      set.GRAPH_AUTH === 'application'
        ? null
        : {
            identity: identities.bot,
            connectionName: set.OAUTH_CONNECTION,
            privilegedContext: set.PRIVILEGED_AUTH_CONTEXT ?? null,
            maxAgeMinutes: set.SIGN_IN_MAX_AGE_MINUTES,
          },
    policy: {
      ...policyOf(set),
      people: { requesters: set.REQUESTERS, approvers: set.APPROVERS, protectedUsers: set.PROTECTED_USERS },
    },
    storeUrl: set.STORE_URL,
    host: set.HOST,
    port: set.PORT,
    logLevel: set.LOG_LEVEL ?? 'info',
    /** Where traces go; `null`: nowhere. */
    collector,
    auditSinks: set.AUDIT_SINKS,
  };
}

/** Where requests are decided the bot works, whatever else is allowed; `null`: it works everywhere. */
function allowedOf({ ALLOWED_CONVERSATIONS: allowed, APPROVAL_CONVERSATION: approvals }: Settings) {
  return allowed.length === 0 ? null : new Set(approvals === undefined ? allowed : [...allowed, approvals]);
}

function authorityOf(set: Settings): string {
  return set.AZURE_AUTHORITY_HOST ?? clouds[set.GRAPH_CLOUD].authorityHost;
}

function policyOf(set: Settings): Omit<Policy, 'people'> {
  return {
    twoPersons: { rule: set.TWO_PERSON, over: set.TWO_PERSON_OVER },
    maxTargets: set.MAX_TARGETS,
    maxTargetsPerHour: set.MAX_TARGETS_PER_HOUR,
    maxOpenPerRequester: set.MAX_OPEN_PER_REQUESTER,
    requestTtlMs: set.REQUEST_TTL_MINUTES * 60_000,
    watchMs: set.WATCH_MINUTES * 60_000,
    reasonRequired: set.REASON_REQUIRED,
    action: set.GRAPH_ACTION,
    auth: set.GRAPH_AUTH,
    notify: set.NOTIFY === 'none' ? [] : set.NOTIFY,
    approvalConversation: set.APPROVAL_CONVERSATION ?? null,
    alerts:
      set.ALERT_CLIENTS.length === 0
        ? null
        : {
            clients: new Set(set.ALERT_CLIENTS),
            twoApprovers: set.ALERT_TWO_APPROVERS,
            linkHosts: new Set(set.ALERT_LINK_HOSTS),
          },
  };
}
