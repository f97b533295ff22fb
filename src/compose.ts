import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdvance } from './app/advance.ts';
import { createAskAgain } from './app/ask-again.ts';
import { createExecute } from './app/execute.ts';
import { createFindApprovers, createFindNotified } from './app/find-approvers.ts';
import { createHistory, createMaySeeHistory } from './app/history.ts';
import { createReadHourlyUse } from './app/hourly-use.ts';
import { createLook } from './app/look.ts';
import type { Clock, Directory, Ids, Log, RequestStore } from './app/ports.ts';
import { createProve } from './app/prove.ts';
import { createReadBack } from './app/read-back.ts';
import { createRecheck } from './app/recheck.ts';
import { createResolveTargets } from './app/resolve-targets.ts';
import { createFindByCode, createReview, type FindByCode, type Review } from './app/review.ts';
import { createRunCommand } from './app/run-command.ts';
import { createReadStanding } from './app/standing.ts';
import { createStatus } from './app/status.ts';
import { createSubmit } from './app/submit.ts';
import { createSuggestPeople } from './app/suggest-people.ts';
import { createWriteBudget } from './app/write-budget.ts';
import { createAuditExport } from './audit-sinks/audit-export.ts';
import { openSinks } from './audit-sinks/open-sinks.ts';
import type { RefusalCode } from './domain/command.ts';
import { createDirectory } from './graph/directory.ts';
import { createGraphClient } from './graph/graph-client.ts';
import { type MissingPermission, missingPermissions } from './graph/permissions.ts';
import { noSignIns } from './graph/sign-ins.ts';
import { createMetrics } from './metrics.ts';
import { createReadiness } from './readiness.ts';
import { createServer } from './server.ts';
import type { Setup } from './setup.ts';
import { followTrail } from './store/follow-trail.ts';
import { openStore } from './store/open-store.ts';
import { Bot } from './teams/bot.ts';
import { createChat } from './teams/chat.ts';
import { createReach } from './teams/connector.ts';
import { deepLink } from './teams/deep-link.ts';
import { createOpenDialog } from './teams/dialog-open.ts';
import { createSubmitDialog } from './teams/dialog-submit.ts';
import { createFloodGate } from './teams/flood.ts';
import { createIsInstalled } from './teams/is-installed.ts';
import { createLookUp } from './teams/look-up.ts';
import { createNotifier, createRequestCard } from './teams/notifier.ts';
import { createOnClick } from './teams/on-click.ts';
import { createOnDialog } from './teams/on-dialog.ts';
import { createOnLookUp } from './teams/on-look-up.ts';
import { createOnMessage } from './teams/on-message.ts';
import { createPacing } from './teams/pacing.ts';
import { createPatientChat } from './teams/patient-chat.ts';
import { createReceive } from './teams/receive.ts';
import { createCardRenderer } from './teams/render-card.ts';
import { requestIdFor } from './teams/request-id.ts';
import { createRoster } from './teams/roster.ts';
import { en } from './teams/texts/en.ts';
import { createWelcome } from './teams/welcome.ts';
import { createOtlpExport } from './tracing/otlp.ts';
import { createTracer } from './tracing/tracer.ts';
import { createWatch } from './watch.ts';
import { createWorker, type Worker } from './worker.ts';

