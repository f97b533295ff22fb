import type { Account, Person as ActingPerson, Target } from '../../domain/account.ts';
import type { Requested } from '../../domain/request.ts';
import { isPrivileged, privilegedFirst } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { writePage } from '../wire/page.ts';
import { roles, unusualFacts } from './facts.ts';
import {
  type Fact,
  fitLines,
  fitNames,
  type Line,
  type PageButton,
  type Person,
  type PersonLine,
  plain,
  shorten,
  subtle,
  type TargetsShown,
  takes,
} from './parts.ts';
import { hidesCharacters, mayImitate, wordsOnly } from './untrusted-text.ts';

/** More lines than this help no one on a phone. */
export const mostLines = 10;
/** So many are all in plain sight. */
export const fewAccounts = 5;
/** Of the others, who hold no power over anyone. */
export const mostOthers = 3;

const lines = { most: mostLines, room: 3400, frame: 350 };
/** Of all that is said of accounts on one card, folded or not. */
const roomForAccounts = 3800;
const foldedFrame = 170;
/** For the names of those who have no line of their own and have to be seen all the same. */
export const roomForNames = 1300;
const roomForName = 100;
const roomForAddress = 160;
const roomForJob = 160;
const roomForReason = { onCard: 640, onList: 72 };
const mostApprovers = 3;
const mostRolesOnList = 2;

export const shownName = ({ name }: { readonly name: string }) => shorten(name, roomForName);
export const shownUpn = ({ upn }: Pick<Account, 'upn'>) => shorten(upn, roomForAddress);
/** Anyone may take another person's name; the UPN tells them apart. */
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
): TargetsShown {
  const [only] = targets;
  if (only && targets.length === 1) {
    const shown = person(only, facts ? unusualFacts(only, texts, now) : [], texts);
    return { person: shown, people: [], more: null, all: null, everyone: null };
  }
  const ordered = privilegedFirst(targets);
  const first = targets.length <= fewAccounts ? ordered : ordered.filter(isPrivileged);
  const toLines = (some: readonly Target[]) => some.map((target) => personLine(target, texts));
  const people = first.length === 0 ? [] : fitLines(lines, (count) => toLines(first.slice(0, count)));
  const hidden = ordered.slice(people.length);
  const powerful = hidden.filter(isPrivileged);
  const names = hidden.slice(0, mostOthers).map(({ account }) => shownName(account));
  const more =
    powerful.length > 0
      ? `${texts.morePrivileged(hidden.length, powerful.length)}${texts.marks.label}${inOneLine(powerful, texts)}`
      : texts.others(hidden.length, names.join(texts.marks.list), hidden.length - names.length, people.length > 0);
  return {
    person: null,
    people,
    more: hidden.length > 0 ? more : null,
    ...(hidden.length === 0
      ? nothingHidden
      : showAll(requestId, targets.length, () => toLines(ordered), takes(people, lines.frame), texts)),
  };
}

export const nothingHidden = { all: null, everyone: null };

/** All the accounts, folded while they fit beside what takes so much already; else page by page. */
export function showAll(
  requestId: string | null,
  count: number,
  everyone: () => readonly PersonLine[],
  taken: number,
  texts: Texts,
): Pick<TargetsShown, 'all' | 'everyone'> {
  if (taken + count * foldedFrame <= roomForAccounts) {
    const lines = everyone().map(({ name, upn, note }) => {
      return { name, told: `\u2002${note === null ? upn : `${upn}${texts.marks.parts}${note}`}` };
    });
    if (taken + takes(lines, foldedFrame) <= roomForAccounts) {
      return { all: null, everyone: { title: texts.lookUp.showAll(count), lines } };
    }
  }
  return { all: requestId === null ? null : allButton(requestId, count, texts), everyone: null };
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
          `${texts.labels.roles}${texts.marks.label}${facts.roles.known ? roles(facts.roles.value, texts, mostRolesOnList) : texts.notAvailable}`,
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

/** What changes what the reader may do or should look at twice. */
export function warnings(request: Requested, texts: Texts): readonly string[] {
  const { twoPersons, targets, by, conversation, reason } = request;
  const people = [
    ...targets.map(({ account }) => account),
    ...(targets.some(({ account }) => account.id === by.id) ? [] : [by]),
  ];
  const imitating = people.filter(({ name, upn = '' }) => mayImitate(name) || mayImitate(upn));
  const [first] = imitating;
  const hiding = people.filter((person) => hidesCharacters(namesOf(person)));
  const [hidden] = hiding;
  const disabled = targets.filter(({ account }) => !account.enabled).length;
  return [
    ...(twoPersons === null || by.app ? [] : [texts.twoPersons(twoPersons, targets.length, shownName(by))]),
    ...(request.twoApprovers ? [texts.twoApprovers] : []),
    ...(conversation.kind === 'personal' && !requesterMayApprove(request) ? [texts.noApproverHere] : []),
    ...(targets.some(({ account }) => account.restricted) ? [texts.restrictedUnit] : []),
    ...(disabled > 0 ? [texts.alreadyDisabled(disabled, targets.length)] : []),
    ...(first ? [texts.imitates(shownName(first), imitating.length)] : []),
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
  return reason === null ? [asked] : [asked, [subtle(`${texts.reasonLabel} `), plain(shownReason(reason))]];
}

/** Why it was denied or cancelled, as it follows who did; nothing where no reason was given. */
export function whyDecided(
  { reason }: { readonly reason?: string },
  texts: Texts,
  where?: keyof typeof roomForReason,
): readonly string[] {
  return reason === undefined ? [] : [texts.marks.label + shownReason(reason, where)];
}

/** Whose sessions, in words that may stand in markup: one name, or how many accounts. */
export function whom({ targets }: Pick<Requested, 'targets'>, texts: Texts): string {
  const [only] = targets;
  const name = only && targets.length === 1 ? wordsOnly(only.account.name) : '';
  return name === '' ? texts.accountCount(targets.length) : name;
}
