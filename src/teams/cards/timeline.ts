import { evolve, initialState } from '../../domain/evolve.ts';
import type { RequestEvent, RequestState } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import { countOf } from './around.ts';
import { progressOf } from './headline.ts';
import { shownName, shownPerson, shownReason, whyDecided } from './shown.ts';

interface Moment {
  readonly at: string;
  readonly what: string;
}

/** What happened to a request, oldest first, one line each. What only the bot's own work is about is left out. */
export function timelineOf(events: readonly RequestEvent[], texts: Texts): readonly Moment[] {
  const moments: Moment[] = [];
  let state: RequestState = initialState;
  let refused: { readonly who: string; times: number } | null = null;
  for (const event of events) {
    const before: RequestState = state;
    state = evolve(state, event);
    if (event.type === 'AttemptRefused') {
      // The same person over and over is one line, with the time of the last.
      const who = `${event.by.id} ${event.verb}`;
      const times: number = refused?.who === who ? refused.times + 1 : 1;
      if (times > 1) moments.pop();
      refused = { who, times };
      moments.push({ at: event.at, what: texts.lookUp.timeline.refused(shownPerson(event.by), event.verb, times) });
      continue;
    }
    const what = momentOf(event, before, state, texts);
    if (what === null) continue;
    refused = null;
    moments.push({ at: event.at, what });
  }
  return moments;
}

function momentOf(event: RequestEvent, before: RequestState, state: RequestState, texts: Texts): string | null {
  const { timeline } = texts.lookUp;
  if (event.type === 'Requested') return timeline.asked(shownPerson(event.by));
  if (before.phase === 'none' || state.phase === 'none') return null;
  const many = state.request.targets.length > 1;
  switch (event.type) {
    case 'CardPosted':
      if (!before.cardStands) return timeline.posted;
      return before.cardIds.length === 0 ? null : timeline.postedAgain;
    case 'Approved':
      return timeline.decided('approve', shownPerson(event.by));
    case 'Agreed':
      return timeline.agreed(shownPerson(event.by));
    case 'Denied':
    case 'Cancelled': {
      const told = timeline.decided(event.type === 'Denied' ? 'deny' : 'cancel', shownPerson(event.by));
      return [told, ...whyDecided(event, texts)].join('');
    }
    case 'Explained':
      return timeline.explained(shownPerson(event.by), shownReason(event.reason));
    case 'SignInLost':
      return timeline.signInLost;
    case 'SignedIn':
      return timeline.signedIn(shownPerson(event.by));
    case 'ExecutionStarted':
      return before.execution === null ? timeline.started(state.request.targets.length) : null;
    case 'TargetsProcessed':
      if (many) return progressOf(state, texts);
      return event.results.some(({ outcome }) => outcome === 'unknown') ? timeline.unclear : null;
    case 'Stopped':
      return timeline.stopped(shownPerson(event.by));
    case 'Finished':
      return timeline.finished;
    case 'Expired':
      return timeline.expired;
    case 'Superseded':
      return timeline.replaced(event.successor.draft.code);
    case 'ResultPosted':
      if (event.undeliverable !== undefined) return timeline.notTold;
      return state.decision?.verb === 'approve' ? timeline.told : null;
    case 'ProofFound':
      return timeline.proofFound(event.results.length);
    case 'ProofGivenUp':
      return timeline.proofGivenUp;
    case 'LookedAround':
      return timeline.lookedAround(countOf(event.findings, texts));
    case 'CameBack': {
      const [first] = event.signIns;
      const target = state.request.targets.find(({ account }) => account.id === first?.accountId);
      return target ? timeline.cameBack(shownName(target.account), event.signIns.length - 1) : null;
    }
    case 'WatchEnded':
      return timeline.watchEnded;
    default:
      return null;
  }
}
