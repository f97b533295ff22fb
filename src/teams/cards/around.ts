import { mostLookedAround } from '../../app/aftermath.ts';
import type { WhyUnknown } from '../../domain/account.ts';
import {
  type AccountChange,
  type ChangeKind,
  type Findings,
  mostFailedSignIns,
  type SignIn,
} from '../../domain/findings.ts';
import type { KnownRequest } from '../../domain/request.ts';
import { isRevoked } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { countryName, dateTime, time, timeOrDay } from '../texts/format.ts';
import { writePage } from '../wire/page.ts';
import {
  fitLines,
  fitNames,
  type Labelled,
  type Line,
  type PageButton,
  plain,
  type Run,
  shorten,
  strong,
  subtle,
} from './parts.ts';

/** What a reader looks at first stands first: what lets an attacker stay, then what lets one in. */
const order: Readonly<Record<ChangeKind | 'risky', number>> = {
  consent: 0,
  roleGiven: 1,
  methodAdded: 2,
  risky: 3,
  methodRemoved: 4,
  passwordReset: 5,
  passwordChanged: 6,
  deviceRegistered: 7,
  groupGiven: 8,
};
const mostLines = 3;
/** In characters of the card's JSON. */
const roomFor = { name: 40, text: 40, who: 60, changes: 500, summary: 160 };
const summaries = { most: 5, room: 1500, frame: 300 };

/** One thing that was found, in one line. */
interface Finding {
  readonly rank: number;
  readonly at: string;
  /** What it is; `text` may hold untrusted text. */
  readonly text: string;
  readonly full: string;
}

/** How much there is to tell. */
export const countOf = (findings: readonly Findings[], texts: Texts): number =>
  findings.reduce((sum, one) => sum + findingsOf(one, texts).length, 0);

/** The most important first. Sign-ins are among them only where Entra saw a risk in them. */
function findingsOf({ changes, signIns }: Findings, texts: Texts): readonly Finding[] {
  const changed = changes.known ? changes.value.map((change) => ofChange(change, texts)) : [];
  const risky = signIns.known ? signIns.value.filter(({ risk }) => risk !== 'none') : [];
  return [...changed, ...risky.map((one) => ofSignIn(one, texts))].toSorted(
    (one, other) => one.rank - other.rank || other.at.localeCompare(one.at),
  );
}

function ofChange({ kind, at, what, by }: AccountChange, { around }: Texts): Finding {
  const name = around.changes[kind];
  const isMethod = kind === 'methodAdded' || kind === 'methodRemoved';
  const of = (room: number) => (what === null ? '' : around.of(shorten(what, room)));
  return {
    rank: order[kind],
    at,
    // Of a method the log tells in a whole sentence which it was.
    text: isMethod ? name : name + of(roomFor.text),
    full: name + of(roomFor.who) + (by === null ? '' : around.by(shorten(by, roomFor.who))),
  };
}

function ofSignIn(signIn: SignIn, { around, lang }: Texts): Finding {
  const text =
    around.risky(signIn.risk) + (signIn.country === null ? '' : around.of(countryName(signIn.country, lang)));
  return { rank: order.risky, at: signIn.at, text, full: `${text}: ${shorten(signIn.app, roomFor.who)}` };
}

/** What stands on the result in plain sight: as of when, three lines at most, and whether they are back. */
export function aroundLines(state: KnownRequest, texts: Texts): readonly Line[] {
  const { aftermath, request } = state;
  if (aftermath === null) return [];
  const told = aftermath.findings.flatMap((findings) =>
    findingsOf(findings, texts).map((one) => ({ ...one, whose: nameOf(state, findings.accountId) })),
  );
  const first = told.toSorted((one, other) => one.rank - other.rank).slice(0, mostLines);
  const lines = first.map(({ text, at, whose }): Line => {
    const name: readonly Run[] = request.targets.length > 1 ? [strong(whose + texts.marks.label)] : [];
    return [...name, { text, look: 'alert' }, subtle(texts.around.at(timeOrDay(at, asOfDate(aftermath.findings))))];
  });
  return [...heading(aftermath.findings, told.length > 0, texts), ...lines, ...watchLines(state, texts)];
}

