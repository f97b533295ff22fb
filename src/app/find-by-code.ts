import { fold } from '../domain/evolve.ts';
import { type KnownRequest, placeOf } from '../domain/request.ts';
import { type RequestStore, UnreadableRequest } from './ports.ts';
import { unlessUnreadable, worst } from './unless-unreadable.ts';

interface Found {
  readonly requestId: string;
  readonly state: KnownRequest;
}

/**
 * The open request with this code that is decided, or was asked for, in this place (`placeOf`), or anywhere when none is
 * given; `null` for none.
 * @throws UnreadableRequest when it may be one that cannot be read here
 */
export function createFindByCode({ store }: { store: RequestStore }) {
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
    // Two that were asked for at the same moment may share a code; then only the buttons tell them apart.
    return found.length === 1 ? (found[0] ?? null) : null;
  };
}

export type FindByCode = ReturnType<typeof createFindByCode>;
