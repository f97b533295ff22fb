import type { Account, Person as ActingPerson, DirectoryRole, Known, Target } from '../../domain/account.ts';
import type { Requested } from '../../domain/request.ts';
import { isPrivileged, privilegedFirst } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { writePage } from '../wire/page-action.ts';
import type { Fact, Line, PageButton, Person, PersonLine, Run } from './card-data.ts';
import { fitLines, fitNames, shorten } from './fit.ts';
import { hidesCharacters } from './hidden-characters.ts';
import { mayImitate } from './look-alike.ts';

/** More lines than this make nobody wiser on a phone. */
export const mostLines = 10;

const lines = { most: mostLines, room: 3900, frame: 300 };
/** For the names of those who have no line of their own and have to be seen all the same. */
export const roomForNames = 1500;
const roomForName = 100;
const roomForAddress = 160;
const roomForJob = 160;
const roomForReason = { onCard: 640, onList: 80 };
const mostApprovers = 3;
const mostRoles = { alone: 5, onList: 2 };

export const subtle = (text: string): Run => ({ text, look: 'subtle' });
export const plain = (text: string): Run => ({ text, look: 'plain' });
export const strong = (text: string): Run => ({ text, look: 'strong' });

export const shownName = ({ name }: { readonly name: string }) => shorten(name, roomForName);
export const shownUpn = ({ upn }: Pick<Account, 'upn'>) => shorten(upn, roomForAddress);
/** Anybody may call themselves as somebody else is called; the UPN tells them apart. */
export const shownPerson = ({ name, upn }: Pick<ActingPerson, 'name' | 'upn'>) =>
  upn === undefined ? shownName({ name }) : `${shownName({ name })} (${shownUpn({ upn })})`;
export const shownReason = (reason: string, where: keyof typeof roomForReason = 'onCard') =>
  shorten(reason, roomForReason[where]);

/** The accounts a card is about: one large, or several in lines. @param requestId where the others can be turned to */
export function targetsShown(
  targets: readonly Target[],
  texts: Texts,
  now: Date,
  { facts = false, requestId = null }: { facts?: boolean; requestId?: string | null },
) {
  const [only] = targets;
  if (only && targets.length === 1) {
    const shown = person(only, facts ? factsOf(only, texts, now) : [], texts);
    return { person: shown, people: [], more: null, all: null };
  }
  const ordered = privilegedFirst(targets);
  const people = fitLines(lines, (count) => ordered.slice(0, count).map((target) => personLine(target, texts)));
  const hidden = ordered.slice(people.length);
  const powerful = hidden.filter(isPrivileged);
  const more =
    powerful.length > 0
      ? `${texts.morePrivileged(hidden.length, powerful.length)}${texts.marks.label}${inOneLine(powerful, texts)}`
      : texts.more(hidden.length);
  return {
    person: null,
    people,
    more: hidden.length > 0 ? more : null,
    all: requestId !== null && hidden.length > 0 ? allButton(requestId, targets.length, texts) : null,
  };
}

/** Accounts by name and UPN. */
export function inOneLine(targets: readonly Target[], texts: Texts, room = roomForNames): string {
  return fitNames(
    targets.map(({ account }) => shownPerson(account)),
    room,
    texts,
  );
}

/** Leads to all the accounts of a request, page by page. */
export function allButton(requestId: string, count: number, { lookUp }: Texts): PageButton {
  return { title: lookUp.showAll(count), page: writePage({ view: 'accounts', requestId, page: 0 }) };
}

export function person({ account }: Target, facts: readonly Fact[], texts: Texts): Person {
  const job = [account.jobTitle, account.department].filter((part) => part !== null).join(texts.marks.list);
  return {
    name: shownName(account),
    upn: shownUpn(account),
    job: job === '' ? null : shorten(job, roomForJob),
    facts,
  };
}

export function personLine({ account, facts, operator }: Target, texts: Texts): PersonLine {
  const notes = [
    ...(facts.roles.known && facts.roles.value.length === 0
      ? []
      : [
          `${texts.labels.roles}${texts.marks.label}${facts.roles.known ? roles(facts.roles.value, texts, mostRoles.onList) : texts.notAvailable}`,
        ]),
    ...(operator ? [texts.operator] : []),
    ...(account.enabled ? [] : [texts.account(account)]),
  ];
  return {
    name: shownName(account),
    upn: shownUpn(account),
    note: notes.length > 0 ? notes.join(texts.marks.parts) : null,
  };
}

