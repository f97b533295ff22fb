import type { Clock, Policy } from './ports.ts';
import type { Submit } from './submit.ts';

const windowMs = 60_000;
/** People remembered at once; beyond it the one silent for longest is forgotten. */
const mostPeople = 10_000;

/** Whether this person may have so many accounts looked up now; then they are counted. */
export type MayLookUp = (personId: string, count: number) => boolean;

/**
 * Accounts that one person may have looked up within a minute, dry runs and suggestions included, whether or not they may
 * ask: as many as the largest request names, twice, for a dry run and the request after it.
 */
export function createMayLookUp(clock: Pick<Clock, 'elapsed'>, { maxTargets }: Pick<Policy, 'maxTargets'>): MayLookUp {
  const most = 2 * maxTargets;
  const people = new Map<string, { readonly began: number; used: number }>();
  return (personId, count) => {
    const now = clock.elapsed();
    const known = people.get(personId);
    const current = known && now - known.began < windowMs ? known : { began: now, used: 0 };
    // Kept in the order of the last look-up, so that the first is the one silent for longest.
    people.delete(personId);
    people.set(personId, current);
    if (people.size > mostPeople) people.delete(people.keys().next().value ?? '');
    if (current.used + count > most) return false;
    current.used += count;
    return true;
  };
}

/** For what people ask. One's own sessions are always looked up; what names too many is refused without a look-up. */
export function withinBudget(submit: Submit, mayLookUp: MayLookUp, { maxTargets }: Pick<Policy, 'maxTargets'>): Submit {
  return async (ask) => {
    const count = ask.targets === 'self' ? 0 : ask.targets.length;
    const isOver = count > 0 && count <= maxTargets && !mayLookUp(ask.by.id, count);
    return isOver ? { kind: 'refused', code: 'lookUpLimit' } : submit(ask);
  };
}
