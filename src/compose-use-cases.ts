import { createAdvance } from './app/advance.ts';
import { createFindApprovers, createFindNotified } from './app/approvers.ts';
import { createAskAgain } from './app/ask-again.ts';
import { createTurns } from './app/concurrency.ts';
import { createExecute } from './app/execute.ts';
import { createFindByCode, createHistory, createMaySeeHistory, createStatus } from './app/lookups.ts';
import type { Clock, Directory, Ids, Log, Notifier, Policy, RequestStore, SignIns } from './app/ports.ts';
import { createTellDelay } from './app/progress.ts';
import type { Protection } from './app/protection.ts';
import { createPutRight } from './app/put-right.ts';
import { createRecheck } from './app/recheck.ts';
import { createMayLookUp, createResolveTargets, createSuggestPeople } from './app/resolve-targets.ts';
import { createReview, type Review } from './app/review.ts';
import { createReadHourlyUse, createReadRights } from './app/rights.ts';
import { createRunCommand } from './app/run-command.ts';
import { createSubmit, withinBudget } from './app/submit.ts';
import { createProve, createReadBack } from './app/verify.ts';
import { createLook } from './app/view-for.ts';
import { createWriteBudget } from './app/write-budget.ts';
import type { Calls } from './runtime/observe.ts';

interface Ports {
  readonly store: RequestStore;
  readonly directory: Directory;
  readonly notifier: Notifier;
  readonly signIns: SignIns;
  readonly protection: Protection;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

interface Rules {
  readonly tenantId: string;
  readonly policy: Policy;
  /** Names this process among the replicas that share the store. */
  readonly worker: string;
  /** How many replicas share Graph's limits. */
  readonly shares: number;
}

/** Puts around a use case what is put around every port. */
type Observe = <T extends Calls<T>>(name: 'app', useCase: T) => T;

/** The use cases over any ports: as they are in the bot, and as they are in tests. */
export function composeUseCases(ports: Ports, { tenantId, policy, worker, shares }: Rules, observe: Observe) {
  const { store, directory, notifier, signIns, protection, clock, ids, log } = ports;
  const { people, auth } = policy;
  const { runCommand } = observe('app', { runCommand: createRunCommand({ store, clock }) });
  const readRights = createReadRights({
    directory,
    people,
    tenantId,
    alertClients: policy.alerts?.clients ?? new Set(),
  });
  const readHourlyUse = createReadHourlyUse({ store, clock, policy });
  const turns = createTurns();
  const mayLookUp = createMayLookUp(clock, policy);
  const { submit: askFor } = observe('app', {
    submit: createSubmit({
      readRights,
      resolveTargets: createResolveTargets({ directory, people, auth, turns }),
      findApprovers: createFindApprovers({ directory, people, log }),
      findNotified: createFindNotified({ directory, people, notify: policy.notify, log }),
      runCommand,
      store,
      readHourlyUse,
      clock,
      policy,
      protection,
    }),
  });
  const submit = withinBudget(askFor, mayLookUp, policy);
  const delay = createTellDelay({ store, runCommand, notifier, clock, log });
  const { review: decideOn } = observe('app', {
    review: createReview({
      store,
      readRights,
      recheck: createRecheck({ directory, people, rule: policy.twoPersons.rule, auth }),
      // What takes the place of a request is asked by nobody.
      submit: askFor,
      runCommand,
      readHourlyUse,
      clock,
      ids,
      signIns,
      protection,
      policy,
      delay,
      worker,
    }),
  });
  const review: Review = (click) => turns.deciding(() => decideOn(click));
  const { execute } = observe('app', {
    execute: createExecute({
      directory,
      readRights,
      signIns,
      readBack: createReadBack({ directory, clock }),
      runCommand,
      clock,
      ids,
      policy,
      protection,
      turns,
      budget: createWriteBudget(clock, shares),
      worker,
    }),
  });
  const prove = createProve({ directory, clock });
  const maySeeHistory = createMaySeeHistory({ readRights });
  return {
    submit,
    askAgain: createAskAgain({ store, submit, ids, clock }),
    review,
    putRight: createPutRight({ store, runCommand, notifier, clock, log }),
    findByCode: createFindByCode({ store }),
    look: createLook({ store, readRights, readHourlyUse, clock }),
    status: createStatus({ store }),
    maySeeHistory,
    history: createHistory({ directory, store, maySeeHistory, mayLookUp }),
    suggestPeople: createSuggestPeople({ readRights, directory, mayLookUp, turns }),
    advance: createAdvance({ store, runCommand, execute, prove, notifier, signIns, delay, clock, log, worker }),
  };
}

export type UseCases = ReturnType<typeof composeUseCases>;
