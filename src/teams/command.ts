import type { TargetReference } from '../app/ports.ts';
import { normaliseCode } from '../domain/code.ts';
import type { Verb } from '../domain/request.ts';

/** Everything a sentence can ask for. */
export type Sentence =
  | {
      readonly kind: 'revoke';
      readonly dryRun: boolean;
      readonly targets: readonly TargetReference[];
      /** Words among the targets that cannot be an address or an object id. */
      readonly unclear: readonly string[];
      readonly reason: string | null;
    }
  | { readonly kind: 'revokeMine'; readonly reason: string | null }
  | { readonly kind: 'decide'; readonly verb: Verb; readonly code: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'unknown' };

const longestReason = 300;
/** No address is longer, brackets and all; beyond it nothing is matched, because matching would take its time. */
const longestWord = 340;
const objectId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What Entra allows in a UPN, and `+`, `/`, `&` of mail addresses; no wider, so that look-alike letters are seen. */
  /** `null`: what is open here. */
  | { readonly kind: 'status'; readonly code: string | null }
  | { readonly kind: 'history'; readonly targets: readonly TargetReference[]; readonly unclear: readonly string[] }
const address = /^[a-z0-9'._!#^~$+&/=%-]{1,64}@(?=.{1,255}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;

/**
 * A finished sentence (readText) to its meaning. Case, spaces and a trailing full stop do not matter. Its words are
 * matched without the flag `u`, with which a long s or a Kelvin sign would do for s and k.
 */
export function parseSentence(text: string): Sentence {
  const flat = text.replace(/\s+/gu, ' ').trim();
  if (/^(?:help|\?) ?[.!?]?$/i.test(flat)) return { kind: 'help' };
  const decided = /^(approve|deny|cancel|stop) ([a-z0-9]{4,20}) ?[.!]?$/i.exec(flat);
  if (decided?.[1] && decided[2]) {
    const code = normaliseCode(decided[2]);
    const verb = decided[1].toLowerCase() as Verb;
    return code ? { kind: 'decide', verb, code } : { kind: 'unknown' };
  }
  const mine = /^revoke my sessions(?:,? because(?: (.+))?)? ?[.!]?$/i.exec(flat);
  if (mine) return { kind: 'revokeMine', reason: mine[1] ? shorten(mine[1]) : null };
  const asked = /^(what if )?revoke sessions for[\s:]+(.+)$/is.exec(text);
  const status = /^status(?: ([a-z0-9]{4,20}))? ?[.!?]?$/i.exec(flat);
  if (status) {
    const code = status[1] === undefined ? null : normaliseCode(status[1]);
    return status[1] !== undefined && code === null ? { kind: 'unknown' } : { kind: 'status', code };
  }
  const past = /^history(?:[ \t]+(?:of|for))?[\s:]+(.+)$/is.exec(text);
  if (past?.[1]) {
    const { targets, unclear } = parseTargets(past[1], parts);
    return { kind: 'history', targets, unclear };
  }
  if (!asked?.[2]) return { kind: 'unknown' };
  return { kind: 'revoke', dryRun: asked[1] !== undefined, ...parseTargets(asked[2]) };
}

/** Who is named in a list, and why, as it stands behind `revoke sessions for`. */
export function parseTargets(text: string) {
  const because = /(?:^|[\s,;])because(?:\s+|$)/i.exec(text);
  const named = because ? text.slice(0, because.index) : text;
  const reason = because
    ? text
        .slice(because.index + because[0].length)
        .replace(/\s+/gu, ' ')
        .trim()
    : '';
  const targets = new Map<string, TargetReference>();
  const unclear: string[] = [];
  for (const part of named.split(/[\s,;]+/u)) {
    if (part.length > longestWord) {
      unclear.push(part);
      continue;
    }
    const word = bare(part);
    if (word === '' || /^and$/iu.test(word)) continue;
    if (objectId.test(word)) targets.set(word.toLowerCase(), { kind: 'objectId', text: word.toLowerCase() });
    else if (address.test(word)) targets.set(word.toLowerCase(), { kind: 'address', text: word });
    else unclear.push(word);
  }
  return { targets: [...targets.values()], unclear, reason: reason === '' ? null : shorten(reason) };
}

function whomAndWhy(text: string, parts: readonly Part[]) {
  const because = /(?:^|[\s,;\uFDD1])because(?:\s+|$)/i.exec(text);
  const end = because ? because.index + (because[0].startsWith('\uFDD1') ? 1 : 0) : text.length;
  const why = because ? visible(text.slice(because.index + because[0].length), parts) : '';
  const reason = why.replace(/\s+/gu, ' ').trim();
  return { names: readNames(text.slice(0, end), parts), reason: reason === '' ? null : shorten(reason) };
}

function shorten(reason: string): string {
  const characters = [...reason];
  return characters.length <= longestReason ? reason : `${characters.slice(0, longestReason - 1).join('')}…`;
}
