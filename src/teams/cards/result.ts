import type { Target } from '../../domain/account.ts';
import type { KnownRequest, Requested } from '../../domain/request.ts';
import type { TargetResult } from '../../domain/result.ts';
import { failedTargets, isRevoked } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { leftOut, skipped } from './accounts.ts';
import { aroundButton, aroundDetails, aroundLines } from './around.ts';
import { eachOutcome, type PersonOutcome } from './each-outcome.ts';
import { endOf } from './headline.ts';
import { shortRecord } from './outcome.ts';
import type {
  BandStyle,
  Button,
  CrowdShown,
  Labelled,
  LeftOut,
  Line,
  LinkButton,
  PageButton,
  Person,
  RequestCard,
} from './parts.ts';
import { nothingHidden, person, shownName, shownReason, whom } from './shown.ts';
import { wordsOnly } from './untrusted-text.ts';
import { connect, emergencyCommands, revokeCommand, toDoNow, whyNot } from './what-now.ts';

/** What became of the request. */
export interface ResultData extends RequestCard, CrowdShown {
  readonly style: BandStyle;
  /** Trusted: a line with a mention of the requester, as markup; null where no one is mentioned. */
  readonly called: string | null;
  readonly person: Person | null;
  /** Several accounts, what went wrong first; the caller caps the list. */
  readonly people: readonly PersonOutcome[];
  readonly skipped: string | null;
  /** Who can still get in and until when, what to do next. */
  readonly consequences: readonly Labelled[];
  /** What Entra's logs tell, and whether they are back; who asked, who approved, when it was done. */
  readonly record: readonly Line[];
  /** The account, or all of them, in the admin center. */
  readonly entra: LinkButton | null;
  /** Verb `retry`; null where nothing failed. */
  readonly retry: Button | null;
  /** Verb `again`: the same accounts, once something about them was changed; null where `retry` stands. */
  readonly again: Button | null;
  /** Folded. */
  readonly details: {
    /** Trusted. */
    readonly title: string;
    readonly lines: readonly Labelled[];
    readonly leftOut: LeftOut | null;
    /** What to run next, ready to copy: one PowerShell line each. */
    readonly commands: readonly string[];
    /** What to look up later: Graph's request ids, the audit ID. One line each. */
    readonly trace: readonly string[];
    /** The sign-in log of the account in the admin center; null where there are several, or nothing was read of it. */
    readonly log: LinkButton | null;
    /** Leads to what Entra's logs tell of all accounts; null where the card has it. */
    readonly around: PageButton | null;
    /** Beside `retry` there is no room for it. */
    readonly again: Button | null;
  };
}

/** The longest of the default lives: 60 to 90 minutes. Source: Microsoft identity platform, "Access token lifetime", 2026-11-28. */
const accessTokenLifeMs = 90 * 60_000;

/** What differs between Microsoft's clouds for a reader. */
export interface CloudForReaders {
  /** Those that end access within minutes by continuous access evaluation. */
  readonly promptServices: readonly string[];
  /** What Connect-MgGraph calls it; `null` for the one it connects to by itself. */
  readonly graphEnvironment: string | null;
  /** The Microsoft Entra admin center. */
  readonly adminCenter: string;
}

/** The message that tells what became of it: the outcome, then time, then what to look up. */
export function resultView(
  requestId: string,
  state: KnownRequest,
  head: string,
  texts: Texts,
  cloud: CloudForReaders,
): ResultData {
  const { request } = state;
  const hasFailed = failedTargets(state).length > 0;
  const again = { title: texts.againButton, requestId };
  const { style, title } = endOf(state, texts);
  const [only] = request.targets;
  const one = request.targets.length === 1 && only ? only : null;
  const mention = mentionOfRequester(request);
  const users = usersOf(cloud.adminCenter);
  const blade = one ? `UserProfileMenuBlade/~/overview/userId/${one.account.id}` : 'UserManagementMenuBlade/~/AllUsers';
  return {
    lang: texts.lang,
    fallbackText: texts.resultFallback(whom(request, texts), title, request.code),
    title,
    code: request.code,
    style,
    called: mention === null ? null : texts.called(mention),
    person: one ? person(one, [], texts) : null,
    ...(one ? { people: [], more: null, ...nothingHidden } : eachOutcome(requestId, state, texts)),
    skipped: skipped(request.omitted, texts),
    consequences: consequences(state, texts, cloud.promptServices),
    record: [...aroundLines(state, texts), ...shortRecord(state, texts)],
    entra: { title: texts.openInEntra, url: `${users}/${blade}` },
    retry: hasFailed ? { title: texts.retryButton(request.targets.length), requestId } : null,
    again: hasFailed ? null : again,
    details: {
      title: texts.details,
      // The space is no run of its own: each takes room.
      lines: details(state, texts, cloud.promptServices).map(({ label, text }) => ({ label, text: ` ${text}` })),
      leftOut: leftOut(request.omitted, texts),
      commands: one && !request.self ? commands(state, one, cloud) : [],
      trace: [...(one ? traceOf(state.results.get(one.account.id), texts) : []), texts.trace.trail(head)],
      log:
        one && isLookedAt(state)
          ? { title: texts.around.openLog, url: signInLog(cloud.adminCenter, one.account.id) }
          : null,
      around: aroundButton(requestId, state, texts),
      again: hasFailed ? again : null,
    },
  };
}

