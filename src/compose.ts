import { randomUUID } from 'node:crypto';
import { createAlerts } from './app/alerts.ts';
import type { Clock, Log } from './app/ports.ts';
import { createCheckLists, createProtection } from './app/protection.ts';
import { createUseCases, idsBy } from './app/use-cases.ts';
import type { Config } from './config/config.ts';
import { createOnBehalfOf, createTimelyCredential } from './config/identities.ts';
import { createAuditExport, openSinks } from './copies/audit-export.ts';
import { createDirectory } from './graph/directory.ts';
import { createEntraLogs } from './graph/entra-logs.ts';
import { createGraphClient } from './graph/graph-client.ts';
import { createPermissions } from './graph/permissions.ts';
import { type Credential, readDocument, readJson, type Transport } from './graph/pipeline.ts';
import { createSignIns, type HeldSignIns, noSignIns } from './graph/sign-ins.ts';
import { createVerifyAppToken, createVerifyUserToken, type VerifyAppToken } from './graph/user-token.ts';
import { createAlertDoor } from './runtime/alert-door.ts';
import { createClockCheck, clock as machineClock } from './runtime/clock.ts';
import { createMetrics } from './runtime/metrics.ts';
import { createObserver, watchWaiting } from './runtime/observe.ts';
import { createReadiness } from './runtime/readiness.ts';
import { createServer } from './runtime/server.ts';
import { openTracing } from './runtime/tracing.ts';
import { createWorker, type Worker } from './runtime/worker.ts';
import { followTrail, openStore, type StoreAccess } from './store/open.ts';
import { createAnswers } from './teams/answer/answers.ts';
import type { SignInRequest } from './teams/answer/reply.ts';
import type { LinkTo } from './teams/cards/in-words.ts';
import { createCardRenderer } from './teams/cards/render-card.ts';
import { createChat, createPatientChat } from './teams/chat/chat.ts';
import { createAddresses, createReach, deepLink } from './teams/chat/connector.ts';
import { createNotifier, createRequestCard } from './teams/chat/notifier.ts';
import { createPacing } from './teams/chat/pacing.ts';
import { createIsInstalled, createRoster } from './teams/chat/roster.ts';
import { createWelcome } from './teams/chat/welcome.ts';
import { type Adapter, createAdapter, createSigningKeys } from './teams/wire/adapter.ts';
import { createBot, createFloodGate } from './teams/wire/bot.ts';
import { type Guarded, guard, isAllowedServiceUrl } from './teams/wire/guard.ts';
import { createReceive } from './teams/wire/receive.ts';

type Shared =
  | 'tenantId'
  | 'appId'
  | 'policy'
  | 'riskAvailable'
  | 'cloud'
  | 'teamsHost'
  | 'allowedConversations'
  | 'firstServiceUrl';

/** Everything in which local mode and production differ. The rest of the house is one and the same. */
export interface Setup extends Pick<Config, Shared | 'storeUrl' | 'collector' | 'auditSinks'> {
  readonly adapter: Adapter;
  readonly guard: (authorization: string | undefined, activity: object) => Guarded;
  readonly isAllowedServiceUrl: (serviceUrl: string) => boolean;
  readonly graph: { readonly root: string; readonly credential: Credential; readonly transport?: Transport };
  /** What Entra tells anyone about the tenant; `null`: there is no Entra. */
  readonly entraMetadata: string | null;
  /** Checks and keeps approvers' sign-ins, and how one is asked for; where Graph is called as the approver. */
  readonly signIn: { readonly signIns: HeldSignIns; readonly request: SignInRequest } | null;
  /** Checks tokens of other apps; `null` where none may ask. */
  readonly alertDoor: { readonly verify: VerifyAppToken; readonly linkHosts: ReadonlySet<string> } | null;
  /** Pause before a message is dealt with; 0 where the chat keeps an answer that is quicker than its question. */
  readonly answerDelayMs: number;
}

