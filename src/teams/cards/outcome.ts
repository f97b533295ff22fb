import { mayExplain } from '../../domain/explain.ts';
import { hindranceOf, isStalled, triedUntil } from '../../domain/notifications.ts';
import type { KnownRequest } from '../../domain/request.ts';
import { isRevoked, isSettled } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { endOf } from './headline.ts';
import {
  type BandStyle,
  type Button,
  type Line,
  plain,
  type RequestCard,
  strong,
  subtle,
  type TargetsShown,
} from './parts.ts';
import { askedBy, shownName, shownPerson, targetsShown, whom, whyDecided } from './shown.ts';

/** Approved and in progress. */
export interface ProgressData extends RequestCard, TargetsShown {
  /** How far, for many accounts. `done` and `rest` are whole per cents that add up to 100. */
  readonly bar: { readonly done: number; readonly rest: number; readonly text: string } | null;
  /** Who approved, who asked. */
  readonly record: readonly Line[];
  /** Why it does not go on, and who can change that; null while it does. */
  readonly notice: Line | null;
  /** Verb `continue`: the approver signs in again; null where nothing waits for that. */
  readonly goOn: Button | null;
  /** Verb `stop`; null where stopping makes no sense. */
  readonly stop: Button | null;
  /** Verb `cancel`, while it is decided elsewhere; null once that is done. */
  readonly cancel: Button | null;
}

/** The card that asked, once all is over, however it ended. */
export interface ClosedData extends RequestCard, TargetsShown {
  readonly style: BandStyle;
  /** Who asked and why, who decided, when. */
  readonly record: readonly Line[];
  /** Opens a dialog: for the person who denied it and has not said why. */
  readonly why: Button | null;
}

const mostRenamed = 3;

/** Approved and being carried out. */
export function progressView(requestId: string, state: KnownRequest, texts: Texts, now: Date): ProgressData {
  const { targets, code } = state.request;
  const { decision, signIn, stopped } = state;
  // The approver's sign-in is gone; stopped, there is nothing left to do with it.
  const waits = signIn?.worker === null && stopped === null;
  const results = [...state.results.values()].filter(isSettled);
  const percent = Math.floor((100 * results.length) / targets.length);
  const failed = results.filter((result) => !isRevoked(result)).length;
  return {
    lang: texts.lang,
    fallbackText: (waits ? texts.waitsFallback : texts.progressFallback)(whom(state.request, texts), code),
    title: waits ? texts.waitsTitle : texts.progressTitle(targets.length),
    code,
    ...targetsShown(targets, texts, now, { requestId }),
    bar:
      targets.length === 1
        ? null
        : {
            done: percent,
            rest: 100 - percent,
            text: texts.progressText(results.length, targets.length, failed, timeLeft(state, results.length, now)),
          },
    record: record(state, texts),
    notice: waits && decision ? [strong(shownName(decision.by)), plain(texts.signInAgain)] : delay(state, texts, now),
    goOn: waits ? { title: texts.continueButton, requestId } : null,
    stop:
      (targets.length > 1 || waits) && !state.stopped ? { title: texts.stopButton(targets.length), requestId } : null,
    cancel: null,
  };
}

/** That it does not get on, until when it is tried, and what to do meanwhile. */
function delay(state: KnownRequest, texts: Texts, now: Date): Line | null {
  if (!isStalled(state, now)) return null;
  const [only] = state.request.targets;
  const id = only && state.request.targets.length === 1 ? only.account.id : null;
  const until = texts.delayed.until(triedUntil(state).toISOString());
  return [
    strong(texts.delayed.title(hindranceOf(state))),
    plain([until, texts.delayed.byHand(id)].join(texts.marks.sentence)),
  ];
}

