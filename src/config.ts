import { z } from 'zod';
import type { Policy } from './app/ports.ts';
import { readSink, type SinkSetting } from './audit-sinks/sink-setting.ts';
import { type Cloud, cloudNotices, clouds } from './graph/clouds.ts';
import { readStoreLocation } from './store/store-url.ts';
import type { Collector } from './tracing/otlp.ts';

/** How a token is got; credentials.ts turns it into an @azure/identity credential. */
export type Identity =
  | { readonly kind: 'secret'; readonly tenantId: string; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'certificate'; readonly tenantId: string; readonly clientId: string; readonly path: string }
  | { readonly kind: 'federated'; readonly tenantId: string; readonly clientId: string; readonly tokenFile: string }
  | { readonly kind: 'managedIdentity'; readonly clientId: string }
  /** The chain that AZURE_TOKEN_CREDENTIALS names. */
  | { readonly kind: 'chain'; readonly tenantId: string; readonly clientId: string | undefined };

export interface Config {
  readonly tenantId: string;
  readonly appId: string;
  readonly authorityHost: string;
  readonly botIdentity: Identity;
  readonly graphIdentity: Identity;
  readonly bot: Cloud['bot'];
  readonly graphRoot: string;
  readonly riskAvailable: boolean;
  readonly serviceUrlHosts: ReadonlySet<string>;
  readonly cloud: Pick<Cloud, 'promptServices' | 'graphEnvironment'>;
  /** Where links into Teams lead; `null`: nowhere. */
  readonly teamsHost: string | null;
  /** What the operator should know of these settings, one sentence each; nothing that keeps the bot from working. */
  readonly notices: readonly string[];
  readonly allowedConversations: ReadonlySet<string> | null;
  /** How approvers sign in; `null` where Graph is called as the app. */
  readonly delegated: Delegated | null;
  readonly policy: Policy;
  readonly storeUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Where traces go; `null`: nowhere. */
  readonly collector: Collector | null;
  readonly auditSinks: readonly SinkSetting[];
}

/** Graph is called as the approver, with the approver's own sign-in. */
export interface Delegated {
  /** The bot's own registration: the token is made for it. */
  readonly identity: Identity;
  /** Who issues tokens of people of this tenant. */
  readonly issuers: readonly string[];
  readonly connectionName: string;
  readonly privilegedContext: string | null;
  readonly maxAgeMinutes: number;
}

const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export type ConfigResult =
  /** No cloud. The people of `policy` are the emulated tenant's, not the settings'. */
  | {
      readonly kind: 'local';
      readonly port: number;
      readonly storeUrl: string;
      readonly logLevel: LogLevel;
      readonly policy: Omit<Policy, 'people'>;
    }
  | { readonly kind: 'production'; readonly config: Config }
  /** One sentence each, with the setting's name and what to set. */
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

type Env = Readonly<Record<string, string | undefined>>;

const guid = z.guid('is not an object id, tenant id or client id (a GUID)').transform((id) => id.toLowerCase());
const list = z.string().transform((text) => text.split(',').flatMap((part) => part.trim() || []));
const guids = list.pipe(z.array(guid));
const wholeNumber = (least: number, most: number) => {
  const message = `is not a whole number from ${least} to ${most}`;
  return z.string().regex(/^\d+$/, message).transform(Number).pipe(z.number().min(least, message).max(most, message));
};
/** What @azure/identity knows under AZURE_TOKEN_CREDENTIALS; it throws on anything else. */
const chains =
  /^(?:prod|dev|(?:Environment|WorkloadIdentity|ManagedIdentity|VisualStudioCode|AzureCli|AzurePowerShell|AzureDeveloperCli)Credential)$/i;
// Aborts, because what follows relies on an address.
const httpsUrl = z.url({ protocol: /^https$/, error: 'is not an https:// address', abort: true });
const origin = httpsUrl
  .refine((url) => /^\/?$/.test(new URL(url).pathname) && !new URL(url).search, 'must be scheme and host only, no path')
  .transform((url) => new URL(url).origin);
/** As the OpenTelemetry specification has it: `name=value,name=value`, percent-encoded. What it says is never said again. */
const headers = list.transform((pairs, context) => {
  const read = pairs.map(
    (pair) => /^([\w.-]+)\s*=\s*([ -~]+)$/.exec(pair)?.slice(1, 3) as [string, string] | undefined,
  );
  try {
    return Object.fromEntries(read.map((pair) => [pair?.[0] ?? '', decodeURIComponent(pair?.[1] ?? '%')]));
  } catch {
    context.addIssue('is not name=value, separated by commas');
    return z.NEVER;
  }
});
const isNotEmpty = (items: readonly string[]) => items.length > 0;
const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, `is none of ${values.join(', ')}`);

