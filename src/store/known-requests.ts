/** What was seen of a request. Events are only ever added, so it may be out of date, and is never wrong. */
interface KnownRequest {
  /** There are at least so many events. */
  readonly count: number;
  /** Of the last of those. */
  readonly hash: string;
  /** Where it was asked; `null` when it never was, `undefined` when that was not seen. */
  readonly place: string | null | undefined;
}

export interface KnownRequests {
  get(requestId: string): KnownRequest | undefined;
  set(requestId: string, seen: KnownRequest): void;
}

/** What this process has seen last, so that an append needs no read before it. */
export function createKnownRequests(most: number): KnownRequests {
  const seen = new Map<string, KnownRequest>();
  return {
    get: (requestId) => seen.get(requestId),
    set(requestId, now) {
      const before = seen.get(requestId);
      // Two reads may end in another order than they began.
      if (before && before.count > now.count) return;
      seen.delete(requestId);
      seen.set(requestId, { ...now, place: now.place ?? before?.place });
      const [oldest] = seen.keys();
      if (seen.size > most && oldest !== undefined) seen.delete(oldest);
    },
  };
}
