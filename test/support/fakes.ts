import { DirectoryError } from '../../src/app/errors.ts';
import type { Policy } from '../../src/app/policy.ts';
import type {
  AccountNow,
  Clock,
  Directory,
  EntraLogs,
  Log,
  Notifier,
  OnBehalf,
  RevokeAnswer,
  SignIns,
} from '../../src/app/ports.ts';
import type { Account, AccountFacts } from '../../src/domain/account.ts';
import type { SignInProblem } from '../../src/domain/command.ts';
import type { SignIn } from '../../src/domain/findings.ts';
import type { KnownRequest, Notification } from '../../src/domain/request.ts';
import type { GraphTrace } from '../../src/domain/result.ts';
import { requestIdsOf } from '../../src/store/codec.ts';
import type { Roster } from '../../src/teams/chat/roster.ts';
import { account, alex, megan, noFacts, start } from './samples.ts';

/** Time that passes only by sleeping and by `pass`. */
export function createFakeClock(): Clock & { pass(ms: number): void } {
  let now = start.getTime();
  let timers: { readonly at: number; readonly work: () => void }[] = [];
  const pass = (ms: number) => {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { work } of due) work();
  };
  return {
    now: () => new Date(now),
    elapsed: () => now,
    async sleep(ms) {
      pass(ms);
    },
    after(ms, work) {
      const timer = { at: now + ms, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    pass,
  };
}

/** As a store makes ids of requests; this one has a secret that everybody knows. */
export const requestIdOf = requestIdsOf({ store: 'a store', secret: 'known' });

/** A roster without anybody in it. */
export const noOneHere: Roster = async (_, ids) => ids.map(() => ({ kind: 'noOne', why: 'gone' }) as const);

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export const requestersGroup = 'cccccccc-0000-4000-8000-000000000001';
export const approversGroup = 'cccccccc-0000-4000-8000-000000000002';
export const protectedGroup = 'cccccccc-0000-4000-8000-000000000003';

export const policy: Policy = {
  people: { requesters: [requestersGroup], approvers: [approversGroup], protectedUsers: [protectedGroup] },
  twoPersons: { rule: 'privileged', over: 5 },
  maxTargets: 500,
  maxTargetsPerHour: 1000,
  maxOpenPerRequester: 1000,
  requestTtlMs: 15 * 60_000,
  watchMs: 60 * 60_000,
  reasonRequired: false,
  action: 'revokeSignInSessions',
  auth: 'application',
  notify: [],
  approvalConversation: null,
  alerts: null,
};

export function person(id: string, name: string, more: Partial<Account> = {}): Account {
  const upn = `${name.toLowerCase().replace(/\W+/g, '.')}@contoso.example`;
  return { ...account(0), id, upn, name, ...more };
}

type WithoutTrace<A> = A extends RevokeAnswer ? Omit<A, 'trace'> : never;
/** What a write answers, and whether it takes effect: it does unless told otherwise. */
export type ScriptedAnswer = WithoutTrace<RevokeAnswer> & { readonly trace?: GraphTrace; readonly effect?: boolean };

export interface FakeDirectory extends Directory {
  readonly accounts: Map<string, Account>;
  readonly groups: Map<string, Set<string>>;
  readonly writes: { readonly targetId: string; readonly clientRequestId: string; readonly onBehalf?: OnBehalf }[];
  /** Of the writes above, those that took effect, and the time that a read shows since: Graph's own log. */
  readonly effects: { readonly targetId: string; readonly clientRequestId: string; readonly validFrom: string }[];
  /** What the next writes answer; when empty they are accepted and take effect. */
  readonly answers: ScriptedAnswer[];
  readonly validFrom: Map<string, string>;
  /** Accounts that are gone. */
  readonly deleted: Account[];
  /** How much Graph's `Date` is ahead of the clock, in ms; `null`: there is none. */
  dateAheadMs: number | null;
  /** Thrown by the next reads. */
  readonly readErrors: Error[];
  factsOf: AccountFacts;
}

/** A directory as a table, in which a write takes effect at the second of the clock. */
export function createFakeDirectory(clock: Pick<Clock, 'now'>, accounts: readonly Account[]): FakeDirectory {
  const wholeSecond = (aheadMs: number) =>
    new Date(Math.floor((clock.now().getTime() + aheadMs) / 1000) * 1000).toISOString();
  const dateOf = (aheadMs: number | null) => (aheadMs === null ? undefined : wholeSecond(aheadMs));
  const directory: FakeDirectory = {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    groups: new Map([
      [requestersGroup, new Set([alex.id])],
      [approversGroup, new Set([megan.id])],
      [protectedGroup, new Set<string>()],
    ]),
    writes: [],
    effects: [],
    answers: [],
    validFrom: new Map(),
    deleted: [],
    dateAheadMs: 0,
    readErrors: [],
    factsOf: noFacts,
    async find({ text }) {
      return [...directory.accounts.values()].filter(({ id, upn }) => id === text || upn === text.toLowerCase());
    },
    async beginning(prefixes) {
      const begins = (one: string) => prefixes.some((prefix) => one.toLowerCase().startsWith(prefix.toLowerCase()));
      return [...directory.accounts.values()].filter(({ name, upn }) => begins(name) || begins(upn)).slice(0, 10);
    },
    async findDeleted({ text }) {
      return directory.deleted.filter(({ id, upn }) => id === text || upn === text.toLowerCase());
    },
    async read(id): Promise<AccountNow | null> {
      const error = directory.readErrors.shift();
      if (error) throw error;
      const account = directory.accounts.get(id);
      const graph = dateOf(directory.dateAheadMs);
      const seen = graph === undefined ? undefined : { graph, here: clock.now().toISOString() };
      return account ? { account, validFrom: directory.validFrom.get(id) ?? null, seen } : null;
    },
    async facts() {
      return directory.factsOf;
    },
    async roles() {
      return directory.factsOf.roles;
    },
    async memberOf(id, groupIds) {
      return new Set(groupIds.filter((group) => directory.groups.get(group)?.has(id)));
    },
    async entry(id) {
      return directory.accounts.has(id) ? 'user' : directory.groups.has(id) ? 'group' : null;
    },
    async members(id) {
      const ids = directory.accounts.has(id) ? [id] : [...(directory.groups.get(id) ?? [])];
      const accounts = ids.map((one) => directory.accounts.get(one)).filter((one) => one !== undefined);
      if (ids.length === 0 && !directory.groups.has(id)) throw new DirectoryError('notFound', 'neither');
      return { accounts, complete: true };
    },
    async revoke(targetId, clientRequestId, onBehalf) {
      // As everything outside: what this process still has to do comes first.
      for (let turns = 0; turns < 4; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      directory.writes.push({ targetId, clientRequestId, ...(onBehalf ? { onBehalf } : {}) });
      const graphDate = dateOf(directory.dateAheadMs);
      const { effect = true, ...answer } = directory.answers.shift() ?? { kind: 'accepted' };
      if (effect) {
        directory.validFrom.set(targetId, wholeSecond(0));
        directory.effects.push({ targetId, clientRequestId, validFrom: wholeSecond(0) });
      }
      const trace = { graphRequestId: 'g-1', ...(graphDate === undefined ? {} : { graphDate }) };
      return { trace: answer.kind === 'accepted' ? trace : {}, ...answer };
    },
    async check() {},
  };
  return directory;
}

export interface FakeLogs extends EntraLogs {
  /** What the sign-in log holds. */
  readonly entries: SignIn[];
  /** What was asked, in order. */
  readonly asked: {
    readonly what: 'around' | 'signIns';
    readonly accountIds: readonly string[];
    readonly since: string;
  }[];
  /** Thrown by the next questions for sign-ins. */
  readonly errors: Error[];
}

/** Entra's logs as lists. Of what went before there is nothing. */
export function createFakeLogs(clock: Pick<Clock, 'now'>): FakeLogs {
  const logs: FakeLogs = {
    entries: [],
    asked: [],
    errors: [],
    async around(accountId, since) {
      logs.asked.push({ what: 'around', accountIds: [accountId], since });
      const none = { known: true, value: [] } as const;
      return { accountId, asOf: clock.now().toISOString(), changes: none, signIns: none, devices: none };
    },
    async signIns(accountIds, since) {
      logs.asked.push({ what: 'signIns', accountIds, since });
      const error = logs.errors.shift();
      if (error) throw error;
      return logs.entries.filter((one) => accountIds.includes(one.accountId) && one.at >= since);
    },
  };
  return logs;
}

export interface FakeSignIns extends SignIns {
  /** Tokens that came, with whether a strong one was asked for. */
  readonly asked: { readonly personId: string; readonly token: string; readonly strong: boolean }[];
  /** What the next ones are refused with; when empty they are held. */
  readonly problems: SignInProblem[];
}

/** Sign-ins of one process. */
export function createFakeSignIns(): FakeSignIns {
  const held = new Set<string>();
  const signIns: FakeSignIns = {
    asked: [],
    problems: [],
    async accept({ requestId, personId }, token, strong) {
      signIns.asked.push({ personId, token, strong });
      const problem = signIns.problems.shift() ?? null;
      if (problem === null) held.add(`${requestId} ${personId}`);
      return problem;
    },
    holds: ({ requestId, personId }) => held.has(`${requestId} ${personId}`),
    forget({ requestId, personId }) {
      held.delete(`${requestId} ${personId}`);
    },
  };
  return signIns;
}

interface Said {
  readonly what: 'card' | 'update' | 'result' | 'correction' | 'back' | 'attempt' | Notification;
  readonly id: string;
  readonly phase: KnownRequest['phase'];
  readonly head?: string;
}

interface FakeNotifier extends Notifier {
  readonly said: Said[];
  /** Thrown by the next calls, in order. */
  readonly errors: (Error | null)[];
}

export function createFakeNotifier(): FakeNotifier {
  let count = 0;
  const fail = () => {
    const error = notifier.errors.shift();
    if (error) throw error;
  };
  const notifier: FakeNotifier = {
    said: [],
    errors: [],
    async postCard(id, { phase }, begin) {
      await begin();
      fail();
      notifier.said.push({ what: 'card', id, phase });
      return `card-${++count}`;
    },
    async updateCard(id, { phase }, begin) {
      await begin?.();
      fail();
      notifier.said.push({ what: 'update', id, phase });
    },
    async postNotice({ request, phase }, what) {
      fail();
      notifier.said.push({ what, id: request.code, phase });
    },
    async postBack(id, { phase }, begin) {
      await begin();
      fail();
      notifier.said.push({ what: 'back', id, phase });
    },
    async postAttempt({ request, phase }) {
      fail();
      notifier.said.push({ what: 'attempt', id: request.code, phase });
    },
    async postUnreachable({ request, phase }) {
      fail();
      notifier.said.push({ what: 'unreachable', id: request.code, phase });
    },
    async postFollow(id, { phase }) {
      fail();
      notifier.said.push({ what: 'follow', id, phase });
      return `follow-${++count}`;
    },
    async postResult(id, { phase }, head, begin) {
      await begin();
      fail();
      notifier.said.push({ what: 'result', id, phase, head });
      return `message-${++count}`;
    },
    async updateResult(id, { phase }, head) {
      fail();
      notifier.said.push({ what: 'correction', id, phase, head });
    },
  };
  return notifier;
}