export function production(config: Config, log: Log): Setup {
  const { tenantId, appId, bot, serviceUrlHosts, authorityHost, botIdentity, graphIdentity, delegated } = config;
  const { alerts } = config.policy;
  const botCredential = createTimelyCredential(botIdentity, authorityHost);
  const graphCredential =
    graphIdentity === botIdentity ? botCredential : createTimelyCredential(graphIdentity, authorityHost);
  const resource = `api://botid-${appId}`;
  const keysUrl = `${authorityHost}/${tenantId}/discovery/v2.0/keys`;
  const tokens = { tenantId, appId, issuers: config.issuers, audience: resource, keysUrl };
  const signingKeys = createSigningKeys({ url: bot.channelOpenIdMetadataUrl, readJson, clock: machineClock, log });
  return {
    ...config,
    adapter: createAdapter({ appId, tenantId, endpoints: bot, credential: botCredential, signingKeys }),
    guard: (...received) => guard({ appId, tenantId, issuer: bot.issuer, serviceUrlHosts }, ...received),
    isAllowedServiceUrl: (serviceUrl) => isAllowedServiceUrl(serviceUrl, serviceUrlHosts),
    graph: { root: config.graphRoot, credential: graphCredential },
    entraMetadata: `${authorityHost}/${tenantId}/v2.0/.well-known/openid-configuration`,
    signIn: delegated && {
      signIns: createSignIns({
        verify: createVerifyUserToken({ ...tokens, maxAgeMinutes: delegated.maxAgeMinutes }, machineClock.now),
        onBehalfOf: createOnBehalfOf(delegated.identity, authorityHost),
        scope: `${config.graphRoot}/.default`,
        privilegedContext: delegated.privilegedContext,
        now: machineClock.now,
        log,
      }),
      request: { connectionName: delegated.connectionName, resource },
    },
    alertDoor: alerts && { ...alerts, verify: createVerifyAppToken({ ...tokens, ...alerts }, machineClock.now) },
    answerDelayMs: 0,
  };
}

/** Limits of Teams and Graph are for all replicas together. They do not count each other's calls, so each keeps to half. */
const replicas = 2;
const graceMs = 8000;
/** A load balancer needs a moment to send nothing more to a replica that leaves; this is part of the grace. */
const leavingMs = 3000;
/** For what is told to the outside about what was done. */
const lastMs = 1000;
/** For Entra, to be asked for the time. */
const askMs = 4000;