const asOfDate = (findings: readonly Findings[]) =>
  new Date(findings.map(({ asOf }) => asOf).toSorted()[0] ?? Number.NaN);

function heading(findings: readonly Findings[], isFound: boolean, texts: Texts): readonly Line[] {
  const [asOf] = findings.map((one) => one.asOf).toSorted();
  if (asOf === undefined) return [];
  const missing = unread(findings, texts);
  if (isFound) return [[subtle(texts.around.found(asOf))], ...missing];
  return missing.length > 0 ? missing : [[subtle(texts.around.nothing(asOf))]];
}

/** Each log that could not be read, once, with the first reason. */
function unread(findings: readonly Findings[], texts: Texts): readonly Line[] {
  return (['changes', 'signIns'] as const).flatMap((log): Line[] => {
    const [first] = findings.flatMap((one) => (one[log].known ? [] : [one[log]]));
    return first ? [[plain(texts.around.logs[log] + texts.marks.label + notAvailable(first.why, texts))]] : [];
  });
}

const notAvailable = (why: WhyUnknown | undefined, texts: Texts) =>
  why === undefined ? texts.notAvailable : texts.notAvailableWhy[why];

/** Who is back; once it is over, that no one is. */
function watchLines(state: KnownRequest, texts: Texts): readonly Line[] {
  const { around } = texts;
  const watch = state.aftermath?.watch;
  if (!watch) return [];
  const back = [...watch.cameBack.values()];
  const [first] = back.toSorted((one, other) => one.at.localeCompare(other.at));
  if (first)
    return [[{ text: around.isBack(back.length, state.request.targets.length, time(first.at)), look: 'alert' }]];
  if (!watch.ended) return [];
  if (watch.readAt !== null) {
    const isOfAll = state.request.targets.every(({ account }) => wasWatched(state, account.id));
    const whose = isOfAll ? [] : [strong(texts.outcome.verified + texts.marks.label)];
    return [[...whose, plain(around.noneSeen(time(watch.readAt)))]];
  }
  // No revocation has shown, so no log was read: the result says that of the revocation.
  return watch.unread === null ? [] : [[plain(around.notWatched(notAvailable(watch.unread.why, texts)))]];
}

/** Only a revocation that had shown by then was watched: nothing can be told of the others. */
function wasWatched({ results, aftermath }: KnownRequest, accountId: string): boolean {
  const result = results.get(accountId);
  return result?.outcome === 'verified' && Date.parse(result.at) <= Date.parse(aftermath?.watch?.readAt ?? '');
}

/** What stands folded: everything that was found. */
export function aroundDetails(state: KnownRequest, texts: Texts): readonly Labelled[] {
  const { aftermath, request } = state;
  const watch = aftermath?.watch;
  const watching =
    watch && !watch.ended ? [{ label: texts.around.watchingLabel, text: texts.around.watching(watch.until) }] : [];
  if (!aftermath || aftermath.findings.length === 0) return watching;
  const several = aftermath.findings.map((findings): Labelled => {
    return { label: texts.label(nameOf(state, findings.accountId)), text: summary(findings, texts) };
  });
  const told =
    request.targets.length > 1
      ? fitLines(summaries, (count) => several.slice(0, count))
      : aftermath.findings.flatMap((findings) => detailsOf(findings, texts));
  return [...told, ...watching];
}

/** All about one account, in three lines. */
function detailsOf(findings: Findings, texts: Texts): readonly Labelled[] {
  const { logs } = texts.around;
  return [
    { label: texts.label(logs.changes), text: changesText(findings, texts, 'full', roomFor.changes) },
    { label: texts.label(logs.signIns), text: signInsText(findings, texts) },
    { label: texts.label(logs.devices), text: devicesText(findings, texts) },
  ];
}

/** The same in one line, for one of several accounts. */
function summary(findings: Findings, texts: Texts): string {
  const signIns = texts.around.logs.signIns + texts.marks.label + signInsText(findings, texts);
  return [changesText(findings, texts, 'text', roomFor.summary), signIns].join(texts.marks.parts);
}