function factsOf({ account, facts }: Target, texts: Texts, now: Date): readonly Fact[] {
  const { labels } = texts;
  const fact = <T>(label: string, known: Known<T>, show: (value: T) => string): Fact =>
    known.known
      ? { label, value: show(known.value), look: 'plain' }
      : { label, value: known.why ? texts.notAvailableWhy[known.why] : texts.notAvailable, look: 'subtle' };
  return [
    { label: labels.account, value: texts.account(account), look: 'plain' },
    fact(labels.roles, facts.roles, (value) => roles(value, texts, mostRoles.alone)),
    fact(labels.lastSignIn, facts.lastSignIn, (value) => lastSignIn(value, facts.lastAttempt, texts, now)),
    fact(labels.risk, facts.risk, texts.risk),
    { label: labels.objectId, value: account.id, look: 'code' },
  ];
}

function roles(held: readonly DirectoryRole[], texts: Texts, most: number): string {
  if (held.length === 0) return texts.none;
  const named = held.map((role) => texts.role(shownName(role), role.eligible === true, role.scope !== undefined));
  const names = named.slice(0, most).join(texts.marks.list);
  const hidden = held.length - most;
  return hidden > 0 ? `${names} ${texts.more(hidden)}` : names;
}

function lastSignIn(last: string | null, attempt: string | undefined, texts: Texts, now: Date): string {
  const signIn = last === null ? texts.noSignIn : texts.lastSignIn(last, now);
  return attempt === undefined ? signIn : `${signIn}${texts.marks.parts}${texts.lastAttempt(attempt, last !== null)}`;
}

/** What changes what the reader may do or should look at twice. */
export function warnings(request: Requested, texts: Texts): readonly string[] {
  const { twoPersons, targets, by, conversation, reason } = request;
  const imitating = targets.filter(({ account }) => mayImitate(account.name) || mayImitate(account.upn));
  const [first] = imitating;
  const hiding = [...targets.map(({ account }) => account), by].filter((person) => hidesCharacters(namesOf(person)));
  const [hidden] = hiding;
  const disabled = targets.filter(({ account }) => !account.enabled).length;
  return [
    ...(twoPersons === null || by.app ? [] : [texts.twoPersons(twoPersons, targets.length, shownName(by))]),
    ...(request.twoApprovers ? [texts.twoApprovers] : []),
    ...(conversation.kind === 'personal' && !requesterMayApprove(request) ? [texts.nobodyElseHere] : []),
    ...(targets.some(({ account }) => account.restricted) ? [texts.restrictedUnit] : []),
    ...(disabled > 0 ? [texts.alreadyDisabled(disabled, targets.length)] : []),
    ...(first ? [texts.imitates(shownName(first.account), imitating.length)] : []),
    ...(hidden ? [texts.hidesInName(shownName(hidden), hiding.length)] : []),
    ...(reason !== null && hidesCharacters(reason) ? [texts.hidesInReason] : []),
  ];
}

const namesOf = (person: { readonly name: string; readonly upn?: string }) => person.name + (person.upn ?? '');

/** As far as it could be read when the request was made: what could not be is no reason to say that they may not. */
export function requesterMayApprove({ twoPersons, approvers }: Requested): boolean {
  if (twoPersons !== null) return false;
  return !approvers.known || !approvers.value.complete || approvers.value.requesterToo;
}

/** Who can approve, as far as it could be read when the request was made. */
export function approversLine({ approvers, twoPersons }: Requested, texts: Texts): Line {
  if (!approvers.known) return [subtle(`${texts.canApprove} `), subtle(texts.notAvailable)];
  const label = subtle(`${twoPersons === null ? texts.oneApprover : texts.canApprove} `);
  const { named, count, complete } = approvers.value;
  const names = named.slice(0, mostApprovers).map(shownName).join(texts.marks.list);
  const hidden = count - Math.min(named.length, mostApprovers);
  if (hidden === 0 && complete) return [label, plain(names)];
  return [label, plain(names), subtle(` ${complete ? texts.morePeople(hidden) : texts.andOthers}`)];
}

/** Who asked, when, and why. */
export function askedBy({ by, at, reason }: Requested, texts: Texts): readonly Line[] {
  const asked: Line = [subtle(texts.askedBy), plain(shownPerson(by)), subtle(texts.asked(at))];
  return reason === null ? [asked] : [asked, [subtle(texts.reasonLabel), plain(shownReason(reason))]];
}
