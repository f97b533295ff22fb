import { normaliseCode } from '../../domain/code.ts';
import type { Verb } from '../../domain/request.ts';
import { type Differing, keyOf, type Named, type Names, readNames } from './names.ts';
import {
  asksBack,
  inEnglish,
  isAboutSessions,
  negates,
  takesBack,
  waits,
  withoutGreeting,
  withoutThanks,
} from './phrases.ts';
import { anyPerson, becauseIn, everywhere, longestLine, reasonIn, whomAndWhy } from './whom-and-why.ts';
import { type Part, visible } from './written.ts';

/** Everything a sentence can ask for. */
export type Sentence =
  | {
      readonly kind: 'revoke';
      readonly dryRun: boolean;
      readonly targets: readonly Named[];
      /** Words among the targets that name no one. */
      readonly unclear: readonly string[];
      readonly reason: string | null;
    }
  /** Not plainly an order: what it could mean, of which nothing is asked. */
  | {
      readonly kind: 'perhaps';
      readonly dryRun: boolean;
      /** At least one. */
      readonly targets: readonly Named[];
      readonly reason: string | null;
    }
  /** What is shown and what it leads to are not the same, or a row of a table has several addresses: nothing is guessed. */
  | {
      readonly kind: 'unsure';
      readonly differing: readonly Differing[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'revokeMine'; readonly reason: string | null }
  | { readonly kind: 'decide'; readonly verb: Verb; readonly code: string; readonly reason?: string }
  /** `null`: what is open here. */
  | { readonly kind: 'status'; readonly code: string | null }
  | { readonly kind: 'history'; readonly targets: readonly Named[]; readonly unclear: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'unknown' };

const unknown: Sentence = { kind: 'unknown' };

/**
 * A finished sentence to its meaning; `parts` are what its marks stand for. Case, spaces and a trailing full stop do
 * not matter. Its words are matched without the flag `u`, with which a long s or a Kelvin sign would do for s and k.
 */
export function parseSentence(sent: string, parts: readonly Part[] = []): Sentence {
  const text = inEnglish(withoutGreeting(sent));
  const flat = visible(text, parts).replace(/\s+/gu, ' ').trim();
  // A question mark alone asks for help; one behind a greeting does not.
  const isHelp = /^help ?[.!?]?$/i.test(withoutThanks(flat)) || /^\s*\?\s?[.!?]?\s*$/.test(inEnglish(sent));
  if (isHelp) return { kind: 'help' };
  // With its question mark a question stays one.
  const order = withoutThanks(flat);
  const past = /^history(?:[ \t]+(?:of|for)\b)?(?:[\s:]+(.*))?$/is.exec(text);
  if (past) {
    const { targets, unclear, differing, rows } = readNames(withoutThanks(past[1] ?? ''), parts);
    if (differing.length + rows.length > 0) return { kind: 'unsure', differing, rows };
    return { kind: 'history', targets, unclear };
  }
  return (
    decision(order) ??
    status(order) ??
    (parts.length === 0 || becauseIn(flat) ? own(flat) : null) ??
    asked(text, parts) ??
    perhaps(sent, text, parts)
  );
}

/** What people put round a code, and between it and the verb. A bracket or a quote on one side alone is no other code. */
const decided =
  /^(approve|deny|cancel|withdraw|stop)[\s:,;.=#–—\-([{<（［｛＜「『【〈《"'“”„«‘’*`]{1,6}([a-z0-9Ａ-Ｚａ-ｚ０-９]{4,20})[)\]}>）］｝＞」』】〉》"'“”»‘’*`]{0,3}(.*)$/i;
/** Behind a denial these say the same. */
const saysNo = /^[\s👎❌✖❎🚫🛑⛔🙅✋]+$/u;

function decision(order: string): Sentence | null {
  const [whole, said = '', typed = '', after = ''] = decided.exec(order) ?? [];
  if (whole === undefined) return null;
  // As the button says it.
  const verb = said.toLowerCase().replace('withdraw', 'cancel') as Verb;
  const code = codeIn(typed.normalize('NFKC'));
  const isNo = verb !== 'approve';
  const behind = isNo && saysNo.test(after) ? '' : after;
  // Only what keeps an account signed in may be explained: whatever else stands behind "approve" may take it back.
  const why = verb === 'deny' || verb === 'cancel' ? whyIn(behind) : null;
  if (code === null || (behind !== '' && why === null)) return unknown;
  const reason = reasonIn(/^\s*[([（]/.test(behind) ? (why ?? '').replace(/[)\]）]$/, '') : (why ?? ''));
  return { kind: 'decide', verb, code, ...(reason === null ? {} : { reason }) };
}

function whyIn(behind: string): string | null {
  const [, because] = /^[\s,;:.，、；：。([（–—-]*(?:because|since|reason:)[:,]? (.+)$/i.exec(behind) ?? [];
  if (because !== undefined) return because;
  const [, apart] = /^\s?[,;:.，、；：。([（–—-]+ ?(.+)$/.exec(behind) ?? [];
  return apart === undefined || /^[^?？]*[?？]$/.test(apart) ? null : apart;
}

function status(order: string): Sentence | null {
  const found =
    /^status(?: ?[:,;.=#–—-])?(?: ?["'“„«‘「『([{<（【*`]{0,2}([a-z0-9]{4,20})["'”“»’」』)\]}>）】*`]{0,2})? ?\??$/i.exec(
      order,
    );
  if (!found) return null;
  const code = found[1] === undefined ? null : codeIn(found[1]);
  return found[1] !== undefined && code === null ? unknown : { kind: 'status', code };
}

/** A code as it is looked for. One with letters that codes do not have is looked for, too: then there is no such code. */
function codeIn(typed: string): string | null {
  return normaliseCode(typed) ?? (typed.length === 4 || /\d/.test(typed) ? typed.toUpperCase() : null);
}

const mine = new RegExp(
  `^(?:revoke (?:all )?(?:of )?my (?:active |open |sign-?in )*(?:sessions?|tokens)|(?:sign|log) me out${everywhere})(.*)$`,
  'i',
);

function own(flat: string): Sentence | null {
  const [, behind] = mine.exec(flat) ?? [];
  if (behind === undefined) return null;
  const said = withoutThanks(` ${behind}`).trim();
  if (said === '') return { kind: 'revokeMine', reason: null };
  if (asksBack(flat)) return null;
  const found = /^[ ,;:.–—-]+(?:because|since|reason:)(?:[:,]? (.+)|[:,.!]?)$/i.exec(behind);
  if (found) return { kind: 'revokeMine', reason: reasonIn(found[1] ?? '') };
  const why = whyIn(said.replace(/^\w/, ' $&'))?.replace(/^([^(（]*)[)）]$/, '$1') ?? null;
  // What could take it back, or put it off, is no reason.
  const isReason = why !== null && !/[@＠]/u.test(why) && ![negates, waits, takesBack].some((other) => other(why));
  return isReason ? { kind: 'revokeMine', reason: reasonIn(why) } : null;
}

/** What stands between the verb and the people: *all of the active sign-in sessions and refresh tokens for the user*. */
const what =
  '(?:(?:(?:all|any|every|the|of|his|her|their|active|current|currently|open|existing|valid|sign-?in|sign in|log-?in|log in|user|refresh|access|web|session|sessions|token|tokens|and)\\b[ \\t]{1,3})*(?:session|sessions|token|tokens|sign-?ins|log-?ins)\\b[ \\t]{0,3}(?:now[ \\t]{1,3})?(?:(?:of|for|from)\\b)?|(?:of|for|from)\\b)?(?:[ \\t]{1,3}(?:the[ \\t]{1,3})?(?:users?|accounts?)(?=[\\s:]))?';
const heads: readonly RegExp[] = [
  new RegExp(
    `^(what[ \\t-]{0,3}if[ \\t:,]{1,5})?revoke\\b(?![ \\t]{1,3}my\\b)[ \\t]{0,3}${what}(?=[\\s:<([\\uFDD0])[\\s:]{1,5}(.+)$`,
    'is',
  ),
  /^(what[ \t-]{0,3}if[ \t:,]{1,5})?(?:sign|log)[ \t-]?(?:out)\b[ \t]*(?:(?:of|for|from)\b)?(?:[ \t]{1,3}(?:the[ \t]{1,3})?(?:users?|accounts?)(?=[\s:]))?[\s:]+(.+)$/is,
  /^(what[ \t-]{0,3}if[ \t:,]{1,5})?(?:sign|log)(?:[ \t]{1,3}(?:the[ \t]{1,3})?(?:users?|accounts?))?[ \t]{1,3}(.+[\s\uFDD1>)]out(?=$|[\s.,;:!?–—(-]).*)$/is,
];
const verbAlone = new RegExp(`^(?:revoke|(?:sign|log)[ \\t-]?out)[ \\t]{0,3}${what}[\\s:.!]*$`, 'i');

function asked(text: string, parts: readonly Part[]): Sentence | null {
  if (verbAlone.test(text)) return { kind: 'revoke', dryRun: false, targets: [], unclear: [], reason: null };
  const found = heads.map((head) => head.exec(text)).find((one) => one !== null);
  if (!found) return null;
  const dryRun = found[1] !== undefined;
  const { names, reason, loose } = whomAndWhy(found[2] ?? '', parts);
  const { targets, unclear, differing, rows } = names;
  if (differing.length + rows.length > 0) return { kind: 'unsure', differing, rows };
  // As in PowerShell, behind the people.
  if (!dryRun && targets.length > 0 && [reason ?? '', loose].some((said) => isTrialAlone.test(said))) {
    return maybe({ dryRun: true, names, reason: null });
  }
  // Of what was meant to be *sessions for*, no one is called so.
  if (targets.length > 0 && unclear.length === 0 && targets[0]?.labels?.some(isAboutSessions)) {
    return maybe({ dryRun, names: withoutLabels(names), reason });
  }
  // A dry run asks nothing, so it may be a question.
  const isOrder = loose === '' && (dryRun || !asksBack(visible(text, [])));
  if (!isOrder && targets.length > 0 && unclear.length === 0) return maybe({ dryRun, names, reason });
  const left = targets.filter((one) => !names.spared.includes(keyOf(one)));
  return { kind: 'revoke', dryRun, targets: unclear.length > 0 ? left : targets, unclear, reason };
}

const isTrial = /what[ -]?if|dry.?run/i;
const isTrialAlone = /^[-–—\s]*(?:what[ -]?if|dry.?run)[.!\s]*$/i;

const withoutLabels = (names: Names): Names => ({
  ...names,
  targets: names.targets.map(({ labels: _, ...one }) => one as Named),
});

function maybe({ dryRun, names, reason }: { dryRun: boolean; names: Names; reason: string | null }): Sentence {
  const targets = names.targets.filter((one) => !names.spared.includes(keyOf(one)));
  return targets.length === 0 ? unknown : { kind: 'perhaps', dryRun, targets, reason };
}

/** Whatever else is about sessions of a person with a full address, and does not say that nothing is to be done. */
function perhaps(typed: string, text: string, parts: readonly Part[]): Sentence {
  if (typed.length > longestLine) return unknown;
  const sent = typed.replace(withoutSpace, ' ');
  const flat = visible(sent, parts);
  if (sent.search(anyPerson) < 0) return unknown;
  const isAlone = visible(sent.replace(anyPerson, ' '), []).replace(/[\s,;.?!]|\band\b/giu, '') === '';
  const words = visible(sent, []).replace(/[^\s,;]+@[^\s,;]+/gu, ' ');
  if (!isAlone && (negates(words) || !isAboutSessions(`${words} ${text.split(/[\s@]/u, 2).join(' ')}`))) return unknown;
  const because = becauseIn(sent);
  const before = because ? sent.slice(0, because.index) : sent;
  const names = readNames(before.replaceAll(/['’]s\b|['’](?=\s|$)|(?<=^|\s)['‘]/gu, ' '), parts);
  const { differing, rows } = names;
  if (differing.length + rows.length > 0) return { kind: 'unsure', differing, rows };
  const reason = because ? reasonIn(visible(sent.slice(because.index + because[0].length), parts)) : null;
  return maybe({ dryRun: isTrial.test(flat), names: withoutLabels(names), reason });
}

/** In Japanese and Chinese nothing stands between an address and the next word. */
const withoutSpace =
  /(?<=[a-z0-9>\uFDD1])(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])(?=[a-z0-9.]{1,64}@|<|\uFDD0)/giu;
