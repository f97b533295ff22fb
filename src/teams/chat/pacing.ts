import { NotifierError } from '../../app/errors.ts';
import type { Clock } from '../../app/ports.ts';

/**
 * Under Teams' limits per conversation (7 in 1 s, 8 in 2 s, 60 in 30 s), with some room. Half of the first window holds what
 * follows a click in a row: progress, the closed card and the result.
 */
export const windows = [
  { ms: 2000, most: 6 },
  { ms: 30_000, most: 50 },
];

/** Answers in words to one person that may wait in one conversation, and to all; a person who chatters holds back no one. */
export const mostWaitingTexts = { each: 5, all: 50 };

/** What is to be sent, and the id of the card that it changes; `null`: it is something new. */
interface Saying extends Turn {
  readonly changes: string | null;
}

interface Lane {
  waiting: readonly (Saying & { readonly send: () => Promise<void> })[];
  /** What each of those changes that are on their way: one change of a card at a time, and one new message. */
  readonly underWay: Set<string | null>;
  running: boolean;
  sent: readonly Sent[];
  /** Called when something new waits, or something has arrived. */
  arrived: () => void;
}

/**
 * Everything said in one conversation, no faster than Teams allows, and in order where order shows: new messages one after
 * the other, and so the changes of each card; neither waits for the other. Whose turn it is says `nextTurn`. Conversations
 * do not wait for each other.
 * @param shares how many processes share the limits; each keeps to its part
 */
export function createPacing(clock: Pick<Clock, 'now' | 'sleep'>, shares = 1) {
  const lanes = new Map<string, Lane>();
  const longest = Math.max(...windows.map(({ ms }) => ms));

  /** Waits for the first who may be served again, for a new turn, or for the end of something that is on its way. */
  const untilServable = async (lane: Lane, now: number): Promise<void> => {
    const over = new AbortController();
    const arrived = new Promise<void>((resolve) => {
      lane.arrived = () => {
        over.abort();
        resolve();
      };
    });
    const pauses = lane.waiting.map((turn) => untilShare(turn.for, lane.sent, now, shares)).filter((ms) => ms > 0);
    await (pauses.length > 0 ? clock.sleep(Math.min(...pauses), over.signal) : arrived);
    lane.arrived = () => undefined;
  };

  const drain = async (lane: Lane): Promise<void> => {
    lane.running = true;
    while (lane.waiting.length > 0) {
      const began = clock.now().getTime();
      const pause = Math.max(...windows.map((window) => untilRoom(lane.sent, window, began, shares)));
      if (pause > 0) await clock.sleep(pause);
      const now = clock.now().getTime();
      // Chosen after the pause, so that what came meanwhile counts.
      const free = lane.waiting.filter(({ changes }) => !lane.underWay.has(changes));
      const index = nextTurn(free, lane.sent, (person) => untilShare(person, lane.sent, now, shares) === 0);
      const chosen = index === null ? undefined : free[index];
      if (!chosen) {
        await untilServable(lane, now);
        continue;
      }
      lane.waiting = lane.waiting.filter((turn) => turn !== chosen);
      lane.sent = [...lane.sent.filter(({ at }) => Math.abs(now - at) < longest), { at: now, for: chosen.for }];
      lane.underWay.add(chosen.changes);
      void chosen.send().then(() => {
        lane.underWay.delete(chosen.changes);
        lane.arrived();
      });
    }
    lane.running = false;
    forgetIdle(clock.now().getTime());
  };

  /**
   * Memory stays in proportion to the conversations of the last half minute. Looks at those alone that can go: at all of
   * them, after each message, took a quarter of a busy process's time.
   */
  const forgetIdle = (now: number): void => {
    for (const [id, { running, underWay, sent }] of lanes) {
      if (running || underWay.size > 0 || Math.abs(now - (sent.at(-1)?.at ?? 0)) < longest) return;
      lanes.delete(id);
    }
  };

  return function paced<T>(conversationId: string, send: () => Promise<T>, turn: Partial<Saying> = {}): Promise<T> {
    const known = lanes.get(conversationId);
    const lane = known ?? { waiting: [], underWay: new Set(), running: false, sent: [], arrived: () => undefined };
    // The first is always the one that was silent for longest.
    lanes.delete(conversationId);
    lanes.set(conversationId, lane);
    const whole: Saying = { kind: 'card', for: null, about: null, urgent: false, changes: null, ...turn };
    if (whole.kind === 'text' && isFull(lane, whole.for)) {
      return Promise.reject(new NotifierError('gone', 'too many answers wait in this conversation'));
    }
    const done = new Promise<T>((resolve, reject) => {
      const sending = async () => {
        try {
          resolve(await send());
        } catch (error) {
          reject(error);
        }
      };
      lane.waiting = [...lane.waiting, { ...whole, send: sending }];
    });
    lane.arrived();
    if (!lane.running) void drain(lane);
    return done;
  };
}

export type Paced = ReturnType<typeof createPacing>;

function isFull({ waiting }: Lane, person: string | null): boolean {
  const texts = waiting.filter(({ kind }) => kind === 'text');
  const own = texts.filter((turn) => turn.for === person);
  return own.length >= mostWaitingTexts.each || texts.length >= mostWaitingTexts.all;
}

export interface Turn {
  /** `text`: gives way to cards that a person waits for. */
  readonly kind: 'card' | 'text';
  /** Whose request or question it belongs to; `null`: no one's. */
  readonly for: string | null;
  /** The request it is about: what is said about one request keeps its order. */
  readonly about: string | null;
  /** Tells what became of a request: before what the same person asks anew. */
  readonly urgent: boolean;
}

export interface Sent {
  readonly at: number;
  readonly for: string | null;
}

/** The long window of Teams' limits, and how much of it one person may use up. */
export const share = { ms: 30_000, most: 37 };

/** How long (ms) until this person may be served again, whatever others do. */
export function untilShare(person: string | null, sent: readonly Sent[], now: number, shares: number): number {
  if (person === null) return 0;
  const own = sent.filter((one) => one.for === person);
  return untilRoom(own, share, now, shares);
}

/** How long (ms) until the window has room for one more; never longer than it, also when the clock was set back. */
function untilRoom(sent: readonly Sent[], { ms, most }: typeof share, now: number, shares: number): number {
  const oldest = sent.at(-Math.floor(most / shares));
  return oldest === undefined ? 0 : Math.min(ms, Math.max(0, oldest.at + ms - now));
}

/**
 * Index of the one to be sent: cards before words; of several people the one served longest ago; of one person what tells
 * an end, then the oldest; and never before what was said earlier about the same request. `null`: no one may be served.
 */
export function nextTurn(
  waiting: readonly Turn[],
  sent: readonly Sent[],
  mayBeServed: (person: string | null) => boolean,
): number | null {
  const able = waiting.filter((turn) => mayBeServed(turn.for));
  const kind = able.some((turn) => turn.kind === 'card') ? 'card' : 'text';
  const of = able.filter((turn) => turn.kind === kind);
  const servedAt = (person: string | null) => sent.findLastIndex((one) => one.for === person);
  const [first] = of.toSorted((one, other) => servedAt(one.for) - servedAt(other.for));
  if (!first) return null;
  const own = of.filter((turn) => turn.for === first.for);
  const chosen = own.find(({ urgent }) => urgent) ?? own[0];
  const same = own.find(({ about }) => about !== null && about === chosen?.about) ?? chosen;
  return same === undefined ? null : waiting.indexOf(same);
}
