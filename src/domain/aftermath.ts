import type { WhyUnknown } from './account.ts';
import type { Findings, SignIn } from './findings.ts';

/** What goes on once a result is told: Entra's logs are looked through twice, and sign-ins are watched for. */
export interface Aftermath {
  /** The replica that reads for it. */
  readonly worker: string;
  readonly looks: number;
  /** When it was looked last. */
  readonly lookedAt: string | null;
  /** What the last look found, of the accounts that were looked at. */
  readonly findings: readonly Findings[];
  /** `null`: settings did not want it. */
  readonly watch: Watch | null;
}

/** The watch for sign-ins after a revocation. Times are ISO 8601. */
export interface Watch {
  /** When it is to end. */
  readonly until: string;
  /** When the log was last read, as far as that is on record; `null`: never. */
  readonly readAt: string | null;
  /** The log could not be read the last time. */
  readonly unread: Unread | null;
  /** The first sign-in since the revocation, by the account's object id. */
  readonly cameBack: ReadonlyMap<string, SignIn>;
  /** The chat is to be told that someone is back, by this request. */
  readonly owes: boolean;
  readonly ended: boolean;
}

export interface Unread {
  readonly why?: WhyUnknown;
}

/** How it begins, with the result. Without `watchUntil` nothing is watched. */
export interface Begun {
  readonly worker: string;
  readonly watchUntil?: string;
}

export type AftermathEvent =
  /** What Entra's logs told, the first time right after the result, the second time once they have caught up. */
  | { readonly type: 'LookedAround'; readonly worker: string; readonly findings: readonly Findings[] }
  /** A replica goes on with it, or takes over from another one. */
  | { readonly type: 'Watched'; readonly worker: string; readonly readAt?: string; readonly unread?: Unread }
  /** The first successful sign-in of each of some accounts. `toldBy`: a newer request tells the chat. */
  | {
      readonly type: 'CameBack';
      readonly worker: string;
      readonly readAt: string;
      readonly signIns: readonly SignIn[];
      readonly toldBy?: string;
    }
  /** The time is over, or all are back. `until`: when the log was last read; `unread`: it could not be read at the end. */
  | {
      readonly type: 'WatchEnded';
      readonly worker: string;
      readonly until: string | null;
      readonly unread?: Unread;
    };

/** How often Entra's logs are looked through for a result. */
export const mostLooks = 2;

export const beginning = ({ worker, watchUntil }: Begun): Aftermath => ({
  worker,
  looks: 0,
  lookedAt: null,
  findings: [],
  watch:
    watchUntil === undefined
      ? null
      : { until: watchUntil, readAt: null, unread: null, cameBack: new Map(), owes: false, ended: false },
});

/** What it is after one more event. @param at when that was */
export function goOn(before: Aftermath, event: AftermathEvent, at: string): Aftermath {
  const { worker } = event;
  const { watch } = before;
  switch (event.type) {
    case 'LookedAround':
      return {
        ...before,
        worker,
        looks: before.looks + 1,
        lookedAt: at,
        findings: merged(before.findings, event.findings),
      };
    case 'Watched': {
      const { readAt = watch?.readAt ?? null, unread = null } = event;
      return { ...before, worker, watch: watch && { ...watch, readAt, unread } };
    }
    case 'CameBack': {
      const cameBack = new Map([
        ...(watch?.cameBack ?? []),
        ...event.signIns.map((one) => [one.accountId, one] as const),
      ]);
      const owes = watch?.owes === true || event.toldBy === undefined;
      return { ...before, worker, watch: watch && { ...watch, readAt: event.readAt, unread: null, cameBack, owes } };
    }
    case 'WatchEnded':
      return {
        ...before,
        worker,
        watch: watch && { ...watch, readAt: event.until, unread: event.unread ?? null, ended: true },
      };
    default:
      return event satisfies never;
  }
}

/** What could not be read the second time is as it was the first time, and so is the time of it all. */
function merged(before: readonly Findings[], now: readonly Findings[]): readonly Findings[] {
  return now.map((one) => {
    const earlier = before.find(({ accountId }) => accountId === one.accountId);
    const parts = ['changes', 'signIns', 'devices'] as const;
    const lost = parts.filter((part) => !one[part].known && earlier?.[part].known);
    if (!earlier || lost.length === 0) return one;
    return { ...one, asOf: earlier.asOf, ...Object.fromEntries(lost.map((part) => [part, earlier[part]])) };
  });
}
