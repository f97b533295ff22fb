import type { Account, Person } from '../domain/account.ts';
import { mayRequest } from '../domain/who-may.ts';
import type { Turns } from './concurrency.ts';
import { DirectoryError } from './errors.ts';
import type { Base } from './policy.ts';
import type { MayLookUp } from './resolve-targets.ts';
import type { ReadRights } from './rights.ts';

/** People offered for one name or address. */
const mostAlike = 5;
/** Nothing longer is a name. */
const longestName = 80;
const mostWords = 4;

/**
 * Who could be meant by a name, or by an address that no account has: up to five people, the likeliest first, by at most
 * two questions of the directory. None for a person who may not ask or has looked up too much, nor while Graph is away: the
 * answer without them is the same for every name. Decides nothing: the request resolves the one that is chosen anew.
 */
export function createFindAlike(
  deps: Pick<Base, 'directory'> & {
    readonly readRights: ReadRights;
    readonly mayLookUp: MayLookUp;
    readonly turns: Turns;
  },
) {
  const { readRights, directory, mayLookUp, turns } = deps;
  return async function findAlike(by: Person, typed: string): Promise<readonly Account[]> {
    const { whole, words } = partsOf(typed);
    if (whole.length < 2 || whole.length > longestName || words.length === 0 || words.length > mostWords) return [];
    if (!mayLookUp(by.id, 1)) return [];
    try {
      if (mayRequest(await readRights(by), false)) return [];
      const ask = (prefixes: readonly string[]) => turns.asking(by.id, () => directory.beginning(prefixes));
      const exact = await ask([whole]);
      const found = exact.length > 0 ? exact : await ask(looser(whole, words));
      return found
        .map((account) => ({ account, score: likeness(account, words) }))
        .toSorted((one, other) => other.score - one.score)
        .slice(0, mostAlike)
        .map(({ account }) => account);
    } catch (error) {
      if (error instanceof DirectoryError) return [];
      throw error;
    }
  };
}

export type FindAlike = ReturnType<typeof createFindAlike>;

/** Of an address what stands before the @; the words of a name may be joined by dots there. */
function partsOf(typed: string): { readonly whole: string; readonly words: readonly string[] } {
  const [whole = ''] = typed.trim().split('@');
  return { whole: whole.trim(), words: whole.split(/[\s._,-]+/u).filter((word) => word.length > 1) };
}

/** The first and the last word; of a single one all but its end, where slips of the finger are found. */
function looser(whole: string, words: readonly string[]): readonly string[] {
  const [first = whole] = words;
  const last = words.at(-1) ?? first;
  return first === last ? [first.slice(0, Math.max(2, Math.ceil(first.length * 0.6)))] : [first, last];
}

/** How many of the words the name or the address holds. */
function likeness({ name, upn }: Account, words: readonly string[]): number {
  const known = `${name} ${upn}`.toLowerCase();
  return words.filter((word) => known.includes(word.toLowerCase())).length;
}
