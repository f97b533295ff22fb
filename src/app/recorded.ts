import { fold } from '../domain/evolve.ts';
import type { KnownRequest, RequestEvent } from '../domain/request.ts';
import { UnreadableRequest } from './errors.ts';
import type { RequestStore } from './ports.ts';

/** One request with everything that happened to it. */
export interface Recorded {
  readonly requestId: string;
  readonly state: KnownRequest;
  /** Oldest first. */
  readonly events: readonly RequestEvent[];
  /** Of the trail. */
  readonly head: string;
}

/** The request as it is on record; `null`: there is none. @throws UnreadableRequest */
export async function recorded(store: Pick<RequestStore, 'read'>, requestId: string): Promise<Recorded | null> {
  const { events, head } = await store.read(requestId);
  const state = fold(events);
  return state.phase === 'none' ? null : { requestId, state, events, head };
}

/** Those that can be read here; of the others, which must not hide them, the one to speak of: damage before what is newer. */
export async function readable(
  store: Pick<RequestStore, 'read'>,
  requestIds: readonly string[],
): Promise<{ readonly found: readonly Recorded[]; readonly unreadable: UnreadableRequest | undefined }> {
  const read = await Promise.all(
    requestIds.map((requestId) =>
      recorded(store, requestId).catch((error: unknown) => {
        if (error instanceof UnreadableRequest) return error;
        throw error;
      }),
    ),
  );
  const unreadable = read.filter((one) => one instanceof UnreadableRequest);
  return {
    found: read.filter((one) => one !== null && !(one instanceof UnreadableRequest)) as readonly Recorded[],
    unreadable: unreadable.find(({ why }) => why === 'damaged') ?? unreadable[0],
  };
}