interface App {
  /** Listens, then takes up whatever an earlier run left open. */
  start(port: number, host: string): Promise<void>;
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
/** For what is told to the outside about what was done. */
const lastMs = 1000;

/** Opens the store, builds everything and hands it round. @throws when the store cannot be used */
export async function compose(setup: Setup, log: Log): Promise<App> {
  const { tenantId, policy, allowedConversations } = setup;
  const clock: Clock = {
    now: () => new Date(),
    elapsed: () => performance.now(),
    async sleep(ms, signal) {
      // An aborted sleep has simply ended early.
      await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
    },
  };
  const signIns = setup.signIn?.signIns ?? noSignIns;
  const metrics = createMetrics();
  const storeAccess = { url: setup.storeUrl, credential: setup.graph.credential };
  const opened = await openStore(storeAccess);
  const traces =
    setup.collector &&
    createOtlpExport(setup.collector, (count, why) => {
      metrics.spansLost(count);
      log.debug({ err: why, count }, 'spans could not be sent to the collector');
    });
  const watch = createWatch(metrics, createTracer(traces?.send ?? null), log);
  const auditExport =
    setup.auditSinks.length === 0
      ? null
      : createAuditExport({
          trail: followTrail(storeAccess),
          sinks: openSinks(setup.auditSinks, setup.graph.credential),
          log,
          watch: metrics,
        });
  const store: RequestStore = watch.store(auditExport ? auditExport.woken(opened) : opened);
  const directory: Directory = watch.directory(
    createDirectory({
      graph: createGraphClient({ ...setup.graph, watch: metrics.watchWire }),
      action: policy.action,
      riskAvailable: setup.riskAvailable,
      log,
      signIns,
    }),
  );

  const runCommand = watch.runCommand(createRunCommand({ store, clock }));
  const readStanding = createReadStanding({ directory, people: policy.people, tenantId });
  const resolveTargets = createResolveTargets({ directory, people: policy.people, auth: policy.auth });
  const readHourlyUse = createReadHourlyUse({ store, clock, policy });
  const findApprovers = createFindApprovers({ directory, people: policy.people, log });
  const findNotified = createFindNotified({ directory, people: policy.people, notify: policy.notify, log });
  const submit = watch.submit(
    createSubmit({
      readStanding,
      resolveTargets,
      findApprovers,
      findNotified,
      runCommand,
      store,
      readHourlyUse,
      clock,
      policy,
    }),
  );
  const ids: Ids = {
    uuid: randomUUID,
    successorOf: (requestId) => requestIdFor({ conversationId: 'successor', activityId: requestId, personId: '' }),
    retryOf: (requestId) => requestIdFor({ conversationId: 'retry', activityId: requestId, personId: '' }),
  };
  const recheck = createRecheck({ directory, people: policy.people, rule: policy.twoPersons.rule, auth: policy.auth });
  const findByCode = createFindByCode({ store });
  const askAgain = createAskAgain({ store, submit, ids });
  // An embedded store has one process at a time, so what an earlier one left is taken up without waiting for its lease.
  const embedded = setup.storeUrl.startsWith('sqlite:');
  const worker = embedded ? 'embedded' : randomUUID();
  const review = watch.review(
    createReview({
      store,
      readStanding,
      recheck,
      submit,
      runCommand,
      readHourlyUse,
      clock,
      ids,
      signIns,
      auth: policy.auth,
      worker,
    }),
  );
  const execute = watch.execute(
    createExecute({
      directory,
      signIns,
      readBack: createReadBack({ directory, clock }),
      runCommand,
      clock,
      ids,
      policy,
      budget: createWriteBudget(clock, embedded ? 1 : replicas),
      worker,
    }),
  );

  const cards = createCardRenderer(new URL('../cards/', import.meta.url));
  const requestCard = createRequestCard({ cards, clock });
  const reach = createReach({
    adapter: setup.adapter.cloud,
    appId: setup.appId,
    isAllowed: setup.isAllowedServiceUrl,
  });
  const chat = createChat({ reach, paced: createPacing(clock, embedded ? 1 : replicas) });
  const prove = createProve({ directory, clock });
  const answers = createPatientChat(chat, clock);
  const notifier = watch.notifier(
    createNotifier({ chat, patiently: answers, cards, requestCard, cloud: setup.cloud, now: clock.now }),
  );
  const advance = createAdvance({ store, runCommand, execute, prove, notifier, signIns, clock, log, worker });
  const sweepMs = embedded ? 15_000 : 5000;
  const { wake, ...work } = createWorker({ store, advance, log, sweepMs, watch: watch.worker });
  const run: Worker['run'] = (name, doIt) => work.run(name, () => watch.outsideTurn(name, doIt));

  const roster = createRoster({ reach, tenantId, log });
  const onMessage = createOnMessage({
    submit,
    askAgain,
    review,
    findByCode,
    roster,
    chat: answers,
    cards,
    wake,
    now: clock.now,
    log,
  });
  const sleep = (ms: number) => clock.sleep(ms);
  const maySeeHistory = createMaySeeHistory({ readStanding });
  const onLookUp = createOnLookUp({
    lookUp: createLookUp({
      status: createStatus({ store }),
      history: createHistory({ directory, store, maySeeHistory }),
      cards,
      linkTo: ({ request, cardIds }) => deepLink(setup.teamsHost, tenantId, request.conversation, cardIds.at(-1)),
    }),
    maySeeHistory,
    roster,
    chat: answers,
    sleep,
    log,
  });
  const onClick = createOnClick({
    review,
    askAgain,
    look: createLook({ store, readStanding, readHourlyUse, clock }),
    requestCard,
    signInRequest: setup.signIn?.request ?? null,
    chat: answers,
    wake,
    outsideTurn: run,
    sleep,
    log,
  });
  const suggestPeople = createSuggestPeople({ readStanding, directory });
  const isInstalled = createIsInstalled({ reach });
  const onDialog = createOnDialog({
    openDialog: createOpenDialog({ suggestPeople, isInstalled, cards, sleep, log }),
    submitDialog: createSubmitDialog({
      submit,
      suggestPeople,
      isInstalled,
      chat: answers,
      cards,
      wake,
      outsideTurn: run,
      sleep,
      now: clock.now,
      log,
    }),
    cards,
  });
  const [admit, admitRefresh] = [createFloodGate(clock), createFloodGate(clock)];
  const outsideTurn = (name: string, work: () => Promise<void>) =>
    run(name, setup.answerDelayMs === 0 ? work : () => sleep(setup.answerDelayMs).then(work));
  const bot = new Bot({
    tenantId,
    allowedConversations: withApprovals(allowedConversations, policy.approvalConversation),
    admit,
    admitRefresh,
    onMessage,
    onClick,
    onDialog,
    welcome: createWelcome({ chat: answers, cards, log }),
    onLookUp,
    chat: answers,
    outsideTurn,
    log,
  });
  const receive = createReceive({
    adapter: setup.adapter,
    guard: setup.guard,
    sleep,
    run: (context) => watch.turn(context.activity.type, context.activity.conversation?.id, () => bot.run(context)),
    log,
  });

  let missing: readonly MissingPermission[] | null = null;
  const readPermissions = async () => {
    missing = missingPermissions(await signIn(setup), { auth: policy.auth, riskAvailable: setup.riskAvailable });
    return missing;
  };
  const readiness = createReadiness(
    { store: () => store.check(), graph: () => directory.check(), signIn: readPermissions },
    clock,
    log,
  );
  const server = createServer({
    async receive(authorization, body) {
      const reply = await receive(authorization, body);
      metrics.received.inc({ status: String(reply.status) });
      return reply;
    },
    async ready() {
      const { status, body } = await readiness.answer();
      // Whoever was told to grant something sees here that it has arrived; without it the bot does what it can.
      return { status, body: { ...body, missingPermissions: missing?.map(({ name }) => name) ?? null } };
    },
    async metrics() {
      return { status: 200, ...(await metrics.read()) };
    },
  });

  return {
    async start(port, host) {
      await server.listen(port, host);
      await work.start();
      auditExport?.start();
      run('permission check', async () => {
        const lacking = await readPermissions();
        if (!lacking) return log.info({}, 'the token does not say which application permissions are there');
        for (const { name, without, grant } of lacking) {
          log.warn(
            { permission: name, without, grant },
            'an application permission is missing; grant it with admin consent',
          );
        }
        if (lacking.length === 0) log.info({}, 'all application permissions are there');
      });
    },
    async stop() {
      readiness.stop();
      const grace = clock.sleep(graceMs);
      await Promise.race([Promise.all([server.close(), work.stop(graceMs)]), grace]);
      await Promise.race([Promise.all([traces?.close(lastMs), auditExport?.stop()]), clock.sleep(lastMs)]);
      await store.close();
    },
    review,
    findByCode,
    wake,
    explain: (code) => en.refusals[code],
  };
}

/** Where requests are decided the bot works, whatever else is allowed. */
function withApprovals(allowed: ReadonlySet<string> | null, approvals: string | null): ReadonlySet<string> | null {
  return allowed && approvals !== null ? new Set([...allowed, approvals]) : allowed;
}

async function signIn({ graph }: Setup): Promise<string> {
  const token = await graph.credential.getToken(`${graph.root}/.default`);
  if (!token) throw new Error('no token for Graph');
  return token.token;
}
