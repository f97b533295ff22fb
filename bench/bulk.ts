import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdvance } from '../src/app/advance.ts';
import { createExecute } from '../src/app/execute.ts';
import type { Clock, Directory, Notifier, Policy } from '../src/app/ports.ts';
import { createProve } from '../src/app/prove.ts';
import { createReadBack } from '../src/app/read-back.ts';
import { createRunCommand } from '../src/app/run-command.ts';
import { createWriteBudget } from '../src/app/write-budget.ts';
import { fold } from '../src/domain/evolve.ts';
import type { Account, Requested } from '../src/domain/request.ts';
import { createDirectory } from '../src/graph/directory.ts';
import { createGraphClient } from '../src/graph/graph-client.ts';
import { noSignIns } from '../src/graph/sign-ins.ts';
import { createTenant } from '../src/local/tenant.ts';
import { openSqliteStore } from '../src/store/sqlite-store.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const clock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: async (ms) => void (await delay(ms)),
};
const tenantId = '7f3c1c52-9d0e-4b7a-8a55-2d1f6e0b9c41';
const groupId = '19eadb27-48fa-493b-a61e-d75a283b4999';
const policy: Policy = {
  people: { requesters: [groupId], approvers: [groupId], protectedUsers: [groupId] },
  twoPersons: { rule: 'privileged', over: 5 },
  maxTargets: 10_000,
  maxTargetsPerHour: 100_000,
  requestTtlMs: 60 * 60_000,
  reasonRequired: false,
  action: 'revokeSignInSessions',
  auth: 'application',
};

/** An emulated tenant of so many people, reached with that latency (ms) and, if given, a quota of writes. */
function createWorld(count: number, latencyMs: number, quota?: { writes: number; windowMs: number }) {
  const people = Array.from({ length: count }, (_, index) => ({
    id: `bbbbbbbb-0000-4000-8000-${String(index).padStart(12, '0')}`,
    displayName: `User ${index}`,
    userPrincipalName: `user${index}@contoso.example`,
    userType: 'Member' as const,
    accountEnabled: true,
  }));
  const groups = [{ id: groupId, displayName: 'Nobody', members: [] }];
  const tenant = createTenant({ now: clock.now, uuid: randomUUID, readBackLagMs: 0, people, groups });
  const seen = { writes: [] as number[], throttled: 0, calls: 0 };
  const graph = createGraphClient({
    root: 'https://graph.contoso.example',
    credential: { getToken: async () => ({ token: 'bench', expiresOnTimestamp: Date.now() + 3_600_000 }) },
    transport: async (request) => {
      seen.calls += 1;
      await delay(latencyMs);
      if (request.method === 'POST' && request.path.endsWith('/revokeSignInSessions')) {
        const now = performance.now();
        const recent = quota ? seen.writes.filter((at) => now - at < quota.windowMs) : [];
        if (quota && recent.length >= quota.writes) {
          seen.throttled += 1;
          return { status: 429, headers: { 'retry-after': '1' } };
        }
        seen.writes.push(now);
      }
      return tenant.handle(request);
    },
  });
  const directory = createDirectory({ graph, action: policy.action, riskAvailable: true });
  const accounts: readonly Account[] = people.map(({ id, displayName, userPrincipalName }) => ({
    id,
    upn: userPrincipalName,
    name: displayName,
    jobTitle: null,
    department: null,
    external: false,
    guest: false,
    enabled: true,
    synced: false,
    restricted: false,
  }));
  return { directory, accounts, seen };
}

