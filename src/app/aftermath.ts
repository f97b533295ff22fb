import { createBoundedMap } from '../base/bounded-map.ts';
import { within } from '../base/time.ts';
import { firstBack, isUnfinished, isWatching, owesBack, watched } from '../domain/after-result.ts';
import { type Aftermath, mostLooks, type Unread, type Watch } from '../domain/aftermath.ts';
import type { Findings, SignIn } from '../domain/findings.ts';
import { isSamePlace, type KnownRequest } from '../domain/request.ts';
import { isRevoked, privilegedFirst, unverifiedTargets } from '../domain/targets.ts';
import { createLanes } from './concurrency.ts';
import { DirectoryError, unknownAfter } from './errors.ts';
import type { Base } from './policy.ts';
import { readable } from './recorded.ts';
import type { RunCommand } from './run-command.ts';
import { createSignInReader } from './sign-in-reader.ts';
import { leaseMs, type Next, never, now, quiet, takeoverAfterMs } from './takeover.ts';

interface Deps extends Pick<Base, 'store' | 'logs' | 'clock' | 'log' | 'worker'> {
  readonly runCommand: RunCommand;
  /** Tells the chat that someone is back; settles when that is over. */
  readonly tellBack: (requestId: string, state: KnownRequest) => Promise<void>;
}

const minute = 60_000;
/** All requests of a replica are due at the same moments, so that one question of Graph serves many. */
export const watchEveryMs = 2 * minute;
/** Entra's logs have caught up by then. */
const lookAgainMs = 15 * minute;
/** How far back it is looked, from the end of the revocation. */
export const lookBackMs = 24 * 60 * minute;
/** Looked around for by itself; for others a person asks. */
export const mostLookedAround = 5;
/** On a bad day of Graph so many looks hang at a time, each at most so long, and those behind them give up in the end. */
const looksAtOnce = 4;
const longestReadMs = 4 * minute;
const patienceMs = 10 * minute;
/** For so long after its end a watch is read for that could not be read. */
const lateEndMs = 5 * minute;
/** More come with the next reading. */
const mostBack = 50;
const mostRemembered = 20_000;
/** Other requests about an account that may watch it, too. */
const mostNewer = 10;
/** What another replica does is looked at so often. */
const checkOthersMs = minute;

/** What this process knows of a watch beyond its record, which is written now and then only. */
interface Reading {
  /** In ms since 1970; NaN before the first. */
  readonly triedAt: number;
  readonly readAt: string | null;
  readonly unread: Unread | null;
}

/**
 * What is done about a request once its result is told: Entra's logs are looked through, twice, and sign-ins are watched for.
 * One replica reads for a request; another one takes over when its record stands still for longer than the first would leave
 * it. Nothing waits for these reads, and a process may end in the midst of one.
 */
