import { isReference, readNames } from './names.ts';
import { asksBack, excludes, takesBack, waits, withoutGreeting, withoutThanks } from './phrases.ts';
import { plainly } from './word.ts';
import { type Part, visible } from './written.ts';

/** What goes on record, and stands on cards. */
const longestReason = 300;
/** Beyond it a line is no sentence, and looking for where its people end would take its time. */
export const longestLine = 700;

/** How a pattern goes on where an order may end in that all sessions are meant. */
export const everywhere =
  '(?: (?:(?:from )?everywhere|(?:out )?(?:of|from|on) (?:all|every|any)\\b(?: (?:of )?(?:my|his|her|their|the))?(?: (?:active|open|sign-?in))?(?: ?(?:devices?|apps?|sessions?|places?|things?))?|of everything))?';
/** What may follow the people and says no more than the verb. */
const tail = new RegExp(
  `^\\s*的?(?:所有|全部)?的?(?:登录)?(?:会话|令牌)|^(?:['’]s?(?= (?:all |active |open |sign-?in )*(?:sessions?|tokens?|sign-?ins)))?(?: (?:all |active |open |sign-?in )*(?:sessions?|tokens?|sign-?ins))?(?: out)?(?: now| immediately)?${everywhere}`,
  'i',
);
/** A person's address, object id or mention, with what is put around it. */
export const anyPerson =
  /(?:\uFDD0\d+\uFDD1|[a-z0-9'._!#^~$+&/=%-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+(?![-\p{L}\p{N}@＠_/&%=+#<]|\.[\p{L}\p{N}])|(?<![0-9a-z-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z-]))(?:[>)\]}"“”»』」】）`*]|['’](?!s\b))*/giu;

/** What a reason begins with, and where. */
export const becauseIn = (text: string) =>
  /(?:^|[\s,;:.([（–—-]|(?<=\uFDD1))(?:(?:because(?: of)?|since|due to)(?:[:,]?\s+|[:,]?$)|reason\s*[:=]\s*)/i.exec(
    text,
  );

/** From what stands behind the verb. `loose`: words behind the people that are neither plainly why nor part of the order. */
export function whomAndWhy(text: string, parts: readonly Part[]) {
  const because = becauseIn(text);
  const body = because ? withoutSeparator(text.slice(0, because.index)) : withoutThanks(text);
  const [people, rest] = splitBehindPeople(body);
  const behind = rest.replace(tail, '').replace(/^\s+(?:please|pls|plz|asap|now|immediately|urgently)\b/i, '');
  const said = withoutThanks(withoutGreeting(` ${visible(behind, parts)}`));
  // Nothing longer is put behind words, and matching would take its time.
  const loose = (said.slice(0, -40) + said.slice(-40).replace(/[\s.,;:!?)\]）。，、；：！？"“”»'’`*-]+$/u, '')).trim();
  if (loose === '' || /[@＠]/u.test(behind)) {
    const why = because ? visible(text.slice(because.index + because[0].length), parts) : '';
    const isBracketed = because !== null && /[([（]\s*$/u.test(text.slice(0, because.index + 1));
    const names = readNames(loose === '' ? people : body, parts);
    return { names, reason: reasonIn(isBracketed ? why.replace(/[)\]）]\s*$/u, '') : why), loose: '' };
  }
  const names = readNames(people, parts);
  const isApart = /^\s?(?:[,;:.(—–，；：（。、]|\[|--?\s)/u.test(behind);
  const why = loose.replace(/^[([（—–-]+\s*/u, '');
  const reason = because ? `${why}, ${visible(text.slice(because.index).replace(/^[\s,;:.([–—-]+/u, ''), parts)}` : why;
  const isReason = isApart && because === null && text.length <= longestLine && isSaidOfPeople(why);
  const isTag = /^(?:right|ok(?:ay)?|yes|no|correct|huh|eh|吗|么)$/i.test(why);
  const isSaid = because !== null || /\s|\p{Lo}/u.test(why) || isOneWordReason.test(why) || isApart;
  return { names, reason: isSaid && !isTag && !waits(why) ? reasonIn(reason) : null, loose: isReason ? '' : why };
}

/** Up to the last who is named, and what is said behind. */
function splitBehindPeople(body: string): readonly [people: string, behind: string] {
  if (body.includes('\t')) return [body, ''];
  let end = -1;
  for (const found of plainly(body).matchAll(anyPerson)) end = found.index + found[0].length;
  return end < 0 ? [body, ''] : [body.slice(0, end), body.slice(end)];
}

/** Why, without a word such as *because*: no one's name, nothing that takes the order back, puts it off or asks. */
function isSaidOfPeople(why: string): boolean {
  if (excludes(why) || waits(why) || takesBack(why) || asksBack(why)) return false;
  if (/^(?:and|also|plus|then|or|&|\+)(?!\p{L})/iu.test(why)) return false;
  const words = why.split(/[\s,]+/u);
  if (words.length === 1 && !/\p{Lo}/u.test(why)) return isOneWordReason.test(why);
  return words.some((word) => /^\p{Ll}|\d|\p{Lo}/u.test(word));
}
const isOneWordReason =
  /^(?:\S*\d\S*|stolen|lost|compromised?|breach(?:ed)?|hacked|phish(?:ed|ing)|leaver|terminated|offboarding|malware|ransomware|suspicious|incident|emergency|fired|leaked|exposed|infected)$/i;

const withoutSeparator = (text: string) =>
  text.slice(0, -20) + text.slice(-20).replace(/(?:[\s,;:([（–—，、；：]|(?<=\s)--?(?=\s*$))+$/u, '');

/** A reason as a person wrote it, in one line and not too long; `null` where nothing is written. */
export function reasonIn(written: string): string | null {
  const reason = written.replace(/\s+/gu, ' ').trim();
  const characters = [...reason];
  if (characters.length > longestReason) return `${characters.slice(0, longestReason - 1).join('')}…`;
  return reason === '' ? null : reason;
}

/**
 * Who is named in a list, and why, as it stands behind `revoke sessions for`, where no one can be mentioned. Whatever is
 * not sure is unclear here.
 */
export function parseTargets(text: string) {
  const { names, reason, loose } = whomAndWhy(text, []);
  const unclear = [
    ...names.unclear,
    ...loose.split(/[\s,;]+/u).filter((word) => word !== ''),
    ...names.differing.map(({ shown, leadsTo }) => `${shown} <${leadsTo}>`),
    ...names.rows.map((row) => row.join(' ')),
  ];
  return { targets: names.targets.filter(isReference), unclear, reason };
}
