import type { Log, Policy } from './app/ports.ts';
import { clouds } from './config/clouds.ts';
import type { Config, Delegated } from './config/config.ts';
import { createOnBehalfOf, createTimelyCredential } from './config/credentials.ts';
import type { SinkSetting } from './copies/sink-setting.ts';
import type { Credential, Transport } from './graph/pipeline.ts';
import { readJson } from './graph/read-document.ts';
import { createSignIns, type HeldSignIns } from './graph/sign-ins.ts';
import { createVerifyAppToken, createVerifyUserToken, type VerifyAppToken } from './graph/user-token.ts';
import { clock } from './runtime/clock.ts';
import type { Collector } from './runtime/tracing.ts';
import type { SignInRequest } from './teams/answer/click-answer.ts';
import type { CloudForReaders } from './teams/cards/result.ts';
import { type Adapter, createAdapter, createLocalAdapter } from './teams/wire/adapter.ts';
import { type Guarded, guard, isAllowedServiceUrl, isLoopback, placeOnThisMachine } from './teams/wire/guard.ts';
import { createSigningKeys } from './teams/wire/signing-keys.ts';

/** Everything in which local mode and production differ. The rest of the house is one and the same. */
export interface Setup {
  readonly tenantId: string;
  readonly appId: string;
  readonly adapter: Adapter;
  readonly guard: (authorization: string | undefined, activity: object) => Guarded;
  readonly isAllowedServiceUrl: (serviceUrl: string) => boolean;
  readonly graph: { readonly root: string; readonly credential: Credential; readonly transport?: Transport };
  /** What Entra tells anybody about the tenant; `null`: there is no Entra. */
  readonly entraMetadata: string | null;
  readonly riskAvailable: boolean;
  /** Checks and keeps approvers' sign-ins, and how one is asked for; where Graph is called as the approver. */
  readonly signIn: { readonly signIns: HeldSignIns; readonly request: SignInRequest } | null;
  /** Services that end access within minutes of a revocation. */
  readonly cloud: CloudForReaders;
  /** Checks tokens of other apps; `null` where none may ask. */
  readonly verifyAppToken: VerifyAppToken | null;
  /** Through which Teams is spoken to before anything was heard from it; `null`: nobody knows. */
  readonly firstServiceUrl: string | null;
  /** Where links into Teams lead; `null`: there are none. */
  readonly teamsHost: string | null;
  /** Pause before a message is dealt with; 0 where the chat keeps an answer that is quicker than its question. */
  readonly answerDelayMs: number;
  readonly allowedConversations: ReadonlySet<string> | null;
  readonly policy: Policy;
  readonly storeUrl: string;
  /** Who takes traces; `null`: nobody. */
  readonly collector: Collector | null;
  /** Where copies of the trail go. */
  readonly auditSinks: readonly SinkSetting[];
}

/** Entra's tokens for apps count for a day at the most, with continuous access evaluation. */
const appTokenMinutes = 24 * 60 + 5;

export function productionSetup(config: Config, log: Log): Setup {
  const { tenantId, appId, bot, serviceUrlHosts, authorityHost, botIdentity, graphIdentity } = config;
  const botCredential = createTimelyCredential(botIdentity, authorityHost);
  const graphCredential =
    graphIdentity === botIdentity ? botCredential : createTimelyCredential(graphIdentity, authorityHost);
  const guardSettings = { appId, tenantId, issuer: bot.issuer, serviceUrlHosts };
  return {
    tenantId,
    appId,
    adapter: createAdapter({
      appId,
      tenantId,
      endpoints: bot,
      credential: botCredential,
      signingKeys: createSigningKeys({ url: bot.channelOpenIdMetadataUrl, readJson, clock, log }),
    }),
    guard: (authorization, activity) => guard(guardSettings, authorization, activity),
    isAllowedServiceUrl: (serviceUrl) => isAllowedServiceUrl(serviceUrl, serviceUrlHosts),
    graph: { root: config.graphRoot, credential: graphCredential },
    entraMetadata: `${authorityHost}/${tenantId}/v2.0/.well-known/openid-configuration`,
    riskAvailable: config.riskAvailable,
    signIn: config.delegated && delegatedSignIn(config, config.delegated, log),
    cloud: config.cloud,
    verifyAppToken: appTokens(config),
    firstServiceUrl: config.firstServiceUrl,
    teamsHost: config.teamsHost,
    answerDelayMs: 0,
    allowedConversations: config.allowedConversations,
    policy: config.policy,
    storeUrl: config.storeUrl,
    collector: config.collector,
    auditSinks: config.auditSinks,
  };
}

function appTokens({ tenantId, appId, issuers, authorityHost, policy }: Config): VerifyAppToken | null {
  if (!policy.alerts) return null;
  const rules = {
    ...{ tenantId, appId, issuers, clients: policy.alerts.clients, maxAgeMinutes: appTokenMinutes },
    audience: `api://botid-${appId}`,
    keysUrl: `${authorityHost}/${tenantId}/discovery/v2.0/keys`,
  };
  return createVerifyAppToken(rules, () => new Date());
}

function delegatedSignIn(
  { tenantId, appId, issuers, authorityHost, graphRoot }: Config,
  delegated: Delegated,
  log: Log,
) {
  const { maxAgeMinutes, identity, privilegedContext, connectionName } = delegated;
  const now = () => new Date();
  const audience = `api://botid-${appId}`;
  const keysUrl = `${authorityHost}/${tenantId}/discovery/v2.0/keys`;
  const signIns = createSignIns({
    verify: createVerifyUserToken({ tenantId, audience, issuers, keysUrl, maxAgeMinutes }, now),
    onBehalfOf: createOnBehalfOf(identity, authorityHost),
    scope: `${graphRoot}/.default`,
    privilegedContext,
    now,
    log,
  });
  return { signIns, request: { connectionName, resource: audience } };
}

/** Without Teams' tokens, so the server that gets this must listen on loopback alone. */
export function localSetup(local: {
  readonly tenantId: string;
  readonly transport: Transport;
  readonly policy: Policy;
  readonly storeUrl: string;
}): Setup {
  const { tenantId, transport, policy, storeUrl } = local;
  const credential = { getToken: async () => ({ token: 'local', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return {
    tenantId,
    appId: '',
    adapter: createLocalAdapter(),
    guard: (_, activity) => placeOnThisMachine(tenantId, activity),
    isAllowedServiceUrl: isLoopback,
    graph: { root: 'https://graph.emulated.invalid', credential, transport },
    entraMetadata: null,
    riskAvailable: true,
    signIn: null,
    cloud: clouds.global,
    verifyAppToken: null,
    firstServiceUrl: null,
    teamsHost: null,
    // The Playground's page drops an answer to a post that it has not shown yet; Teams is never that slow.
    answerDelayMs: 400,
    allowedConversations: null,
    policy,
    storeUrl,
    collector: null,
    auditSinks: [],
  };
}
