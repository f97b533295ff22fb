/** Whose message goes next in one conversation, so that one person's load does not hold back another's. */

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
  const oldest = own.at(-Math.floor(share.most / shares));
  // Never longer than the window, also when the clock was set back.
  return oldest === undefined ? 0 : Math.min(share.ms, Math.max(0, oldest.at + share.ms - now));
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
