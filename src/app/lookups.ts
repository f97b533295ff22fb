import type { Account, Omission, Person } from '../domain/account.ts';
import type { RefusalCode, Rights } from '../domain/command.ts';
import { decide } from '../domain/decide.ts';
import { type DecisionVerb, isSamePlace, type KnownRequest, placeOf, type Requested } from '../domain/request.ts';
import type { Base } from './policy.ts';
import type { Directory, RequestStore, TargetReference } from './ports.ts';
import type { Click } from './read-for-click.ts';
import { type Recorded, readable, recorded } from './recorded.ts';
import { type MayLookUp, omission } from './resolve-targets.ts';
import type { ReadHourlyUse, ReadRights } from './rights.ts';

export interface OpenHere {
  /** The newest first; those of one page. */
  readonly requests: readonly Pick<Recorded, 'requestId' | 'state'>[];
  readonly count: number;
  /** 0 is the newest; the last one there is, when a later one was asked for. */
  readonly page: number;
  readonly pages: number;
}

/** Whether a request stands in this conversation: its card, or the chat in which it was asked for, where that is another. */
function isHere({ conversation, origin }: Requested, where: string): boolean {
  return isSamePlace(where, conversation.id) || (origin !== undefined && isSamePlace(where, origin.id));
}

/** Requests on one page of a list. */
export const onOnePage = 5;

/**
 * What is open in one chat or channel, and one request of it, also when it is over. Nothing here is looked up in the
 * directory: it tells no more than the cards in that place, and only there. `where`: id of the conversation.
 */
export function createStatus({ store }: { store: Pick<RequestStore, 'read' | 'openIds' | 'idsBeginning'> }) {
  /**
   * The newest first. Not what is told and only looked after; those that cannot be read here count. In a 1:1 chat also what was asked for there
   * and is decided elsewhere.
   */
  async function openHere(where: string) {
    const here = await store.openIds(placeOf(where));
    const ids = where.startsWith('19:') ? here : await store.openIds();
    const { found, unreadable } = await readable(store, ids);
    const known = new Map(found.map((one) => [one.requestId, one]));
    const isOpen = (id: string) => {
      const { state } = known.get(id) ?? {};
      return state ? !state.told && isHere(state.request, where) : here.includes(id);
    };
    return { ids: ids.filter(isOpen).toReversed(), known, unreadable };
  }

  /** The request with this code: the open one, or else the latest, because a code is given again once it is free. */
  async function byCode(code: string, where: string): Promise<Recorded | null> {
    const { found, unreadable } = await readable(store, await store.idsBeginning(code));
    const rank = ({ state }: Recorded) => `${state.finishedAt === null ? 1 : 0} ${state.request.at}`;
    const [first] = found
      .filter(({ state: { request } }) => request.code === code && isHere(request, where))
      .toSorted((one, other) => rank(other).localeCompare(rank(one)));
    if (!first && unreadable) throw unreadable;
    return first ?? null;
  }

  return {
    byCode,
    async open(where: string, wanted: number): Promise<OpenHere> {
      const { ids, known, unreadable } = await openHere(where);
      const pages = Math.max(1, Math.ceil(ids.length / onOnePage));
      const page = Math.min(wanted, pages - 1);
      const requests = ids.slice(page * onOnePage, (page + 1) * onOnePage).flatMap((id) => known.get(id) ?? []);
      if (requests.length === 0 && unreadable) throw unreadable;
      return { requests, count: ids.length, page, pages };
    },
    async byId(requestId: string, where: string): Promise<Recorded | null> {
      const found = await recorded(store, requestId);
      // From elsewhere a request does not exist: a person who guesses an id learns nothing.
      return found && isHere(found.state.request, where) ? found : null;
    },
    /**
     * The open request with this code that is decided, or was asked for, in this place, or anywhere when none is given; in a
     * place also the latest that is over, so that the answer can tell how it ended. `null` for none.
     * @throws UnreadableRequest when it may be one that cannot be read here
     */
    async byOpenCode(code: string, where?: string): Promise<Pick<Recorded, 'requestId' | 'state'> | null> {
      const ids = (await store.openIds()).filter((id) => id.startsWith(code));
      const { found, unreadable } = await readable(store, ids);
      const open = found.filter(
        ({ state: { request, told } }) =>
          !told && request.code === code && (where === undefined || isHere(request, where)),
      );
      if (open.length === 0 && unreadable) throw unreadable;
      if (open.length === 0 && where !== undefined) return byCode(code, where);
      // Two that were asked for at the same moment may share a code; then only the buttons tell them apart.
      return open.length === 1 ? (open[0] ?? null) : null;
    },
  };
}

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

