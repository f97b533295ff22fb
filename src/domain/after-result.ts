import { type Aftermath, type AftermathEvent, mostLooks } from './aftermath.ts';
import { type Command, type Decision, happened, isHeldByAnother, refuse } from './command.ts';
import { evolve } from './evolve.ts';
import type { SignIn } from './findings.ts';
import type { KnownRequest, RequestState } from './request.ts';
import { isRevoked, unverifiedTargets } from './targets.ts';

/** What is on record once a request is over: that it was told, what shows later, and what Entra's logs tell. */

type After = Extract<
  Command,
  {
    type:
      | 'markTold'
      | 'noteProof'
      | 'giveUpProof'
      | 'markCorrected'
      | 'noteFindings'
      | 'keepWatch'
      | 'noteBack'
      | 'markBackTold'
      | 'endWatch';
  }
>;

export function decideAfter(command: After, state: KnownRequest, now: Date): Decision {
  switch (command.type) {
    case 'markTold':
      return markTold(command, state, now);
    case 'noteProof': {
      const awaited = new Set(unverifiedTargets(state).map(({ account }) => account.id));
      const results = command.results.filter(
        ({ targetId, outcome }) => outcome === 'verified' && awaited.has(targetId),
      );
      return state.proof === 'awaited' && results.length > 0
        ? happened(state, now, { type: 'ProofFound', results })
        : refuse('notNow');
    }
    case 'giveUpProof': {
      if (state.proof !== 'awaited' || state.unshown > 0) return refuse('notNow');
      const given = happened(state, now, { type: 'ProofGivenUp' });
      return isOverAfter(given, state) ? given : happened(state, now, { type: 'ProofGivenUp', more: true });
    }
    case 'markCorrected': {
      // Something else was found meanwhile, and is not shown.
      if (state.unshown === 0 || state.unshown !== command.shown) return refuse('notNow');
      const last = isOverAfter(happened(state, now, { type: 'ResultCorrected', last: true }), state);
      return happened(state, now, { type: 'ResultCorrected', last });
    }
    case 'noteFindings': {
      const { aftermath } = state;
      if (aftermath === null || aftermath.looks >= mostLooks) return refuse('notNow');
      const { worker, findings } = command;
      return byHolder(aftermath, { type: 'LookedAround', worker, findings }, state, now);
    }
    case 'keepWatch':
      return keepWatch(command, state, now);
    case 'noteBack': {
      const { aftermath } = state;
      if (aftermath === null || !isWatching(aftermath)) return refuse('notNow');
      const signIns = firstBack(state, command.signIns, now);
      if (signIns.length === 0) return refuse('notNow');
      const { type: _type, ...found } = command;
      return byHolder(aftermath, { type: 'CameBack', ...found, signIns }, state, now);
    }
    case 'markBackTold':
      return owesBack(state) ? happened(state, now, { type: 'Noticed', what: 'back' }) : refuse('notNow');
    case 'endWatch': {
      const { aftermath } = state;
      if (aftermath === null || !isWatching(aftermath)) return refuse('notNow');
      const { type: _type, ...end } = command;
      return byHolder(aftermath, { type: 'WatchEnded', ...end }, state, now);
    }
    default:
      return command satisfies never;
  }
}

/**
 * What came while it was told, such as the reason for a denial, is not shown yet. Those who revoke their own sessions sign
 * in again at once, and nothing is looked for where nothing was revoked.
 */
function markTold(command: Extract<After, { type: 'markTold' }>, state: KnownRequest, now: Date): Decision {
  const { type: _type, after, cardBehind = state.unshown > 0, ...told } = command;
  const { finishedAt, decision, request, results } = state;
  if (finishedAt === null || state.told) return refuse('notNow');
  const isSaid = decision?.verb === 'approve' && told.undeliverable === undefined;
  const awaitsProof = isSaid && unverifiedTargets(state).length > 0;
  const goesOn = isSaid && !request.self && (awaitsProof || [...results.values()].some(isRevoked));
  const until = after && after.watchMs > 0 ? new Date(Date.parse(finishedAt) + after.watchMs).toISOString() : undefined;
  return happened(state, now, {
    type: 'ResultPosted',
    ...told,
    ...(cardBehind ? { cardBehind } : {}),
    ...(awaitsProof ? { awaitsProof } : {}),
    ...(goesOn && after ? { after: { worker: after.worker, ...(until ? { watchUntil: until } : {}) } } : {}),
  });
}

/** The one that reads gives a sign of life, or another one takes over from it. */
function keepWatch(command: Extract<After, { type: 'keepWatch' }>, state: KnownRequest, now: Date): Decision {
  const { aftermath } = state;
  const { worker, readAt, unread } = command;
  if (aftermath === null || !isUnfinished(state)) return refuse('notNow');
  if (isHeldByAnother(aftermath.worker, command)) return refuse('notYours');
  return happened(state, now, {
    type: 'Watched',
    worker,
    ...(readAt === undefined ? {} : { readAt }),
    ...(unread === undefined ? {} : { unread }),
  });
}

/** A replica from which another one took over has nothing more to say of it. */
function byHolder({ worker }: Aftermath, event: AftermathEvent, state: KnownRequest, now: Date): Decision {
  return event.worker === worker ? happened(state, now, event) : refuse('notYours');
}

function isOverAfter(decision: Decision, state: KnownRequest): boolean {
  const after = decision.ok ? decision.events.reduce<RequestState>(evolve, state) : state;
  return after.phase !== 'none' && !isUnfinished(after);
}

/** Whether there is anything left to do for a request, or to show. */
export function isUnfinished(state: KnownRequest): boolean {
  const { told, proof, unshown, aftermath } = state;
  if (!told || proof === 'awaited' || unshown > 0) return true;
  return aftermath !== null && (aftermath.looks < mostLooks || isWatching(aftermath) || owesBack(state));
}

export function isWatching({ watch }: Aftermath): boolean {
  return watch !== null && !watch.ended;
}

/** Someone is back, and the chat was not told. */
export function owesBack({ aftermath, noticed }: KnownRequest): boolean {
  return aftermath?.watch?.owes === true && !noticed.includes('back');
}

/** Accounts that are watched: their revocation is verified, and they are not back. By object id; since when, ISO 8601. */
export function watched({ results, aftermath }: KnownRequest): ReadonlyMap<string, string> {
  const back = aftermath?.watch?.cameBack;
  const verified = [...results.values()].flatMap((one) =>
    one.outcome === 'verified' && back?.has(one.targetId) !== true ? [[one.targetId, one.validFrom] as const] : [],
  );
  return new Map(verified);
}

/**
 * The first sign-in of each watched account that counts as back: successful, later than the time before which all tokens
 * are dead, and not in the future. The earliest first.
 */
export function firstBack(state: KnownRequest, signIns: readonly SignIn[], now: Date): readonly SignIn[] {
  const since = watched(state);
  const counts = ({ id, accountId, at, succeeded }: SignIn) => {
    const time = Date.parse(at);
    const from = Date.parse(since.get(accountId) ?? '');
    return succeeded && id !== '' && time > from && time <= now.getTime();
  };
  const byTime = signIns.filter(counts).toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return [...Map.groupBy(byTime, ({ accountId }) => accountId).values()].flatMap(([first]) => first ?? []);
}