export function createAftermath({ store, runCommand, logs, tellBack, clock, log, worker }: Deps) {
  const readSignIns = createSignInReader({ logs, clock, log });
  const inLane = createLanes(looksAtOnce);
  const underWay = new Set<string>();
  const readings = createBoundedMap<string, Reading>(mostRemembered);

  return { tell, goOn };

  /** Tells that someone is back, before anything else is done or shown; `null`: there is nothing to tell. */
  function tell(requestId: string, state: KnownRequest, idle: number): Next | null {
    const { posting, aftermath } = state;
    if (!owesBack(state)) return null;
    const byAnother = posting !== null && posting.worker !== worker;
    const takeoverMs = takeoverAfterMs(aftermath?.watch?.readAt ?? null, clock.now().getTime());
    if (byAnother && idle < takeoverMs) return null;
    const telling = begin(`back ${requestId}`, () => tellBack(requestId, state));
    return telling && { again: true, ...telling };
  }

  async function goOn(requestId: string, state: KnownRequest, idle: number): Promise<Next> {
    const { aftermath } = state;
    if (aftermath === null || !isUnfinished(state)) return never;
    const time = clock.now().getTime();
    const silent = silentMs(aftermath);
    if (aftermath.worker !== worker) {
      const left = silent + leaseMs - idle;
      if (left > 0) return quiet(Math.min(left, checkOthersMs));
      await runCommand(requestId, { type: 'keepWatch', worker, leaseMs: silent + leaseMs, idleMs: idle });
      return now;
    }
    const watch = watchOf(aftermath);
    const last = watch && lastReading(requestId, watch);
    // What a reading under way finds may be the last there is.
    const isReading = underWay.has(`read ${requestId}`);
    if (watch && last && !isReading && (await ended(requestId, state, watch, last, time))) return now;
    if (idle >= silent) {
      const { readAt = null, unread = null } = last ?? {};
      const known = { ...(readAt === null ? {} : { readAt }), ...(unread === null ? {} : { unread }) };
      await runCommand(requestId, { type: 'keepWatch', worker, leaseMs, idleMs: idle, ...known });
      return now;
    }
    const lookDue = lookDueAt(aftermath);
    const readDue =
      watch && last && watched(state).size > 0
        ? readDueAt(completeAt(state, watch.until), last)
        : Number.POSITIVE_INFINITY;
    const began =
      (time >= readDue && begin(`read ${requestId}`, () => readFor(requestId, state, last))) ||
      (time >= lookDue && begin(`look ${requestId}`, () => look(requestId, state)));
    if (began) return { again: true, ...began, leave: true };
    const ahead = [lookDue, readDue, watch ? completeAt(state, watch.until) : readDue].filter((due) => due > time);
    return quiet(Math.min(silent - idle, ...ahead.map((due) => due - time)));
  }

  /** `null`: it is under way. */
  function begin(what: string, work: () => Promise<void>): { readonly when: Promise<void> } | null {
    if (underWay.has(what)) return null;
    underWay.add(what);
    return { when: work().finally(() => underWay.delete(what)) };
  }

  function lastReading(requestId: string, { readAt, unread }: Watch): Reading {
    return readings.get(requestId) ?? { triedAt: Number.NaN, readAt, unread };
  }

  /** The time is over and was watched to the end, or there is no one left to watch. */
  async function ended(
    requestId: string,
    state: KnownRequest,
    { until }: Watch,
    { triedAt, readAt, unread }: Reading,
    time: number,
  ): Promise<boolean> {
    const complete = completeAt(state, until);
    const isEmpty = watched(state).size === 0 && (state.proof === 'none' || time >= Date.parse(until));
    const isRead = readAt !== null && Date.parse(readAt) >= complete;
    // A process that comes late looks once, too.
    const isGivenUp = time >= complete + lateEndMs && triedAt >= complete;
    if (!isEmpty && !isRead && !isGivenUp) return false;
    const failed = isEmpty || isRead ? {} : { unread: unread ?? {} };
    // Of what was later the log may not tell yet.
    const seenUntil = readAt !== null && Date.parse(readAt) > Date.parse(until) ? until : readAt;
    await runCommand(requestId, { type: 'endWatch', worker, until: seenUntil, ...failed });
    readings.delete(requestId);
    return true;
  }

  async function readFor(requestId: string, state: KnownRequest, last: Reading | null): Promise<void> {
    const begun = clock.now();
    const readAt = begun.toISOString();
    const accounts = watched(state);
    const since = [...accounts.values()].reduce((one, other) => (Date.parse(one) <= Date.parse(other) ? one : other));
    try {
      const signIns = await readSignIns([...accounts.keys()], since);
      const found = firstBack(state, signIns, clock.now());
      if (found.length > 0) await record(requestId, state, readAt, found.slice(0, mostBack));
      // By this the watch ends, so it comes after the record, and not while there is more to record.
      if (found.length <= mostBack) readings.set(requestId, { triedAt: begun.getTime(), readAt, unread: null });
      else if (last) readings.set(requestId, last);
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      const { known: _known, ...unread } = unknownAfter(error);
      readings.set(requestId, { triedAt: begun.getTime(), readAt: last?.readAt ?? null, unread });
    }
  }

  async function record(
    requestId: string,
    state: KnownRequest,
    readAt: string,
    back: readonly SignIn[],
  ): Promise<void> {
    const newer = await Promise.all(back.map((signIn) => newerFor(requestId, state, signIn)));
    const told = newer.every((id) => id !== null) ? newer.slice(0, 1) : [];
    const toldBy = told.flatMap((id) => (id === null ? [] : [{ toldBy: id }]));
    await runCommand(requestId, { type: 'noteBack', worker, readAt, signIns: back, ...toldBy[0] });
  }

  /** A newer request for the account, in the same conversation, whose own watch tells of this sign-in; else `null`. */
  async function newerFor(requestId: string, { request }: KnownRequest, signIn: SignIn): Promise<string | null> {
    const { accountId, at } = signIn;
    for (const { requestId: other } of await store.requestsAbout(accountId, { limit: mostNewer })) {
      if (other === requestId) return null;
      const [newer] = (await readable(store, [other])).found;
      if (!newer || !isSamePlace(newer.state.request.conversation.id, request.conversation.id)) continue;
      const { state } = newer;
      const result = state.results.get(accountId);
      const isAfter = result?.outcome === 'verified' && Date.parse(at) > Date.parse(result.validFrom);
      if (isAfter && state.aftermath?.watch) return other;
    }
    return null;
  }

  async function look(requestId: string, state: KnownRequest): Promise<void> {
    const begun = clock.elapsed();
    const since = new Date(Date.parse(state.finishedAt ?? state.request.at) - lookBackMs).toISOString();
    const findings = await inLane(async () => {
      const found: Findings[] = [];
      for (const accountId of lookedAround(state)) {
        const isLate = clock.elapsed() - begun >= patienceMs;
        found.push(
          isLate
            ? nothingOf(accountId)
            : await within(longestReadMs, logs.around(accountId, since), () => nothingOf(accountId)),
        );
      }
      return found;
    });
    await runCommand(requestId, { type: 'noteFindings', worker, findings });
  }

  function nothingOf(accountId: string): Findings {
    const none = { known: false, why: 'noAnswer' } as const;
    return { accountId, asOf: clock.now().toISOString(), changes: none, signIns: none, devices: none };
  }
}

