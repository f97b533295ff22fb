import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatedGroup, EmulatedPerson } from '../../../src/local/directory.ts';
import { people as everybody, groupIds, groups, personIds, tenantId } from '../../../src/local/people.ts';
import { createTenant, type EmulatedTenant } from '../../../src/local/tenant.ts';
import { type BotProcess, type Environment, startBot } from './bot-process.ts';
import { type Certificates, createCertificates } from './ca.ts';
import { type FakeAuthority, startFakeAuthority } from './fake-authority.ts';
import { type FakeConnector, startFakeConnector } from './fake-connector.ts';
import { ALL_ROLES, type FakeGraph, startFakeGraph } from './fake-graph-server.ts';
import { createTeamsClient, type TeamsClient, teamsUserId } from './teams-client.ts';

export const APP_ID = '0f9b7c52-6a1e-4d0b-9c7e-3f5a2b8d1c60';
export const BOT_NAME = 'Session Revoker';
/** Recognisable, so that a test can look for it in everything the bot writes. */
export const APP_SECRET = 'app-secret-that-must-never-be-written';
const CONNECTOR_AUDIENCE = 'https://api.botframework.com';

/** Everything outside the bot. */
export type Surroundings = {
  readonly certificates: Certificates;
  readonly authority: FakeAuthority;
  readonly connector: FakeConnector;
  readonly graph: FakeGraph;
  readonly tenant: EmulatedTenant;
  /** The settings of a bot that lives in these surroundings. */
  readonly env: Environment;
  /** It is so much later, outside and for every process that starts with these settings. */
  later(ms: number): Environment;
  close(): Promise<void>;
};

export type World = Surroundings & {
  readonly teams: TeamsClient;
  /** The process that runs now. */
  bot(): BotProcess;
  /**
   * Starts the bot again on the same store, with other settings where some are given; the last process must have ended.
   * @param unread nobody reads its standard output
   */
  start(changed?: Environment, unread?: boolean): Promise<void>;
  /** Starts a further process of the same bot; its store must be one that replicas share. */
  startAnother(): Promise<Replica>;
  /** Ends the bot, with all its replicas, and everything round it. */
  stop(): Promise<void>;
};

/** A process with a client that speaks to it alone, as the load balancer would have it. */
export type Replica = { readonly bot: BotProcess; readonly teams: TeamsClient };

export type WorldOptions = {
  /** Settings to change; one that is undefined is left unset. */
  readonly env?: Environment;
  /** Milliseconds until a revocation shows when the user is read; 0 when left out. */
  readonly readBackLagMs?: number;
  /** People of the tenant besides the usual ones. */
  readonly people?: readonly EmulatedPerson[];
  /** Groups of the tenant besides the usual ones. */
  readonly groups?: readonly EmulatedGroup[];
  /** Application permissions for Graph; all that the bot can use when left out. */
  readonly roles?: readonly string[];
};

/** Settings of a process on a machine whose clock is so much ahead. */
export const wrongClock = (ms: number): Environment => ({
  NODE_OPTIONS: `--import ${new URL('shift-clock.mjs', import.meta.url).href}`,
  CLOCK_SHIFT_MS: String(ms),
});

/** A person of the emulated tenant by role in the story. */
export function person(role: keyof typeof personIds): EmulatedPerson {
  const found = everybody.find(({ id }) => id === personIds[role]);
  if (!found) throw new Error(`nobody is ${role} in the emulated tenant`);
  return found;
}

/** Starts the fakes: Entra and the Bot Framework's keys, the connector, Graph, and a folder for the store. */
export async function startSurroundings(options: WorldOptions = {}): Promise<Surroundings> {
  const certificates = await createCertificates();
  const folder = await mkdtemp(join(tmpdir(), 'session-revoker-world-'));
  const tenant = createTenant({
    now: () => new Date(),
    uuid: randomUUID,
    readBackLagMs: options.readBackLagMs ?? 0,
    people: [...everybody, ...(options.people ?? [])],
    groups: [...groups, ...(options.groups ?? [])],
  });
  const authority = await startFakeAuthority({
    certificates,
    tenantId,
    appId: APP_ID,
    appSecret: APP_SECRET,
    roles: options.roles ?? ALL_ROLES,
  });
  const connector = await startFakeConnector({
    certificates,
    isBot: (authorization) => authority.readEntraToken(authorization, CONNECTOR_AUDIENCE) !== undefined,
    members: everybody.map(({ id, displayName, userPrincipalName, mail, userType }) => ({
      id: teamsUserId(id),
      name: displayName,
      aadObjectId: id,
      userPrincipalName,
      ...(mail && { email: mail }),
      tenantId,
      userRole: userType === 'Guest' ? 'guest' : 'user',
    })),
  });
  const graph = await startFakeGraph({ certificates, tenant, readToken: authority.readEntraToken });
  return {
    certificates,
    authority,
    connector,
    graph,
    tenant,
    env: {
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      MicrosoftAppId: APP_ID,
      MicrosoftAppTenantId: tenantId,
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppPassword: APP_SECRET,
      AZURE_AUTHORITY_HOST: authority.url,
      GRAPH_ENDPOINT: graph.url,
      ToChannelFromBotLoginUrl: `${authority.url}/${tenantId}`,
      ToChannelFromBotOAuthScope: CONNECTOR_AUDIENCE,
      ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
      ToBotFromChannelOpenIdMetadataUrl: authority.openIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: authority.entraMetadataUrl,
      OAuthUrl: connector.url,
      SERVICE_URL_HOSTS: 'localhost',
      REQUESTERS: groupIds.responders,
      APPROVERS: groupIds.approvers,
      PROTECTED_USERS: groupIds.breakGlass,
      // Tests ask much in the name of few.
      MAX_OPEN_PER_REQUESTER: '1000',
      STORE_URL: `sqlite:${join(folder, 'store.db')}`,
      ...options.env,
    },
    later(ms) {
      for (const one of [authority, connector, graph]) one.dateLater(ms);
      return wrongClock(ms);
    },
    async close() {
      await Promise.all([authority.close(), connector.close(), graph.close(), certificates.remove()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts everything and the production entry point in the midst of it, and waits until that is ready. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const surroundings = await startSurroundings(options);
  const { authority, connector, env } = surroundings;
  let bot: BotProcess;
  try {
    bot = await startBot(env);
  } catch (error) {
    await surroundings.close();
    throw error;
  }
  const teamsFor = (botUrl: () => string) =>
    createTeamsClient({
      botUrl,
      serviceUrl: connector.serviceUrl,
      tenantId,
      appId: APP_ID,
      botName: BOT_NAME,
      channelToken: authority.channelToken,
    });
  const others: BotProcess[] = [];
  return {
    ...surroundings,
    teams: teamsFor(() => bot.url),
    bot: () => bot,
    async start(changed = {}, unread = false) {
      if (!bot.exit()) throw new Error('the bot is still running');
      bot = await startBot({ ...env, ...changed }, undefined, undefined, undefined, unread);
    },
    async startAnother() {
      const another = await startBot(env);
      others.push(another);
      return { bot: another, teams: teamsFor(() => another.url) };
    },
    async stop() {
      await Promise.all([bot, ...others].map((one) => one.kill()));
      await surroundings.close();
    },
  };
}
