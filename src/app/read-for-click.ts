import type { Person } from '../domain/account.ts';
import type { HourlyUse, Rights } from '../domain/command.ts';
import { decide } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import type { KnownRequest, RequestState, Verb } from '../domain/request.ts';
import type { Policy } from './policy.ts';
import type { Clock, KnownRecord, RequestStore } from './ports.ts';
import type { Recheck } from './recheck.ts';
import { mostInOneRound, type Remembered } from './remembered.ts';
import { type ReadHourlyUse, type ReadRights, stranger } from './rights.ts';

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

export interface ReadingDeps {
  readonly store: RequestStore;
  readonly readRights: ReadRights;
  readonly readHourlyUse: ReadHourlyUse;
  readonly recheck: Recheck;
  readonly remembered: Pick<Remembered, 'get'>;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  readonly policy: Pick<Policy, 'auth'>;
  /** Names this process among the replicas that share the store. */
  readonly worker: string;
}

/** The accounts, who asked, and who agreed to it before, as they are now. */
type Looking = Promise<readonly [Awaited<ReturnType<Recheck>>, Rights, Rights | null]>;

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
  const { store, readRights, readHourlyUse, recheck, remembered, clock, policy, worker } = deps;

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