/** What it says is never said again: it may hold a key. */
const storeUrl = z.string().superRefine((url, context) => {
  const location = readStoreLocation(url);
  if (location.kind === 'invalid') context.addIssue(location.problem);
  if (location.kind === 'sqlite' && location.path === ':memory:') {
    context.addIssue('would be forgotten at the end: name a file, sqlite:<path>');
  }
});

function readSinks(texts: readonly string[], context: z.RefinementCtx): readonly SinkSetting[] {
  const sinks = texts.map(readSink);
  if (sinks.includes(null)) {
    context.addIssue(
      'holds something that is none of stdout, stdout:<path>, file:<path> and https://<account>.blob.core.windows.net/<container>',
    );
  } else if (new Set(sinks.map((sink) => sink?.kind)).size < sinks.length) {
    context.addIssue('names two of one kind: one of each is enough');
  }
  return sinks.filter((sink) => sink !== null);
}

/** The form of each setting by itself. What depends on several is checked below. */
const settings = {
  MicrosoftAppId: guid.optional(),
  MicrosoftAppTenantId: guid.optional(),
  MicrosoftAppType: oneOf(['SingleTenant', 'UserAssignedMSI']).default('SingleTenant'),
  MicrosoftAppPassword: z.string().optional(),
  AZURE_TENANT_ID: guid.optional(),
  AZURE_CLIENT_ID: guid.optional(),
  AZURE_CLIENT_SECRET: z.string().optional(),
  AZURE_CLIENT_CERTIFICATE_PATH: z.string().optional(),
  AZURE_FEDERATED_TOKEN_FILE: z.string().optional(),
  AZURE_AUTHORITY_HOST: origin.optional(),
  AZURE_TOKEN_CREDENTIALS: z.string().regex(chains, 'is none of prod, dev or the name of one credential').optional(),
  GRAPH_CLOUD: oneOf(['global', 'usgov', 'dod', 'china']).default('global'),
  GRAPH_ENDPOINT: origin.optional(),
  GRAPH_AUTH: oneOf(['application', 'delegated']).default('application'),
  OAUTH_CONNECTION: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'is not a connection name')
    .default('graph'),
  PRIVILEGED_AUTH_CONTEXT: z
    .string()
    .regex(/^c[1-9]\d?$/, 'is not the id of an authentication context, c1 to c99')
    .optional(),
  SIGN_IN_MAX_AGE_MINUTES: wholeNumber(1, 1440).default(90),
  GRAPH_ACTION: oneOf(['revokeSignInSessions', 'invalidateAllRefreshTokens']).default('revokeSignInSessions'),
  ToChannelFromBotLoginUrl: httpsUrl.optional(),
  ToChannelFromBotOAuthScope: httpsUrl.optional(),
  ToBotFromChannelTokenIssuer: z.string().optional(),
  ToBotFromChannelOpenIdMetadataUrl: httpsUrl.optional(),
  ToBotFromEmulatorOpenIdMetadataUrl: httpsUrl.optional(),
  OAuthUrl: httpsUrl.optional(),
  SERVICE_URL_HOSTS: list
    .pipe(z.array(z.string().regex(/^[a-z0-9.-]+$/i, 'holds something that is not a host name (no scheme, no port)')))
    .default([]),
  REQUESTERS: guids.default([]),
  APPROVERS: guids.default([]),
  PROTECTED_USERS: guids.refine(isNotEmpty, 'holds nothing: remove it, or name somebody').default([]),
  ALLOWED_CONVERSATIONS: list.refine(isNotEmpty, 'holds nothing: remove it, or name a conversation').default([]),
  TWO_PERSON: oneOf(['always', 'privileged', 'never']).default('privileged'),
  TWO_PERSON_OVER: wholeNumber(1, 10_000).default(5),
  MAX_TARGETS: wholeNumber(1, 500).default(500),
  MAX_TARGETS_PER_HOUR: wholeNumber(1, 100_000).default(1000),
  REQUEST_TTL_MINUTES: wholeNumber(1, 60).default(15),
  NOTIFY: z
    .union(
      [oneOf(['approvers', 'none']), guids.refine(isNotEmpty)],
      'is neither approvers, none nor a list of object ids',
    )
    .default('approvers'),
  APPROVAL_CONVERSATION: z
    .string()
    .regex(
      /^19:[^;\s]+@thread\.(?:tacv2|v2|skype)$/,
      'is not the id of a channel or group chat (19:…@thread.…, without ;messageid=)',
    )
    .optional(),
  REASON_REQUIRED: oneOf(['true', 'false']).default('false'),
  STORE_URL: storeUrl.default('sqlite:data/session-revoker.db'),
  PORT: wholeNumber(1, 65_535).default(3978),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: oneOf(logLevels).optional(),
  AUDIT_SINKS: list.transform(readSinks).default([]),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headers.default({}),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .string()
    .regex(/^http\/(?:json|protobuf)$/, 'is not http/json: traces are sent as that, which collectors take on port 4318')
    .optional(),
  OTEL_SERVICE_NAME: z.string().default('session-revoker'),
} as const;

