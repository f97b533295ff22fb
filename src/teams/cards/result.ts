import type { Target } from '../../domain/account.ts';
import type { KnownRequest, Requested } from '../../domain/request.ts';
import type { TargetResult } from '../../domain/result.ts';
import { failedTargets, isRevoked } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import type { ResultData } from './card-data.ts';
import { eachOutcome } from './each-outcome.ts';
import { connect, emergencyCommands, revokeCommand } from './emergency.ts';
import { endOf } from './headline.ts';
import { leftOut } from './left-out.ts';
import { record } from './outcome.ts';
import { person, subtle } from './shown.ts';
import { whyNot } from './why-not.ts';
import { wordsOnly } from './words-only.ts';

/** The longest of the default lives: 60 to 90 minutes. Source: Microsoft identity platform, "Access token lifetime", 2026-11-28. */
const accessTokenLifeMs = 90 * 60_000;

/** What differs between Microsoft's clouds for a reader. */
export interface CloudForReaders {
  /** Those that end access within minutes by continuous access evaluation. */
  readonly promptServices: readonly string[];
  /** What Connect-MgGraph calls it; `null` for the one it connects to by itself. */
  readonly graphEnvironment: string | null;
}

/** The message that tells what became of it: the outcome, then time, then what to look up. */
export function resultView(
  requestId: string,
  state: KnownRequest,
  head: string,
  texts: Texts,
  cloud: CloudForReaders,
): ResultData {
  const { request, finishedAt } = state;
  const { style, title } = endOf(state, texts);
  const [only] = request.targets;
  const one = request.targets.length === 1 && only ? only : null;
  const done = finishedAt === null ? [] : [subtle(texts.done(finishedAt))];
  const told = record(state, texts);
  const mention = mentionOfRequester(request);
  return {
    lang: texts.lang,
    fallbackText: texts.resultFallback(title, request.code),
    title,
    code: request.code,
    style,
    called: mention === null ? null : texts.called(mention),
    person: one ? person(one, [], texts) : null,
    ...(one ? { people: [], more: null, all: null } : eachOutcome(requestId, state, texts)),
    leftOut: leftOut(request.omitted, texts),
    record: told.map((line, index) => (index === told.length - 1 ? [...line, ...done] : line)),
    consequences: consequences(state, texts, cloud.promptServices),
    commands: one && !request.self ? commands(state, one, cloud) : [],
    trace: [...(one ? traceOf(state.results.get(one.account.id), texts) : []), texts.trace.trail(head)],
    retry: failedTargets(state).length > 0 ? { title: texts.retryButton, requestId } : null,
    again: { title: texts.againButton, requestId },
  };
}

/** As it stands on the card; `null` where nobody is called, or the requester is elsewhere. */
export function mentionOfRequester({ notify, origin, by }: Requested): string | null {
  const name = wordsOnly(by.name);
  return notify === undefined || origin !== undefined || name === '' || by.app ? null : `<at>${name}</at>`;
}

/** What is left to do by hand, and first of all to revoke where that failed. */
function commands({ results }: KnownRequest, { account }: Target, { graphEnvironment }: CloudForReaders) {
  const result = results.get(account.id);
  if (!result || result.outcome === 'omitted') return [];
  return [
    connect(graphEnvironment),
    ...(isRevoked(result) ? [] : [revokeCommand(account)]),
    ...emergencyCommands(account),
  ];
}

function consequences(
  state: KnownRequest,
  texts: Texts,
  promptServices: readonly string[],
): ResultData['consequences'] {
  const results = [...state.results.values()];
  const revoked = results.filter(isRevoked);
  const [only] = results;
  const [target, another] = state.request.targets;
  const why = target && !another ? whyNot(only, target, texts) : null;
  const failed = why === null ? [] : [{ label: texts.whyFailed, text: why }];
  if (revoked.length === 0) return failed;
  // The earliest of the times: whatever is older than it is dead on every account that was verified.
  const validFroms = revoked.flatMap((result) => (result.outcome === 'verified' ? [result.validFrom] : []));
  const validFrom = validFroms.toSorted().at(0);
  const ofAll = validFroms.length === state.request.targets.length;
  // Whoever still had a refresh token got access tokens with it until the last of those times.
  const last = Math.max(
    Date.parse(state.finishedAt ?? state.request.at),
    ...validFroms.map((time) => Date.parse(time)),
  );
  const until = new Date(last + accessTokenLifeMs).toISOString();
  return [
    ...failed,
    ...(validFrom ? [{ label: texts.deadNow.label, text: texts.deadNow.text(validFrom, ofAll) }] : []),
    ...(revoked.some(({ outcome }) => outcome === 'unverified') ? [texts.notVerified] : []),
    { label: texts.mayLive.label(until), text: texts.mayLive.text(promptServices) },
    texts.notCovered,
    next(state, texts),
  ];
}

function next({ request }: KnownRequest, texts: Texts) {
  if (request.self) return texts.next.self;
  const count = request.targets.length;
  const synced = request.targets.filter(({ account }) => account.synced).length;
  if (synced === 0) return texts.next.cloud(count);
  return synced === count ? texts.next.synced(count) : texts.next.mixed;
}

function traceOf(result: TargetResult | undefined, texts: Texts): readonly string[] {
  const { graphRequestId, clientRequestId, graphDate } = result ?? {};
  return [
    ...(graphRequestId === undefined ? [] : [texts.trace.graphRequest(graphRequestId)]),
    ...(clientRequestId === undefined ? [] : [texts.trace.clientRequest(clientRequestId)]),
    ...(graphDate === undefined ? [] : [texts.trace.graphDate(graphDate)]),
  ];
}
