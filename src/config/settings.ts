import { z } from 'zod';
import { readSink, type SinkSetting } from '../copies/sink.ts';
import { readStoreLocation } from '../store/store-url.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

const guid = z.guid('is not an object id, tenant id or client id (a GUID)').transform((id) => id.toLowerCase());
const list = z.string().transform((text) => text.split(',').flatMap((part) => part.trim() || []));
const guids = list.pipe(z.array(guid));
const hosts = list.pipe(
  z.array(
    z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9.-]+$/, 'holds something that is not a host name (no scheme, no port)'),
  ),
);
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
const flag = oneOf(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');

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
  if (texts.some((text) => text.startsWith('file:'))) {
    context.addIssue(
      'names a file: use stdout, which a journal or a shell keeps in one, or the address of a container',
    );
  } else if (sinks.includes(null)) {
    context.addIssue(
      'holds something that is none of stdout, stdout:<path> and https://<account>.blob.core.windows.net/<container>',
    );
  } else if (new Set(sinks.map((sink) => sink?.kind)).size < sinks.length) {
    context.addIssue('names two of one kind: one of each is enough');
  }
  return sinks.filter((sink) => sink !== null);
}

/** The form of each setting by itself. What depends on several is checked in config.ts. */
export const settings = {
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
  SERVICE_URL_HOSTS: hosts.default([]),
  REQUESTERS: guids.default([]),
  APPROVERS: guids.default([]),
  PROTECTED_USERS: guids.refine(isNotEmpty, 'holds nothing: remove it, or name an account or a group').default([]),
  ALLOWED_CONVERSATIONS: list.refine(isNotEmpty, 'holds nothing: remove it, or name a conversation').default([]),
  TWO_PERSON: oneOf(['always', 'privileged', 'never']).default('privileged'),
  TWO_PERSON_OVER: wholeNumber(1, 10_000).default(5),
  MAX_TARGETS: wholeNumber(1, 500).default(500),
  MAX_TARGETS_PER_HOUR: wholeNumber(1, 100_000).default(1000),
  MAX_OPEN_PER_REQUESTER: wholeNumber(1, 1000).default(10),
  REQUEST_TTL_MINUTES: wholeNumber(1, 60).default(15),
  WATCH_MINUTES: wholeNumber(0, 240).default(60),
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
  ALERT_CLIENTS: guids.refine(isNotEmpty, 'holds nothing: remove it, or name an app').default([]),
  ALERT_TWO_APPROVERS: flag,
  ALERT_LINK_HOSTS: hosts.default([]),
  REASON_REQUIRED: flag,
  STORE_URL: storeUrl.default('sqlite:data/session-revoker.db'),
  PORT: wholeNumber(0, 65_535).default(3978),
  PLAYGROUND_PORT: wholeNumber(1, 65_535).default(56_150),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: oneOf(logLevels).optional(),
  AUDIT_SINKS: list.transform(readSinks).default([]),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })
    // Requests cannot be made to such an address, and what is wrong with it would be told with the password.
    .refine(
      (url) => !/^https?:\/\/[^/]*@/i.test(url),
      'holds a name or a password: they belong into OTEL_EXPORTER_OTLP_HEADERS',
    )
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headers.default({}),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .string()
    .regex(/^http\/(?:json|protobuf)$/, 'is not http/json: traces are sent as that, which collectors take on port 4318')
    .optional(),
  OTEL_SERVICE_NAME: z.string().default('session-revoker'),
} as const;

export type Settings = { readonly [Name in keyof typeof settings]: z.output<(typeof settings)[Name]> };

/** What can be understood; of each of the others, by its name, what is wrong. */
export function readSettings(env: Env): { readonly set: Settings; readonly unread: ReadonlyMap<string, string> } {
  const unread = new Map<string, string>();
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settings)) {
    // An empty variable is how many platforms write "not set".
    const result = schema.safeParse(env[name]?.trim() || undefined);
    if (result.success) values[name] = result.data;
    else unread.set(name, `${name} ${result.error.issues[0]?.message ?? 'is not valid'}.`);
  }
  return { set: values as Settings, unread };
}
