import { normaliseCode } from '../domain/code.ts';
import type { Verb } from '../domain/request.ts';
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

/**
 * A finished sentence to its meaning; `parts` are what its marks stand for. Case, spaces and a trailing full stop do
 * not matter. Its words are matched without the flag `u`, with which a long s or a Kelvin sign would do for s and k.
 */
export function parseSentence(sent: string, parts: readonly Part[] = []): Sentence {
  const text = inEnglish(sent);
  const flat = visible(text, parts).replace(/\s+/gu, ' ').trim();
  if (/^(?:help|\?) ?[.!?]?$/i.test(flat)) return { kind: 'help' };
  const decided = /^(approve|deny|cancel|stop) ([a-z0-9]{4,20}) ?[.!]?$/i.exec(flat);
  if (decided?.[1] && decided[2]) {
    const code = normaliseCode(decided[2]);
    const verb = decided[1].toLowerCase() as Verb;
    return code ? { kind: 'decide', verb, code } : { kind: 'unknown' };
  }
  const status = /^status(?: ([a-z0-9]{4,20}))? ?[.!?]?$/i.exec(flat);
  if (status) {
    const code = status[1] === undefined ? null : normaliseCode(status[1]);
    return status[1] !== undefined && code === null ? { kind: 'unknown' } : { kind: 'status', code };
  }
  const past = /^history(?:[ \t]+(?:of|for)\b)?(?:[\s:]+(.*))?$/is.exec(text);
  if (past) {
    const { targets, unclear, differing, rows } = whomAndWhy(past[1] ?? '', parts).names;
    if (differing.length + rows.length > 0) return { kind: 'unsure', differing, rows };
    return { kind: 'history', targets, unclear };
  }
  const mine = /^revoke my sessions(?:,? because(?: (.+))?)? ?[.!]?$/i.exec(flat);
  if (mine) return { kind: 'revokeMine', reason: reasonIn(mine[1] ?? '') };
  const asked = /^(what[ \t]+if[ \t]+)?revoke[ \t]+sessions[ \t]+for[\s:]+(.+)$/is.exec(text);
  if (!asked?.[2]) return { kind: 'unknown' };
  const { names, reason } = whomAndWhy(asked[2], parts);
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
  const because = /(?:^|[\s,;\uFDD1])because(?:\s+|$)/i.exec(text);
  const end = because ? because.index + (because[0].startsWith('\uFDD1') ? 1 : 0) : text.length;
  const why = because ? visible(text.slice(because.index + because[0].length), parts) : '';
  return { names: readNames(text.slice(0, end), parts), reason: reasonIn(why) };
}

/** A reason as somebody wrote it, in one line and not too long; `null` where nothing is written. */
export function reasonIn(written: string): string | null {
  const reason = written.replace(/\s+/gu, ' ').trim();
  const characters = [...reason];
  if (characters.length > longestReason) return `${characters.slice(0, longestReason - 1).join('')}…`;
  return reason === '' ? null : reason;
}
