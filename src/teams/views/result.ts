import type { KnownRequest, Target, TargetResult } from '../../domain/request.ts';
import { isRevoked } from '../../domain/targets.ts';
import type { PersonOutcome, ResultData } from '../card-data.ts';
import type { Texts } from '../texts/en.ts';
import { headline, record } from './outcome.ts';
import { leftOut, mostLines, person, subtle } from './shown.ts';

const accessTokenLifeMs = 3_600_000;
const order: Readonly<Record<TargetResult['outcome'], number>> = {
  failed: 0,
  unknown: 1,
  omitted: 2,
  unverified: 3,
  verified: 4,
};

/** The message that tells what became of it: the outcome, then time, then what to look up. */
export function resultView(state: KnownRequest, head: string, texts: Texts): ResultData {
  const { request, finishedAt } = state;
  const { style, title } = headline(state, texts);
  const rows = request.targets.map((target) => ({ target, result: state.results.get(target.account.id) }));
  const [only] = rows;
  const one = rows.length === 1 && only ? only : null;
  const people = one ? [] : outcomes(rows, texts);
  const hidden = people.length - mostLines;
  const done = finishedAt === null ? [] : [subtle(texts.done(finishedAt))];
  const lines = record(state, texts);
  return {
    lang: texts.lang,
    fallbackText: texts.resultFallback(title, request.code),
    title,
    code: request.code,
    style,
    person: one ? person(one.target, []) : null,
    people: people.slice(0, mostLines),
    more: hidden > 0 ? texts.more(hidden) : null,
    leftOut: leftOut(request.omitted, texts),
    record: lines.map((line, index) => (index === lines.length - 1 ? [...line, ...done] : line)),
    consequences: consequences(state, texts),
    trace: [...(one?.result ? traceOf(one.result, texts) : []), texts.trace.trail(head)],
    retry: null,
  };
}

function outcomes(
  rows: readonly { target: Target; result: TargetResult | undefined }[],
  texts: Texts,
): readonly PersonOutcome[] {
  return rows
    .toSorted((one, other) => order[one.result?.outcome ?? 'unknown'] - order[other.result?.outcome ?? 'unknown'])
    .map(
      ({ target: { account }, result }): PersonOutcome => ({
        name: account.name,
        upn: account.upn,
        outcome: texts.outcome[result?.outcome ?? 'unknown'],
        color: result && isRevoked(result) ? 'default' : 'attention',
        reason: whyNot(result, texts),
      }),
    );
}

function whyNot(result: TargetResult | undefined, texts: Texts): string | null {
  return result && 'code' in result ? texts.failures[result.code] : null;
}

function consequences(state: KnownRequest, texts: Texts): ResultData['consequences'] {
  const results = [...state.results.values()];
  const revoked = results.filter(isRevoked);
  const [only] = results;
  const why = results.length === 1 ? whyNot(only, texts) : null;
  const failed = why === null ? [] : [{ label: texts.whyFailed, text: why }];
  if (revoked.length === 0) return failed;
  // The earliest of the times: whatever is older than it is dead on every account that was verified.
  const validFrom = revoked
    .flatMap((result) => (result.outcome === 'verified' ? [result.validFrom] : []))
    .toSorted()
    .at(0);
  const synced = state.request.targets.some(({ account }) => account.synced);
  const until = new Date(Date.parse(state.finishedAt ?? state.request.at) + accessTokenLifeMs).toISOString();
  return [
    ...failed,
    ...(validFrom ? [{ label: texts.deadNow.label, text: texts.deadNow.text(validFrom) }] : []),
    ...(revoked.some(({ outcome }) => outcome === 'unverified') ? [texts.notVerified] : []),
    { label: texts.mayLive.label(until), text: texts.mayLive.text },
    texts.notCovered,
    synced ? texts.next.synced : texts.next.cloud,
  ];
}

function traceOf({ graphRequestId, clientRequestId, graphDate }: TargetResult, texts: Texts): readonly string[] {
  return [
    ...(graphRequestId === undefined ? [] : [texts.trace.graphRequest(graphRequestId)]),
    ...(clientRequestId === undefined ? [] : [texts.trace.clientRequest(clientRequestId)]),
    ...(graphDate === undefined ? [] : [texts.trace.graphDate(graphDate)]),
  ];
}
