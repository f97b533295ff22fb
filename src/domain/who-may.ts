import type { Account, Person } from './account.ts';
import type { HourlyUse, Limit, RefusalCode, Rights } from './command.ts';
import { remindAt } from './notifications.ts';
import { type Draft, isSamePlace, type KnownRequest, type Requested, type Verb } from './request.ts';

/**
 * The rule that forbids this person this decision, or `null`. Time and place are checked before. To go on takes what to
 * approve takes.
 */
export function mayReview(
  verb: Verb,
  by: Pick<Person, 'id'>,
  rights: Omit<Rights, 'requester'>,
  asked: Pick<Requested, 'by' | 'self' | 'targets' | 'twoPersons'>,
): RefusalCode | null {
  if (!rights.member) return 'notMember';
  if (!rights.enabled) return 'disabled';
  const isRequester = by.id === asked.by.id;
  if (asked.self) return isRequester ? null : 'onlySelf';
  const takesBack = verb === 'cancel' || verb === 'stop';
  if (!rights.approver && !(takesBack && isRequester)) return takesBack ? 'notRequesterNorApprover' : 'notApprover';
  // A stolen account must not decide what becomes of it. What a person asked for is theirs to take back all the same.
  const isTarget = asked.targets.some(({ account }) => account.id === by.id);
  const forOthers = verb === 'approve' || verb === 'continue' || !isRequester;
  if (isTarget && forOthers) return 'isTarget';
  if (verb === 'deny' || takesBack) return null;
  return asked.twoPersons !== null && isRequester ? 'twoPersons' : null;
}

/**
 * Why a decision that was typed by its code counts for nothing, from any person and for any decision: no one can have
 * seen what is asked. A press needs no such rule: only the card carries the request's id, which cannot be foreseen.
 */
export function whyNotTyped({ cardStands, request }: KnownRequest, saidAt: string): RefusalCode | null {
  if (!cardStands) return 'cardNotThere';
  return saidAt < request.at ? 'olderThanRequest' : null;
}

/** Two people may have the same name; each has a UPN of their own. */
export function identified(by: Person, { upn }: Pick<Rights, 'upn'>): Person {
  return upn === undefined ? by : { ...by, upn };
}

/** Those of the accounts on the list of approvers whom no rule forbids to approve this. */
export function whoMayApprove(
  listed: readonly Account[],
  asked: Pick<Requested, 'by' | 'self' | 'targets' | 'twoPersons'>,
): readonly Account[] {
  return listed.filter((account) => {
    const member = !account.guest && !account.external;
    const rights = { member, enabled: account.enabled, approver: true };
    return mayReview('approve', account, rights, asked) === null;
  });
}

/** The rule that forbids this person to ask, or `null`. For oneself any member may. Says nothing about any account. */
export function mayRequest(rights: Rights, self: boolean): RefusalCode | null {
  if (!rights.member) return 'notMember';
  if (!rights.enabled) return 'disabled';
  return self || rights.requester ? null : 'notRequester';
}

/** Whether so many accounts more are more than the requester may have revoked within the hour. */
export function isOverHourlyLimit(targetCount: number, { used, most }: HourlyUse): boolean {
  return used + targetCount > most;
}

/** What a refusal because of the hourly limit tells. Within an hour all that counts now counts no more. */
export function hourlyLimitOf(targetCount: number, { used, most }: HourlyUse, now: Date): Limit {
  return { most, count: used + targetCount, until: new Date(now.getTime() + 60 * 60_000).toISOString() };
}

/** Open requests in one chat or channel; people could not tell more cards apart. */
export const mostOpenHere = 50;
/** Of these the last are for people who have none open there. */
export const reservedHere = 10;

type Waiting = Pick<Requested, 'by' | 'targets'>;

/**
 * The limit that keeps this person from asking for these accounts, or `null`. A person who fills a conversation cannot keep a
 * request about themselves out of it: one by each other person goes through whatever is open.
 * @param here what waits for a decision in the conversation
 * @param own how many of this person wait, wherever that is, of at most so many
 */
export function overOpenLimit(
  askerId: string,
  targets: Waiting['targets'],
  here: readonly Waiting[],
  own: { readonly open: number; readonly most: number },
): 'tooManyOpen' | 'tooManyOfYours' | null {
  const ofAsker = here.filter(({ by }) => by.id === askerId);
  const room = ofAsker.length > 0 ? mostOpenHere - reservedHere : mostOpenHere;
  const isFull = here.length >= room;
  if (!isFull && own.open < own.most) return null;
  const isAboutFillers = targets.every(({ account: { id } }) => {
    const isOpen = ofAsker.some((request) => request.targets.some(({ account }) => account.id === id));
    return id !== askerId && !isOpen && here.some(({ by }) => by.id === id);
  });
  if (isAboutFillers) return null;
  return own.open >= own.most ? 'tooManyOfYours' : 'tooManyOpen';
}

type Asked = Pick<Draft, 'self' | 'conversation' | 'targets' | 'auth'>;

/**
 * Whether what is open answers what is asked now: the same accounts, no more and no fewer, in the same chat or channel.
 * It must shield no one. The requester can take it back, so one about that person answers no other requester; nor does one that soon
 * expires, that never reached those who decide, or that the settings of today would not let anyone approve.
 */
export function isSameRequest({ phase, request, noticed }: KnownRequest, asked: Asked, now: Date): boolean {
  if (phase !== 'requested' || noticed.includes('unreachable') || now >= remindAt(request)) return false;
  if (request.self !== asked.self || request.auth !== asked.auth) return false;
  if (!isSamePlace(request.conversation.id, asked.conversation.id)) return false;
  const open = new Set(request.targets.map(({ account }) => account.id));
  if (!request.self && open.has(request.by.id)) return false;
  return open.size === asked.targets.length && asked.targets.every(({ account }) => open.has(account.id));
}
