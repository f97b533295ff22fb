import { fold } from '../domain/evolve.ts';
import { isSamePlace, type KnownRequest, placeOf, type RequestEvent, type Requested } from '../domain/request.ts';
import { type RequestStore, UnreadableRequest } from './ports.ts';
import { unlessUnreadable, worst } from './unless-unreadable.ts';

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
      // From elsewhere a request does not exist: whoever guesses an id learns nothing.
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
