import type { DirectoryProblem } from '../../app/errors.ts';
import type { AccountFacts, Found, OmissionCode, WhyUnknown } from '../../domain/account.ts';
import type { Limit, RefusalCode } from '../../domain/command.ts';
import type { ChangeKind, SignIn } from '../../domain/findings.ts';
import type { Hindrance } from '../../domain/notifications.ts';
import type { DecisionVerb, TwoPersonsReason, Verb } from '../../domain/request.ts';
import type { FailureCode, TargetResult } from '../../domain/result.ts';
import { dateTime, dateTimeToSecond, time, timeOrDay, timeToSecond, until, years } from './format.ts';

/**
 * Every sentence a person reads, in English. Another language is another object of this type, so a sentence that is
 * missing there does not compile. No Markdown: some of these stand beside what other people wrote.
 */

const refusals: Record<RefusalCode, string> = {
  notMember: 'Only members of this organization can do that, not guests.',
  disabled: 'Your account is disabled, so you cannot do that.',
  notRequester: 'You are not allowed to request this. Ask your security team to add you.',
  notApprover: 'Only an approver can decide this. The request is still open.',
  notRequesterNorApprover: 'Only the requester or an approver can withdraw or stop this. Nothing has changed.',
  isTarget: 'This request is about your own account, so someone else must decide it. Nothing has changed.',
  secondApprover: 'You already approved this. Another approver must approve it, too.',
  onlySelf: 'Only the account owner can decide this.',
  twoPersons: 'You requested this, so another approver must approve it.',
  expired: 'This request expired and nothing was revoked. Send it again if you still need it.',
  alreadyDecided: 'This request has already been decided.',
  notStarted: 'This request is not approved yet, so there is nothing to stop. Deny or withdraw it instead.',
  askerMayNot:
    'The requester is no longer allowed to request this: not on the list, disabled or gone. Nothing was approved. Deny it; someone who is allowed can send it again.',
  tooLongAgo: 'This result is more than a day old. Make a new request: revoke sessions for name@example.com',
  nothingToRetry: 'Nothing failed, so there is nothing to retry.',
  superseded: 'The account changed after this card was posted, so nothing was approved. Use the new card.',
  targetGone:
    'I cannot do this any more: an account on the card, or the requester’s permission, changed. Nothing was approved.',
  cardNotThere: 'The card of this request is not here yet. Wait until you see it, then decide again.',
  olderThanRequest: 'You said that before this request was made. Look at its card, then decide again.',
  unknownRequest: 'There is no open request with that code in this conversation.',
  noTargets: 'No accounts are left in this request.',
  noApprover:
    'No one can approve this, so no request was made: the only approvers are you or the people named. Tell the bot’s admin. If it cannot wait, revoke in the Entra admin center.',
  tooManyTargets: 'You named more people than one request may have. Split the list.',
  tooManyOpen:
    'Too many requests are open in this conversation. Type status to see them; decide or withdraw some first.',
  tooManyOfYours: 'You have as many open requests as one person may have. Decide or withdraw some of them first.',
  hourlyLimit: 'The requester has reached the limit of accounts per hour.',
  lookUpLimit:
    'You looked up too many accounts in one minute, so I looked nothing up and made no request. Try again in a minute.',
  protectionUnknown:
    'Nothing can be revoked now: I cannot check an entry of PROTECTED_USERS, so I do not know who is protected. Tell the bot’s admin; the log says which entry. If it cannot wait, revoke in the Entra admin center.',
  reasonRequired: 'Add a reason at the end: … because phone stolen.',
  signInNeeded: 'To approve, press the button on the card: you need to sign in.',
  onlyDenier: 'Only the person who denied this can say why.',
  reasonGiven: 'The card already shows a reason, and no one can change it.',
  onlyApprover: 'Only the approver can continue. If they cannot, stop it on its card and request it again.',
  signInInvalid:
    'Nothing was done: your sign-in is not for me, or too old. Sign out of Teams, sign in, then press the button again.',
  signInOfAnother: 'Nothing was done: the sign-in that came with this click is not yours.',
  signInTooWeak:
    'Nothing was done: this account may have power over others, so you need a stronger sign-in (Conditional Access). Sign out of Teams, sign in with it, then press the button again.',
  signInConsent:
    'Nothing was done: admin consent is missing for the delegated permission User.RevokeSessions.All. Tell the bot’s admin.',
  signInRefused:
    'Nothing was done: Entra refused to let me act for you. Sign out of Teams, sign in, then press the button again. Still refused? Your admin can see why in your Entra sign-in log.',
  signInMisconfigured:
    'Nothing was done: I cannot sign in to Entra, which is not your fault. Tell the bot’s admin, and revoke in the Entra admin center meanwhile.',
  settingsChanged: 'Nothing was done: the bot’s settings changed after this request. Send it again.',
  signInUnavailable: 'Nothing was done: I could not check your sign-in just now. Press the button again in a moment.',
  notYours: 'Another instance is working on this.',
  notNow: 'You cannot do that in the present state of the request.',
};

/** With what to do instead. A colon and a command to copy may follow. */
const omissions: Record<OmissionCode, string> = {
  notFound: 'no account here with this address or ID; check the spelling',
  deleted: 'deleted account; it cannot sign in, so there is nothing to revoke unless someone restores it',
  ambiguous: 'several accounts match; request again with the object ID of one',
  external: 'guest or external account; only its home organization can revoke. You can disable it here',
  ownGuest: 'internal guest account; not supported. Revoke in the Entra admin center',
  protected: 'protected account; contact the people who keep the emergency accounts',
  restricted: 'in a restricted management administrative unit; an administrator of that unit must revoke',
  unreadable: 'I could not check whether it is protected; request again, or revoke in Entra',
};

