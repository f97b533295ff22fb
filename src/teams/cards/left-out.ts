import type { Found, Omission, OmissionCode } from '../../domain/account.ts';
import type { Texts } from '../texts/en.ts';
import { fitLines, fitNames, shorten } from './fit.ts';
import { literalText } from './literal-run.ts';
import type { LeftOut } from './parts.ts';

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
const commands: Readonly<Partial<Record<OmissionCode, (id: string) => string>>> = {
  external: (id) => `Update-MgUser -UserId ${id} -AccountEnabled:$false`,
  ownGuest: (id) => `Revoke-MgUserSignInSession -UserId ${id}`,
  restricted: (id) => `Revoke-MgUserSignInSession -UserId ${id}`,
  unreadable: (id) => `Revoke-MgUserSignInSession -UserId ${id}`,
};

function command([first, ...others]: readonly Omission[], texts: Texts): string {
  const id = first?.found[0]?.id;
  const make = first && commands[first.code];
  return make && id && others.length === 0 ? `${texts.marks.label}${make(id)}` : '';
}
