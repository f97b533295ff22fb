import type { Recorded } from '../../app/recorded.ts';
import type { Found, Omission, OmissionCode } from '../../domain/account.ts';
import { privilegedFirst } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { writePage } from '../wire/page.ts';
import { accountLines } from './each-outcome.ts';
import { fitLines, fitNames, type LeftOut, type PageButton, shorten } from './parts.ts';
import { personLine } from './shown.ts';
import type { ListData } from './status.ts';
import { literalText } from './untrusted-text.ts';
import { disableCommand, revokeCommand } from './what-now.ts';

const onOnePage = 10;

/** All the accounts of a request, page by page, in the order in which its card names some of them. */
export function accountsView(
  { requestId, state }: Pick<Recorded, 'requestId' | 'state'>,
  wanted: number,
  texts: Texts,
): ListData {
  const { lookUp } = texts;
  const { targets, code } = state.request;
  const entries: readonly ListData['entries'][number][] =
    state.decision?.verb === 'approve'
      ? accountLines(state, texts).map(({ name, upn, outcome, color, reason }) => {
          return { name, code: null, says: '', color, lines: [upn, outcome, ...(reason === null ? [] : [reason])] };
        })
      : privilegedFirst(targets).map((target) => {
          const { name, upn, note } = personLine(target, texts);
          return { name, code: null, says: '', color: 'default', lines: note === null ? [upn] : [upn, note] };
        });
  const pages = Math.ceil(entries.length / onOnePage);
  const page = Math.min(wanted, pages - 1);
  const back: PageButton = { title: lookUp.back, page: writePage({ view: 'card', requestId }) };
  const turn = (to: number, title: string): PageButton => ({
    title,
    page: writePage({ view: 'accounts', requestId, page: to }),
  });
  const title = lookUp.accountsTitle(code, targets.length);
  return {
    lang: texts.lang,
    fallbackText: title,
    title: pages > 1 ? lookUp.page(title, page + 1, pages) : title,
    person: null,
    entries: entries.slice(page * onOnePage, (page + 1) * onOnePage),
    note: null,
    older: page + 1 < pages ? turn(page + 1, lookUp.next) : back,
    newer: page > 0 ? turn(page - 1, lookUp.previous) : pages > 1 ? back : null,
  };
}

const lines = { most: 8, room: 2000, frame: 210 };
const roomForOne = 80;
const roomForNamesOfOneReason = 200;
const mostCandidates = 3;
const mostKinds = 3;
const roomForCandidate = 48;

/** Who was named and is not part of the request; a reason that several share stands there once. */
export function leftOut(omitted: readonly Omission[], texts: Texts): LeftOut | null {
  if (omitted.length === 0) return null;
  const { shown, more } = reasonsOf(omitted, texts);
  return { lines: shown.map(({ who, why }) => ({ who: texts.label(who), why })), more };
}

/** How many of each kind, in one line. */
export function skipped(omitted: readonly Omission[], texts: Texts): string | null {
  if (omitted.length === 0) return null;
  const kinds = [...Map.groupBy(omitted, ({ code }) => code)].toSorted(
    ([, one], [, other]) => other.length - one.length,
  );
  const named = kinds.length > mostKinds + 1 ? kinds.slice(0, mostKinds) : kinds;
  const others = omitted.length - named.reduce((sum, [, those]) => sum + those.length, 0);
  const told = named.map(([code, those]) => texts.skippedAs[code](those.length));
  return texts.skipped(omitted.length, others > 0 ? [...told, texts.otherReasons(others)] : told);
}

/** One line of plain text per reason, for where there is no card. */
export function leftOutLines(omitted: readonly Omission[], texts: Texts): readonly string[] {
  const { shown, more } = reasonsOf(omitted, texts);
  return [...shown.map(({ who, why }) => `${who}${texts.marks.label}${why}`), ...(more === null ? [] : [more])];
}

function reasonsOf(omitted: readonly Omission[], texts: Texts) {
  const groups = [...Map.groupBy(omitted, (omission) => sharedReason(omission, texts))].map(([why, those]) => ({
    who: whoIsLeftOut(those, texts),
    why: why + command(those, texts),
    count: those.length,
  }));
  const shown = groups.length === 0 ? [] : fitLines(lines, (count) => groups.slice(0, count));
  const hidden = omitted.length - shown.reduce((sum, { count }) => sum + count, 0);
  return { shown, more: hidden > 0 ? texts.more(hidden) : null };
}

function whoIsLeftOut(those: readonly Omission[], texts: Texts): string {
  const names = those.map(({ asked }) => shorten(literalText(asked), roomForOne));
  return fitNames(names, roomForNamesOfOneReason, texts);
}

/** Who several are is told of each address by itself. */
function sharedReason({ code, found, more = 0 }: Omission, texts: Texts): string {
  const why = texts.omissions[code];
  if (code !== 'ambiguous' || found.length === 0) return why;
  const part = (text: string) => shorten(literalText(text), roomForCandidate);
  const candidates = found.slice(0, mostCandidates).map(
    ({ name, upn, department, ...one }): Found => ({
      ...one,
      name: part(name),
      upn: part(upn),
      department: department === null ? null : part(department),
    }),
  );
  const hidden = found.length - candidates.length + more;
  return `${why}${texts.marks.label}${texts.candidates(candidates)}${hidden > 0 ? ` ${texts.moreCandidates(hidden)}` : ''}`;
}

/** PowerShell for a person who may do what the bot may not; by object id, in which nothing can hide. */
const commands: Readonly<Partial<Record<OmissionCode, (account: { readonly id: string }) => string>>> = {
  external: disableCommand,
  ownGuest: revokeCommand,
  restricted: revokeCommand,
  unreadable: revokeCommand,
};

function command([first, ...others]: readonly Omission[], texts: Texts): string {
  const id = first?.found[0]?.id;
  const make = first && commands[first.code];
  return make && id && others.length === 0 ? `${texts.marks.label}${make({ id })}` : '';
}