const skippedAs: Record<OmissionCode, (count: number) => string> = {
  notFound: (count) => `${count} not found`,
  deleted: (count) => `${count} deleted`,
  ambiguous: (count) => `${count} unclear`,
  external: (count) => (count === 1 ? '1 guest' : `${count} guests`),
  ownGuest: (count) => (count === 1 ? '1 internal guest' : `${count} internal guests`),
  protected: (count) => `${count} protected`,
  restricted: (count) => `${count} restricted`,
  unreadable: (count) => `${count} not checked`,
};

/** Why, as a sentence without its full stop; what to do about it is {@link doNow}. */
const failures: Record<FailureCode, string> = {
  missingPermission: 'Graph refused: the app lacks User.RevokeSessions.All, or may not touch it',
  missingRole: 'Entra refused: no role of the approver reaches this account',
  approverSignIn: 'The approver’s sign-in expired and was not renewed in time',
  settingsChanged: 'The bot’s admin changed how I call Microsoft Graph after the approval',
  missingConsent:
    'Microsoft Graph refused: the app needs the delegated permission User.RevokeSessions.All with admin consent',
  cannotRead:
    'I could not read the account, so I sent nothing: the app needs User.Read.All and GroupMember.Read.All with admin consent',
  protectionUnknown: 'I cannot check an entry of PROTECTED_USERS, so I sent nothing',
  notFound: 'Microsoft Graph does not find the account, and does not list it as deleted',
  deleted: 'The account was deleted; a deleted account cannot sign in, so there is nothing to revoke',
  notGraph: 'A proxy or firewall answered instead of Microsoft Graph',
  conflict: 'Entra was busy with another change of this account',
  external: 'The account was changed to a guest or external account after the request',
  protected: 'The account became protected after the request',
  restricted: 'The account was moved to a restricted management administrative unit after the request',
  throttled: 'Microsoft Graph is throttling',
  unavailable: 'Microsoft Graph was not available',
  noAnswer: 'Microsoft Graph did not answer, and nothing shows that it worked. Revoking twice is safe',
  signIn: 'I could not sign in to Microsoft Graph',
  rejected: 'Microsoft Graph rejected the request',
  approvalVoid: 'The approver or the requester is no longer allowed to do this',
  tooLate: 'The approval expired before I could act',
  stopped: 'Someone stopped it before I sent anything',
};

/** What remains when the bot cannot. */
const inEntra = 'revoke in Entra';

export type WhatNow = 'retry' | 'admin' | 'otherApprover' | 'again' | 'owners' | 'unitAdmin' | 'homeOrganization';

const doNow: Record<WhatNow, string> = {
  retry: `retry in a few minutes, or ${inEntra}`,
  admin: `${inEntra}, then tell the bot’s admin`,
  otherApprover: `retry with another approver, or ${inEntra}`,
  again: 'request it again if you still need it',
  owners: 'contact the people who keep the emergency accounts',
  unitAdmin: 'ask an administrator of that unit to revoke',
  homeOrganization: 'ask its home organization to revoke',
};

/** Why someone other than the requester must approve. On a list it is left open who it is about. */
const twoPersons: Record<TwoPersonsReason, (count: number) => string> = {
  always: () => 'Two people must agree here',
  role: (count) => (count === 1 ? 'Administrator account' : 'Administrators are on this list'),
  rolesUnknown: () => 'I could not read directory roles',
  operator: (count) =>
    count === 1 ? 'This person can request or approve here' : 'People on this list can request or approve here',
  bulk: (count) => `${count} accounts at once`,
};

const risks = { none: 'none', low: 'low', medium: 'medium', high: 'high', hidden: 'hidden' };

const notAvailableWhy: Record<WhyUnknown, string> = {
  cloud: 'not available in this cloud',
  licence: 'not available: license missing',
  refused: 'not available: permission or license',
  noAnswer: 'not available: no answer',
};

const problems: Record<DirectoryProblem, string> = {
  missingPermission: `Microsoft Graph does not let me read users. The bot’s admin must grant User.Read.All and GroupMember.Read.All with admin consent. If it cannot wait, ${inEntra}.`,
  notFound: `Microsoft Graph does not find someone this request needs, and does not list them as deleted. Try again in a minute. If it lasts, ${inEntra}.`,
  notGraph: `A proxy or firewall answered instead of Microsoft Graph. Try again. If it happens again, ${inEntra}, and tell the bot’s admin.`,
  conflict: `Entra is busy with another change there. Try again. If it lasts, ${inEntra}.`,
  throttled: 'Microsoft Graph is throttling. Try again in a minute.',
  unavailable: `Microsoft Graph is not available at the moment. Try again in a minute. If it lasts, ${inEntra}.`,
  noAnswer: `Microsoft Graph did not answer in time. Try again. If it lasts, ${inEntra}.`,
  signIn: `I could not sign in to Microsoft Graph. Tell the bot’s admin. If it cannot wait, ${inEntra}.`,
  rejected: `Microsoft Graph rejected the question, or its answer made no sense. Try again. If it happens again, ${inEntra}, and tell the bot’s admin.`,
};

/** What a reader is told of one account: who was skipped because someone stopped it is told so. */
export type ToldOutcome = TargetResult['outcome'] | 'stopped';

const outcomes: Record<ToldOutcome, string> = {
  verified: 'revoked, verified',
  unverified: 'revoked, not verified yet',
  omitted: 'skipped',
  stopped: 'stopped',
  failed: 'not revoked',
  unknown: 'unknown',
};