/** The requester's own card while others decide elsewhere. */
export function followView(requestId: string, state: KnownRequest, texts: Texts): ProgressData {
  const { targets, code, at, expiresAt } = state.request;
  return {
    lang: texts.lang,
    fallbackText: texts.followFallback(whom(state.request, texts), code),
    title: texts.followTitle,
    code,
    ...targetsShown(targets, texts, new Date(at), {}),
    bar: null,
    record: record(state, texts),
    notice: [plain(texts.followNotice(at, expiresAt))],
    goOn: null,
    stop: null,
    cancel: { title: texts.buttons.cancel, requestId },
  };
}

/**
 * The original card once all is over: the outcome, and no buttons.
 * @param readerId who alone reads it, where that is known
 */
export function closedView(
  requestId: string,
  state: KnownRequest,
  texts: Texts,
  now: Date,
  readerId: string | null = null,
): ClosedData {
  const { code, targets } = state.request;
  const { style, title } = endOf(state, texts);
  return {
    lang: texts.lang,
    fallbackText: texts.resultFallback(whom(state.request, texts), title, code),
    title,
    code,
    style,
    ...targetsShown(targets, texts, now, { requestId }),
    record: record(state, texts),
    why: readerId !== null && mayExplain(state, readerId) ? { title: texts.why.button, requestId } : null,
  };
}

/** Who asked, who approved, when it was done; and what was not as usual. */
export function shortRecord(state: KnownRequest, texts: Texts): readonly Line[] {
  const { request, decision, finishedAt } = state;
  const { askedBy, decidedBy, marks } = texts;
  const asked = [subtle(askedBy), plain(shownPerson(request.by))];
  if (!decision) return [asked];
  const done = finishedAt === null ? texts.at(decision.at) : texts.done(finishedAt);
  return [
    [
      ...asked,
      subtle(marks.end + marks.sentence + decidedBy[decision.verb]),
      plain(shownPerson(decision.by)),
      subtle(done),
    ],
    ...renamed(state, texts),
    ...stoppedBy(state, texts),
  ];
}

function stoppedBy({ stopped }: KnownRequest, texts: Texts): readonly Line[] {
  return stopped ? [[subtle(texts.stoppedBy), plain(shownPerson(stopped.by)), subtle(texts.at(stopped.at))]] : [];
}

/** Who asked and why, who decided, when. */
export function record(state: KnownRequest, texts: Texts): readonly Line[] {
  const { request, decision, phase } = state;
  const asked = askedBy(request, texts);
  if (phase === 'expired') return [...asked, [subtle(texts.noDecision(request.at, request.expiresAt))]];
  if (phase === 'superseded') return [...asked, [subtle(texts.superseded)]];
  if (!decision) return asked;
  return [
    ...asked,
    [
      subtle(texts.decidedBy[decision.verb]),
      plain(shownPerson(decision.by)),
      subtle(texts.at(decision.at)),
      ...whyDecided(decision, texts).map(plain),
    ],
    ...renamed(state, texts),
    ...stoppedBy(state, texts),
  ];
}

/** Who is called otherwise than on the card that was approved. */
function renamed({ request, decision }: KnownRequest, texts: Texts): readonly Line[] {
  const all = decision?.renamed ?? [];
  const lines = all.slice(0, mostRenamed).map(({ targetId, ...now }): Line => {
    const before = request.targets.find(({ account }) => account.id === targetId)?.account;
    return [subtle(texts.renamed(before ? shownPerson(before) : targetId, shownPerson(now)))];
  });
  return all.length > mostRenamed ? [...lines, [subtle(texts.more(all.length - mostRenamed))]] : lines;
}

/** In ms, if it goes on as fast as so far; `null` while that cannot be said, or is no time. */
function timeLeft({ decision, request }: KnownRequest, done: number, now: Date): number | null {
  if (!decision || done === 0) return null;
  const perTarget = (now.getTime() - Date.parse(decision.at)) / done;
  const left = perTarget * (request.targets.length - done);
  return left >= 5000 ? left : null;
}
