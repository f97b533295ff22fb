import { type Clock, NotifierError } from '../app/ports.ts';

/** Under Teams' limits per conversation (7 in 1 s, 8 in 2 s, 60 in 30 s), with room for what others of us send. */
export const windows: readonly { readonly ms: number; readonly most: number }[] = [
  { ms: 1000, most: 4 },
  { ms: 2000, most: 6 },
  { ms: 30_000, most: 50 },
];

/** Answers in words that may wait in one conversation; whoever chatters must not hold back a card. */
export const mostWaitingTexts = 5;

interface Lane {
  readonly cards: (() => Promise<void>)[];
  readonly texts: (() => Promise<void>)[];
  running: boolean;
  sent: readonly number[];
}

/**
 * Everything said in one conversation, one after the other and no faster than Teams allows: cards in their order (a
 * progress card must not overtake the final one), and words when no card waits. Conversations do not wait for each other.
 * @param shares how many processes share the limits; each keeps to its part
 */
export function createPacing(clock: Pick<Clock, 'now' | 'sleep'>, shares = 1) {
  const lanes = new Map<string, Lane>();
  const longest = Math.max(...windows.map(({ ms }) => ms));

  const untilFree = (sent: readonly number[], now: number): number =>
    Math.max(
      0,
      ...windows.map(({ ms, most }) => {
        const oldest = sent.at(-Math.floor(most / shares));
        // Never longer than the window, also when the clock was set back.
        return oldest === undefined ? 0 : Math.min(ms, oldest + ms - now);
      }),
    );

  const drain = async (lane: Lane): Promise<void> => {
    lane.running = true;
    while (lane.cards.length + lane.texts.length > 0) {
      const pause = untilFree(lane.sent, clock.now().getTime());
      if (pause > 0) await clock.sleep(pause);
      const now = clock.now().getTime();
      lane.sent = [...lane.sent.filter((at) => Math.abs(now - at) < longest), now];
      // Chosen after the pause, so that a card that came meanwhile goes first.
      await (lane.cards.shift() ?? lane.texts.shift())?.();
    }
    lane.running = false;
    forgetIdle(lanes, longest, clock.now().getTime());
  };

  return function paced<T>(conversationId: string, send: () => Promise<T>, kind: 'card' | 'text' = 'card'): Promise<T> {
    const lane = lanes.get(conversationId) ?? { cards: [], texts: [], running: false, sent: [] };
    // The first is always the one that was silent for longest.
    lanes.delete(conversationId);
    lanes.set(conversationId, lane);
    if (kind === 'text' && lane.texts.length >= mostWaitingTexts) {
      return Promise.reject(new NotifierError('gone', 'too many answers wait in this conversation'));
    }
    const done = new Promise<T>((resolve, reject) => {
      lane[kind === 'card' ? 'cards' : 'texts'].push(async () => {
        try {
          resolve(await send());
        } catch (error) {
          reject(error);
        }
      });
    });
    if (!lane.running) void drain(lane);
    return done;
  };
}

export type Paced = ReturnType<typeof createPacing>;

/**
 * Memory stays in proportion to the conversations of the last half minute. Looks at those alone that can go: at all of them,
 * after each message, took a quarter of a busy process's time.
 */
function forgetIdle(lanes: Map<string, Lane>, longest: number, now: number): void {
  for (const [id, { running, sent }] of lanes) {
    if (running || Math.abs(now - (sent.at(-1) ?? 0)) < longest) return;
    lanes.delete(id);
  }
}
