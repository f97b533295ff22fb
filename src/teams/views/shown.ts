import type { AccountFacts, Omission, Requested, Target } from '../../domain/request.ts';
import type { Fact, LeftOut, Line, Person, PersonLine, Run } from '../card-data.ts';
import type { Texts } from '../texts/en.ts';

/** More lines than this make nobody wiser on a phone, and the card must stay small. */
export const mostLines = 10;

export const subtle = (text: string): Run => ({ text, look: 'subtle' });
export const plain = (text: string): Run => ({ text, look: 'plain' });
export const strong = (text: string): Run => ({ text, look: 'strong' });

/** The accounts a card is about: one large, or several in lines. */
export function targetsShown(targets: readonly Target[], texts: Texts, now: Date, facts: 'facts' | 'name') {
  const [only] = targets;
  if (only && targets.length === 1) {
    return { person: person(only, facts === 'facts' ? factsOf(only, texts, now) : []), people: [], more: null };
  }
  const hidden = targets.length - mostLines;
  return {
    person: null,
    people: targets.slice(0, mostLines).map((target) => personLine(target, texts)),
    more: hidden > 0 ? texts.more(hidden) : null,
  };
}

export function person({ account }: Target, facts: readonly Fact[]): Person {
  const job = [account.jobTitle, account.department].filter((part) => part !== null).join(', ');
  return { name: account.name, upn: account.upn, job: job === '' ? null : job, facts };
}

function personLine({ account, facts }: Target, texts: Texts): PersonLine {
  const roles = facts.roles.known ? facts.roles.value.map(({ name }) => name).join(', ') : texts.notAvailable;
  const notes = [
    ...(facts.roles.known && facts.roles.value.length === 0 ? [] : [`${texts.labels.roles}: ${roles}`]),
    ...(account.enabled ? [] : [texts.account(account)]),
  ];
  return { name: account.name, upn: account.upn, note: notes.length > 0 ? notes.join('; ') : null };
}

function factsOf({ account, facts }: Target, texts: Texts, now: Date): readonly Fact[] {
  const { labels } = texts;
  const fact = (label: string, value: string | null): Fact =>
    value === null ? { label, value: texts.notAvailable, look: 'subtle' } : { label, value, look: 'plain' };
  return [
    fact(labels.account, texts.account(account)),
    fact(labels.roles, roles(facts.roles, texts)),
    fact(labels.lastSignIn, lastSignIn(facts.lastSignIn, texts, now)),
    fact(labels.risk, facts.risk.known ? texts.risk(facts.risk.value) : null),
    { label: labels.objectId, value: account.id, look: 'code' },
  ];
}

function roles(known: AccountFacts['roles'], texts: Texts): string | null {
  if (!known.known) return null;
  return known.value.length === 0 ? texts.none : known.value.map(({ name }) => name).join(', ');
}

function lastSignIn(known: AccountFacts['lastSignIn'], texts: Texts, now: Date): string | null {
  if (!known.known) return null;
  return known.value === null ? texts.noSignIn : texts.lastSignIn(known.value, now);
}

export function leftOut(omitted: readonly Omission[], texts: Texts): LeftOut | null {
  if (omitted.length === 0) return null;
  const hidden = omitted.length - mostLines;
  return {
    heading: texts.leftOutHeading,
    lines: omitted.slice(0, mostLines).map((omission) => ({ who: omission.asked, why: whyLeftOut(omission, texts) })),
    more: hidden > 0 ? texts.more(hidden) : null,
  };
}

export function whyLeftOut({ code, found }: Omission, texts: Texts): string {
  const why = texts.omissions[code];
  return code === 'ambiguous' ? `${why}: ${texts.candidates(found)}` : why;
}

export function warnings({ twoPersons }: Requested, texts: Texts): readonly string[] {
  return twoPersons === null ? [] : [texts.twoPersons[twoPersons]];
}

/** Who asked, when, and why. */
export function askedBy({ by, at, reason }: Requested, texts: Texts): readonly Line[] {
  const asked: Line = [subtle(texts.askedBy), plain(by.name), subtle(texts.asked(at))];
  return reason === null ? [asked] : [asked, [subtle(texts.reasonLabel), plain(reason)]];
}