/** Opens the store, builds everything and hands it round. @throws when the store cannot be used */
export async function compose(setup: Setup, log: Log) {
  const { tenantId, adapter, policy, riskAvailable, answerDelayMs } = setup;
  // An embedded store has one process at a time, so what an earlier one left is taken up without waiting for its lease.
  const embedded = setup.storeUrl.startsWith('sqlite:');
  const shares = embedded ? 1 : replicas;

  // What goes on, as it is told to those who run the bot.
  const metrics = createMetrics();
  const tracing = setup.collector && (await openTracing(setup.collector, metrics.spansLost, log));
  const { observe, turn, ...observer } = createObserver(metrics, tracing, log);
  const clockCheck = createClockCheck(machineClock, log);
  const clock: Clock = { ...machineClock, now: clockCheck.now };
  const { now, sleep, after } = clock;

  // The record.
  const storeAccess: StoreAccess = {
    url: setup.storeUrl,
    credential: setup.graph.credential,
    watch: (wire) => clockCheck.listen('store', wire),
  };
  const { requestIdOf, ...opened } = await openStore(storeAccess, (damage) => {
    metrics.trailDamaged();
    log.error({ err: damage }, 'the store is damaged: see docs/runbook.md, The store is damaged');
  });
  const sinks = openSinks(setup.auditSinks, setup.graph.credential);
  const auditExport =
    sinks.length === 0 ? null : createAuditExport({ trail: followTrail(storeAccess), sinks, log, watch: metrics });
  const store = observe('store', auditExport ? auditExport.woken(opened) : opened);
  const ids = idsBy(requestIdOf, randomUUID);

  // Graph.
  const signIns = setup.signIn?.signIns ?? noSignIns;
  const graph = createGraphClient({
    ...setup.graph,
    now,
    watch: (wire) => metrics.watchWire(clockCheck.listen('graph', wire)),
  });
  const { action, people, auth } = policy;
  const directory = observe('graph', createDirectory({ graph, action, riskAvailable, log, sleep, signIns }));
  const logs = observe('graph', createEntraLogs({ graph, clock, shares }));
  const told = metrics.permissionsMissing;
  const permissions = createPermissions({ ...setup.graph, auth, riskAvailable, told, log });
  const { seesHidden } = permissions;
  const protection = createProtection({ checkLists: createCheckLists({ directory, people, seesHidden }), clock, log });

  // What is said in Teams.
  const cards = createCardRenderer(new URL('../cards/', import.meta.url));
  const requestCard = createRequestCard({ cards, clock });
  const addresses = createAddresses(clock);
  const bearings = { adapter: adapter.cloud, appId: setup.appId, isAllowed: setup.isAllowedServiceUrl };
  const reach = createReach({ ...bearings, addresses });
  const posts = createChat({ reach, paced: createPacing(clock, shares), sleep });
  const notifier = observe('teams', createNotifier({ chat: posts, cards, requestCard, cloud: setup.cloud, now }));

  // What can be done, and who goes on with it.
  const ports = { store, directory, logs, notifier, signIns, protection, clock, ids, log };
  const base = { ...ports, tenantId, policy, worker: embedded ? 'embedded' : randomUUID() };
  const useCases = createUseCases(base, shares, observe);
  const watch = { within: observer.work, swept: metrics.swept, failed: metrics.stepFailed };
  const worker = createWorker({ store, advance: useCases.advance, log, sweepMs: embedded ? 15_000 : 5000, watch });
  const outsideTurn: Worker['run'] = (name, work) => worker.run(name, () => observer.within(name, work));

  // What comes in from Teams, from its headers to the use case that it asks for.
  const chat = createPatientChat(posts, clock);
  const linkTo: LinkTo = ({ request, cardIds }) =>
    deepLink(setup.teamsHost, tenantId, request.conversation, cardIds.at(-1));
  const said = { chat, cards, requestCard, addresses, linkTo };
  const met = { roster: createRoster({ reach, tenantId, log }), isInstalled: createIsInstalled({ reach }) };
  const how = { requestIdOf, wake: worker.wake, watchWaiting, clock, now, sleep, after, log };
  const deps = { ...useCases, ...said, ...met, ...how };
  const bot = createBot({
    ...deps,
    allowedConversations: setup.allowedConversations,
    answers: createAnswers({ ...deps, signInRequest: setup.signIn?.request ?? null }),
    welcome: createWelcome(deps),
    outsideTurn: (name, work) => outsideTurn(name, answerDelayMs === 0 ? work : () => sleep(answerDelayMs).then(work)),
  });
  const receive = createReceive({ ...setup, log, run: (incoming) => turn(incoming, () => bot(incoming)) });

  // What other apps open.
  const approvers = () => addresses.unheard(policy.approvalConversation, setup.appId, setup.firstServiceUrl);
  const gate = createFloodGate(clock);
  const admit = (clientId: string) => gate(clientId) === 'admit';
  const door = { alerts: createAlerts({ ...deps, store, tenantId, approvers }), newKey: randomUUID };
  const alerts = setup.alertDoor && createAlertDoor({ ...setup.alertDoor, ...door, admit, log });

  // What the port answers, to Teams and to those who run the bot.
  const checks = { store: store.check, graph: directory.check, signIn: permissions.check, clock: clockCheck.check };
  const asked = { ...checks, protectedUsers: protection.check };
  const readiness = createReadiness(asked, clock, log, metrics.readyChecked);
  const server = createServer({
    receive: async (...received) => metrics.received(await receive(...received)),
    alerts,
    ready: readiness.answer,
    metrics: async () => ({ status: 200, ...(await metrics.read()) }),
  });

  const askForTime = async () => {
    const { entraMetadata: url } = setup;
    const asking = url && readDocument(url, AbortSignal.timeout(askMs), (wire) => clockCheck.listen('entra', wire));
    await Promise.allSettled([asking, directory.check()]);
  };
  const stopping = new AbortController();
  return {
    /** Listens, then takes up whatever an earlier run left open. Answers the port: for 0, the one that was free. */
    async start(port: number, host: string): Promise<number> {
      await protection.begin().catch((error: unknown) => store.close().then(() => Promise.reject(error)));
      const compared = clockCheck.begin(askForTime, stopping.signal);
      const heardAt = await server.listen(port, host);
      await compared;
      void protection.watch(stopping.signal);
      await worker.start();
      auditExport?.start();
      outsideTurn('permission check', permissions.tell);
      return heardAt;
    },
    /** Takes no new work, finishes or hands over what runs, and closes the store. Within ten seconds. */
    async stop(): Promise<void> {
      stopping.abort();
      const grace = sleep(graceMs);
      readiness.stop();
      if (!embedded) await sleep(leavingMs);
      await Promise.race([Promise.all([server.close(), worker.stop(embedded ? graceMs : graceMs - leavingMs)]), grace]);
      await Promise.race([Promise.all([tracing?.close(lastMs), auditExport?.stop()]), sleep(lastMs)]);
      await store.close();
    },
    ...useCases,
    wake: worker.wake,
  };
}