const decided: Record<DecisionVerb, string> = { approve: 'Approved', deny: 'Denied', cancel: 'Withdrawn' };
const verbs: Record<Verb, string> = {
  approve: 'approve',
  deny: 'deny',
  cancel: 'withdraw',
  stop: 'stop',
  continue: 'continue',
};

/** Why a mention has no sessions that can be revoked. */
export type WhyNoOne = keyof typeof noOnes;

const noOnes = {
  bot: 'an app, not a person',
  group: 'a team, a channel, a tag or a whole chat; name each person',
  several: 'several people are mentioned under this name; write the address of the one you mean',
  unknown: 'Teams did not say who this is; write the address',
  gone: 'not in this conversation, or not any more; write the address',
  elsewhere: 'from another organization; only that organization can revoke. Contact its administrators',
  noAccount: 'takes part without an account, so there is nothing to revoke',
  unreadable: 'Teams could not tell me who this is; try again, or write the address',
};

const hindrances: Record<Hindrance, string> = {
  graph: 'Microsoft Graph does not answer',
  throttled: 'Microsoft Graph is throttling',
  signIn: 'I cannot sign in to Microsoft Graph',
  between: 'a proxy or firewall answers instead of Microsoft Graph',
  unknown: 'Microsoft Graph, or the record of the requests, does not answer',
};

