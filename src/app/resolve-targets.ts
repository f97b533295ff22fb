import { createBoundedMap } from '../base/bounded-map.ts';
import type { Account, Omission, Person, Target } from '../domain/account.ts';
import type { RefusalCode } from '../domain/command.ts';
import { isCalled } from '../domain/label.ts';
import { mayRequest } from '../domain/who-may.ts';
import { inParallel, type Turns } from './concurrency.ts';
import { DirectoryError } from './errors.ts';
import type { Base, Policy } from './policy.ts';
import type { Clock, Directory, TargetReference } from './ports.ts';
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
export type Found = readonly {
  readonly reference: TargetReference;
  readonly accounts: readonly Account[];
  readonly deleted: readonly Account[];
}[];

/**
 * From what was typed to exactly one account each, or a reason to leave it out; never a guess. Duplicates count once.
 * `find` may run before it is known whether the person may ask; `judge` may not.
 * @throws DirectoryError when the directory cannot be asked: nothing is resolved then.
 */
export function createResolveTargets(deps: Pick<Base, 'directory' | 'policy'> & { readonly turns: Turns }) {
  const { directory, turns } = deps;
  return {
    find: (references: readonly TargetReference[], askerId: string): Promise<Found> =>
      inParallel(references, async (reference) => ({
        reference,
        ...(await turns.asking(askerId, () => find(directory, reference))),
      })),
    judge: judgeAll,
  };

  async function judgeAll(found: Found, askerId: string): Promise<Resolved> {
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
    const judged = await inParallel([...accounts.values()], (entry) => turns.asking(askerId, () => judge(deps, entry)));
    const kept = judged.filter((entry) => entry.kind === 'target');
    return {
      targets: kept.map(({ target }) => target),
      miscalled,
      omitted: [...omitted, ...judged.filter((entry) => entry.kind === 'omission').map((entry) => entry.omission)],
    };
  }
}

export type ResolveTargets = ReturnType<typeof createResolveTargets>;

/** A person who is not there may have been deleted, which is worth knowing at night: there is nothing left to revoke. */
async function find(directory: Directory, reference: TargetReference) {
  const accounts = await directory.find(reference);
  return { accounts, deleted: accounts.length === 0 ? await directory.findDeleted(reference) : [] };
}

type Judged =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'omission'; readonly omission: Omission };

async function judge(
  { directory, policy: { people, auth } }: Pick<Base, 'directory' | 'policy'>,
  { account, asked }: { account: Account; asked: string },
): Promise<Judged> {
  const refused = (code: Omission['code']): Judged => ({
    kind: 'omission',
    omission: omission(asked, code, [account]),
  });
  if (account.external) return refused('external');
  if (account.guest) return refused('ownGuest');
  const { requesters, approvers, protectedUsers } = people;
  // Read beside the groups: of one that is left out it is for nothing, and all others have their card sooner.
  const reading = directory.facts(account.id);
  // A failure counts where the facts are used; of an account that is left out they are not.
  reading.catch(() => undefined);
  let groups: ReadonlySet<string>;
  try {
    groups = await membership(directory, account.id, [...requesters, ...approvers, ...protectedUsers]);
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
  const isOperator = [...requesters, ...approvers].some((id) => groups.has(id));
  return { kind: 'target', target: { account, facts, asked, ...(isOperator ? { operator: true } : {}) } };
}

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

interface Suggestion {
  readonly reference: TargetReference;
  /** The one account with this address; `null` where there is none, there are several, or it could not be read. */
  readonly account: Account | null;
}

type Suggested =
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  | { readonly kind: 'suggested'; readonly suggestions: readonly Suggestion[] };

/**
 * Who may be meant by addresses that a person is about to ask for. Nothing is looked up for a person who may not ask, so
 * that the answer is the same whether or not an account exists. Decides nothing: the request resolves them anew.
 * @throws DirectoryError when the person's rights could not be read
 */
export function createSuggestPeople(
  deps: Pick<Base, 'directory'> & {
    readonly readRights: ReadRights;
    readonly mayLookUp: MayLookUp;
    readonly turns: Turns;
  },
) {
  const { readRights, directory, mayLookUp, turns } = deps;
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

export type SuggestPeople = ReturnType<typeof createSuggestPeople>;