/** Carries out one approved request for all accounts, as the bot does. Answers the time it took, in ms. */
async function carryOut(
  { directory, accounts }: { directory: Directory; accounts: readonly Account[] },
  quota?: { writes: number; windowMs: number },
): Promise<number> {
  const store = openSqliteStore(':memory:');
  const notifier: Notifier = {
    postCard: async () => 'card',
    updateCard: async () => undefined,
    postResult: async () => 'result',
    updateResult: async () => undefined,
  };
  const runCommand = createRunCommand({ store, clock });
  const budget = createWriteBudget(clock, 1, quota);
  const readBack = createReadBack({ directory, clock });
  const ids = { uuid: randomUUID, successorOf: (id: string) => id, retryOf: (id: string) => id };
  const execute = createExecute({
    directory,
    signIns: noSignIns,
    readBack,
    runCommand,
    clock,
    ids,
    policy,
    budget,
    worker: 'bench',
  });
  const prove = createProve({ directory, clock });
  const advance = createAdvance({
    store,
    runCommand,
    execute,
    prove,
    notifier,
    signIns: noSignIns,
    clock,
    log: silent,
    worker: 'bench',
  });
  const requestId = 'K7F3AAAAAAAAAAAAAAAA';
  const by = { id: 'aaaaaaaa-0000-4000-8000-000000000001', tenantId, name: 'Alex Wilber' };
  const where = '19:bench@thread.tacv2';
  const unknown = { known: false } as const;
  const requested: Requested = {
    type: 'Requested',
    at: new Date().toISOString(),
    where,
    code: 'K7F3',
    by,
    conversation: { id: where, serviceUrl: 'https://teams.contoso.example/', botId: '28:bot', kind: 'channel' },
    targets: accounts.map((account) => ({
      account,
      facts: { roles: { known: true, value: [] }, lastSignIn: unknown, risk: unknown },
    })),
    omitted: [],
    reason: null,
    self: false,
    action: policy.action,
    twoPersons: null,
    approvers: unknown,
    expiresAt: new Date(Date.now() + policy.requestTtlMs).toISOString(),
    locale: 'en',
  };
  const at = new Date().toISOString();
  await store.append(requestId, 0, [
    requested,
    { type: 'CardPosted', cardId: 'card', at, where },
    { type: 'Approved', by, requesterId: by.id, targetCount: accounts.length, at, where },
  ]);
  const began = performance.now();
  for (;;) {
    const next = await advance(requestId);
    if (!next.again) break;
    if ('when' in next) await next.when;
    else if (next.afterMs > 0) await delay(next.afterMs);
  }
  const took = performance.now() - began;
  const state = fold((await store.read(requestId)).events);
  if (state.phase !== 'succeeded') throw new Error(`the bulk request ended as ${state.phase}`);
  await store.close();
  return took;
}

/** The same calls for each account, one after the other: what a script in a loop does. */
async function oneAfterAnother({ directory, accounts }: ReturnType<typeof createWorld>): Promise<number> {
  const began = performance.now();
  for (const { id } of accounts) {
    await Promise.all([directory.read(id), directory.memberOf(id, [groupId])]);
    await directory.revoke(id, randomUUID());
    await directory.read(id);
  }
  return performance.now() - began;
}

export interface BulkFigures {
  readonly targets: number;
  readonly latencyMs: number;
  readonly perTargetMs: { readonly bulk: number; readonly oneAfterAnother: number };
  /** How many times faster than one after another. */
  readonly ratio: number;
  readonly rssGrowthMb: number;
  /** Where the quota binds: writes made, of what it allows in that time, and how often Graph throttled. */
  readonly quota: { readonly used: number; readonly throttled: number };
}

/** 3,000 accounts at 100 ms, and a quota of a tenth that binds. */
export async function benchBulk(): Promise<BulkFigures> {
  const latencyMs = 100;
  const targets = 3000;
  const serialTargets = 40;
  const serial = (await oneAfterAnother(createWorld(serialTargets, latencyMs))) / serialTargets;
  const before = process.memoryUsage().rss;
  const bulk = (await carryOut(createWorld(targets, latencyMs))) / targets;
  const rssGrowthMb = (process.memoryUsage().rss - before) / 2 ** 20;

  const quota = { writes: 300, windowMs: 15_000 };
  const world = createWorld(1200, latencyMs, quota);
  const took = await carryOut(world, quota);
  // What the quota allows in that time: a window's worth at once, and again whenever a window has passed.
  const allowed = quota.writes * Math.ceil(took / quota.windowMs);
  return {
    targets,
    latencyMs,
    perTargetMs: { bulk, oneAfterAnother: serial },
    ratio: serial / bulk,
    rssGrowthMb,
    quota: { used: world.seen.writes.length / allowed, throttled: world.seen.throttled },
  };
}
