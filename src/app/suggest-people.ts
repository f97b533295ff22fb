import type { Account, Person } from '../domain/account.ts';
import type { RefusalCode } from '../domain/command.ts';
import { mayRequest } from '../domain/who-may.ts';
import { inParallel } from './in-parallel.ts';
import type { MayLookUp } from './look-up-budget.ts';
import type { Directory, TargetReference } from './ports.ts';
import type { ReadStanding } from './standing.ts';
import type { Turns } from './turns.ts';

interface Suggestion {
  readonly reference: TargetReference;
  /** The one account with this address; `null` where there is none, there are several, or it could not be read. */
  readonly account: Account | null;
}

type Suggested =
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  | { readonly kind: 'suggested'; readonly suggestions: readonly Suggestion[] };

/**
 * Who may be meant by addresses that somebody is about to ask for. Nothing is looked up for a person who may not ask, so
 * that the answer is the same whether or not an account exists. Decides nothing: whoever is asked for is resolved anew.
 * @throws DirectoryError when the person's rights could not be read
 */
export function createSuggestPeople(deps: {
  readonly readStanding: ReadStanding;
  readonly directory: Directory;
  readonly mayLookUp: MayLookUp;
  readonly turns: Turns;
}) {
  const { readStanding, directory, mayLookUp, turns } = deps;
  return async function suggestPeople(by: Person, references: readonly TargetReference[]): Promise<Suggested> {
    if (references.length > 0 && !mayLookUp(by.id, references.length)) return { kind: 'refused', code: 'lookUpLimit' };
    const forbidden = mayRequest(await readStanding(by), false);
    if (forbidden) return { kind: 'refused', code: forbidden };
    const suggestions = await inParallel(references, async (reference) => {
      const found = await turns.asking(by.id, () => directory.find(reference)).catch(() => []);
      return { reference, account: found.length === 1 ? (found[0] ?? null) : null };
    });
    return { kind: 'suggested', suggestions };
  };
}

export type SuggestPeople = ReturnType<typeof createSuggestPeople>;
