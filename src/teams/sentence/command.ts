import { normaliseCode } from '../../domain/code.ts';
import type { Verb } from '../../domain/request.ts';
import { withoutGreeting, withoutThanks } from './courtesies.ts';
import { isName, leavesOut } from './display-name.ts';
import { inEnglish } from './in-english.ts';
import { type Differing, isReference, type Named, readNames } from './names.ts';
import { type Part, visible } from './written.ts';

/** Everything a sentence can ask for. */
export type Sentence =
  | {
      readonly kind: 'revoke';
      readonly dryRun: boolean;
      readonly targets: readonly Named[];
      /** Words among the targets that name nobody. */
      readonly unclear: readonly string[];
      readonly reason: string | null;
    }
  /** What is shown and what it leads to are not the same, or a row of a table has several addresses: nothing is guessed. */
  | {
      readonly kind: 'unsure';
      readonly differing: readonly Differing[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'revokeMine'; readonly reason: string | null }
  | { readonly kind: 'decide'; readonly verb: Verb; readonly code: string }
  /** `null`: what is open here. */
  | { readonly kind: 'status'; readonly code: string | null }
  | { readonly kind: 'history'; readonly targets: readonly Named[]; readonly unclear: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'unknown' };

/** What goes on record, and stands on cards. */
const longestReason = 300;
/** Beyond it a line is no sentence, and looking for where its people end would take its time. */
const longestLine = 700;

/**
 * A finished sentence to its meaning; `parts` are what its marks stand for. Case, spaces and a trailing full stop do
 * not matter. Its words are matched without the flag `u`, with which a long s or a Kelvin sign would do for s and k.
 */
export function parseSentence(sent: string, parts: readonly Part[] = []): Sentence {
  const text = inEnglish(withoutGreeting(sent));
  const flat = visible(text, parts).replace(/\s+/gu, ' ').trim();
  // A question mark alone asks for help; one behind a greeting does not.
  const isHelp = /^help ?[.!?]?$/i.test(flat) || /^\s*\?\s?[.!?]?\s*$/.test(inEnglish(sent));
  if (isHelp) return { kind: 'help' };
  // With its question mark a question stays one.
  const order = withoutThanks(flat);
  const decided =
    /^(approve|deny|cancel|stop)(?: ?[:,–—-])? ?(?: |[([（【]|(?<=[:,–—-]))([a-z0-9]{4,20})[)\]）】]?$/i.exec(order);
  if (decided?.[1] && decided[2]) {
    const code = codeIn(decided[2]);
    const verb = decided[1].toLowerCase() as Verb;
    return code ? { kind: 'decide', verb, code } : { kind: 'unknown' };
  }
  const status = /^status(?: ?[:,])?(?: ?[([（【]?([a-z0-9]{4,20})[)\]）】]?)? ?\??$/i.exec(order);
  if (status) {
    const code = status[1] === undefined ? null : codeIn(status[1]);
    return status[1] !== undefined && code === null ? { kind: 'unknown' } : { kind: 'status', code };
  }
  const past = /^history(?:[ \t]+(?:of|for)\b)?(?:[\s:]+(.*))?$/is.exec(text);
  if (past) {
    const { targets, unclear, differing, rows } = whomAndWhy(past[1] ?? '', parts).names;
    if (differing.length + rows.length > 0) return { kind: 'unsure', differing, rows };
    return { kind: 'history', targets, unclear };
  }
  if (/^revoke my sessions$/i.test(order)) return { kind: 'revokeMine', reason: null };
  const mine = /^revoke my sessions[ ,:;.–—-]{1,5}(?:because|since|reason:)(?:[:,]? (.+)|[:,.!]?)$/i.exec(flat);
  if (mine) return { kind: 'revokeMine', reason: reasonIn(mine[1] ?? '') };
  const asked = /^(what[ \t]+if[ \t]+)?revoke[ \t]+sessions[ \t]+for[\s:]+(.+)$/is.exec(text);
  if (!asked?.[2]) return { kind: 'unknown' };
  const { names, reason } = reasonBehind(asked[2], parts) ?? whomAndWhy(asked[2], parts);
  const { targets, unclear, differing, rows } = names;
  if (differing.length + rows.length > 0) return { kind: 'unsure', differing, rows };
  return { kind: 'revoke', dryRun: asked[1] !== undefined, targets, unclear, reason };
}

/**
 * Who is named in a list, and why, as it stands behind `revoke sessions for`, where nobody can be mentioned. Whatever is
 * not sure is unclear here.
 */
export function parseTargets(text: string, parts: readonly Part[] = []) {
  const { names, reason } = whomAndWhy(text, parts);
  const unclear = [
    ...names.unclear,
    ...names.targets.filter((named) => !isReference(named)).map((named) => `@${named.text}`),
    ...names.differing.map(({ shown, leadsTo }) => `${shown} <${leadsTo}>`),
    ...names.rows.map((row) => row.join(' ')),
  ];
  return { targets: names.targets.filter(isReference), unclear, reason };
}

function whomAndWhy(text: string, parts: readonly Part[]) {
  const because = /(?:^|[\s,;:.([–—-]|(?<=\uFDD1))(?:(?:because|since)(?:[:,]?\s+|[:,]?$)|reason\s*[:=]\s*)/i.exec(
    text,
  );
  const before = because ? withoutSeparator(text.slice(0, because.index)) : withoutThanks(text);
  const why = because ? visible(text.slice(because.index + because[0].length), parts) : '';
  const isBracketed = because !== null && /[([]\s*$/u.test(text.slice(0, because.index + 1));
  return { names: readNames(before, parts), reason: reasonIn(isBracketed ? why.replace(/[)\]]\s*$/u, '') : why) };
}

/** Where the people end and a dash, a colon, a bracket or a full stop begins what is said about them. */
const behindPeople =
  /^(.*(?:\uFDD1|@[^\s@,;:()[\]–—]+?|[0-9a-f]{12}))(?:\s+--?\s+|\s*[–—]+\s*|\s*:\s+|\s*[([]|\s?\.\s+)([^@\uFDD0\n\t]+)$/isu;

const withoutSeparator = (text: string) =>
  text.slice(0, -20) + text.slice(-20).replace(/(?:[\s,;:([–—]|(?<=\s)--?(?=\s*$))+$/u, '');

/**
 * One line of people and, without a word such as *because*, why: only where everybody before it is clear, and nothing in
 * it can leave somebody out or name somebody; `null` otherwise.
 */
function reasonBehind(text: string, parts: readonly Part[]) {
  if (text.length > longestLine || text.includes('\n') || /(?:because|since|reason)/i.test(text)) return null;
  const [, people = '', said = ''] = behindPeople.exec(text) ?? [];
  const why = said.replace(/[)\]]\s*$/u, '').trim();
  if (why === '' || leavesOut(why) || !/^\p{Ll}|\s/u.test(why) || isName(why.split(/\s+/u))) return null;
  const whole = readNames(text, parts);
  const names = readNames(people, parts);
  const isClear = names.targets.length > 0 && names.unclear.length + names.differing.length + names.rows.length === 0;
  return isClear && whole.unclear.length > 0 ? { names, reason: reasonIn(why) } : null;
}

/** A code as it is looked for. One with letters that codes do not have is looked for, too: then there is no such code. */
function codeIn(typed: string): string | null {
  return normaliseCode(typed) ?? (typed.length === 4 || /\d/.test(typed) ? typed.toUpperCase() : null);
}

/** A reason as somebody wrote it, in one line and not too long; `null` where nothing is written. */
export function reasonIn(written: string): string | null {
  const reason = written.replace(/\s+/gu, ' ').trim();
  const characters = [...reason];
  if (characters.length > longestReason) return `${characters.slice(0, longestReason - 1).join('')}…`;
  return reason === '' ? null : reason;
}
