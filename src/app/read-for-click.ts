import { createBoundedMap } from '../base/bounded-map.ts';
import type { AccountFacts, Change, ChangeCode, Person, Renamed, Target } from '../domain/account.ts';
import type { HourlyUse, Rights } from '../domain/command.ts';
import { decide } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import type { KnownRequest, Requested, RequestState, Verb } from '../domain/request.ts';
import { changeSince } from '../domain/targets.ts';
import { inParallel } from './concurrency.ts';
import type { Base } from './policy.ts';
import type { Clock, KnownRecord } from './ports.ts';
import { type ReadHourlyUse, type ReadRights, readWithGroups, stranger, type WithGroups } from './rights.ts';
import { mostInOneRound, type Remembered } from './run-command.ts';

export interface Click {
  readonly requestId: string;
  readonly verb: Verb;
  readonly by: Person;
  /** Conversation id the click or the typed sentence came from. */
  readonly where: string;
  /** Why it is denied or cancelled. Untrusted text. */
  readonly reason?: string;
  /** The person's token for this bot, where the click brought one. Secret: goes nowhere but to `SignIns`. */
  readonly token?: string;
}

export interface ReadingDeps extends Pick<Base, 'store' | 'directory' | 'clock' | 'policy' | 'worker'> {
  readonly readRights: ReadRights;
  readonly readHourlyUse: ReadHourlyUse;
  readonly remembered: Pick<Remembered, 'get'>;
}

/** The accounts, who asked, and who agreed to it before, as they are now. */
type Looking = Promise<readonly [Found, Rights, Rights | null]>;

/** What a click is decided by. */
export interface ReadForClick {
  readonly known: KnownRecord;
  readonly state: RequestState;
  readonly rights: Rights;
  readonly hourly: HourlyUse;
  /** When the reading began, by `Clock.elapsed`. */
  readonly at: number;
  /** What an approval takes besides, on its way; `null` when it was not begun yet. */
  readonly looking: Looking | null;
}

/**
 * Reads what a click is decided by, all at once where this process remembers the request: its record, who pressed, and
 * what an approval looks at. What was begun for a state that is over counts for nothing.
 * @throws DirectoryError; @throws UnreadableRequest
 */
export function createReadForClick(deps: ReadingDeps) {
  const { store, readRights, readHourlyUse, remembered, clock, policy, worker } = deps;
  const recheck = createRecheck(deps);

  async function readForClick(click: Click): Promise<ReadForClick> {
    const at = clock.elapsed();
    const guess = remembered.get(click.requestId);
    const begun = guess && begin(click, fold(guess.events));
    const known = await store.read(click.requestId);
    const state = fold(known.events);
    const isCurrent = guess?.events.length === known.events.length;
    const { rights, hourly, looking } = (isCurrent && begun) || begin(click, state);
    const [theirs, use] = await Promise.all([rights, hourly]);
    return { known, state, at, rights: theirs, hourly: use, looking };
  }

  function begin(click: Click, state: RequestState) {
    const { verb, by } = click;
    if (state.phase === 'none') return nothing;
    // Once decided, the state alone is the answer, and it must be given even while Graph is away.
    const isOpen = verb === 'stop' || verb === 'continue' ? state.finishedAt === null : state.phase === 'requested';
    const rights = isOpen ? readRights(by) : Promise.resolve(stranger);
    const hourly = readHourlyUse(state.request.by.id);
    // A failure counts where they are waited for; what was begun for a state that is over is not.
    for (const one of [rights, hourly]) one.catch(() => undefined);
    return { rights, hourly, looking: lookEarly(click, state) };
  }

  function lookAt({ request, agreed }: KnownRequest): Looking {
    return Promise.all([recheck(request), readRights(request.by), agreed && readRights(agreed)]);
  }

  /**
   * What an approval takes besides the right to give it is read beside that right, where it is one round of calls and the
   * state alone does not forbid it already. A person who may not approve is not told of it.
   */
  function lookEarly({ verb, by, where, token }: Click, state: KnownRequest): Looking | null {
    const { request } = state;
    const isOneRound = request.targets.length <= mostInOneRound;
    if (verb !== 'approve' || !isOneRound || (policy.auth === 'delegated' && token === undefined)) return null;
    const rights = { member: true, enabled: true, requester: true, approver: true };
    if (!decide({ type: verb, by, rights, where, hourly: noUse, worker }, state, clock.now()).ok) return null;
    const looking = lookAt(state);
    // Only an approval asks what came of it.
    looking.catch(() => undefined);
    return looking;
  }

  return { readForClick, lookAt };
}

