import type { OpenHere } from '../../app/lookups.ts';
import type { Recorded } from '../../app/recorded.ts';
import type { Target } from '../../domain/account.ts';
import type { KnownRequest } from '../../domain/request.ts';
import { isPrivileged, privilegedFirst } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { type Page, writePage } from '../wire/page.ts';
import { headlineOf, progressOf } from './headline.ts';
import type { BandStyle, CardBase, LinkButton, PageButton, Paged, Person, RequestCard } from './parts.ts';
import { allButton, person, shownName, shownPerson, shownReason, whom } from './shown.ts';
import { timelineOf } from './timeline.ts';

/** One request with what happened to it. */
export interface StatusData extends RequestCard, Paged {
  readonly style: BandStyle;
  /** The only account; null where there are several. */
  readonly person: Person | null;
  /** Several accounts in one line; null where there is one. */
  readonly accounts: string | null;
  readonly all: PageButton | null;
  /** Who asked and why, until when. */
  readonly lines: readonly string[];
  /** Trusted. */
  readonly heading: string;
  /** The oldest first; at least one, and the caller caps the list. */
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  /** What was read back, and the audit ID. */
  readonly proof: readonly string[];
  /** Opens the message with the card; null where Teams has no link to it. */
  readonly open: LinkButton | null;
}

/** Requests in a list: those open in a conversation, or those about one account. */
export interface ListData extends CardBase, Paged {
  /** Whom the list is about; null where it is about a conversation. */
  readonly person: Person | null;
  readonly entries: readonly {
    readonly name: string;
    /** Trusted: on the button that asks for its status; null where that does not work here. */
    readonly code: string | null;
    readonly says: string;
    readonly color: 'default' | 'attention';
    /** The caller caps the list. */
    readonly lines: readonly string[];
  }[];
  /** What is missing, or that there is nothing. */
  readonly note: string | null;
}

/** Lines of the timeline on one page. */
const mostMoments = 10;
const mostNames = 3;
/** Accounts that may hold power over others are named, up to so many; the card counts the rest. */
const mostPowerful = 12;

/** One request with its timeline. Page 0 is the latest of it. @param url of the card, where there is one */
export function statusView(recorded: Recorded, url: string | null, wanted: number, texts: Texts): StatusData {
  const { requestId, state, events, head } = recorded;
  const { lookUp } = texts;
  const { code, targets, reason, at, expiresAt, by } = state.request;
  const { style, title } = headlineOf(state, texts);
  const moments = timelineOf(events, texts);
  const page = Math.min(wanted, Math.ceil(moments.length / mostMoments) - 1);
  const end = moments.length - page * mostMoments;
  const shown = moments.slice(Math.max(0, end - mostMoments), end);
  const [only] = targets;
  const isOpen = state.phase === 'requested';
  const turn = (to: number, label: string): PageButton => ({
    title: label,
    page: writePage({ view: 'request', requestId, page: to }),
  });
  return {
    lang: texts.lang,
    fallbackText: texts.resultFallback(whom(state.request, texts), title, code),
    title,
    code,
    style,
    person: only && targets.length === 1 ? person(only, [], texts) : null,
    accounts: targets.length === 1 ? null : accountsOf(targets, texts),
    all: targets.length === 1 ? null : allButton(requestId, targets.length, texts),
    lines: [
      lookUp.askedBy(shownPerson(by), at),
      ...(reason === null ? [] : [lookUp.reason(shownReason(reason))]),
      ...(isOpen ? [lookUp.waitsUntil(at, expiresAt)] : []),
      ...whyNot(state, texts),
    ],
    heading: lookUp.heading,
    timeline: shown.map((moment, index) => {
      const day = (iso: string | undefined) => iso?.slice(0, 10);
      return { at: lookUp.at(moment.at, day(shown[index - 1]?.at) !== day(moment.at)), what: moment.what };
    }),
    proof: [...proof(state, texts), texts.trace.trail(head)],
    open: url === null ? null : { title: lookUp.open, url },
    older: end > mostMoments ? turn(page + 1, lookUp.older) : null,
    newer: page > 0 ? turn(page - 1, lookUp.newer) : null,
  };
}

/** What is open in this conversation. */
export function openView({ requests, count, page, pages }: OpenHere, texts: Texts): ListData {
  const { lookUp } = texts;
  const turn = (to: number, title: string): PageButton => ({
    title,
    page: writePage({ view: 'open', page: to } as Page),
  });
  const title = lookUp.openTitle(count);
  return {
    lang: texts.lang,
    fallbackText: lookUp.openFallback(count),
    title: pages > 1 ? lookUp.page(title, page + 1, pages) : title,
    person: null,
    entries: requests.map(({ state }) => ({
      name: nameOf(state.request.targets, texts),
      code: state.request.code,
      says: statusOf(state.request),
      color: 'default',
      lines: entryLines(state, texts),
    })),
    note: null,
    older: page + 1 < pages ? turn(page + 1, lookUp.older) : null,
    newer: page > 0 ? turn(page - 1, lookUp.newer) : null,
  };
}

/** What the button of a row says for the person who presses it. */
export const statusOf = ({ code }: Pick<KnownRequest['request'], 'code'>) => `status ${code}`;

function entryLines(state: KnownRequest, texts: Texts): readonly string[] {
  const { by, at, expiresAt, reason, targets } = state.request;
  const runs = state.phase === 'approved' || state.phase === 'executing';
  const { title } = headlineOf(state, texts);
  const stands = state.phase === 'requested' ? texts.lookUp.waitsUntil(at, expiresAt) : title;
  return [
    runs && targets.length > 1 ? `${stands}${texts.marks.label}${progressOf(state, texts)}` : stands,
    texts.lookUp.askedBy(shownPerson(by), at),
    ...(reason === null ? [] : [texts.lookUp.reason(shownReason(reason, 'onList'))]),
  ];
}

function nameOf(targets: readonly Target[], texts: Texts): string {
  const [only] = targets;
  return only && targets.length === 1 ? shownName(only.account) : accountsOf(targets, texts);
}

function accountsOf(targets: readonly Target[], texts: Texts): string {
  const most = Math.min(Math.max(mostNames, targets.filter(isPrivileged).length), mostPowerful);
  const names = privilegedFirst(targets)
    .slice(0, most)
    .map(({ account }) => shownName(account));
  return texts.lookUp.accounts(targets.length, names.join(texts.marks.list), targets.length - names.length);
}

/** Of the only account; for several the result says it of each. */
function whyNot({ request, results, finishedAt }: KnownRequest, texts: Texts): readonly string[] {
  const [only] = request.targets;
  const result = only && request.targets.length === 1 ? results.get(only.account.id) : undefined;
  return finishedAt !== null && result && 'code' in result ? [texts.lookUp.why(texts.failures[result.code])] : [];
}

function proof({ results, request }: KnownRequest, texts: Texts): readonly string[] {
  const times = [...results.values()].flatMap((result) => (result.outcome === 'verified' ? [result.validFrom] : []));
  const [first] = times.toSorted();
  if (first === undefined) return [];
  const { label, text } = texts.deadNow;
  return [`${label} ${text(first, times.length === request.targets.length)}`];
}
