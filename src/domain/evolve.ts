import { beginning, goOn } from './aftermath.ts';
import { type Conversation, isSamePlace, type KnownRequest, type RequestEvent, type RequestState } from './request.ts';
import { unverifiedTargets } from './targets.ts';

export const initialState: RequestState = { phase: 'none' };

/** The state after all the events, oldest first. */
export function fold(events: readonly RequestEvent[]): RequestState {
  return events.reduce(evolve, initialState);
}

/** The state after one more event. Throws when the first event is not `Requested`: such a trail is damaged. */
export function evolve(state: RequestState, event: RequestEvent): RequestState {
  if (event.type === 'Requested') {
    if (state.phase !== 'none') throw new Error('a request was recorded twice');
    return {
      phase: 'requested',
      request: event,
      cardStands: false,
      cardIds: [],
      noticed: [],
      followId: null,
      posting: null,
      decision: null,
      agreed: null,
      execution: null,
      signIn: null,
      stopped: null,
      calls: new Map(),
      results: new Map(),
      refusedAttempts: new Map(),
      finishedAt: null,
      successor: null,
      told: false,
      resultId: null,
      proof: 'none',
      unshown: 0,
      cardBehind: false,
      aftermath: null,
    };
  }
  if (state.phase === 'none') throw new Error(`${event.type} before Requested`);
  return next(state, event);
}

function next(state: KnownRequest, event: Exclude<RequestEvent, { type: 'Requested' }>): KnownRequest {
  switch (event.type) {
    case 'PostStarted':
      return { ...state, posting: { what: event.what, worker: event.worker } };
    case 'CardPosted':
      return {
        ...state,
        cardStands: true,
        cardIds: event.cardId === undefined ? state.cardIds : [...state.cardIds, event.cardId],
        posting: null,
      };
    case 'Noticed':
      return {
        ...state,
        noticed: [...state.noticed, event.what],
        posting: event.what === 'back' ? null : state.posting,
      };
    case 'FollowPosted':
      return { ...state, followId: event.cardId };
    case 'Agreed':
      return { ...state, agreed: event.by };
    case 'Approved':
      return {
        ...state,
        phase: 'approved',
        decision: { verb: 'approve', by: event.by, at: event.at, ...(event.renamed && { renamed: event.renamed }) },
        signIn: event.worker === undefined ? null : { worker: event.worker, timesLost: 0 },
      };
    case 'SignInLost':
      return { ...state, signIn: { worker: null, timesLost: (state.signIn?.timesLost ?? 0) + 1 } };
    case 'SignedIn':
      // The replica that had the lease does not go on: no replica but this one can.
      return {
        ...state,
        signIn: { worker: event.worker, timesLost: state.signIn?.timesLost ?? 0 },
        execution: state.execution && { ...state.execution, worker: event.worker },
      };
    case 'Denied':
    case 'Cancelled': {
      const { by, at, reason } = event;
      const isDenied = event.type === 'Denied';
      return {
        ...state,
        phase: isDenied ? 'denied' : 'cancelled',
        decision: { verb: isDenied ? 'deny' : 'cancel', by, at, ...(reason === undefined ? {} : { reason }) },
        finishedAt: at,
      };
    }
    case 'Explained':
      return {
        ...state,
        decision: state.decision && { ...state.decision, reason: event.reason },
        unshown: state.unshown + 1,
        cardBehind: true,
      };
    case 'Stopped':
      return { ...state, stopped: { by: event.by, at: event.at } };
    case 'Expired':
      return { ...state, phase: 'expired', finishedAt: event.at };
    case 'Superseded':
      return { ...state, phase: 'superseded', finishedAt: event.at, successor: event.successor };
    case 'AttemptRefused':
      return {
        ...state,
        refusedAttempts: new Map(state.refusedAttempts).set(
          event.by.id,
          (state.refusedAttempts.get(event.by.id) ?? 0) + 1,
        ),
      };
    case 'ExecutionStarted': {
      const { attempt, worker, leaseUntil, calls } = event;
      const called = calls.map((call) => [call.targetId, { ...call, attempt }] as const);
      return {
        ...state,
        phase: 'executing',
        execution: { attempt, worker, leaseUntil },
        signIn: state.signIn && calls.length > 0 ? { ...state.signIn, worker } : state.signIn,
        calls: new Map([...state.calls, ...called]),
      };
    }
    case 'TargetsProcessed':
      return { ...state, results: new Map([...state.results, ...reported(event)]) };
    case 'Finished':
      return { ...state, phase: event.outcome, finishedAt: event.at };
    case 'ResultPosted':
      return {
        ...state,
        told: true,
        posting: null,
        resultId: event.messageId ?? null,
        proof: event.awaitsProof ? 'awaited' : 'none',
        unshown: event.cardBehind ? 1 : 0,
        cardBehind: event.cardBehind === true,
        aftermath: event.after ? beginning(event.after) : null,
      };
    case 'ResultSeen':
      return { ...state, resultId: event.messageId };
    case 'Readdressed':
      return { ...state, request: readdressed(state.request, event) };
    case 'ProofFound': {
      const found = event.results.map((result) => {
        return [result.targetId, { ...result, attempt: state.results.get(result.targetId)?.attempt ?? 0 }] as const;
      });
      return {
        ...state,
        unshown: state.unshown + 1,
        cardBehind: true,
        results: new Map([...state.results, ...found]),
      };
    }
    case 'ResultCorrected': {
      const isAwaited = state.proof === 'awaited' && unverifiedTargets(state).length > 0;
      return { ...state, unshown: 0, cardBehind: false, proof: isAwaited ? 'awaited' : 'none' };
    }
    case 'ProofGivenUp':
      return { ...state, proof: 'none' };
    case 'LookedAround':
    case 'CameBack':
    case 'WatchEnded':
    case 'Watched':
      return {
        ...state,
        unshown: state.unshown + (event.type === 'Watched' ? 0 : 1),
        aftermath: state.aftermath && goOn(state.aftermath, event, event.at),
      };
    default:
      throw new Error(`nothing is known of ${(event satisfies never as RequestEvent).type}`);
  }
}

function readdressed(
  request: KnownRequest['request'],
  { where, serviceUrl, at }: Extract<RequestEvent, { type: 'Readdressed' }>,
): KnownRequest['request'] {
  const moved = (place: Conversation) => (isSamePlace(place.id, where) ? { ...place, serviceUrl, seenAt: at } : place);
  const { conversation, origin } = request;
  return { ...request, conversation: moved(conversation), ...(origin ? { origin: moved(origin) } : {}) };
}

function reported({ attempt, results }: Extract<RequestEvent, { type: 'TargetsProcessed' }>) {
  return results.map((result) => [result.targetId, { ...result, attempt }] as const);
}