const noUse: HourlyUse = { used: 0, most: Number.POSITIVE_INFINITY };
/** There is no such request. */
const nothing = { rights: Promise.resolve(stranger), hourly: Promise.resolve(noUse), looking: null };

interface Found {
  readonly changes: readonly Change[];
  readonly renamed: readonly Renamed[];
  /** As they were read, by object id. */
  readonly accounts: ReadonlyMap<string, WithGroups | null>;
}

/**
 * What has changed, since the card was made, in the accounts it shows. Read at the moment of approval. A new name is no
 * such change: the object id is what is approved.
 * @throws DirectoryError when it cannot be read: then nothing is approved.
 */
function createRecheck({ directory, policy }: Pick<Base, 'directory' | 'policy'>) {
  const { people, twoPersons: rules, auth } = policy;
  const operators = [...people.requesters, ...people.approvers];

  const lookAt = async (shown: Target, request: Requested): Promise<Found> => {
    const targetId = shown.account.id;
    const [known, roles] = await Promise.all([
      readWithGroups(directory, targetId, [...people.protectedUsers, ...operators]),
      directory.roles(targetId),
    ]);
    const account = known?.found.account ?? null;
    const hasNewName = account && (account.name !== shown.account.name || account.upn !== shown.account.upn);
    const change = changeOf(shown, request, known, roles);
    return {
      changes: change ? [{ targetId, code: change }] : [],
      renamed: hasNewName ? [{ targetId, name: account.name, upn: account.upn }] : [],
      accounts: new Map([[targetId, known]]),
    };
  };

  function changeOf(
    shown: Target,
    { twoPersons, self, privileged }: Requested,
    known: WithGroups | null,
    roles: AccountFacts['roles'],
  ): ChangeCode | null {
    const holds = (id: string) => known?.groups.has(id) ?? false;
    const isProtected = people.protectedUsers.some(holds);
    const asApp = auth === 'application';
    const code = changeSince(shown, { account: known?.found.account ?? null, isProtected, roles, asApp });
    // What the approver signs in for must show power over others, as it is now.
    const needsStrength = !asApp && !self && privileged === undefined;
    // Where two persons decide anyway, more weight changes nothing else that the card said.
    const isNews = twoPersons === null || needsStrength;
    if (code && (code !== 'rolesUnknown' || isNews)) return code;
    const needsTwo = rules.rule === 'privileged' && twoPersons === null && !self;
    return (needsTwo || needsStrength) && operators.some(holds) ? 'gainedRole' : null;
  }

  return async function recheck(request: Requested): Promise<Found> {
    const found = await inParallel(request.targets, (target) => lookAt(target, request));
    return {
      changes: found.flatMap(({ changes }) => changes),
      renamed: found.flatMap(({ renamed }) => renamed),
      accounts: new Map(found.flatMap(({ accounts }) => [...accounts])),
    };
  };
}

/** What an approval read of accounts and people, and the record as it left it. */
export interface Handover {
  readonly known: KnownRecord;
  /** When the first of it was read, by `Clock.elapsed`. */
  readonly readAt: number;
  /** By object id of the account. */
  readonly accounts: ReadonlyMap<string, WithGroups | null>;
  readonly rights: readonly { readonly of: Person; readonly rights: Rights }[];
}

/**
 * A look that is younger than this, made for the approval itself, is the look before the write. Who becomes protected, or
 * loses a right, within that time is taken for what they were when the approver decided.
 */
export const countsForMs = 5000;
const mostLeft = 1000;

/** Left by an approval for what carries it out in the same process, once; a moment later it is worth nothing. */
export function createHandovers(clock: Pick<Clock, 'elapsed'>) {
  const left = createBoundedMap<string, Handover>(mostLeft);
  return {
    leave: (requestId: string, handover: Handover): void => left.set(requestId, handover),
    take(requestId: string): Handover | null {
      const handover = left.get(requestId);
      left.delete(requestId);
      return handover && clock.elapsed() - handover.readAt < countsForMs ? handover : null;
    },
  };
}

export type Handovers = ReturnType<typeof createHandovers>;
