import type { Clock } from '../app/ports.ts';

/** Under Teams' limits per conversation (7 in 1 s, 8 in 2 s, 60 in 30 s), with room for what others of us send. */
export const windows: readonly { readonly ms: number; readonly most: number }[] = [
  { ms: 1000, most: 4 },
  { ms: 2000, most: 6 },
  { ms: 30_000, most: 50 },
];

/**
 * Everything said in one conversation, one after the other and no faster than Teams allows. The order matters: a
 * progress card must not overtake the final one. Conversations do not wait for each other.
 */
export function createPacing(clock: Clock) {
  const lanes = new Map<string, { tail: Promise<unknown>; waiting: number; sent: number[] }>();
  const longest = Math.max(...windows.map(({ ms }) => ms));

  const untilFree = (sent: readonly number[], now: number): number =>
    Math.max(
      0,
      ...windows.map(({ ms, most }) => {
        const oldest = sent.at(-most);
        return oldest === undefined ? 0 : oldest + ms - now;
      }),
    );

  return async function paced<T>(conversationId: string, send: () => Promise<T>): Promise<T> {
    const lane = lanes.get(conversationId) ?? { tail: Promise.resolve(), waiting: 0, sent: [] };
    lanes.set(conversationId, lane);
    lane.waiting += 1;
    const turn = lane.tail.then(async () => {
      const pause = untilFree(lane.sent, clock.now().getTime());
      if (pause > 0) await clock.sleep(pause);
      const now = clock.now().getTime();
      lane.sent = [...lane.sent.filter((at) => now - at < longest), now];
      return send();
    });
    lane.tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      lane.waiting -= 1;
      forgetIdle(lanes, longest, clock.now().getTime());
    }
  };
}

export type Paced = ReturnType<typeof createPacing>;

/** Memory stays in proportion to the conversations of the last half minute. */
function forgetIdle(lanes: Map<string, { waiting: number; sent: number[] }>, longest: number, now: number): void {
  for (const [id, { waiting, sent }] of lanes) {
    if (waiting === 0 && now - (sent.at(-1) ?? 0) >= longest) lanes.delete(id);
  }
}
