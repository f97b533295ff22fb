import type { Call, Moment, TargetResult } from './result.ts';

/** Everything that is known of a write and of what was read back. All times are ISO 8601. */
export interface Evidence {
  /** Tokens issued before this are dead, as it was read back: whole seconds of Graph's clock. */
  readonly validFrom: string | null;
  /** When that was read. */
  readonly seen?: Moment | undefined;
  /** What was known before the write. */
  readonly before: Pick<Call, 'validFromBefore' | 'seen'>;
  /** From when until when the write was under way, by our clock; absent where the process that made it is gone. */
  readonly sent?: { readonly at: string; readonly until: string } | undefined;
  /** Graph's `Date` of the answer that accepted the write; absent where there was none, whatever else was answered. */
  readonly acceptedAt?: string | undefined;
}

/** What the record knows of a write. The `Date` of an answer that did not accept it is no evidence. */
export function evidenceOf(
  call: Call,
  last: TargetResult | undefined,
): Pick<Evidence, 'before' | 'sent' | 'acceptedAt'> {
  const isItsOwn = last !== undefined && last.clientRequestId === call.clientRequestId;
  if (!isItsOwn) return { before: call };
  return { before: call, sent: last.sent, acceptedAt: last.outcome === 'unverified' ? last.graphDate : undefined };
}

/** Graph keeps and tells whole seconds. */
const secondMs = 1000;
/** The clocks behind `Date` and behind the account may differ by so much. */
const toleranceMs = 3000;
/** Answers are on their way for a while, so the `Date` of each may differ from our clock by a little more or less. */
const apartMs = 5000;
/** Our clock may be wrong, but not by so much; then one of the two is, and it cannot be said which. */
const wrongMs = 300_000;
/** A write whose process is gone was made right after its account was read, or it is made again. */
const longestMs = 10_000;

/**
 * Whether what was read back is the effect of this very write. Only times of Graph's own clock are compared; ours tells
 * how much time passed between them, and whether the `Date` of an answer can be right.
 *
 * A write that Graph accepted took effect between its sending and its answer. Where the answer was lost, nothing but the
 * time tells whether the write happened at all, so nothing is allowed for: in doubt it is made again, which does no harm.
 */
export function isVerified({ validFrom, seen, before, sent, acceptedAt }: Evidence): boolean {
  const value = Date.parse(validFrom ?? '');
  const accepted = sent && acceptedAt !== undefined ? { graph: acceptedAt, here: sent.until } : undefined;
  if (Number.isNaN(value) || !agree([before.seen, accepted, seen])) return false;
  const { from, to } = accepted ? spanOfAccepted(accepted, sent, before.seen) : spanOfLost(before.seen, seen, sent);
  const old = before.validFromBefore === null ? Number.NEGATIVE_INFINITY : Date.parse(before.validFromBefore);
  // Two revocations within one second leave one value, and with nothing but that value no write is known to have happened.
  if (value === old) return accepted !== undefined && value >= from && value <= to;
  const tolerance = accepted ? toleranceMs : 0;
  return value > old && value >= from - tolerance && value <= to + tolerance;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOfAccepted(accepted: Moment, sent: Evidence['sent'], before: Moment | undefined): Span {
  const answered = Date.parse(accepted.graph);
  const tookMs = sent ? Date.parse(sent.until) - Date.parse(sent.at) : 0;
  const earliest = wholeSecond(answered - Math.max(0, tookMs));
  return { from: before ? Math.max(earliest, Date.parse(before.graph)) : earliest, to: answered + secondMs };
}

/**
 * Without a `Date` from before the write there is nothing to compare with. A `Date` leaves up to a second open, and two of
 * them less, so that another caller's revocation soon after the loss is not taken for this write.
 */
function spanOfLost(before: Moment | undefined, seen: Moment | undefined, sent: Evidence['sent']): Span {
  if (!before) return { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  const read = Date.parse(before.graph);
  if (!sent) return { from: read, to: read + longestMs };
  const offsets = [before, ...(seen ? [seen] : [])].map(aheadOfUs);
  const least = Math.max(...offsets);
  const most = Math.max(least, Math.min(...offsets) + secondMs);
  return { from: wholeSecond(Date.parse(sent.at) + least), to: Date.parse(sent.until) + most };
}

/** Whether each `Date` can be right: none is far from our clock, and they are all as far from it as the others. */
function agree(moments: readonly (Moment | undefined)[]): boolean {
  const offsets = moments.flatMap((moment) => (moment ? [aheadOfUs(moment)] : []));
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  return most - least <= apartMs && Math.max(Math.abs(least), Math.abs(most)) <= wrongMs;
}

/** How far Graph's clock is ahead of ours at least; at most by a second more, which `Date` leaves out. */
function aheadOfUs({ graph, here }: Moment): number {
  return Date.parse(graph) - Date.parse(here);
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / secondMs) * secondMs;
}