/** What was found, the most important first, as much as there is room for. */
function changesText(findings: Findings, texts: Texts, how: 'text' | 'full', room: number): string {
  const now = new Date(findings.asOf);
  const found = findingsOf(findings, texts).map((one) => one[how] + texts.around.at(timeOrDay(one.at, now)));
  const { changes } = findings;
  const all = [
    ...found,
    ...(changes.known ? [] : [texts.around.logs.changes + texts.marks.label + notAvailable(changes.why, texts)]),
  ];
  return all.length === 0
    ? texts.around.nothingFound
    : fitNames(all, room, { ...texts, marks: { list: texts.marks.parts } });
}

/** Of more accounts than are looked at for the result, a person asks. */
export function aroundButton(requestId: string, { request, results }: KnownRequest, texts: Texts): PageButton | null {
  const revoked = [...results.values()].filter(isRevoked).length;
  if (request.targets.length <= mostLookedAround || revoked === 0) return null;
  return { title: texts.around.ofAll(revoked), page: writePage({ view: 'around', requestId, page: 0 }) };
}

/** Of one account on a list, in a few lines. */
export function linesOf(findings: Findings, texts: Texts): readonly string[] {
  const { logs, found } = texts.around;
  return [
    found(findings.asOf) + texts.marks.sentence + changesText(findings, texts, 'full', roomFor.changes),
    logs.signIns + texts.marks.label + signInsText(findings, texts),
    logs.devices + texts.marks.label + devicesText(findings, texts),
  ];
}

/** Of one account, for its history: what was found, and whether it is back. */
export function aroundOf(state: KnownRequest, accountId: string, texts: Texts): readonly string[] {
  const { findings = [], watch = null } = state.aftermath ?? {};
  const own = findings.find((one) => one.accountId === accountId);
  const told = own ? [`${texts.around.found(own.asOf)}${texts.marks.sentence}${summary(own, texts)}`] : [];
  const back = watch?.cameBack.get(accountId);
  if (back) return [...told, texts.around.isBack(1, 1, dateTime(back.at)) + texts.marks.end];
  const isOver = watch?.ended && watch.readAt !== null && wasWatched(state, accountId);
  return isOver ? [...told, texts.around.noneSeen(dateTime(watch.readAt))] : told;
}

/** How many by country and app, the most first. */
function signInsText({ signIns }: Findings, texts: Texts): string {
  if (!signIns.known) return notAvailable(signIns.why, texts);
  const { around, marks } = texts;
  const succeeded = signIns.value.filter((one) => one.succeeded);
  const failed = signIns.value.length - succeeded.length;
  const places = Map.groupBy(succeeded, ({ country, app }) =>
    [country === null ? around.somewhere : countryName(country, texts.lang), shorten(app, roomFor.text)].join(
      marks.list,
    ),
  );
  const counted = [...places]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([place, { length }]) => `${place}${marks.label}${length}`);
  const rest = counted.length - mostLines;
  const told = [
    ...counted.slice(0, mostLines),
    ...(rest > 0 ? [texts.more(rest)] : []),
    ...(failed > 0 ? [around.failed(failed, failed >= mostFailedSignIns)] : []),
  ];
  return told.length > 0 ? told.join(marks.parts) : texts.none;
}

function devicesText({ devices }: Findings, texts: Texts): string {
  if (!devices.known) return notAvailable(devices.why, texts);
  const names = devices.value.map(({ name }) => shorten(name, roomFor.text));
  const rest = names.length - mostLines;
  if (names.length === 0) return texts.none;
  return `${names.slice(0, mostLines).join(texts.marks.list)}${rest > 0 ? ` ${texts.more(rest)}` : ''}`;
}

function nameOf({ request }: KnownRequest, accountId: string): string {
  const target = request.targets.find(({ account }) => account.id.toLowerCase() === accountId);
  return target ? shorten(target.account.name, roomFor.name) : accountId;
}
