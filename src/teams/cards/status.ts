import type { OpenHere, Recorded } from '../../app/lookups.ts';
import type { Target } from '../../domain/account.ts';
import type { KnownRequest } from '../../domain/request.ts';
import { privilegedFirst } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { type Page, writePage } from '../wire/page-action.ts';
import type { ListData, PageButton, StatusData } from './card-data.ts';
import { headlineOf, progressOf } from './headline.ts';
import { allButton, person, plain, shownName, shownPerson, shownReason, strong, subtle } from './shown.ts';
import { timelineOf } from './timeline.ts';

/** Lines of the timeline on one page. */
const mostMoments = 10;
const mostNames = 3;

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
    fallbackText: lookUp.statusFallback(code, title),
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
  const [first] = requests;
  const [before, sentence, after] = lookUp.openFooter(first?.state.request.code ?? '');
  return {
    lang: texts.lang,
    fallbackText: lookUp.openFallback(count),
    title: pages > 1 ? lookUp.page(title, page + 1, pages) : title,
    person: null,
    entries: requests.map(({ state }) => ({
      name: nameOf(state.request.targets, texts),
      code: state.request.code,
      color: 'default',
      lines: entryLines(state, texts),
    })),
    note: null,
    footer: [subtle(before), strong(sentence), plain(after)],
    older: page + 1 < pages ? turn(page + 1, lookUp.older) : null,
    newer: page > 0 ? turn(page - 1, lookUp.newer) : null,
  };
}

function entryLines(state: KnownRequest, texts: Texts): readonly string[] {
  const { by, at, expiresAt, reason, targets } = state.request;
  const runs = state.phase === 'approved' || state.phase === 'executing';
  const { title } = headlineOf(state, texts);
  const stands = state.phase === 'requested' ? texts.lookUp.waitsUntil(at, expiresAt) : title;
  return [
    runs && targets.length > 1 ? `${stands}${texts.marks.label}${progressOf(state, texts)}` : stands,
    texts.lookUp.askedBy(shownName(by), at),
    ...(reason === null ? [] : [texts.lookUp.reason(shownReason(reason, 'onList'))]),
  ];
}

function nameOf(targets: readonly Target[], texts: Texts): string {
  const [only] = targets;
  return only && targets.length === 1 ? shownName(only.account) : accountsOf(targets, texts);
}

function accountsOf(targets: readonly Target[], texts: Texts): string {
  const names = privilegedFirst(targets)
    .slice(0, mostNames)
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
