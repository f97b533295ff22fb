import { randomUUID } from 'node:crypto';
import { createAlerts } from './app/alerts.ts';
import type { FindByCode } from './app/lookups.ts';
import type { Clock, Directory, Ids, Log, RequestStore } from './app/ports.ts';
import { createCheckLists, createProtection, unprotecting, whatIsWrong } from './app/protection.ts';
import type { Review } from './app/review.ts';
import { composeBot } from './compose-bot.ts';
import { composeChat } from './compose-chat.ts';
import { composeServer, readGraphToken } from './compose-server.ts';
import { composeUseCases } from './compose-use-cases.ts';
import { createAuditExport } from './copies/audit-export.ts';
import { openSinks } from './copies/open-sinks.ts';
import type { RefusalCode } from './domain/command.ts';
import type { Conversation } from './domain/request.ts';
import { createDirectory } from './graph/directory.ts';
import { createGraphClient } from './graph/graph-client.ts';
import { hasPermission, readHidden } from './graph/permissions.ts';
import { readDocument } from './graph/read-document.ts';
import { noSignIns } from './graph/sign-ins.ts';
import { createAlertDoor } from './runtime/alert-door.ts';
import { clock as machineClock } from './runtime/clock.ts';
import { createClockCheck } from './runtime/clock-check.ts';
import { createMetrics } from './runtime/metrics.ts';
import { createObserver } from './runtime/observe.ts';
import { openTracing } from './runtime/tracing.ts';
import { createWorker, type Worker } from './runtime/worker.ts';
import type { Setup } from './setup.ts';
import { followTrail, openStore, type StoreAccess } from './store/open.ts';
import { en } from './teams/texts/en.ts';
import { createFloodGate } from './teams/wire/flood.ts';

interface App {
  /** Listens, then takes up whatever an earlier run left open. Answers the port: for 0, the one that was free. */
  start(port: number, host: string): Promise<number>;
  /** Takes no new work, finishes or hands over what runs, and closes the store. Within ten seconds. */
  stop(): Promise<void>;
  readonly review: Review;
  readonly findByCode: FindByCode;
  readonly wake: Worker['wake'];
  readonly explain: (code: RefusalCode) => string;
}

/** Limits of Teams and Graph are for all replicas together. They do not count each other's calls, so each keeps to half. */
const replicas = 2;
const graceMs = 8000;
/** A load balancer needs a moment to send nothing more to a replica that leaves; this is part of the grace. */
const leavingMs = 3000;
/** For what is told to the outside about what was done. */
const lastMs = 1000;
/** The clock is compared before anything is found to be over, where somebody answers by then. */
const compareMs = 3000;
const askMs = 4000;
const compareEveryMs = 5 * 60_000;

