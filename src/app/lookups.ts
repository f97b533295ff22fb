import type { Account, Omission, Person } from '../domain/account.ts';
import { fold } from '../domain/evolve.ts';
import { isSamePlace, type KnownRequest, placeOf, type RequestEvent, type Requested } from '../domain/request.ts';
import { UnreadableRequest } from './errors.ts';
import type { Directory, RequestStore, TargetReference } from './ports.ts';
import { type MayLookUp, omission } from './resolve-targets.ts';
import type { ReadRights } from './rights.ts';
import { unlessUnreadable, worst } from './run-command.ts';

/** One request with everything that happened to it. */
export interface Recorded {
  readonly requestId: string;
  readonly state: KnownRequest;
  /** Oldest first. */
  readonly events: readonly RequestEvent[];
  /** Of the trail. */
  readonly head: string;
}

export interface OpenHere {
  /** The newest first; those of one page. */
  readonly requests: readonly Pick<Recorded, 'requestId' | 'state'>[];
  readonly count: number;
  /** 0 is the newest; the last one there is, when a later one was asked for. */
  readonly page: number;
  readonly pages: number;
}

/** Whether a request stands in this conversation: its card, or the chat in which it was asked for, where that is another. */
export function isHere({ conversation, origin }: Requested, where: string): boolean {
  return isSamePlace(where, conversation.id) || (origin !== undefined && isSamePlace(where, origin.id));
}

/** Requests on one page of a list. */
export const onOnePage = 5;

/**
 * What is open in one chat or channel, and one request of it, also when it is over. Nothing here is looked up in the
 * directory: it tells no more than the cards in that place, and only there.
 */
export function createStatus({ store }: { store: Pick<RequestStore, 'read' | 'openIds' | 'idsBeginning'> }) {
  const recorded = async (requestId: string): Promise<Recorded | null> => {
    const { events, head } = await store.read(requestId);
    const state = fold(events);
    return state.phase === 'none' ? null : { requestId, state, events, head };
  };

  /** For lists: one that cannot be read here must not hide the others. */
  const readable = async (requestIds: readonly string[]) => {
    const read = await Promise.all(requestIds.map((requestId) => unlessUnreadable(recorded(requestId))));
    return {
      found: read.filter((one) => one !== null && !(one instanceof UnreadableRequest)) as readonly Recorded[],
      unreadable: worst(read.filter((one) => one instanceof UnreadableRequest)),
    };
  };

  /** In a 1:1 chat also what was asked for there and is decided elsewhere. */
  const openHere = async (where: string): Promise<readonly string[]> => {
    const here = await store.openIds(placeOf(where));
    if (where.startsWith('19:')) return here;
    const all = await readable(await store.openIds());
    const asked = all.found.flatMap((one) => (isHere(one.state.request, where) ? [one.requestId] : []));
    return [...new Set([...here, ...asked])];
  };

  return {
    /** @param where conversation id */
    async open(where: string, wanted: number): Promise<OpenHere> {
      const ids = (await openHere(where)).toReversed();
      const pages = Math.max(1, Math.ceil(ids.length / onOnePage));
      const page = Math.min(wanted, pages - 1);
      const shown = ids.slice(page * onOnePage, (page + 1) * onOnePage);
      const { found: requests, unreadable } = await readable(shown);
      if (requests.length === 0 && unreadable) throw unreadable;
      return { requests, count: ids.length, page, pages };
    },
    async byId(requestId: string, where: string): Promise<Recorded | null> {
      const found = await recorded(requestId);
      // From elsewhere a request does not exist: a person who guesses an id learns nothing.
      return found && isHere(found.state.request, where) ? found : null;
    },
    /** The request with this code: the open one, or else the latest, because a code is given again once it is free. */
    async byCode(code: string, where: string): Promise<Recorded | null> {
      const ids = await store.idsBeginning(code);
      const { found, unreadable } = await readable(ids);
      const [first] = found
        .filter((one) => isHere(one.state.request, where) && one.state.request.code === code)
        .toSorted((one, other) => rank(other).localeCompare(rank(one)));
      if (!first && unreadable) throw unreadable;
      return first ?? null;
    },
  };
}

export type Status = ReturnType<typeof createStatus>;

function rank({ state }: Recorded): string {
  return `${state.finishedAt === null ? 1 : 0} ${state.request.at}`;
}

interface Found {
  readonly requestId: string;
  readonly state: KnownRequest;
}

/**
 * The open request with this code that is decided, or was asked for, in this place (`placeOf`), or anywhere when none is
 * given; in a place also the latest that is over, so that the answer can tell how it ended. `null` for none.
 * @throws UnreadableRequest when it may be one that cannot be read here
 */
export function createFindByCode({ store }: { store: RequestStore }) {
  const status = createStatus({ store });
  return async function findByCode(code: string, place?: string): Promise<Found | null> {
    const found: Found[] = [];
    const unread: UnreadableRequest[] = [];
    for (const requestId of (await store.openIds()).filter((open) => open.startsWith(code))) {
      const stored = await unlessUnreadable(store.read(requestId));
      if (stored instanceof UnreadableRequest) {
        unread.push(stored);
        continue;
      }
      const state = fold(stored.events);
      if (state.phase === 'none' || state.request.code !== code) continue;
      const { conversation, origin } = state.request;
      const places = [conversation, ...(origin === undefined ? [] : [origin])].map(({ id }) => placeOf(id));
      if (place === undefined || places.includes(place)) found.push({ requestId, state });
    }
    const unreadable = worst(unread);
    if (found.length === 0 && unreadable) throw unreadable;
    if (found.length === 0 && place !== undefined) return status.byCode(code, place);
    // Two that were asked for at the same moment may share a code; then only the buttons tell them apart.
    return found.length === 1 ? (found[0] ?? null) : null;
  };
}

export type FindByCode = ReturnType<typeof createFindByCode>;

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
export function createMaySeeHistory({ readRights }: { readRights: ReadRights }) {
  return async function maySeeHistory(by: Person): Promise<boolean> {
    const { member, enabled, requester, approver } = await readRights(by);
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
    const found = await store.requestsAbout(id, {
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
    return { kind: 'found', account: named, requests, older, complete: !unread };
  };
}

export type ReadHistory = ReturnType<typeof createHistory>;

function recordedAs(id: string, requests: readonly Past[]): Account | undefined {
  const targets = requests.flatMap(({ state }) => state.request.targets);
  return targets.find(({ account }) => account.id === id)?.account;
}