const watchOf = (aftermath: Aftermath) => (isWatching(aftermath) ? aftermath.watch : null);

/** How long the replica that reads leaves the record as it is, at most. */
function silentMs(aftermath: Aftermath): number {
  if (aftermath.looks === 0) return minute;
  return isWatching(aftermath) ? 10 * minute : lookAgainMs + minute;
}

function lookDueAt({ looks, lookedAt }: Aftermath): number {
  if (looks >= mostLooks) return Number.POSITIVE_INFINITY;
  return lookedAt === null ? 0 : Date.parse(lookedAt) + lookAgainMs;
}

/** The first time at once, which is also what a restart makes of it. */
function readDueAt(complete: number, { triedAt }: Reading): number {
  if (Number.isNaN(triedAt)) return 0;
  const next = (Math.floor(triedAt / watchEveryMs) + 1) * watchEveryMs;
  return triedAt < complete ? Math.min(next, complete) : next;
}

/** When the log tells all that there was until then; a short watch does not wait for as long as that. */
function completeAt({ finishedAt, request }: KnownRequest, until: string): number {
  const end = Date.parse(until);
  return end + Math.min(lookAgainMs, (end - Date.parse(finishedAt ?? request.at)) / 4);
}

/** Those first who may hold power over others. */
function lookedAround(state: KnownRequest): readonly string[] {
  const unverified = new Set(unverifiedTargets(state));
  const touched = privilegedFirst(state.request.targets).filter((target) => {
    const result = state.results.get(target.account.id);
    return (result && isRevoked(result)) || unverified.has(target);
  });
  return touched.slice(0, mostLookedAround).map(({ account }) => account.id);
}