export const en = {
  lang: 'en' as 'en' | 'ja' | 'zh',
  refusals,
  /** Follows a refusal. */
  limit: ({ most, count, until }: Limit) =>
    `The limit is ${most}${count === undefined ? '' : `; this makes ${count}`}.${until === undefined ? '' : ` Try again after ${time(until)}.`}`,
  omissions,
  skippedAs,
  skipped: (count: number, kinds: readonly string[]) => `${count} skipped: ${kinds.join(', ')}`,
  otherReasons: (count: number) => (count === 1 ? '1 other' : `${count} others`),
  failures,
  doNow,
  doNowLabel: 'Do now:',
  stillSignedIn: (name: string) => `${name} is still signed in.`,
  twoPersons: (reason: TwoPersonsReason, count: number, requester: string) =>
    `${twoPersons[reason](count)}: ${requester} requested this, so someone else must approve.`,

  notAvailable: 'not available',
  notAvailableWhy,
  none: 'none',
  labels: {
    account: 'Account',
    roles: 'Roles',
    lastSignIn: 'Last sign-in',
    risk: 'Risk',
    objectId: 'Object ID',
  },
  /** `eligible`: not held now, but may be activated. `inUnit`: over a part of the directory only. */
  role: (name: string, eligible: boolean, inUnit: boolean) => {
    const notes = [...(eligible ? ['eligible'] : []), ...(inUnit ? ['in one unit only'] : [])];
    return notes.length > 0 ? `${name} (${notes.join(', ')})` : name;
  },
  account: (account: { guest: boolean; external: boolean; enabled: boolean; synced: boolean }) =>
    [
      account.guest ? 'guest' : account.external ? 'external member' : 'member',
      account.enabled ? 'enabled' : 'disabled',
      account.synced ? 'synced from on-premises' : 'cloud only',
    ].join(', '),
  lastSignIn: (at: string, now: Date) => `${ago(Date.parse(at), now.getTime())}, ${timeOrDay(at, now)}`,
  noSignIn: 'none on record',
  /** Entra has no record of its success. `later`: than a sign-in that succeeded. */
  lastAttempt: (at: string, later: boolean) => `${later ? 'later failed attempt' : 'failed attempt'} ${dateTime(at)}`,
  alreadyDisabled: (count: number, of: number) =>
    of === 1
      ? 'Already disabled. Revoking still ends open sessions. Disable its devices too.'
      : `${count} already disabled. Revoking still ends open sessions.`,
  risk: (level: Extract<AccountFacts['risk'], { known: true }>['value']) => risks[level],

  noApproverHere: 'No approver can see this 1:1 chat. Send the request in a channel or group chat with an approver.',
  imitates: (name: string, count: number) =>
    count === 1
      ? `Check the name: “${name}” mixes alphabets and may be an imitation.`
      : `Check the names: ${count} mix alphabets and may be imitations; the first is “${name}”.`,
  hidesInName: (name: string, count: number) =>
    count === 1
      ? `Check the name: “${name}” has hidden characters (shown as \uFFFD) and may be an imitation.`
      : `Check the names: ${count} have hidden characters (shown as \uFFFD) and may be imitations; the first is “${name}”.`,
  hidesInReason: 'Check the reason: it has hidden characters (shown as \uFFFD).',
  oneApprover: 'Any one can approve:',
  canApprove: 'Can approve:',
  andOthers: 'and others',
  morePeople: (count: number) => `and ${count} more`,
  approvalTitle: (count: number) =>
    count === 1 ? 'Revoke sign-in sessions?' : `Revoke sign-in sessions of ${count} accounts?`,
  ownTitle: 'Sign yourself out everywhere?',
  accountCount: (count: number) => (count === 1 ? 'One account' : `${count} accounts`),
  /** `whom`: whose sessions, in words that may stand in markup. */
  approvalFallback: (whom: string, code: string, mention: boolean) =>
    `${whom}: approval needed to revoke sign-in sessions. ${mention ? 'Mention me and type' : 'Type'} approve ${code} or deny ${code}.`,
  ownFallback: (whom: string, code: string, mention: boolean) =>
    `${whom}: confirm to sign yourself out everywhere. ${mention ? 'Mention me and type' : 'Type'} approve ${code} or cancel ${code}.`,
  asksForSelf: (reason: string | null) =>
    ` requested this for their own account${reason === null ? '' : `: “${reason}”`}. Only they can confirm.`,
  asks: (reason: string | null) => (reason === null ? ' requested this, no reason given' : `: “${reason}”`),
  effects: [
    'Revoking ends refresh tokens and session cookies within minutes. Access tokens already issued may work for 60 to 90 minutes.',
    'It does not disable the account, change the password or block a new sign-in.',
  ],
  twoApprovers: 'Two different approvers must approve this.',
  agreed: (whom: string, name: string, code: string) =>
    `${whom}: one more approval needed (${code}). ${name} approved first.`,
  openAlert: 'Open the alert',
  details: 'Details',
  openInEntra: 'Open in Entra',
  approveButton: (count: number) => (count === 1 ? 'Revoke sessions' : `Revoke ${count}`),
  buttons: { deny: 'Deny', cancel: 'Withdraw' } as Record<Exclude<DecisionVerb, 'approve'>, string>,
  expires: (asked: string, expiresAt: string, now: Date) => {
    const minutes = Math.round((Date.parse(expiresAt) - now.getTime()) / 60_000);
    return `Expires ${minutes > 0 ? `${inTime(minutes)}, ` : ''}${until(asked, expiresAt)}.`;
  },
  /** In channels and group chats a bot hears only what mentions it. */
  footer: (mention: boolean) => `You can also ${mention ? 'mention me and type' : 'type'} `,
  or: ' or ',
  approveSentence: (code: string) => `approve ${code}`,
  denySentence: (code: string) => `deny ${code}`,
  cancelSentence: (code: string) => `cancel ${code}`,
  more: (count: number) => `and ${count} more`,
  /** `isRest`: others stand above. */
  others: (count: number, names: string, hidden: number, isRest: boolean) =>
    `${isRest ? (count === 1 ? '1 other' : `${count} others`) : `${count} accounts`}: ${names}${hidden > 0 ? ` and ${hidden} more` : ''}`,
  /** Both are names with a UPN. */
  renamed: (before: string, now: string) => `${before} is now called ${now}`,
  /** What stands between parts, between sentences that are put together, and at the end. */
  marks: { list: ', ', parts: '; ', label: ': ', sentence: ' ', end: '.' },
  powerful: 'administrators, requesters or approvers',
  morePrivileged: (count: number, privileged: number) =>
    `and ${count} more, ${privileged} of them administrators, requesters or approvers`,
  operator: 'can request or approve here',
  label: (text: string) => `${text}:`,
  candidates: (found: readonly Found[]) =>
    found
      .map(
        ({ id, name, upn, department }) =>
          `${name} <${upn}>${department ? `, ${department}` : ''}${id ? `, ${id}` : ''}`,
      )
      .join('; '),
  moreCandidates: (count: number) => `and at least ${count} more`,

  signInLate: 'Press the button again: Teams then signs you in.',
  waitsFallback: (whom: string, code: string) => `${whom}: waiting for the approver’s sign-in (${code}).`,
  signInNotice: (names: string, whom: string, code: string) =>
    `${whom}: sign in again (${code}). Press Continue on the card. ${names}`,
  missingRoleRestricted: () =>
    `${failures.missingRole}. It is in a restricted management administrative unit: only a role assigned on that unit reaches it`,
  restrictedUnit:
    'Restricted management administrative unit: only an approver whose role is assigned on that unit can approve.',
  signIn: 'Sign in, so that Microsoft Entra can check your role',
  /** The sign-in of the bot cannot be renewed before. */
  grantedSince: (until: string): string =>
    `a permission granted since then counts from ${dateTime(until)}, when my sign-in ends`,
  missingRole: (roles: readonly string[]) =>
    `${failures.missingRole}. An approver with one of these roles can do it: ${roles.join(', ')}`,
  signedInFallback: (whom: string, code: string) =>
    `${whom}: approval needed to revoke sign-in sessions (${code}). Press the button on the card.`,
  signedInFooter: (mention: boolean) =>
    `Approve with the button: you sign in. To deny, you can also ${mention ? 'mention me and type' : 'type'} `,
  /** What Entra's logs tell of the day, and whether someone is back. */
  around: {
    found: (asOf: string) => `Entra’s logs, 24 h to ${time(asOf)}:`,
    nothing: (asOf: string) => `Nothing unusual in Entra’s logs, 24 h to ${time(asOf)}.`,
    nothingFound: 'nothing unusual',
    changes: {
      consent: 'App consent',
      roleGiven: 'Role given',
      methodAdded: 'New sign-in method',
      methodRemoved: 'Sign-in method removed',
      passwordReset: 'Password reset',
      passwordChanged: 'Password changed',
      deviceRegistered: 'Device registered',
      groupGiven: 'Added to group',
    } satisfies Record<ChangeKind, string> as Record<ChangeKind, string>,
    risky: (risk: SignIn['risk']) => `Sign-in with ${risks[risk]} risk`,
    of: (what: string) => ` (${what})`,
    by: (who: string) => `, by ${who}`,
    at: (when: string) => `, ${when}`,
    logs: { changes: 'Audit log', signIns: 'Sign-ins', devices: 'Devices' },
    somewhere: 'unknown country',
    failed: (count: number, orMore: boolean) => `${count}${orMore ? ' or more' : ''} failed`,
    notLookedAt: (isRead: boolean) =>
      `Not looked at: ${isRead ? 'inbox rules, forwarding, and sign-ins that apps make without the person (not in this log)' : 'sign-in methods, app consents, inbox rules and forwarding, app passwords'}`,
    watchingLabel: 'Are they back?',
    watching: (until: string) => `I read the sign-in log until ${time(until)}.`,
    /** `when`: with its day, or without. */
    isBack: (count: number, of: number, when: string) =>
      of === 1 ? `Signed in again, ${when}` : `${count} of ${of} signed in again, the first ${when}`,
    noneSeen: (when: string) => `No sign-in seen until ${when}.`,
    notWatched: (why: string) => `I cannot tell whether they are back: sign-in log ${why}.`,
    openLog: 'Sign-in log',
    ofAll: (count: number) => `Entra’s logs of all ${count}`,
    pageTitle: (code: string) => `Entra’s logs: ${code}`,
    reading:
      'I am reading Entra’s logs; Microsoft Graph allows few reads at a time. Press the button again in a minute.',
  },
  /** Someone signed in after a revocation. */
  back: {
    title: 'Signed in again after the revocation',
    fallback: (whom: string, at: string, code: string) => `${whom}: signed in again (${code}), ${time(at)}.`,
    called: (mentions: string) => `${mentions}, please check.`,
    when: 'When',
    where: 'Where',
    app: 'App',
    device: 'Device',
    kind: 'Kind',
    others: 'Also back',
    after: (at: string, ms: number) => `${timeToSecond(at)}, ${duration(ms)} after the revocation`,
    interactive: (isInteractive: boolean): string =>
      isInteractive ? 'interactive: a person signed in' : 'not interactive: an app renewed a token',
    notThem: 'Not them?',
  },
  unreachable: (whom: string, code: string) =>
    `${whom}: no one was asked to approve (${code}), because I cannot post in the approvers’ conversation. Send the request in a channel or group chat with an approver, and tell the bot’s admin.`,
  followTitle: 'Waiting for approval',
  followFallback: (whom: string, code: string) =>
    `${whom}: waiting for approval in the approvers’ conversation (${code}).`,
  followNotice: (asked: string, expiresAt: string) =>
    `Approvers decide in their conversation until ${until(asked, expiresAt)}. The result will appear here.`,
  notice: (names: string, whom: string, code: string, until: string) =>
    `${whom}: approval needed (${code}) until ${until}. ${names}`,
  /** Stays where it stands when all is over, so it must be as true then. */
  reminder: (names: string, whom: string, code: string, until: string) =>
    `${whom}: reminder to decide (${code}). A decision counts until ${until} at the latest; the card shows the latest state. ${names}`,
  /** What was approved does not get on. */
  delayed: {
    title: (why: Hindrance): string => `Not done yet: ${hindrances[why]}. `,
    /** Stays where it stands when all is over, so it must be as true then. */
    said: (whom: string, code: string, at: string, why: Hindrance): string =>
      `${whom}: sessions not all revoked yet at ${time(at)} (${code}), because ${hindrances[why]}.`,
    until: (at: string): string => `I try again until ${time(at)} at the latest; the result will appear here.`,
    byHand: (id: string | null): string =>
      `If it cannot wait: open the user in the Entra admin center and choose Revoke sessions, or run Revoke-MgUserSignInSession -UserId ${id ?? '<object ID>'}. Revoking twice is safe.`,
  },
  /** An answer takes long. */
  stillWorking:
    'No answer yet: Microsoft Graph, or the record of the requests, was slow when I wrote this. If nothing follows within a minute, send it again; twice is safe. If it cannot wait, open the user in the Entra admin center and choose Revoke sessions.',
  /** `mention` is the requester's name as markup. */
  called: (mention: string) => `${mention}, here is the result.`,
  waitsTitle: 'Waiting for the approver’s sign-in',
  signInAgain: ' approved this, but must sign in again. Press Continue.',
  continueButton: 'Continue',
  againButton: 'Revoke again',
  stopButton: (count: number): string => (count === 1 ? 'Stop' : 'Stop the rest'),
  retryButton: (count: number): string => (count === 1 ? 'Retry' : 'Retry failed'),
  askedAgain: 'Requested again. The new card follows.',
  alreadyOpen: (code: string, at: string, now: Date) =>
    `Already open: ${code}, requested ${ago(Date.parse(at), now.getTime())} for exactly this. There is no second card.`,
  alreadyAskedAgain: (code: string) => `Already requested again: see the card ${code}.`,
  progressTitle: (count: number) =>
    count === 1 ? 'Revoking sign-in sessions…' : `Revoking sessions of ${count} accounts…`,
  progressText: (done: number, of: number, failed: number, leftMs: number | null) =>
    [
      `${done} of ${of} done`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(leftMs === null ? [] : [`about ${duration(leftMs)} left`]),
    ].join(', '),
  progressFallback: (whom: string, code: string) => `${whom}: approved, in progress (${code}).`,

  askedBy: 'Requested by ',
  decidedBy: { approve: 'Approved by ', deny: 'Denied by ', cancel: 'Withdrawn by ' } satisfies Record<
    DecisionVerb,
    string
  >,
  stoppedBy: 'Stopped by ',
  reasonLabel: 'Reason:',
  at: (iso: string) => `, ${timeToSecond(iso)}`,
  asked: (iso: string) => `, ${dateTime(iso)}`,
  done: (iso: string) => `, done ${time(iso)}`,
  closedTitle: {
    denied: 'Denied: nothing was revoked',
    cancelled: 'Withdrawn: nothing was revoked',
    expired: 'Expired: nothing was revoked',
    superseded: 'Replaced: an account changed',
    stopped: 'Stopped: nothing was revoked',
  },
  superseded: 'Nothing was approved. A new card shows the accounts as they are now.',
  noDecision: (asked: string, expiresAt: string) =>
    `No decision by ${until(asked, expiresAt)}. Send it again if you still need it.`,

  resultTitle: {
    verified: '✓ Sessions revoked, verified',
    unverified: 'Sessions revoked, not verified yet',
    omitted: 'Skipped: nothing was revoked',
    failed: '✗ Not revoked',
  },
  manyTitle: ({ of, revoked, verified }: { of: number; revoked: number; verified: number }) => {
    if (revoked === 0) return `✗ Not revoked: none of ${of} accounts`;
    if (revoked < of) return `Sessions revoked for ${revoked} of ${of} accounts`;
    if (verified === of) return `✓ Sessions revoked for ${of} accounts, verified`;
    return `Sessions revoked for ${of} accounts, ${verified === 0 ? '' : `${of - verified} `}not verified yet`;
  },
  outcome: outcomes,
  allOf: (count: number, why: string) => `All ${count}: ${why}`,
  /** `isRest`: others stand above. */
  moreOutcomes: (hidden: readonly { readonly count: number; readonly outcome: ToldOutcome }[], isRest: boolean) =>
    `${isRest ? 'and ' : ''}${hidden.map(({ count, outcome }) => `${count}${isRest ? ' more' : ''} ${outcomes[outcome]}`).join('; ')}`,
  resultFallback: (whom: string, title: string, code: string) => `${whom}: ${title} (${code}).`,
  deadNow: {
    label: 'Ends within minutes:',
    text: (iso: string, ofAll: boolean) =>
      `refresh tokens and session cookies issued before ${dateTimeToSecond(iso)}${ofAll ? '' : ', of the verified accounts'}`,
  },
  canStillGetIn: (iso: string, promptServices: readonly string[]) => ({
    label: `Can still get in until ${time(iso)}:`,
    text: `apps already open${promptServices.length === 0 ? '' : ` (${listed(promptServices)}: about 15 min)`}, and anyone who knows the password.`,
  }),
  mayLive: {
    label: 'Access tokens already issued',
    text: (promptServices: readonly string[]) =>
      promptServices.length === 0
        ? 'work for 60 to 90 minutes, for 2 hours and more without Conditional Access or by token policy. Microsoft documents no service of this cloud that ends them earlier.'
        : `work for 60 to 90 minutes, for 2 hours and more without Conditional Access or by token policy. Continuous access evaluation ends them after about 15 min in ${listed(promptServices)}.`,
  },
  notVerified: {
    label: 'Not verified yet:',
    text: 'Microsoft accepted the request, and I do not see its effect yet. I check for an hour and update this message. Revoking again is safe.',
  },
  notCovered: {
    label: 'Not covered:',
    text: 'a new sign-in, sessions that apps keep themselves, guests, on-premises sessions',
  },
  next: {
    label: 'Do next:',
    cloud: (count: number): string =>
      count === 1
        ? 'disable the account, reset the password, revoke again, disable the devices.'
        : 'disable the accounts, reset passwords, revoke again, disable devices.',
    synced: (count: number): string =>
      count === 1
        ? 'in on-premises Active Directory, disable the account and reset the password twice; then revoke again, disable the devices.'
        : 'in on-premises Active Directory, disable the accounts and reset their passwords twice; then revoke again, disable their devices.',
    mixed:
      'disable the accounts, reset their passwords (where synced from on-premises: in Active Directory, and twice), revoke again, disable their devices.',
    self: 'if someone else may know the password, change it now and revoke again. Ask an administrator to disable lost devices.',
  },
  trace: {
    graphRequest: (id: string) => `request-id ${id}`,
    clientRequest: (id: string) => `client-request-id ${id}`,
    graphDate: (iso: string) => `Graph date ${dateTimeToSecond(iso)}`,
    trail: (head: string) => `audit ID ${head.slice(0, 12)}`,
  },

  /** What is open here, one request, and what happened to an account. */
  lookUp: {
    showAll: (count: number) => `Show all ${count}`,
    back: 'Back to the request',
    next: 'Next',
    previous: 'Previous',
    accountsTitle: (code: string, count: number) => `${count} accounts of ${code}`,
    older: 'Older',
    newer: 'Newer',
    open: 'Go to the card',
    openTitle: (count: number) => `${count === 1 ? '1 open request' : `${count} open requests`}`,
    nothingOpen: 'No open requests here. For a closed one, type its code: status K7F3',
    openFallback: (count: number) => `${count} open requests here.`,
    /** Beside the title of a list that goes on. */
    page: (title: string, page: number, pages: number) => `${title}, page ${page} of ${pages}`,
    unknownCode:
      'There is no request with that code here. Type status for open requests, or try the conversation in which it was made.',
    waits: 'Waiting for a decision',
    waitsUntil: (asked: string, expiresAt: string) => `Waiting for a decision until ${until(asked, expiresAt)}`,
    carriedOut: 'In progress',
    accounts: (count: number, names: string, hidden: number) =>
      `${count} accounts: ${names}${hidden > 0 ? ` and ${hidden} more` : ''}`,
    askedBy: (name: string, at: string) => `Requested by ${name}, ${dateTime(at)}`,
    askedForOneOf: (name: string, at: string, count: number) =>
      `Requested by ${name}, ${dateTime(at)}, as one of ${count} accounts`,
    decidedBy: (verb: DecisionVerb, name: string, at: string) => `${decided[verb]} by ${name}, ${dateTime(at)}`,
    reason: (reason: string) => `Reason: ${reason}`,
    elsewhere: (hasReason: boolean): string =>
      hasReason ? 'In another conversation; the reason is shown only there' : 'In another conversation',
    /** The read-back of an account: what was signed in before is dead. */
    proof: (validFrom: string) => `Verified: sessions from before ${dateTime(validFrom)} have ended`,
    why: (reason: string) => `Why: ${reason}`,
    heading: 'What happened',
    at: (iso: string, withDay: boolean) => (withDay ? dateTimeToSecond(iso) : timeToSecond(iso)),
    timeline: {
      agreed: (by: string) => `${by} approved, as the first of two`,
      asked: (name: string) => `Requested by ${name}`,
      posted: 'Card posted',
      postedAgain: 'Card posted again',
      refused: (name: string, verb: Verb, times: number) =>
        `${name} tried to ${verbs[verb]} it${times > 1 ? ` ${times} times` : ''} and was refused`,
      decided: (verb: DecisionVerb, name: string) => `${decided[verb]} by ${name}`,
      explained: (name: string, reason: string) => `${name} said why: ${reason}`,
      signInLost: 'The approver’s sign-in was lost',
      signedIn: (name: string) => `${name} signed in again`,
      started: (count: number) => (count === 1 ? 'Started' : `Started for ${count} accounts`),
      unclear: 'No clear answer from Microsoft Graph; checked again',
      stopped: (name: string) => `Stopped by ${name}`,
      finished: 'Finished',
      expired: 'Expired: no one decided in time',
      replaced: (code: string) => `Replaced by ${code}`,
      told: 'Result posted',
      notTold: 'I could not post the result in the conversation',
      proofFound: (count: number) => (count === 1 ? 'Verified later' : `${count} verified later`),
      proofGivenUp: 'Not verified within an hour',
      lookedAround: (count: number): string =>
        count === 0
          ? 'Entra’s logs read: nothing unusual'
          : `Entra’s logs read: ${count} ${count === 1 ? 'finding' : 'findings'}`,
      cameBack: (name: string, others: number): string =>
        `${name}${others > 0 ? ` and ${others} more` : ''} signed in again`,
      watchEnded: 'Stopped watching for sign-ins',
    },
    historyTitle: 'History',
    historyFallback: (name: string) => `Past requests for ${name}.`,
    noHistory: 'No requests for this account yet.',
    noOlder: 'There is nothing older.',
    incomplete: 'I could not read every request, so some are missing here. The bot’s admin sees why in the log.',
    notOperator: 'Only requesters and approvers can see the history of an account. I looked nothing up.',
    whose: 'Whose history? Name one account: history name@example.com',
    notFound: 'I cannot show the history:',
    tooSlow: 'Microsoft Graph or the record of the requests is slow at the moment. Press the button again.',
  },

  whatIfTitle: (count: number) =>
    count === 1 ? 'What if: revoke sign-in sessions' : `What if: revoke sign-in sessions of ${count} accounts`,
  whatIfNotice: 'Dry run: no request was made and nothing was sent.',
  wouldAsk: 'Would be requested',
  wouldAskText: (minutes: number) => `approval in this conversation within ${minutes} min`,
  wouldCheck: 'Would be checked',
  wouldCheckText: [
    'that the approver is allowed to approve, at that moment',
    'that no account became protected or external, right before each call',
  ],
  wouldSend: 'Would be sent to Microsoft Graph',
  wouldRead: 'Would be read back',

  helpTitle: 'Session Revoker',
  helpFallback: 'Type: revoke sessions for name@example.com',
  helpIntro: 'I sign people out of Microsoft Entra everywhere, after an approver agrees. Type:',
  helpCommands: [
    { sentence: 'revoke sessions for name@example.com', does: 'requests approval; you can name several people' },
    { sentence: 'revoke sessions for name@example.com because phone stolen', does: 'the same, with a reason' },
    {
      sentence: 'what if revoke sessions for name@example.com',
      does: 'dry run: shows what would happen and makes no request',
    },
    { sentence: 'revoke my sessions', does: 'sign yourself out everywhere; any member can' },
    { sentence: 'approve K7F3', does: 'approves by the code on the card; also deny K7F3 (because …) and cancel K7F3' },
    { sentence: 'stop K7F3', does: 'stops a running request; accounts already done stay revoked' },
    { sentence: 'status', does: 'open requests here; status K7F3 shows one request and what happened to it' },
    { sentence: 'history name@example.com', does: 'past requests for an account' },
  ],
  welcomeIntro: 'I sign people out of Microsoft Entra everywhere, after an approver agrees. Everything is logged.',
  welcomeCommands: [
    {
      sentence: 'revoke sessions for name@example.com because phone stolen',
      does: 'for example; in channels and group chats, mention me first',
    },
    { sentence: 'help', does: 'all commands' },
  ],
  welcomeFooter: 'Your security team decides who can request and approve. Anyone can type: revoke my sessions',
  helpFooter: 'In channels and group chats, mention me first.',
  hint: 'I did not understand that. Try: revoke sessions for name@example.com, or help',
  unclear: (words: readonly string[]) =>
    `Not an address or object ID: ${words.join(', ')}. No request was made. Write the full address, such as name@example.com.`,
  scripts: { cyrillic: 'Cyrillic', greek: 'Greek' },
  foreignLetters: (letters: readonly string[], plain: string) =>
    `Entra addresses cannot have ${letters.join(', ')}.${plain === '' ? '' : ` Did you mean ${plain}?`} Type the address as Entra has it.`,
  noOneNamed: 'Who? Type: revoke sessions for name@example.com',
  miscalled: (label: string, upn: string, name: string) => `"${label}" stands beside ${upn}, whose name is ${name}.`,
  order: (targets: readonly string[], reason: string | null, dryRun: boolean) =>
    `${dryRun ? 'what if ' : ''}revoke sessions for ${targets.join(', ')}${reason === null ? '' : ` because ${reason}`}`,
  noRequestMade: 'No request was made.',
  suggestionTitle: 'Did you mean…',
  requestApproval: 'Request approval',
  ownOrder: 'revoke my sessions',
  signMeOut: 'Sign me out',
  answerFollows: 'The answer will appear in this conversation.',
  suggestionFallback: 'No request was made. Did you mean another sentence?',
  notRequested: 'No request was made:',
  mentionsNoOne: (label: string, why: WhyNoOne) => `${label}: ${noOnes[why]}`,
  tooManyMentions: (most: number) =>
    `No request was made. One message can mention ${most} people. Write the addresses instead, or send several messages.`,
  differing: (shown: string, leadsTo: string) =>
    `The message shows ${shown}, and the link or the brackets behind it say ${leadsTo}. Write only the address you mean.`,
  severalInRow: (addresses: readonly string[]) =>
    `One row holds several addresses: ${addresses.join(', ')}. Leave only the one you mean.`,
  /** The dialog in which the person who denied a request says why. */
  why: {
    button: 'Say why',
    title: 'Why did you deny this?',
    hint: 'phone found',
    submit: 'Add reason',
    typed: (code: string, mention: boolean) =>
      `To say why, ${mention ? 'mention me and type' : 'type'}: deny ${code} because phone found`,
  },
  /** The dialog that is opened on a message. */
  dialog: {
    title: 'Revoke sessions',
    heading: 'Who should be signed out?',
    fallback: 'Request to sign someone out.',
    filledIn: 'Filled in from the message, which anyone may have written. Check the names.',
    nothingFound: 'No address in that message. Add people below.',
    notLookedUp: 'I have not looked these up yet, because the directory did not answer at once.',
    notAll: 'The message names more addresses than stand here.',
    /** Some clients show an empty field although people are picked. */
    picked: (who: string) => `Picked: ${who}`,
    people: 'People',
    peopleHint: 'Type a name',
    addresses: 'Addresses or object IDs',
    addressesHint: 'adele@contoso.com, isaiah@contoso.com',
    reason: 'Reason',
    reasonHint: 'phone stolen',
    whatIf: 'Dry run (no request)',
    noOneNamed: 'No one is named. Pick people, or write their addresses.',
    refused: 'No request was made',
    late: 'Still checking',
    lateText:
      'This takes longer than usual, and no request is made yet. You can close this. If no card appears in this conversation within a minute, send it again.',
    installTitle: 'Add Session Revoker here?',
    notAskedYet: 'No request was made yet.',
    installText:
      'I must be added here to post the approval card. The dialog opens then. Everyone here will see me; only allowed people can use me.',
    installAdd: 'Add it here',
  },
  unknownInvoke: 'I do not know that action. Nothing was done.',
  flood: 'Too many messages. I will answer you again in a minute; open requests stay open.',
  editedIsNoOrder: 'Edited messages are not orders. Nothing was done. Send it again as a new message.',
  tooLong: 'That message is too long for me. No request was made. Split the list.',
  notAllowedHere: 'I am not enabled in this conversation.',
  noPerson: 'I only take requests from people of this organization.',
  problem: (problem: DirectoryProblem) => `Nothing was done. ${problems[problem]}`,
  internal: 'Something went wrong and nothing was done. Try again. The bot’s admin finds the details in the log.',
  unreadableRequest: {
    damaged:
      'The record of this request is damaged. No one can decide or do anything with it here, and trying again does not help. Open the user in the Entra admin center and choose Revoke sessions. Tell the bot’s admin, who finds the details in the log.',
    newer:
      'A newer version of the bot continues this request, so I did nothing here. Try again in a few minutes, or revoke in the Entra admin center.',
  },
  inDoubt:
    'I am not certain whether this was recorded: the record of the requests did not answer in time. Look at the card in a minute, and try again if it has not changed.',
  isDecided: 'This request is decided and on record. I could not show its card here.',
  stillOpen: 'I could not check your permissions. The card still works.',
  /** Promises nothing, because nothing of it is on record. */
  stillChecking: (slow: 'graph' | 'store'): string =>
    `Not decided yet: ${slow === 'store' ? 'the record of the requests' : 'Microsoft Graph'} is slow. If the card has not changed in a minute, press again; twice is safe.`,
  /** Everyone here reads these two. A stolen account may be at work: */
  ownAccount: (name: string, verb: Verb, code: string) =>
    `${name} tried to ${verbs[verb]} ${code}, which is about their own account. I refused, and nothing has changed: someone else must decide.`,
  lateAnswer: (name: string, answer: string) => `${name}: ${answer}`,
};

export type Texts = typeof en;

function ago(then: number, now: number): string {
  const minutes = Math.max(0, Math.round((now - then) / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  const days = Math.round(hours / 24);
  return days < 365 ? `${days} days ago` : `${years(days)} years ago`;
}

const inTime = (minutes: number) => (minutes < 120 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`);

/** "A, B and C" */
const listed = (names: readonly string[]) => names.join(', ').replace(/, ([^,]*)$/, ' and $1');

function duration(ms: number): string {
  return ms < 90_000 ? `${Math.ceil(ms / 10_000) * 10} s` : `${Math.round(ms / 60_000)} min`;
}
