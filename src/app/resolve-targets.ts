import { createBoundedMap } from '../base/bounded-map.ts';
import type { Account, Omission, Person, Target } from '../domain/account.ts';
import type { RefusalCode } from '../domain/command.ts';
import { isCalled } from '../domain/label.ts';
import { mayRequest } from '../domain/who-may.ts';
import { inParallel, type Turns } from './concurrency.ts';
import { DirectoryError } from './errors.ts';
import type { Base, Policy } from './policy.ts';
import type { Clock, TargetReference } from './ports.ts';
import { membership, type ReadRights } from './rights.ts';

/** A person who has to choose from more than this types the address more exactly. */
const mostFound = 3;

interface Resolved {
  readonly targets: readonly Target[];
  readonly omitted: readonly Omission[];
  /** A person who is not called as what stood beside the address says. */
  readonly miscalled: readonly Miscalled[];
}

export interface Miscalled {
  /** Untrusted text. */
  readonly label: string;
  readonly account: Account;
}

/** What the directory has for each of what was typed. */
type Found = readonly {
  readonly reference: TargetReference;
  readonly accounts: readonly Account[];
  readonly deleted: readonly Account[];
}[];

/**
 * From what was typed to exactly one account each, or a reason to leave it out; never a guess. Duplicates count once.
 * `find` may run before it is known whether the person may ask; `judge` may not.
 * @throws DirectoryError when the directory cannot be asked: nothing is resolved then.
 */
export function createResolveTargets({
  directory,
  policy: { people, auth },
  turns,
}: Pick<Base, 'directory' | 'policy'> & { readonly turns: Turns }) {
  const { requesters, approvers, protectedUsers } = people;
  const operators = [...requesters, ...approvers];

  return { find, judge };

  function find(references: readonly TargetReference[], askerId: string): Promise<Found> {
    return inParallel(references, (reference) =>
      turns.asking(askerId, async () => {
        const accounts = await directory.find(reference);
        // One who is not there may have been deleted, which is worth knowing at night: there is nothing left to revoke.
        return { reference, accounts, deleted: accounts.length === 0 ? await directory.findDeleted(reference) : [] };
      }),
    );
  }

  async function judge(found: Found, askerId: string): Promise<Resolved> {
    const omitted: Omission[] = [];
    const miscalled: Miscalled[] = [];
    const accounts = new Map<string, { account: Account; asked: string }>();
    for (const { reference, accounts: hits, deleted } of found) {
      const [account] = hits;
      if (account && hits.length === 1) {
        const wrong = (reference.labels ?? []).filter((label) => !isCalled(account, label, reference.text));
        miscalled.push(...wrong.map((label) => ({ label, account })));
        if (!accounts.has(account.id)) accounts.set(account.id, { account, asked: reference.text });
      } else {
        const code = hits.length > 0 ? 'ambiguous' : deleted.length > 0 ? 'deleted' : 'notFound';
        omitted.push(omission(reference.text, code, [...hits, ...deleted]));
      }
    }
    const judged = await inParallel([...accounts.values()], ({ account, asked }) =>
      turns.asking(askerId, () => judgeOne(account, asked)),
    );
    for (const one of judged) if (!('account' in one)) omitted.push(one);
    return { targets: judged.filter((one) => 'account' in one), miscalled, omitted };
  }

  async function judgeOne(account: Account, asked: string): Promise<Target | Omission> {
    const refused = (code: Omission['code']) => omission(asked, code, [account]);
    if (account.external) return refused('external');
    if (account.guest) return refused('ownGuest');
    // Read beside the groups: of one that is left out it is for nothing, and all others have their card sooner.
    const reading = directory.facts(account.id);
    // A failure counts where the facts are used; of an account that is left out they are not.
    reading.catch(() => undefined);
    let groups: ReadonlySet<string>;
    try {
      groups = await membership(directory, account.id, [...operators, ...protectedUsers]);
    } catch (error) {
      // One account that Graph cannot speak about is left out; anything else concerns all of them.
      const alone = error instanceof DirectoryError && ['rejected', 'notFound'].includes(error.problem);
      if (alone) return refused('unreadable');
      throw error;
    }
    if (protectedUsers.some((id) => groups.has(id))) return refused('protected');
    // A restricted unit keeps apps out; whether it keeps the approver out, Entra says when it is asked.
    if (account.restricted && auth === 'application') return refused('restricted');
    const facts = await reading;
    const isOperator = operators.some((id) => groups.has(id));
    return { account, facts, asked, ...(isOperator ? { operator: true } : {}) };
  }
}

export type ResolveTargets = ReturnType<typeof createResolveTargets>;

/** What was found is on record with every request, and a record has an end. */
export function omission(asked: string, code: Omission['code'], accounts: readonly Account[]): Omission {
  const found = accounts.slice(0, mostFound).map(({ id, name, upn, department }) => ({ id, name, upn, department }));
  const more = accounts.length - found.length;
  return more > 0 ? { asked, code, found, more } : { asked, code, found };
}

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
  const people = createBoundedMap<string, { readonly began: number; used: number }>(mostPeople);
  return (personId, count) => {
    const now = clock.elapsed();
    const known = people.get(personId);
    const current = known && now - known.began < windowMs ? known : { began: now, used: 0 };
    people.set(personId, current);
    if (current.used + count > most) return false;
    current.used += count;
    return true;
  };
}

interface Suggesting extends Pick<Base, 'directory'> {
  readonly readRights: ReadRights;
  readonly mayLookUp: MayLookUp;
  readonly turns: Turns;
}

type Suggested =
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  /** `account`: the one with this address; `null` where there is none, there are several, or it could not be read. */
  | {
      readonly kind: 'suggested';
      readonly suggestions: readonly { readonly reference: TargetReference; readonly account: Account | null }[];
    };

/**
 * Who may be meant by addresses that a person is about to ask for. Nothing is looked up for a person who may not ask, so
 * that the answer is the same whether or not an account exists. Decides nothing: the request resolves them anew.
 * @throws DirectoryError when the person's rights could not be read
 */
export function createSuggestPeople({ readRights, directory, mayLookUp, turns }: Suggesting) {
  return async function suggestPeople(by: Person, references: readonly TargetReference[]): Promise<Suggested> {
    if (references.length > 0 && !mayLookUp(by.id, references.length)) return { kind: 'refused', code: 'lookUpLimit' };
    const forbidden = mayRequest(await readRights(by), false);
    if (forbidden) return { kind: 'refused', code: forbidden };
    const suggestions = await inParallel(references, async (reference) => {
      const found = await turns.asking(by.id, () => directory.find(reference)).catch(() => []);
      return { reference, account: found.length === 1 ? (found[0] ?? null) : null };
    });
    return { kind: 'suggested', suggestions };
  };
}

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
export function createFindAlike({ readRights, directory, mayLookUp, turns }: Suggesting) {
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
