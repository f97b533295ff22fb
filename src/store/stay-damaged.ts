import type { RequestStore } from '../app/ports.ts';
import { StoreDamaged } from './damage.ts';

const calls = ['read', 'append', 'openIds', 'idsBeginning', 'requestsAbout', 'approvedSince', 'check'] as const;

/**
 * Once a store was found damaged nothing is done upon it any more, whatever it looks like later: a person looks at it and
 * starts the process anew.
 * @param tell is told the first time
 */
export function stayDamaged<S extends RequestStore>(store: S, tell: (damage: StoreDamaged) => void): S {
  let damage: StoreDamaged | null = null;
  const note = (error: unknown) => {
    if (damage || !(error instanceof StoreDamaged)) return;
    damage = error;
    tell(error);
  };
  const guarded = calls.map((name) => {
    const call = store[name] as (...args: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...args: unknown[]) => {
        if (damage) throw damage;
        try {
          return await call.apply(store, args);
        } catch (error) {
          note(error);
          throw error;
        }
      },
    ];
  });
  return { ...store, ...Object.fromEntries(guarded) };
}
