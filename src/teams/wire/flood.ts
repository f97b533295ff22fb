import type { Clock } from '../../app/ports.ts';

/** More than a person at work sends, and less than what would hurt. */
const most = 120;
const windowMs = 60_000;
const ignoreMs = 60_000;
/** People remembered at once; beyond it the one silent for longest is forgotten. */
const mostPeople = 10_000;

/** `tell`: turned away, and this is the one time to say so. `ignore`: turned away without a word. */
type Admission = 'admit' | 'tell' | 'ignore';

/** Keeps one person from flooding everybody else's conversation: told once, then not answered for a while. */
export function createFloodGate(clock: Pick<Clock, 'elapsed'>) {
  const people = new Map<string, { began: number; count: number; ignoredUntil: number }>();

  return function admit(personId: string): Admission {
    const now = clock.elapsed();
    const known = people.get(personId);
    const current =
      known && now - known.began < windowMs ? known : { began: now, count: 0, ignoredUntil: known?.ignoredUntil ?? 0 };
    // Kept in the order of the last message, so that the first is the one silent for longest.
    people.delete(personId);
    people.set(personId, current);
    if (people.size > mostPeople) people.delete(people.keys().next().value ?? '');
    if (now < current.ignoredUntil) return 'ignore';
    current.count += 1;
    if (current.count <= most) return 'admit';
    current.ignoredUntil = now + ignoreMs;
    return 'tell';
  };
}

export type FloodGate = ReturnType<typeof createFloodGate>;
