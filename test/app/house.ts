import { createAdvance } from '../../src/app/advance.ts';
import { createAskAgain } from '../../src/app/ask-again.ts';
import { createExecute } from '../../src/app/execute.ts';
import { createFindApprovers, createFindNotified } from '../../src/app/find-approvers.ts';
import { createHistory, createMaySeeHistory } from '../../src/app/history.ts';
import { createReadHourlyUse } from '../../src/app/hourly-use.ts';
import { createLook } from '../../src/app/look.ts';
import type { Next } from '../../src/app/next.ts';
import type { Policy } from '../../src/app/ports.ts';
import { createProve } from '../../src/app/prove.ts';
import { createReadBack } from '../../src/app/read-back.ts';
import { createRecheck } from '../../src/app/recheck.ts';
import { createResolveTargets } from '../../src/app/resolve-targets.ts';
import { createReview } from '../../src/app/review.ts';
import { createRunCommand } from '../../src/app/run-command.ts';
import { createReadStanding } from '../../src/app/standing.ts';
import { type Ask, createSubmit } from '../../src/app/submit.ts';
import { createWriteBudget } from '../../src/app/write-budget.ts';
import type { Account } from '../../src/domain/account.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { KnownRequest } from '../../src/domain/request.ts';
import { openSqliteStore } from '../../src/store/sqlite-store.ts';
import {
  createFakeClock,
  createFakeDirectory,
  createFakeNotifier,
  createFakeSignIns,
  person,
  policy,
  silentLog,
} from '../support/fakes.ts';
import { account, alex, channel, megan, tenantId } from '../support/samples.ts';

export const requestId = 'K7F3AAAAAAAAAAAAAAAA';

/** A card that takes the place of another has a code of its own. */
export const successorOf = (id: string) => `M2QX${id.slice(4)}`;

/** One made by asking again for those that failed has another. */
export const retryOf = (id: string) => `R9GH${id.slice(0, 16)}`;

/** The use cases put together as compose.ts does, over fakes of the ports and a real store. */
export function createHouse(
  options: {
    accounts?: readonly Account[];
    policy?: Partial<typeof policy>;
    /** Puts something between the use cases and a port: its methods may then wait, fail or be counted. */
    between?: <P extends object>(port: P) => P;
  } = {},
) {
  const between = options.between ?? ((port) => port);
  const clock = createFakeClock();
  const rules: { -readonly [Name in keyof Policy]: Policy[Name] } = { ...policy, ...options.policy };
  const people = [person(alex.id, alex.name), person(megan.id, megan.name)];
  const directory = between(
    createFakeDirectory(clock, [...people, ...(options.accounts ?? [account(1), account(2), account(3)])]),
  );
  const store = between(openSqliteStore(':memory:'));
  const notifier = between(createFakeNotifier());
  const runCommand = createRunCommand({ store, clock });
  const readStanding = createReadStanding({ directory, people: rules.people, tenantId });
  const maySeeHistory = createMaySeeHistory({ readStanding });
  const resolveTargets = createResolveTargets({ directory, people: rules.people, auth: rules.auth });
  const readHourlyUse = createReadHourlyUse({ store, clock, policy: rules });
  const findApprovers = createFindApprovers({ directory, people: rules.people, log: silentLog });
  const findNotified = createFindNotified({ directory, people: rules.people, notify: rules.notify, log: silentLog });
  const submit = createSubmit({
    readStanding,
    resolveTargets,
    findApprovers,
    findNotified,
    runCommand,
    store,
    readHourlyUse,
    clock,
    policy: rules,
  });
  let ids = 0;
  const workerNamed = (worker: string, signIns = createFakeSignIns()) => {
    const execute = createExecute({
      directory,
      signIns,
      readBack: createReadBack({ directory, clock }),
      runCommand,
      clock,
      ids: { uuid: () => `client-${++ids}`, successorOf, retryOf },
      policy: rules,
      budget: createWriteBudget(clock),
      worker,
    });
    return createAdvance({
      store,
      runCommand,
      execute,
      prove: createProve({ directory, clock }),
      notifier,
      signIns,
      clock,
      log: silentLog,
      worker,
    });
  };
  const signIns = createFakeSignIns();
  const advance = workerNamed('w1', signIns);
  const reviewAt = (worker: string, held: typeof signIns) =>
    createReview({
      store,
      readStanding,
      recheck: createRecheck({ directory, people: rules.people, rule: rules.twoPersons.rule, auth: rules.auth }),
      submit,
      runCommand,
      readHourlyUse,
      clock,
      ids: { successorOf },
      signIns: held,
      auth: rules.auth,
      worker,
    });
  const ask = (more: Partial<Ask> = {}): Ask => ({
    requestId,
    by: alex,
    conversation: channel,
    targets: [{ kind: 'address', text: account(1).upn }],
    reason: null,
    dryRun: false,
    locale: 'en',
    ...more,
  });

  return {
    clock,
    directory,
    store,
    notifier,
    runCommand,
    advance,
    workerNamed,
    ask,
    submit,
    history: createHistory({ directory, store, maySeeHistory }),
    maySeeHistory,
    askAgain: createAskAgain({ store, submit, ids: { retryOf } }),
    /** In force at once, as after a restart with other settings. */
    rules,
    signIns,
    look: createLook({ store, readStanding, readHourlyUse, clock }),
    review: reviewAt('w1', signIns),
    reviewAt,
    async state(id = requestId): Promise<KnownRequest> {
      const state = fold((await store.read(id)).events);
      if (state.phase === 'none') throw new Error('no such request');
      return state;
    },
    async types(id = requestId): Promise<readonly string[]> {
      return (await store.read(id)).events.map(({ type }) => type);
    },
    /** Does step after step, letting time pass as asked, until nothing is left or a person is waited for. */
    async settle(id = requestId): Promise<Exclude<Next, { when: unknown }>> {
      for (let steps = 0; steps < 200; steps += 1) {
        const next = await advance(id);
        if (next.again && 'when' in next) {
          await next.when;
          continue;
        }
        if (!next.again || (await this.state(id)).phase === 'requested') {
          if (!next.again || next.afterMs > 0) return next;
        }
        if (next.again) clock.pass(next.afterMs);
      }
      throw new Error('this never settles');
    },
    async approved(more: Partial<Ask> = {}) {
      await this.submit(ask(more));
      await this.settle();
      const reviewed = await this.review({ requestId, verb: 'approve', by: megan, where: channel.id });
      if (!reviewed.ok) throw new Error(reviewed.code);
    },
  };
}