type Settings = { readonly [Name in keyof typeof settings]: z.output<(typeof settings)[Name]> };

/** What can be understood, and a problem for each of the others. */
function readSettings(env: Env): { readonly set: Settings; readonly problems: string[] } {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settings)) {
    // An empty variable is how many platforms write "not set".
    const result = schema.safeParse(env[name]?.trim() || undefined);
    if (result.success) values[name] = result.data;
    else problems.push(`${name} ${result.error.issues[0]?.message ?? 'is not valid'}.`);
  }
  return { set: values as Settings, problems };
}

/** Reads all settings at once. Nothing is weakened to make up for a missing one. */
export function readConfig(env: Env): ConfigResult {
  const { set, problems } = readSettings(env);
  const isSet = (name: string) => Boolean(env[name]?.trim());

  if (!isSet('MicrosoftAppId') && env.NODE_ENV !== 'production') {
    if (set.STORE_URL && readStoreLocation(set.STORE_URL).kind !== 'sqlite') {
      problems.push('STORE_URL must be sqlite:<path> in local mode: set MicrosoftAppId, too, to use an account.');
    }
    if (set.GRAPH_AUTH === 'delegated') {
      problems.push('GRAPH_AUTH=delegated needs Teams, which signs people in: it does not work in local mode.');
    }
    if (problems.length > 0) return { kind: 'invalid', problems };
    const { PORT: port, STORE_URL: storeUrl, LOG_LEVEL: logLevel = 'warn' } = set;
    return { kind: 'local', port, storeUrl, logLevel, policy: policyOf(set) };
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
  const isClear = Object.keys(settings).every((name) => name in set || !/^(?:MicrosoftApp|AZURE_)/.test(name));
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

/** Where the store is, and how to sign in to it; `null` where nobody has to. */
interface StoreSettings {
  readonly url: string;
  readonly signIn: { readonly identity: Identity; readonly authorityHost: string } | null;
}

/** For commands that need the store and nothing else. @throws with a sentence that says what is wrong or missing */
export function readStoreSettings(env: Env): StoreSettings {
  const { set, problems } = readSettings(env);
  const refuse = (problem: string | undefined) => {
    if (problem !== undefined) throw new Error(problem);
  };
  refuse(problems.find((problem) => problem.startsWith('STORE_URL ')));
  const location = readStoreLocation(set.STORE_URL);
  if (location.kind !== 'table' || location.account) return { url: set.STORE_URL, signIn: null };
  refuse(problems.find((problem) => /^(?:MicrosoftApp|AZURE_|GRAPH_CLOUD )/.test(problem)));
  const { MicrosoftAppId: appId, MicrosoftAppTenantId: tenantId } = set;
  const missing: string[] = [];
  const identity =
    azureIdentity(set, missing) ?? (appId && tenantId ? botIdentity(set, appId, tenantId, null, missing) : null);
  refuse(missing[0]);
  if (!identity)
    throw new Error('STORE_URL names an account to sign in to: set AZURE_TOKEN_CREDENTIALS, or an identity.');
  return { url: set.STORE_URL, signIn: { identity, authorityHost: authorityOf(set) } };
}

interface Identities {
  readonly bot: Identity;
  readonly graph: Identity;
}

/** Each set of settings for its own purpose; where only one is given, it serves for both. */
function readIdentities(set: Settings, appId: string, tenantId: string, problems: string[]): Identities | null {
  const azure = azureIdentity(set, problems);
  const bot = botIdentity(set, appId, tenantId, azure, problems);
  return bot ? { bot, graph: azure ?? bot } : null;
}

function azureIdentity(set: Settings, problems: string[]): Identity | null {
  const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId } = set;
  const secret = set.AZURE_CLIENT_SECRET;
  const path = set.AZURE_CLIENT_CERTIFICATE_PATH;
  const tokenFile = set.AZURE_FEDERATED_TOKEN_FILE;
  if (secret || path || tokenFile) {
    if (!tenantId || !clientId) {
      const given = secret
        ? 'AZURE_CLIENT_SECRET'
        : path
          ? 'AZURE_CLIENT_CERTIFICATE_PATH'
          : 'AZURE_FEDERATED_TOKEN_FILE';
      problems.push(`${given} needs AZURE_TENANT_ID and AZURE_CLIENT_ID beside it.`);
      return null;
    }
    if (secret) return { kind: 'secret', tenantId, clientId, secret };
    if (path) return { kind: 'certificate', tenantId, clientId, path };
    return { kind: 'federated', tenantId, clientId, tokenFile: tokenFile ?? '' };
  }
  if (set.AZURE_TOKEN_CREDENTIALS) {
    return { kind: 'chain', tenantId: tenantId ?? set.MicrosoftAppTenantId ?? '', clientId };
  }
  return clientId ? { kind: 'managedIdentity', clientId } : null;
}

function botIdentity(
  set: Settings,
  appId: string,
  tenantId: string,
  azure: Identity | null,
  problems: string[],
): Identity | null {
  const secret = set.MicrosoftAppPassword;
  if (set.MicrosoftAppType === 'UserAssignedMSI') {
    if (!secret) return { kind: 'managedIdentity', clientId: appId };
    problems.push('MicrosoftAppPassword must not be set with MicrosoftAppType=UserAssignedMSI: remove one of them.');
    return null;
  }
  if (secret) return { kind: 'secret', tenantId, clientId: appId, secret };
  // Another app's token would be refused by the connector, so it can only serve when it is the bot's own.
  if (azure && (azure.clientId === appId || azure.clientId === undefined)) return azure;
  problems.push(
    'MicrosoftAppPassword is missing: set it, or set MicrosoftAppType=UserAssignedMSI, or give the bot its identity ' +
      'by AZURE_CLIENT_ID (the same as MicrosoftAppId) with a secret, certificate, federated token or managed identity.',
  );
  return null;
}

function build(set: Settings, appId: string, tenantId: string, identities: Identities): Config {
  const cloud = clouds[set.GRAPH_CLOUD];
  return {
    tenantId,
    appId,
    authorityHost: authorityOf(set),
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
    serviceUrlHosts: new Set([...cloud.serviceUrlHosts, ...set.SERVICE_URL_HOSTS].map((host) => host.toLowerCase())),
    cloud: { promptServices: cloud.promptServices, graphEnvironment: cloud.graphEnvironment },
    teamsHost: cloud.teamsHost,
    notices: cloudNotices(cloud, set.GRAPH_ACTION),
    allowedConversations: set.ALLOWED_CONVERSATIONS.length > 0 ? new Set(set.ALLOWED_CONVERSATIONS) : null,
    delegated: set.GRAPH_AUTH === 'delegated' ? delegatedOf(set, tenantId, identities.bot) : null,
    policy: {
      ...policyOf(set),
      people: { requesters: set.REQUESTERS, approvers: set.APPROVERS, protectedUsers: set.PROTECTED_USERS },
    },
    storeUrl: set.STORE_URL,
    host: set.HOST,
    port: set.PORT,
    logLevel: set.LOG_LEVEL ?? 'info',
    collector: collectorOf(set),
    auditSinks: set.AUDIT_SINKS,
  };
}

function collectorOf(set: Settings): Collector | null {
  const endpoint = set.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return null;
  return { endpoint, headers: set.OTEL_EXPORTER_OTLP_HEADERS, serviceName: set.OTEL_SERVICE_NAME };
}

function delegatedOf(set: Settings, tenantId: string, identity: Identity): Delegated {
  return {
    identity,
    issuers: [`${clouds[set.GRAPH_CLOUD].stsIssuerHost}/${tenantId}/`, `${authorityOf(set)}/${tenantId}/v2.0`],
    connectionName: set.OAUTH_CONNECTION,
    privilegedContext: set.PRIVILEGED_AUTH_CONTEXT ?? null,
    maxAgeMinutes: set.SIGN_IN_MAX_AGE_MINUTES,
  };
}

function authorityOf(set: Settings): string {
  return set.AZURE_AUTHORITY_HOST ?? clouds[set.GRAPH_CLOUD].authorityHost;
}

function policyOf(set: Settings): Omit<Policy, 'people'> {
  return {
    twoPersons: { rule: set.TWO_PERSON, over: set.TWO_PERSON_OVER },
    maxTargets: set.MAX_TARGETS,
    maxTargetsPerHour: set.MAX_TARGETS_PER_HOUR,
    requestTtlMs: set.REQUEST_TTL_MINUTES * 60_000,
    reasonRequired: set.REASON_REQUIRED === 'true',
    action: set.GRAPH_ACTION,
    auth: set.GRAPH_AUTH,
    notify: set.NOTIFY === 'none' ? [] : set.NOTIFY,
    approvalConversation: set.APPROVAL_CONVERSATION ?? null,
  };
}