const usersOf = (adminCenter: string) => `${adminCenter}/#view/Microsoft_AAD_UsersAndTenants`;

/** The sign-in log of one account in the admin center, where all kinds of sign-ins stand. */
export const signInLog = (adminCenter: string, accountId: string): string =>
  `${usersOf(adminCenter)}/UserProfileMenuBlade/~/SignIns/userId/${accountId}`;

/** As it stands on the card; `null` where no one is mentioned, or the requester is elsewhere. */
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

/** What revoking does not end, and what no log holds. */
function notCovered(isRead: boolean, { notCovered: { label, text }, around, marks }: Texts): Labelled {
  return { label, text: [text + marks.end, around.notLookedAt(isRead)].join(marks.sentence) };
}

const isLookedAt = ({ aftermath }: KnownRequest) => aftermath !== null && aftermath.findings.length > 0;

/** What decides what the reader does now. */
function consequences(state: KnownRequest, texts: Texts, promptServices: readonly string[]): readonly Labelled[] {
  const results = [...state.results.values()];
  const [target, another] = state.request.targets;
  if (!results.some(isRevoked)) {
    const why = target && !another ? whyNot(results[0], target, texts) : null;
    const still =
      why === null || !target
        ? []
        : [{ label: texts.stillSignedIn(shownName(target.account)), text: `${why}${texts.marks.end}` }];
    return [...still, ...toDo(results, texts)];
  }
  return [
    ...(another ? [] : unseen(results, texts)),
    // Beside what was found there is no room for them; folded they are said.
    texts.canStillGetIn(endOfAccess(state), another || isLookedAt(state) ? [] : promptServices),
    nextStep(state.request, texts),
  ];
}

function toDo(results: readonly TargetResult[], texts: Texts): readonly Labelled[] {
  const now = toDoNow(results, texts);
  return now === null ? [] : [{ label: texts.doNowLabel, text: `${now}${texts.marks.end}` }];
}

function unseen(results: readonly TargetResult[], texts: Texts): readonly Labelled[] {
  return results.some(({ outcome }) => outcome === 'unverified') ? [texts.notVerified] : [];
}

/** A holder of a refresh token got access tokens with it until the last of the times that were read back. */
function endOfAccess({ request, finishedAt, results }: KnownRequest): string {
  const times = validFroms([...results.values()]).map((time) => Date.parse(time));
  return new Date(Math.max(Date.parse(finishedAt ?? request.at), ...times) + accessTokenLifeMs).toISOString();
}

const validFroms = (results: readonly TargetResult[]) =>
  results.flatMap((result) => (result.outcome === 'verified' ? [result.validFrom] : []));

/** What was asked, what has ended and what has not, in full. */
function details(state: KnownRequest, texts: Texts, promptServices: readonly string[]): readonly Labelled[] {
  const { request, results } = state;
  const { reason } = request;
  const told = reason === null ? [] : [{ label: texts.reasonLabel, text: shownReason(reason) }];
  if (![...results.values()].some(isRevoked)) return told;
  // The earliest of the times: whatever is older than it is dead on every account that was verified.
  const times = validFroms([...results.values()]);
  const validFrom = times.toSorted().at(0);
  const { label, text } = texts.deadNow;
  const all = [...results.values()];
  return [
    ...told,
    // Of many each account says it, and the buttons lead to what is to be done.
    ...(request.targets.length > 1 ? [...toDo(all, texts), ...unseen(all, texts)] : []),
    ...(validFrom ? [{ label, text: text(validFrom, times.length === request.targets.length) }] : []),
    { label: texts.mayLive.label, text: texts.mayLive.text(promptServices) },
    notCovered(isLookedAt(state), texts),
    ...aroundDetails(state, texts),
  ];
}

/** What to do once sessions are revoked, in Microsoft's order. */
export function nextStep(request: Requested, texts: Texts): Labelled {
  const { label, self, cloud, synced, mixed } = texts.next;
  const count = request.targets.length;
  const fromPremises = request.targets.filter(({ account }) => account.synced).length;
  if (request.self) return { label, text: self };
  if (fromPremises === 0) return { label, text: cloud(count) };
  return { label, text: fromPremises === count ? synced(count) : mixed };
}

function traceOf(result: TargetResult | undefined, texts: Texts): readonly string[] {
  const { graphRequestId, clientRequestId, graphDate } = result ?? {};
  return [
    ...(graphRequestId === undefined ? [] : [texts.trace.graphRequest(graphRequestId)]),
    ...(clientRequestId === undefined ? [] : [texts.trace.clientRequest(clientRequestId)]),
    ...(graphDate === undefined ? [] : [texts.trace.graphDate(graphDate)]),
  ];
}
