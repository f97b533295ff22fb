import { refused, unknownAfter } from '../app/errors.ts';
import type { Clock, EntraLogs } from '../app/ports.ts';
import type { Known } from '../domain/account.ts';
import { type AccountChange, type Device, mostFailedSignIns, type SignIn } from '../domain/findings.ts';
import type { GraphClient } from './graph-client.ts';
import { ownActivities, toChange, toDevice, toSignIn, type When } from './log-entries.ts';
import { createLogTurns } from './log-turns.ts';
import { literal, query, userPath } from './path.ts';
import { known, readAll } from './reading.ts';

/** For one answer of Graph, and for all pages of a log with their waiting. */
const deadlineMs = { answer: 20_000, log: 180_000 };
/** How much of each goes on record; the newest come first. */
const most = { changes: 40, signIns: 30, devices: 20 };
/** About the largest page that Graph gives of a log. */
const pageOfLog = '999';
/** A filter may have a hundred nodes, each id is four of them, and their address stays below two thousand characters. */
const idsPerFilter = 15;

/**
 * Entra's logs through Microsoft Graph v1.0. Its sign-in log holds interactive sign-ins alone: what an app renewed by itself
 * is listed in beta only, and is not looked at. Source: Microsoft Graph v1.0, "List signIns", 2026-11-29.
 * @param shares how many replicas share Graph's limit on these logs
 */
export function createEntraLogs(deps: {
  graph: GraphClient;
  clock: Pick<Clock, 'now' | 'elapsed' | 'sleep'>;
  shares: number;
}): EntraLogs {
  const { graph, clock } = deps;
  const { turn, pause } = createLogTurns(clock, deps.shares);
  /** Every page of a log is a call that counts. */
  const inTurn = (isUrgent: boolean): GraphClient => ({
    ...graph,
    async send(call) {
      await turn(isUrgent);
      const answer = await graph.send({ ...call, deadlineMs: Math.min(call.deadlineMs, deadlineMs.answer) });
      if (answer.status === 429) pause(answer.retryAfterMs);
      return answer;
    },
  });
  const [inOrder, urgent] = [inTurn(false), inTurn(true)];
  const get = (path: string, ms: number) => ({ method: 'GET', version: 'v1.0', path, deadlineMs: ms }) as const;
  /** `filter`: beside the time. */
  const log = (name: 'directoryAudits' | 'signIns', since: string, filter: string) => {
    const time = name === 'signIns' ? 'createdDateTime' : 'activityDateTime';
    const from = new Date(since).toISOString();
    const options = { filter: `${time} ge ${from} and ${filter}`, orderby: `${time} desc`, top: pageOfLog };
    return get(`/auditLogs/${name}${query(options)}`, deadlineMs.log);
  };
  const whenFrom = (since: string): When => ({ since: Date.parse(since), now: clock.now().getTime() });

  /** What was done to the account, and what it did itself: the log names no account beside a consent or a device. */
  const changes = async (accountId: string, since: string): Promise<readonly AccountChange[]> => {
    const own = ownActivities.map((name) => `activityDisplayName eq ${literal(name)}`).join(' or ');
    const filters = [
      `targetResources/any(t:t/id eq ${literal(accountId)})`,
      `initiatedBy/user/id eq ${literal(accountId)} and (${own})`,
    ];
    const found = await Promise.all(
      filters.map((filter) => readAll(inOrder, 'audits', log('directoryAudits', since, filter))),
    );
    const when = whenFrom(since);
    const told = found.flatMap(({ items }) => items).flatMap((entry) => toChange(entry, accountId, when) ?? []);
    return ofEach(once(told, sameChange), ({ kind }) => kind, most.changes);
  };

  /** A flood of attempts that failed must not hide those that came through. */
  const signInsOf = async (accountId: string, since: string): Promise<readonly SignIn[]> => {
    const { items } = await readAll(inOrder, 'signIns', log('signIns', since, `userId eq ${literal(accountId)}`));
    const when = whenFrom(since);
    const told = once(
      items.flatMap((entry) => toSignIn(entry, new Set([accountId]), when) ?? []),
      ({ id }) => id,
    );
    const succeeded = ofEach(
      told.filter((one) => one.succeeded),
      ({ risk }) => risk,
      most.signIns,
    );
    const failed = newest(
      told.filter((one) => !one.succeeded),
      mostFailedSignIns,
    );
    return newest([...succeeded, ...failed], succeeded.length + failed.length);
  };

  /** Where the app may not see devices, Graph answers 200 and names none of them: that is not knowing. */
  const devices = async (accountId: string): Promise<Known<readonly Device[]>> => {
    const { items } = await readAll(graph, 'devices', get(userPath(accountId, 'registeredDevices'), deadlineMs.answer));
    const now = clock.now().getTime();
    const named = items.flatMap((entry) => toDevice(entry, now) ?? []);
    return items.length > 0 && named.length === 0 ? refused : { known: true, value: newest(named, most.devices) };
  };

  return {
    async around(objectId, since) {
      const accountId = objectId.toLowerCase();
      const [changed, signedIn, owned] = await Promise.all([
        known(() => changes(accountId, since)),
        known(() => signInsOf(accountId, since)),
        devices(accountId).catch(unknownAfter),
      ]);
      return { accountId, asOf: clock.now().toISOString(), changes: changed, signIns: signedIn, devices: owned };
    },
    async signIns(objectIds, since) {
      const ids = [...new Set(objectIds.map((id) => id.toLowerCase()))];
      const found: SignIn[] = [];
      for (let first = 0; first < ids.length; first += idsPerFilter) {
        const asked = ids.slice(first, first + idsPerFilter);
        const filter = `(${asked.map((id) => `userId eq ${literal(id)}`).join(' or ')}) and status/errorCode eq 0`;
        const { items } = await readAll(urgent, 'watch', log('signIns', since, filter));
        const when = whenFrom(since);
        found.push(...items.flatMap((entry) => toSignIn(entry, new Set(asked), when) ?? []));
      }
      return newest(
        once(found, ({ id }) => id),
        Number.POSITIVE_INFINITY,
      );
    },
  };
}

/** One thing is told in several entries, of several services, some seconds apart. */
const sameChange = ({ kind, what, at }: AccountChange) => `${kind} ${what} ${at.slice(0, 'YYYY-MM-DDTHH:MM'.length)}`;

function once<T>(all: readonly T[], key: (one: T) => string): readonly T[] {
  return [...new Map(all.map((one) => [key(one), one])).values()];
}

/** As many as may stay, of each kind the newest: an attacker who does much of one kind must not hide what else was done. */
function ofEach<T extends { readonly at: string }>(all: readonly T[], kindOf: (one: T) => string, count: number) {
  const kinds = [...Map.groupBy(newest(all, all.length), kindOf).values()];
  const ranked = kinds.flatMap((some) => some.map((one, rank) => ({ one, rank })));
  const kept = ranked.toSorted((one, other) => one.rank - other.rank).slice(0, count);
  return newest(
    kept.map(({ one }) => one),
    count,
  );
}

function newest<T extends { readonly at: string | null }>(all: readonly T[], count: number): readonly T[] {
  return all.toSorted((one, other) => (other.at ?? '').localeCompare(one.at ?? '')).slice(0, count);
}