/** Opens the store, builds everything and hands it round. @throws when the store cannot be used */
export async function compose(setup: Setup, log: Log): Promise<App> {
  const { tenantId, policy } = setup;
  const clockCheck = createClockCheck(machineClock, log);
  const clock: Clock = { ...machineClock, now: clockCheck.now };
  const signIns = setup.signIn?.signIns ?? noSignIns;
  const metrics = createMetrics();
  const storeAccess: StoreAccess = {
    url: setup.storeUrl,
    credential: setup.graph.credential,
    watch: (wire) => clockCheck.listen('store', wire),
  };
  const opened = await openStore(storeAccess, (damage) => {
    metrics.trailDamaged();
    log.error({ err: damage }, 'the store is damaged: see docs/runbook.md, The store is damaged');
  });
  const tracing =
    setup.collector &&
    (await openTracing(setup.collector, (count, why) => {
      metrics.spansLost(count);
      log.debug({ err: why, count }, 'spans could not be sent to the collector');
    }));
  const { observe, ...observer } = createObserver(metrics, tracing, log);
  const auditExport =
    setup.auditSinks.length === 0
      ? null
      : createAuditExport({
          trail: followTrail(storeAccess),
          sinks: openSinks(setup.auditSinks, setup.graph.credential),
          log,
          watch: metrics,
        });
  const { requestIdOf, ...kept } = opened;
  const store: RequestStore = observe('store', auditExport ? auditExport.woken(kept) : kept);
  const directory: Directory = observe(
    'graph',
    createDirectory({
      graph: createGraphClient({
        ...setup.graph,
        now: clock.now,
        watch: (wire) => metrics.watchWire(clockCheck.listen('graph', wire)),
      }),
      action: policy.action,
      riskAvailable: setup.riskAvailable,
      log,
      sleep: clock.sleep,
      signIns,
    }),
  );

  // An embedded store has one process at a time, so what an earlier one left is taken up without waiting for its lease.
  const embedded = setup.storeUrl.startsWith('sqlite:');
  const shares = embedded ? 1 : replicas;
  const ids: Ids = {
    uuid: randomUUID,
    successorOf: (requestId) => requestIdOf('successor', requestId),
    retryOf: (requestId, verb) => requestIdOf(verb, requestId),
  };
  const protection = createProtection({
    checkLists: createCheckLists({
      directory,
      people: policy.people,
      seesHidden: async () => hasPermission(await readGraphToken(setup), readHidden) === true,
    }),
    clock,
    log,
  });
  const watching = new AbortController();
  const chat = composeChat(setup, clock, shares);
  const useCases = composeUseCases(
    { store, directory, notifier: observe('teams', chat.notifier), signIns, protection, clock, ids, log },
    { tenantId, policy, worker: embedded ? 'embedded' : randomUUID(), shares },
    observe,
  );
  const { advance, review, findByCode } = useCases;
  const sweepMs = embedded ? 15_000 : 5000;
  const { wake, ...work } = createWorker({
    store,
    advance,
    log,
    sweepMs,
    watch: { within: observer.work, swept: metrics.swept, failed: metrics.stepFailed },
  });
  const run: Worker['run'] = (name, doIt) => work.run(name, () => observer.within(name, doIt));
  const receive = composeBot(setup, { useCases, requestIdOf, chat, clock, log, turn: observer.turn, wake, run });
  let compared = Promise.resolve();
  const checkClock = async () => {
    await compared;
    await clockCheck.check();
  };
  const { verifyAppToken } = setup;
  const gate = createFloodGate(clock);
  const alerts =
    verifyAppToken &&
    createAlertDoor({
      verify: verifyAppToken,
      admit: (clientId) => gate(clientId) === 'admit',
      alerts: createAlerts({
        ...{ submit: useCases.submit, store, requestIdOf, tenantId, wake },
        approvers: () => approversPlace(setup, chat.addresses.lately()),
      }),
      linkHosts: policy.alerts?.linkHosts ?? new Set(),
      newKey: randomUUID,
      log,
    });
  const server = composeServer(setup, {
    receive,
    alerts,
    store,
    directory,
    protection,
    metrics,
    clock,
    checkClock,
    log,
  });
  const askEntra = async () => {
    if (setup.entraMetadata === null) return;
    await readDocument(setup.entraMetadata, AbortSignal.timeout(askMs), (wire) => clockCheck.listen('entra', wire));
  };
  const compareClocks = async () => void (await Promise.allSettled([askEntra(), directory.check()]));
  let comparing: NodeJS.Timeout | undefined;

  return {
    async start(port, host) {
      const wrong = await protection.read().catch((error: unknown) => {
        log.warn({ err: error }, 'the lists could not be read; until they are, nobody is revoked');
        return [];
      });
      if (unprotecting(wrong).length > 0) {
        await store.close();
        throw new Error(
          `cannot start, because it is not known who is protected.\n${wrong.map(whatIsWrong).join('\n')}`,
        );
      }
      compared = Promise.race([compareClocks(), clock.sleep(compareMs)]);
      const heardAt = await server.listen(port, host);
      await compared;
      comparing = setInterval(compareClocks, compareEveryMs).unref();
      void protection.watch(watching.signal);
      await work.start();
      auditExport?.start();
      run('permission check', server.tellPermissions);
      return heardAt;
    },
    async stop() {
      watching.abort();
      const grace = clock.sleep(graceMs);
      server.leave();
      clearInterval(comparing);
      if (!embedded) await clock.sleep(leavingMs);
      await Promise.race([Promise.all([server.close(), work.stop(embedded ? graceMs : graceMs - leavingMs)]), grace]);
      await Promise.race([Promise.all([tracing?.close(lastMs), auditExport?.stop()]), clock.sleep(lastMs)]);
      await store.close();
    },
    review,
    findByCode,
    wake,
    explain: (code) => en.refusals[code],
  };
}

/** Where the card of a request stands that no message asked for. @param heard through which address Teams spoke last */
function approversPlace({ appId, policy, firstServiceUrl }: Setup, heard: string | null): Conversation | null {
  const { approvalConversation: id } = policy;
  const serviceUrl = heard ?? firstServiceUrl;
  return id === null || serviceUrl === null
    ? null
    : { id, serviceUrl, botId: `28:${appId}`, kind: id.endsWith('@thread.tacv2') ? 'channel' : 'groupChat' };
}
