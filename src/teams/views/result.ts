import type { Target } from '../../domain/account.ts';
import type { KnownRequest, Requested } from '../../domain/request.ts';
import type { TargetResult } from '../../domain/result.ts';
import { rolesThatRevoke } from '../../domain/revoking-roles.ts';
import { failedTargets, isRevoked } from '../../domain/targets.ts';
import type { PersonOutcome, ResultData } from '../card-data.ts';
import type { Texts, ToldOutcome } from '../texts/en.ts';
import { wordsOnly } from '../words-only.ts';
import { emergencyCommands } from './emergency.ts';
import { fitLines } from './fit.ts';
import { endOf, wasStopped } from './headline.ts';
import { leftOut } from './left-out.ts';
import { record } from './outcome.ts';
import { mostLines, person, shownName, shownUpn, subtle } from './shown.ts';

const accessTokenLifeMs = 3_600_000;
const lines = { most: mostLines, room: 3100, frame: 300 };
const order: Readonly<Record<ToldOutcome, number>> = {
  failed: 0,
  unknown: 1,
  omitted: 2,
  stopped: 3,
  unverified: 4,
  verified: 5,
};

/** Somebody has to look at these. */
const wrong: ReadonlySet<ToldOutcome> = new Set(['failed', 'unknown', 'omitted']);

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
    ...(one ? { people: [], more: null } : outcomes(state, texts)),
    leftOut: leftOut(request.omitted, texts),
    record: told.map((line, index) => (index === told.length - 1 ? [...line, ...done] : line)),
    consequences: consequences(state, texts, cloud.promptServices),
    commands: one && !request.self ? commands(state, one, cloud) : [],
    trace: [...(one ? traceOf(state.results.get(one.account.id), texts) : []), texts.trace.trail(head)],
    retry: failedTargets(state).length > 0 ? { title: texts.retryButton, requestId } : null,
  };
}

/** As it stands on the card; `null` where nobody is called, or the requester is elsewhere. */
export function mentionOfRequester({ notify, origin, by }: Requested): string | null {
  const name = wordsOnly(by.name);
  return notify === undefined || origin !== undefined || name === '' ? null : `<at>${name}</at>`;
}

/** What is left to do by hand, and first of all to revoke where that failed. */
function commands({ results }: KnownRequest, { account }: Target, { graphEnvironment }: CloudForReaders) {
  const result = results.get(account.id);
  if (!result || result.outcome === 'omitted') return [];
  return [
    ...(graphEnvironment === null ? [] : [`Connect-MgGraph -Environment ${graphEnvironment}`]),
    ...(isRevoked(result) ? [] : [`Revoke-MgUserSignInSession -UserId ${account.id}`]),
    ...emergencyCommands(account),
  ];
}

/** Accounts with the same outcome for the same reason. */
interface Group {
  readonly outcome: ToldOutcome;
  readonly why: string | null;
  readonly targets: readonly Target[];
}

function outcomes(state: KnownRequest, texts: Texts): Pick<ResultData, 'people' | 'more'> {
  const groups = groupsOf(state, texts);
  const people = fitLines(lines, (count) =>
    shares(groups, count).flatMap((share, index) => rows(groups[index], share, texts)),
  );
  const shown = shares(groups, people.length);
  const hidden = groups.map(({ outcome, targets }, index) => ({
    outcome,
    count: targets.length - (shown[index] ?? 0),
  }));
  const more = (Object.keys(order) as ToldOutcome[])
    .map((outcome) => ({ outcome, count: sum(hidden.filter((group) => group.outcome === outcome)) }))
    .filter(({ count }) => count > 0);
  return { people, more: more.length > 0 ? texts.moreOutcomes(more) : null };
}

/** What went wrong comes first, what concerns most accounts before what concerns few. */
function groupsOf({ request, results }: KnownRequest, texts: Texts): readonly Group[] {
  const groups = Map.groupBy(request.targets, (target) => {
    const result = results.get(target.account.id);
    const outcome = result && wasStopped(result) ? 'stopped' : (result?.outcome ?? 'unknown');
    return JSON.stringify([outcome, whyNot(result, target, texts)]);
  });
  return [...groups]
    .map(([key, targets]): Group => {
      const [outcome, why] = JSON.parse(key);
      return { outcome, why, targets };
    })
    .toSorted((one, other) => order[one.outcome] - order[other.outcome] || other.targets.length - one.targets.length);
}

/** How many of each group are shown: one of each while there are lines, the rest in order. */
function shares(groups: readonly Group[], lines: number): readonly number[] {
  const shown = groups.slice(0, lines);
  let left = lines - shown.length;
  return shown.map(({ targets }) => {
    const further = Math.min(left, targets.length - 1);
    left -= further;
    return 1 + further;
  });
}

/** The reason that all of a group share stands once, below the last of them. */
function rows(group: Group | undefined, share: number, texts: Texts): readonly PersonOutcome[] {
  if (!group) return [];
  const { outcome, why, targets } = group;
  const shared = why !== null && targets.length > 1 ? texts.allOf(targets.length, why) : why;
  return targets.slice(0, share).map(({ account }, index) => ({
    name: shownName(account),
    upn: shownUpn(account),
    outcome: texts.outcome[outcome],
    color: wrong.has(outcome) ? 'attention' : 'default',
    reason: index === share - 1 ? shared : null,
  }));
}

function sum(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}

function whyNot(result: TargetResult | undefined, target: Target, texts: Texts): string | null {
  if (result && 'code' in result && result.code === 'missingRole') {
    const { account, facts } = target;
    return account.restricted ? texts.missingRoleRestricted() : texts.missingRole(rolesThatRevoke(facts.roles));
  }
  return result && 'code' in result ? texts.failures[result.code] : null;
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
