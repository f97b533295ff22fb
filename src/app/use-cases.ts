import { createAdvance } from './advance.ts';
import { createTellAttempt } from './announce.ts';
import { createAroundPage } from './around-page.ts';
import { createAskAgain } from './ask-again.ts';
import { createTurns } from './concurrency.ts';
import { createExecute } from './execute.ts';
import { createExplain } from './explain.ts';
import { createHistory, createLook, createMaySeeHistory, createStatus } from './lookups.ts';
import type { Base } from './policy.ts';
import type { Ids, RequestIdOf } from './ports.ts';
import { createTellDelay } from './progress.ts';
import { createPutRight } from './put-right.ts';
import { createHandovers } from './read-for-click.ts';
import { createFindAlike, createMayLookUp, createResolveTargets, createSuggestPeople } from './resolve-targets.ts';
import { createReview, type Review } from './review.ts';
import { createFindApprovers, createFindNotified, createReadHourlyUse, createReadRights } from './rights.ts';
import { createRemembered, createRunCommand } from './run-command.ts';
import { createSubmit, withinBudget } from './submit.ts';
import { createReadBack } from './verify.ts';
import { createWriteBudget } from './write-budget.ts';

/** Puts around use cases what is put around every port. */
type Observe = <T extends Record<keyof T, (...args: never[]) => Promise<unknown>>>(name: 'app', useCases: T) => T;

/** Ids for what comes of a request: no client can choose or foresee them. */
export const idsBy = (requestIdOf: RequestIdOf, uuid: () => string): Ids => ({
  uuid,
  successorOf: (requestId) => requestIdOf('successor', requestId),
  retryOf: (requestId, verb) => requestIdOf(verb, requestId),
});

/**
 * The use cases over any ports: as they are in the bot, and as they are in tests.
 * @param shares how many replicas share Graph's limits
 */
export function createUseCases(base: Base, shares: number, observe: Observe) {
  const { clock, policy } = base;
  const remembered = createRemembered();
  const { runCommand } = observe('app', { runCommand: createRunCommand({ ...base, remembered }) });
  const readRights = createReadRights(base);
  const mayLookUp = createMayLookUp(clock, policy);
  const maySeeHistory = createMaySeeHistory({ readRights });
  const [turns, handovers, readHourlyUse] = [createTurns(), createHandovers(clock), createReadHourlyUse(base)];
  const made = { runCommand, readRights, readHourlyUse, mayLookUp, maySeeHistory, turns, handovers, remembered };
  const deps = { ...base, ...made };

  const resolveTargets = createResolveTargets(deps);
  const finding = { findApprovers: createFindApprovers(deps), findNotified: createFindNotified(deps) };
  // What takes the place of a request is asked by no person, and so counts against no one's budget.
  const { submit: askFor } = observe('app', { submit: createSubmit({ ...deps, ...finding, resolveTargets }) });
  const submit = withinBudget(askFor, mayLookUp, policy);
  const delay = createTellDelay(deps);
  const { review: decideOn } = observe('app', {
    review: createReview({ ...deps, delay, tellAttempt: createTellAttempt(base), submit: askFor }),
  });
  const review: Review = (click) => turns.deciding(() => decideOn(click));
  const status = createStatus(base);
  const budget = createWriteBudget(clock, shares);
  const { execute } = observe('app', { execute: createExecute({ ...deps, budget, readBack: createReadBack(deps) }) });
  return {
    submit,
    askAgain: createAskAgain({ ...deps, submit }),
    review,
    explain: createExplain(deps),
    putRight: createPutRight(deps),
    findByCode: status.byOpenCode,
    look: createLook(deps),
    status,
    aroundPage: createAroundPage({ ...deps, status }),
    maySeeHistory,
    history: createHistory(deps),
    suggestPeople: createSuggestPeople(deps),
    findAlike: createFindAlike(deps),
    advance: createAdvance({ ...deps, execute, delay }),
  };
}

export type UseCases = ReturnType<typeof createUseCases>;
