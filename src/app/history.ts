import type { Account, Omission, Person } from '../domain/account.ts';
import { fold } from '../domain/evolve.ts';
import type { KnownRequest } from '../domain/request.ts';
import type { MayLookUp } from './look-up-budget.ts';
import { type Directory, type RequestStore, type TargetReference, UnreadableRequest } from './ports.ts';
import { omission } from './resolve-targets.ts';
import type { ReadStanding } from './standing.ts';
import { isHere, onOnePage } from './status.ts';
import { unlessUnreadable } from './unless-unreadable.ts';

/** A request as it concerned one account. */
export interface Past {
  readonly requestId: string;
  readonly state: KnownRequest;
  /** It stands in the same chat or channel, so its reason was told there. */
  readonly here: boolean;
}

export type History =
  /** May neither ask nor approve: the same for every account, and for none. */
  | { readonly kind: 'refused' }
  /** Looks up too much at once. */
  | { readonly kind: 'tooMany' }
  | { readonly kind: 'unclear'; readonly omission: Omission }
  | {
      readonly kind: 'found';
      readonly account: Pick<Account, 'id' | 'name' | 'upn'>;
      /** The newest first; those of one page. */
      readonly requests: readonly Past[];
      /** Where the next page begins; `null` when this is the last. */
      readonly older: number | null;
      /** False while the list of older requests is still being made, or where one of it cannot be read here. */
      readonly complete: boolean;
    };

export interface Question {
  readonly by: Person;
  /** Conversation id it is asked in. */
  readonly where: string;
  readonly target: TargetReference;
  /** Only what is older than this; see `RequestStore.requestsAbout`. */
  readonly before?: number;
}

/** Whether this person may see what happened to an account: those who may ask or approve. @throws DirectoryError */
export function createMaySeeHistory({ readStanding }: { readStanding: ReadStanding }) {
  return async function maySeeHistory(by: Person): Promise<boolean> {
    const { member, enabled, requester, approver } = await readStanding(by);
    return member && enabled && (requester || approver);
  };
}

export type MaySeeHistory = ReturnType<typeof createMaySeeHistory>;

/**
 * What was asked, decided and done for an account, wherever that was. For people who may ask or approve; anybody else is
 * refused before anything is looked up. Their rights are read again for each page.
 * @throws DirectoryError when the directory cannot be asked
 */
export function createHistory(deps: {
  directory: Pick<Directory, 'find' | 'findDeleted'>;
  store: Pick<RequestStore, 'read' | 'requestsAbout'>;
  maySeeHistory: MaySeeHistory;
  mayLookUp: MayLookUp;
}) {
  const { directory, store, maySeeHistory, mayLookUp } = deps;

  /** Exactly one account, as for a request; also one that was deleted. */
  async function identify(target: TargetReference): Promise<Account | Omission> {
    const found = await directory.find(target);
    const accounts = found.length > 0 ? found : await directory.findDeleted(target);
    const [account] = accounts;
    if (account && accounts.length === 1) return account;
    return omission(target.text, account ? 'ambiguous' : 'notFound', accounts);
  }

  return async function history({ by, where, target, before }: Question): Promise<History> {
    if (!mayLookUp(by.id, 1)) return { kind: 'tooMany' };
    if (!(await maySeeHistory(by))) return { kind: 'refused' };
    const account = await identify(target);
    // Entra forgets an account thirty days after it was deleted; what is on record about it stays.
    const gone = 'asked' in account && account.code === 'notFound' && target.kind === 'objectId';
    if ('asked' in account && !gone) return { kind: 'unclear', omission: account };
    const id = 'asked' in account ? target.text : account.id;
    const { requests: found, complete } = await store.requestsAbout(id, {
      ...(before === undefined ? {} : { before }),
      limit: onOnePage + 1,
    });
    const shown = found.slice(0, onOnePage);
    let unread = false;
    const requests = (
      await Promise.all(
        shown.map(async ({ requestId }): Promise<Past[]> => {
          const stored = await unlessUnreadable(store.read(requestId));
          unread ||= stored instanceof UnreadableRequest;
          const state = fold(stored instanceof UnreadableRequest ? [] : stored.events);
          if (state.phase === 'none') return [];
          return [{ requestId, state, here: isHere(state.request, where) }];
        }),
      )
    ).flat();
    const named = 'asked' in account ? recordedAs(id, requests) : account;
    if (!named) return { kind: 'unclear', omission: omission(target.text, 'notFound', []) };
    const last = shown.at(-1);
    const older = found.length > shown.length && last ? last.seq : null;
    return { kind: 'found', account: named, requests, older, complete: complete && !unread };
  };
}

export type ReadHistory = ReturnType<typeof createHistory>;

function recordedAs(id: string, requests: readonly Past[]): Account | undefined {
  const targets = requests.flatMap(({ state }) => state.request.targets);
  return targets.find(({ account }) => account.id === id)?.account;
}