interface Question {
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

/**
 * What was asked, decided and done for an account, wherever that was. For people who may ask or approve; anyone else is
 * refused before anything is looked up. Their rights are read again for each page.
 * @throws DirectoryError when the directory cannot be asked
 */
export function createHistory(deps: {
  directory: Pick<Directory, 'find' | 'findDeleted'>;
  store: Pick<RequestStore, 'read' | 'requestsAbout'>;
  maySeeHistory: (by: Person) => Promise<boolean>;
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
    const read = await readable(
      store,
      shown.map(({ requestId }) => requestId),
    );
    const requests = read.found.map(({ requestId, state }) => {
      return { requestId, state, here: isHere(state.request, where) };
    });
    const named = 'asked' in account ? recordedAs(id, requests) : account;
    if (!named) return { kind: 'unclear', omission: omission(target.text, 'notFound', []) };
    const last = shown.at(-1);
    const older = found.length > shown.length && last ? last.seq : null;
    return { kind: 'found', account: named, requests, older, complete: read.unreadable === undefined };
  };
}

function recordedAs(id: string, requests: readonly Past[]): Account | undefined {
  const targets = requests.flatMap(({ state }) => state.request.targets);
  return targets.find(({ account }) => account.id === id)?.account;
}

/** What one person could do about an open request now, and why not approve it. */
export interface Powers {
  readonly may: ReadonlySet<DecisionVerb>;
  readonly whyNot: RefusalCode | null;
  readonly isRequester: boolean;
}

/** For so long (ms) what was read of a person's rights counts for what they are shown; nothing is decided by it. */
const sharedForMs = 2000;
const verbs: readonly DecisionVerb[] = ['approve', 'deny', 'cancel'];

/**
 * A request as one person may see it. Reads only: clients ask for it by themselves, whenever a person opens the chat.
 * `null`: there is no such request here. `powers`: `null` when it is no longer open.
 * @throws DirectoryError when the person's rights could not be read
 */
export function createLook(
  deps: Pick<Base, 'store' | 'clock'> & { readonly readRights: ReadRights; readonly readHourlyUse: ReadHourlyUse },
) {
  const { store, readRights, readHourlyUse, clock } = deps;
  const shared = new Map<string, { readonly at: number; readonly rights: Promise<Rights> }>();
  /** A person who opens a chat full of cards is looked up once for all of them. */
  const rightsOf = (by: Person): Promise<Rights> => {
    const now = clock.elapsed();
    for (const [id, { at }] of shared) if (now - at >= sharedForMs) shared.delete(id);
    const known = shared.get(by.id);
    if (known) return known.rights;
    const rights = readRights(by);
    shared.set(by.id, { at: now, rights });
    return rights;
  };

  return async function look({
    requestId,
    by,
    where,
  }: Omit<Click, 'verb'>): Promise<{ readonly state: KnownRequest; readonly powers: Powers | null } | null> {
    const found = await recorded(store, requestId);
    if (!found || !isSamePlace(where, found.state.request.conversation.id)) return null;
    const { state } = found;
    if (state.phase !== 'requested') return { state, powers: null };
    const rights = await rightsOf(by);
    const hourly = await readHourlyUse(state.request.by.id);
    const judged = verbs.map((type) => ({
      type,
      decision: decide({ type, by, rights, where, hourly }, state, clock.now()),
    }));
    const forbidden = judged.flatMap(({ type, decision }) =>
      decision.ok || decision.code === 'signInNeeded' ? [] : [{ type, code: decision.code }],
    );
    const may = new Set(verbs.filter((verb) => !forbidden.some(({ type }) => type === verb)));
    const whyNot = forbidden.find(({ type }) => type === 'approve')?.code ?? null;
    return { state, powers: { may, whyNot, isRequester: by.id === state.request.by.id } };
  };
}
