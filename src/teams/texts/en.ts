import type { DirectoryProblem } from '../../app/ports.ts';
import type { AccountFacts, Found, OmissionCode, WhyUnknown } from '../../domain/account.ts';
import type { RefusalCode } from '../../domain/command.ts';
import type { Hindrance } from '../../domain/notifications.ts';
import type { DecisionVerb, TwoPersonsReason, Verb } from '../../domain/request.ts';
import type { FailureCode, TargetResult } from '../../domain/result.ts';
import type { WhyNobody } from '../answer/who-is-mentioned.ts';
import { dateTime, dateTimeToSecond, time, timeToSecond, until } from './format.ts';

/**
 * Every sentence a person reads, in English. Another language is another object of this type, so a sentence that is
 * missing there does not compile. No Markdown: some of these stand beside what other people wrote.
 */

const refusals: Record<RefusalCode, string> = {
  notMember: 'Only members of this organisation can do that. Guests and people from other organisations cannot.',
  disabled: 'Your account is disabled, so you cannot do that.',
  notRequester: 'You are not on the list of people who may ask for this. Nothing was looked up and nothing was asked.',
  notApprover: 'Only an approver can decide this. The request stays open.',
  notRequesterNorApprover: 'Only the person who asked, or an approver, can cancel or stop this. Nothing has changed.',
  isTarget: 'This request is about your own account, so someone else must decide it. Nothing has changed.',
  onlySelf: 'Only the person whose sessions these are can decide this.',
  twoPersons: 'You asked for this yourself, and this request needs two persons: another approver must approve it.',
  secondApprover:
    'You have approved this already, and two different approvers are needed: another one must approve, too.',
  expired: 'This request has expired. Nothing was done. Ask again if it is still needed.',
  alreadyDecided: 'This request has already been decided.',
  notStarted: 'This request has not been approved, so there is nothing to stop. Deny or cancel it instead.',
  askerMayNot:
    'The person who asked may no longer ask: not on the list, disabled or gone. Nothing was approved. Deny it; if it is still needed, someone who may ask must send it again.',
  tooLongAgo: 'This result is more than a day old. Ask anew: revoke sessions for name@example.com',
  nothingToRetry: 'There is nothing here to try again.',
  superseded:
    'An account changed, or its roles could not be read, so nothing was approved. Look at the new card and decide there.',
  targetGone:
    'An account on this card changed and can no longer be done, or the person who asked no longer may. Nothing was approved.',
  cardNotThere: 'The card of this request is not here yet. Wait until you see it, then decide again.',
  olderThanRequest: 'That was said before this request was asked. Look at its card, then decide again.',
  unknownRequest: 'There is no open request with that code in this conversation.',
  noTargets: 'Nobody is left to ask about.',
  nobodyCanApprove:
    'Nobody could approve this, so nothing was asked. The people named cannot approve it, nor can you where two persons are needed, and nobody else who can is on the list of approvers. Tell the operator of this bot, or revoke by hand.',
  tooManyTargets: 'That is more people than one request may name. Split the list.',
  tooManyOpen: 'Too many requests are open in this conversation. Decide or cancel some of them first.',
  tooManyOfYours: 'You have as many open requests as one person may have. Decide or cancel some of them first.',
  hourlyLimit:
    'The person who asks has had as many accounts approved in the last hour as the limit allows. Try again later.',
  lookUpLimit:
    'You looked up too many accounts in one minute. Nothing was looked up or requested. Try again in a minute.',
  protectionUnknown:
    "Nothing can be revoked now: an entry of PROTECTED_USERS cannot be checked, so I do not know who is protected. Tell the bot's admin; the log says which one. If it cannot wait, revoke in the Entra admin center.",
  reasonRequired: 'A reason is needed here. Add it at the end: … because phone stolen.',
  signInNeeded:
    'Approving here takes your own sign-in, which a typed sentence cannot carry. Press the button on the card.',
  onlyApprover:
    'Only the person who approved this can go on with it. If they cannot, stop it on its card, and ask again.',
  signInInvalid:
    'Nothing was done: your sign-in is not one for this bot, or too old. Sign out of Teams and in again, then press the button again.',
  signInOfAnother: 'Nothing was done: the sign-in that came with this click is not yours.',
  signInTooWeak:
    'Nothing was done: this account may hold power over others, so your sign-in must meet the stricter demands your organisation has set for that. Sign out of Teams, sign in that way, then press the button again.',
  signInConsent:
    'Nothing was done: Entra does not let this bot act for you. An administrator has to consent to the delegated permission User.RevokeSessions.All.',
  signInRefused:
    'Nothing was done: Entra refused to let this bot act for you. Sign out of Teams and in again, then press the button again. If it stays so, an administrator finds the reason in your sign-in log in Entra.',
  signInMisconfigured:
    'Nothing was done: this bot cannot prove itself to Entra, which is not your fault. Tell its operator; revoke by hand meanwhile.',
  settingsChanged:
    'Nothing was done: since this was asked, the operator has changed how this bot calls Microsoft Graph. Ask again.',
  signInUnavailable:
    'Nothing was done: your sign-in could not be checked just now. Press the button again in a moment.',
  notYours: 'Another instance is working on this.',
  notNow: 'That is not possible in the present state of the request.',
};

/** With what to do instead. A colon and a command to copy may follow. */
const omissions: Record<OmissionCode, string> = {
  notFound: 'no account here with this address or id; check the spelling',
  deleted:
    'deleted account; it can neither sign in nor renew tokens, so nothing is left to revoke, unless it is restored',
  ambiguous: 'several accounts match; ask again with the object id of one',
  external:
    'guest or external account; only its home organisation can revoke: call its administrators, and disable the account here',
  ownGuest: 'guest account of this organisation, which this bot leaves alone; an administrator can revoke by hand',
  protected: 'protected account, never touched by this bot; call those who keep the emergency accounts',
  restricted: 'in a restricted management administrative unit; an administrator of that unit must revoke',
  unreadable: 'whether it is protected could not be read, so it is left alone; ask again, or revoke by hand',
};

/** What remains when the bot cannot. */
const byHand = 'revoke by hand in Entra';

const failures: Record<FailureCode, string> = {
  missingPermission: `Graph refused; the app needs User.RevokeSessions.All, or may not touch this account; tell the operator, and ${byHand}`,
  missingRole: `Entra refused: no role of the approver reaches this account; retry with another approver, or ${byHand}`,
  approverSignIn: 'the sign-in of the approver ended, and was not renewed in time; ask again, and approve again',
  settingsChanged: 'approved before the operator changed how Graph is called; ask again, and approve again',
  missingConsent: `Graph refused; the app needs the delegated permission User.RevokeSessions.All with admin consent; tell the operator, and ${byHand}`,
  cannotRead: `the account could not be read, so nothing was sent; the app needs User.Read.All and GroupMember.Read.All with admin consent: tell the operator, and ${byHand}`,
  protectionUnknown: `an entry of PROTECTED_USERS cannot be checked, so nothing was sent; tell the bot's admin, and ${byHand}`,
  notFound: `Graph kept answering that it does not find the account, which is not among the deleted ones; retry, or ${byHand}`,
  deleted: 'the account was deleted; a deleted account cannot sign in, so there is nothing left to revoke',
  notGraph: `something between here and Graph answered instead of Graph; tell the operator to look at proxy and firewall, and ${byHand}`,
  conflict: `Entra was busy with another change of this account; retry, or ${byHand}`,
  external: 'became a guest or external account meanwhile; only its home organisation can revoke its sessions',
  protected: `became a protected account meanwhile, and this bot never touches those; if it must be, ${byHand}`,
  restricted:
    'came under a restricted management administrative unit meanwhile; an administrator of that unit must revoke by hand',
  throttled: `Graph kept asking to wait; retry later, or ${byHand}`,
  unavailable: `Graph was not available; retry later, or ${byHand}`,
  noAnswer: `Graph did not answer, and no effect shows; retry (twice does no harm), or ${byHand}`,
  signIn: `the bot could not sign in to Graph; ${byHand}, and tell the operator: /readyz says more`,
  rejected: `Graph did not take the call; ${byHand}, and tell the operator`,
  approvalVoid: 'the person who approved, or who asked, may no longer do so; ask again, and approve again',
  tooLate: 'the approval ran out before it could be carried out; ask again if it is still needed',
  stopped: 'stopped before it was sent; ask again if it is still needed',
};

/** Why a second person is needed. On a list it is left open who it is about. */
const twoPersons: Record<TwoPersonsReason, (count: number) => string> = {
  always: () => 'Two persons are needed here',
  role: (count) =>
    count === 1
      ? 'Holds a directory role, or can activate one'
      : 'Someone on this list holds a directory role, or can activate one',
  rolesUnknown: () => 'The directory roles could not be read',
  operator: (count) => (count === 1 ? 'May ask or approve here' : 'Somebody on this list may ask or approve here'),
  bulk: (count) => `${count} accounts at once`,
};

const risks = { none: 'none', low: 'low', medium: 'medium', high: 'high', hidden: 'hidden' };

const notAvailableWhy: Record<WhyUnknown, string> = {
  cloud: 'not available in this cloud',
  licence: 'not available: licence missing',
  refused: 'not available: permission or licence',
  noAnswer: 'not available: no answer',
};

const problems: Record<DirectoryProblem, string> = {
  missingPermission: `Graph refuses to let the bot read users. Ask its operator to grant User.Read.All and GroupMember.Read.All with admin consent. If it cannot wait, ${byHand}.`,
  notFound: `Graph does not find somebody whom this needs, and whom it does not list as deleted. Try again in a minute. If it lasts, ${byHand}.`,
  notGraph: `Something between here and Graph answered instead of Graph. Try again. If it says so again, ${byHand}, and tell the operator to look at proxy and firewall.`,
  conflict: `Entra is busy with another change there. Try again. If it lasts, ${byHand}.`,
  throttled: 'Graph is asking to wait. Try again in a minute.',
  unavailable: `Graph is not available at the moment. Try again in a minute. If it lasts, ${byHand}.`,
  noAnswer: `Graph did not answer in time. Try again. If it lasts, ${byHand}.`,
  signIn: `The bot could not sign in to Graph. Its operator must look at /readyz and the log. If it cannot wait, ${byHand}.`,
  rejected: `Graph did not take the question, or its answer made no sense. Try again. If it says so again, ${byHand}, and tell the operator.`,
};

/** What a reader is told of one account: who was left out because somebody stopped it is told so. */
export type ToldOutcome = TargetResult['outcome'] | 'stopped';

const outcomes: Record<ToldOutcome, string> = {
  verified: 'revoked, verified',
  unverified: 'revoked, not verified yet',
  omitted: 'left out',
  stopped: 'stopped',
  failed: 'not revoked',
  unknown: 'unknown',
};

const decided: Record<DecisionVerb, string> = { approve: 'Approved', deny: 'Denied', cancel: 'Cancelled' };
const verbs: Record<Verb, string> = {
  approve: 'approve',
  deny: 'deny',
  cancel: 'cancel',
  stop: 'stop',
  continue: 'continue',
};

const nobodys: Record<WhyNobody, string> = {
  bot: 'an app, not a person',
  group: 'a team, a channel, a tag or a whole chat; name each person',
  several: 'several are mentioned under this name; write the address of the one who is meant',
  unknown: 'Teams did not say who this is; write the address',
  gone: 'not in this conversation, or not any more; write the address',
  elsewhere: 'from another organisation; only that organisation can revoke; call its administrators',
  noAccount: 'takes part without an account, so there is nothing to revoke',
  unreadable: 'Teams could not be asked who this is; try again, or write the address',
};

const hindrances: Record<Hindrance, string> = {
  graph: 'Microsoft Graph does not answer',
  throttled: 'Microsoft Graph asks to wait',
  signIn: 'this bot cannot sign in to Microsoft Graph',
  between: 'something between here and Microsoft Graph answers instead of it',
  unknown: 'Microsoft Graph, or the record of this bot, does not answer',
};

/** A sentence in three parts: the one in the middle is to be typed, and stands out. */
type Marked = readonly [before: string, sentence: string, after: string];

export const en = {
  lang: 'en' as 'en' | 'ja' | 'zh',
  refusals,
  omissions,
  failures,
  twoPersons: (reason: TwoPersonsReason, count: number, requester: string) =>
    `${twoPersons[reason](count)}: somebody other than ${requester} must approve.`,

  notAvailable: 'not available',
  notAvailableWhy,
  none: 'none',
  labels: {
    account: 'Account',
    roles: 'Roles',
    lastSignIn: 'Last sign-in',
    risk: 'Risk',
    objectId: 'Object id',
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
  lastSignIn: (at: string, now: Date) => `${dateTime(at)}, ${ago(Date.parse(at), now.getTime())}`,
  noSignIn: 'none on record',
  /** Entra has no record of its success. `later`: than a sign-in that succeeded. */
  lastAttempt: (at: string, later: boolean) => `${later ? 'later attempt' : 'attempt'} ${dateTime(at)}`,
  alreadyDisabled: (count: number, of: number) =>
    of === 1
      ? 'Disabled already. Revoking still ends what is open; see that its devices are disabled, too.'
      : `${count} disabled already. Revoking still ends what is open.`,
  risk: (level: Extract<AccountFacts['risk'], { known: true }>['value']) => risks[level],

  nobodyElseHere:
    'In a 1:1 chat nobody else sees this card. Ask again in a channel or group chat with an approver in it.',
  imitates: (name: string, count: number) =>
    count === 1
      ? `Look closely: “${name}” mixes letters of several alphabets and may imitate another name.`
      : `Look closely: ${count} names mix letters of several alphabets and may imitate others; the first is “${name}”.`,
  hidesInName: (name: string, count: number) =>
    count === 1
      ? `Look closely: “${name}” holds characters that nobody sees (marked \uFFFD) and may imitate another name.`
      : `Look closely: ${count} names hold characters that nobody sees (marked \uFFFD) and may imitate others; the first is “${name}”.`,
  hidesInReason: 'Look closely: the reason holds characters that nobody sees (marked \uFFFD).',
  oneApprover: 'One approver is enough:',
  canApprove: 'Can approve:',
  andOthers: 'and others',
  morePeople: (count: number) => `and ${count} more`,
  approvalTitle: (count: number) =>
    count === 1 ? 'Revoke sign-in sessions?' : `Revoke sign-in sessions of ${count} accounts?`,
  ownTitle: 'Revoke own sign-in sessions?',
  approvalFallback: (code: string, mention: boolean) =>
    `Approval needed to revoke sign-in sessions. ${mention ? 'Mention this bot and type' : 'Type'} approve ${code} or deny ${code}.`,
  ownFallback: (code: string, mention: boolean) =>
    `Confirmation needed to revoke own sign-in sessions. ${mention ? 'Mention this bot and type' : 'Type'} approve ${code} or cancel ${code}.`,
  asksForSelf: (reason: string | null) =>
    ` asks for their own account${reason === null ? '' : `: “${reason}”`}. Only they can confirm.`,
  asks: (reason: string | null) => (reason === null ? ' asks; no reason given.' : ` asks: “${reason}”`),
  effects: [
    'Refresh tokens and session cookies end within minutes. Access tokens already issued may work for 60 to 90 minutes.',
    'Not done: no account is disabled, no password is changed, no new sign-in is blocked.',
  ],
  twoApprovers: 'Two different approvers must approve this.',
  agreed: (name: string, code: string) => `${name} approved ${code}. Another approver must approve it, too.`,
  openAlert: 'Open the alert',
  buttons: { approve: 'Revoke sessions', deny: 'Deny', cancel: 'Cancel' },
  /** In channels and group chats a bot hears only what mentions it. */
  footer: (asked: string, expiresAt: string, mention: boolean) =>
    `Expires ${until(asked, expiresAt)}. Buttons do not work? ${mention ? 'Mention this bot and type' : 'Type'} `,
  /** For a reader who has nothing to type. */
  expires: (asked: string, expiresAt: string) => `Expires ${until(asked, expiresAt)}.`,
  or: ' or ',
  approveSentence: (code: string) => `approve ${code}`,
  denySentence: (code: string) => `deny ${code}`,
  cancelSentence: (code: string) => `cancel ${code}`,
  more: (count: number) => `and ${count} more`,
  /** Both are names with a UPN. */
  renamed: (before: string, now: string) => `${before} is now called ${now}`,
  /** What stands between parts, between sentences that are put together, and at the end. */
  marks: { list: ', ', parts: '; ', label: ': ', sentence: ' ', end: '.' },
  powerful: 'administrators, requesters or approvers',
  morePrivileged: (count: number, privileged: number) =>
    `and ${count} more, ${privileged} of them administrators, requesters or approvers`,
  operator: 'can request or approve here',
  leftOutHeading: 'Left out',
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
  waitsFallback: (code: string) => `Waiting for the approver’s sign-in (${code}).`,
  signInNotice: (names: string, code: string) =>
    `${names}: your sign-in for ${code} may be gone. Press Continue on its card.`,
  missingRoleRestricted: () =>
    `${failures.missingRole}. It is in a restricted management administrative unit: only a role assigned on that unit reaches it`,
  restrictedUnit:
    'In a restricted management administrative unit: only an approver whose role is assigned on that unit reaches it.',
  signIn: 'Sign in, so that Microsoft Entra can check your role',
  /** The sign-in of the bot cannot be renewed before. */
  grantedSince: (until: string): string =>
    `a permission granted since counts from ${dateTime(until)} on, when the sign-in of the bot ends`,
  missingRole: (roles: readonly string[]) =>
    `${failures.missingRole}. An approver with one of these roles can do it: ${roles.join(', ')}`,
  signedInFallback: (code: string) =>
    `Approval needed to revoke sign-in sessions (${code}). Press the button on the card.`,
  signedInFooter: (asked: string, expiresAt: string, mention: boolean) =>
    `Expires ${until(asked, expiresAt)}. Approving needs the button, because Graph is called with your own sign-in. To refuse, you can also ${mention ? 'mention this bot and type' : 'type'} `,
  unreachable: (code: string) =>
    `Nobody could be asked to approve ${code}: the bot is not in the approvers’ conversation, or may not post there. Ask in a channel or group chat with an approver in it, and tell the operator.`,
  followTitle: 'Waiting for approval',
  followFallback: (code: string) => `Waiting for approval in the approvers’ conversation (${code}).`,
  followNotice: (asked: string, expiresAt: string) =>
    `It is decided in the approvers’ conversation, until ${until(asked, expiresAt)}. What becomes of it shows here.`,
  notice: (names: string, whom: string, count: number, code: string) =>
    `${names}: approval needed (${code}) to revoke the sign-in sessions of ${whom || (count === 1 ? 'one account' : `${count} accounts`)}.`,
  /** Stays where it stands when all is over, so it must be as true then. */
  reminder: (names: string, asked: string, expiresAt: string, code: string) =>
    `${names}: a reminder of ${code}. A decision counts until ${until(asked, expiresAt)} at the latest; its card shows how it stands.`,
  /** What was approved does not get on. */
  delayed: {
    title: (why: Hindrance): string => `Not done yet: ${hindrances[why]}. `,
    /** Stays where it stands when all is over, so it must be as true then. */
    said: (code: string, whom: string, count: number, at: string, why: Hindrance): string =>
      `${code}: the sign-in sessions of ${whom || `${count} accounts`} were not all revoked yet at ${time(at)}, because ${hindrances[why]}.`,
    until: (at: string): string =>
      `It is tried again until ${time(at)} at the latest; the result follows in this conversation.`,
    byHand: (id: string | null): string =>
      `If it cannot wait, revoke by hand: open the user in Entra and choose Revoke sessions, or run Revoke-MgUserSignInSession -UserId ${id ?? '<object id>'}. Twice does no harm.`,
  },
  /** An answer takes long. */
  stillWorking:
    'No answer yet: Microsoft Graph, or the record of this bot, was slow when this was written. If nothing follows within a minute, ask again; twice does no harm. If it cannot wait, revoke by hand: open the user in Entra and choose Revoke sessions.',
  /** `mention` is the requester's name as markup. */
  called: (mention: string) => `${mention}, this is what became of your request.`,
  waitsTitle: 'Waiting for the approver’s sign-in',
  signInAgain:
    ' approved this. The sign-in that came with it may be gone, because the bot was restarted or Entra ended it. Press Continue to sign in again.',
  continueButton: 'Continue',
  stopButton: 'Stop the rest',
  againButton: 'Revoke again',
  retryButton: 'Retry failed',
  askedAgain: 'Asked again. The new card follows.',
  alreadyOpen: (code: string, at: string, now: Date) =>
    `Already open: ${code}, asked ${ago(Date.parse(at), now.getTime())} for exactly this. There is no second card.`,
  alreadyAskedAgain: (code: string) => `That was asked again already: see the card ${code}.`,
  progressTitle: (count: number) =>
    count === 1 ? 'Revoking sign-in sessions…' : `Revoking sessions of ${count} accounts…`,
  progressText: (done: number, of: number, failed: number, leftMs: number | null) =>
    [
      `${done} of ${of} done`,
      ...(failed > 0 ? [`${failed} not revoked`] : []),
      ...(leftMs === null ? [] : [`about ${duration(leftMs)} left`]),
    ].join(', '),
  progressFallback: (code: string) => `Approved, being carried out (${code}).`,

  askedBy: 'Asked by ',
  decidedBy: { approve: 'Approved by ', deny: 'Denied by ', cancel: 'Cancelled by ' } satisfies Record<
    DecisionVerb,
    string
  >,
  stoppedBy: 'Stopped by ',
  reasonLabel: 'Reason: ',
  at: (iso: string) => `, ${timeToSecond(iso)}`,
  asked: (iso: string) => `, ${dateTime(iso)}`,
  done: (iso: string) => `, done ${timeToSecond(iso)}`,
  closedTitle: {
    denied: 'Denied: nothing was revoked',
    cancelled: 'Cancelled: nothing was revoked',
    expired: 'Expired: nothing was revoked',
    superseded: 'Replaced: an account changed since',
    stopped: 'Stopped: nothing was revoked',
  },
  superseded: 'Nothing was approved. A new card shows the accounts as they are now.',
  nobodyDecided: (asked: string, expiresAt: string) =>
    `Nobody decided before ${until(asked, expiresAt)}. Ask again if it is still needed.`,

  resultTitle: {
    verified: '✓ Sessions revoked, verified',
    unverified: 'Sessions revoked, not verified yet',
    omitted: 'Not revoked: left out',
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
  moreOutcomes: (hidden: readonly { readonly count: number; readonly outcome: ToldOutcome }[]) =>
    `and ${hidden.map(({ count, outcome }) => `${count} more ${outcomes[outcome]}`).join('; ')}`,
  resultFallback: (title: string, code: string) => `${title} (${code}).`,
  deadNow: {
    label: 'Ends within minutes:',
    text: (iso: string, ofAll: boolean) =>
      `refresh tokens and session cookies issued before ${dateTimeToSecond(iso)}${ofAll ? '' : ', of the verified accounts'}`,
  },
  mayLive: {
    label: (iso: string) => `May live until ${time(iso)}:`,
    text: (promptServices: readonly string[]) =>
      promptServices.length === 0
        ? 'access tokens already issued, 2 hours and more without Conditional Access or by token policy; that any service of this cloud ends them earlier is not documented'
        : `access tokens already issued (about 15 min where continuous access evaluation applies: ${promptServices.join(', ')}; 2 hours and more without Conditional Access or by token policy)`,
  },
  notVerified: {
    label: 'Not verified yet:',
    text: 'Graph accepted the call, but reading back did not show it so far. It is looked for during an hour; when it shows, this message and the card say so. Ask again if in doubt: revoking twice does no harm.',
  },
  notCovered: {
    label: 'Not covered:',
    text: 'a new sign-in, sessions that apps keep themselves, guests, on-premises sessions. Not looked at: sign-in methods, app consents, inbox rules and forwarding, app passwords',
  },
  next: {
    cloud: (count: number) => ({
      label: 'Next:',
      text:
        count === 1
          ? 'disable the account, reset the password, revoke again, disable the devices'
          : 'disable the accounts, reset their passwords, revoke again, disable their devices',
    }),
    synced: (count: number) => ({
      label: 'Next:',
      text:
        count === 1
          ? 'in on-premises Active Directory, disable the account and reset the password twice; then revoke again, disable the devices'
          : 'in on-premises Active Directory, disable the accounts and reset their passwords twice; then revoke again, disable their devices',
    }),
    mixed: {
      label: 'Next:',
      text: 'disable the accounts, reset their passwords (where synced from on-premises: in Active Directory, and twice), revoke again, disable their devices',
    },
    self: {
      label: 'Next:',
      text: 'if somebody else may know the password, change it now, revoke again, and have an administrator disable lost devices',
    },
  },
  whyFailed: 'Why:',
  trace: {
    graphRequest: (id: string) => `request-id ${id}`,
    clientRequest: (id: string) => `client-request-id ${id}`,
    graphDate: (iso: string) => `Graph date ${dateTimeToSecond(iso)}`,
    trail: (head: string) => `trail ${head.slice(0, 12)}`,
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
    open: 'Open the request',
    openTitle: (count: number) => `${count} open here`,
    nothingOpen: 'Nothing is open here. A request that is over is shown by its code: status K7F3',
    openFooter: (code: string): Marked => ['To look at one, type ', `status ${code}`, '.'],
    openFallback: (count: number) => `${count} requests are open here.`,
    /** Beside the title of a list that goes on. */
    page: (title: string, page: number, pages: number) => `${title}, page ${page} of ${pages}`,
    unknownCode:
      'There is no request with that code in this conversation. Type status for what is open here; elsewhere, ask there.',
    waits: 'Waiting for a decision',
    waitsUntil: (asked: string, expiresAt: string) => `Waiting for a decision until ${until(asked, expiresAt)}`,
    carriedOut: 'Being carried out',
    accounts: (count: number, names: string, hidden: number) =>
      `${count} accounts: ${names}${hidden > 0 ? ` and ${hidden} more` : ''}`,
    askedBy: (name: string, at: string) => `Asked by ${name}, ${dateTime(at)}`,
    askedForOneOf: (name: string, at: string, count: number) =>
      `Asked by ${name}, ${dateTime(at)}, as one of ${count} accounts`,
    decidedBy: (verb: DecisionVerb, name: string, at: string) => `${decided[verb]} by ${name}, ${dateTime(at)}`,
    reason: (reason: string) => `Reason: ${reason}`,
    elsewhere: (hasReason: boolean): string =>
      hasReason ? 'In another conversation; the reason is shown only there' : 'In another conversation',
    /** The read-back of an account: what was signed in before is dead. */
    proof: (validFrom: string) => `Read back: sessions begun before ${dateTime(validFrom)} have ended`,
    why: (reason: string) => `Why: ${reason}`,
    statusFallback: (code: string, title: string) => `${code}: ${title}.`,
    heading: 'What happened',
    at: (iso: string, withDay: boolean) => (withDay ? dateTimeToSecond(iso) : timeToSecond(iso)),
    timeline: {
      agreed: (by: string) => `${by} approved, as the first of two`,
      asked: (name: string) => `Asked by ${name}`,
      posted: 'Card posted',
      postedAgain: 'Card posted again',
      refused: (name: string, verb: Verb, times: number) =>
        `${name} tried to ${verbs[verb]} it${times > 1 ? ` ${times} times` : ''} and was refused`,
      decided: (verb: DecisionVerb, name: string) => `${decided[verb]} by ${name}`,
      signInLost: 'The approver’s sign-in was lost',
      signedIn: (name: string) => `${name} signed in again`,
      started: (count: number) => (count === 1 ? 'Started' : `Started for ${count} accounts`),
      unclear: 'Graph gave no clear answer; looked at again',
      stopped: (name: string) => `Stopped by ${name}`,
      finished: 'Finished',
      expired: 'Expired: nobody decided in time',
      replaced: (code: string) => `Replaced by ${code}`,
      told: 'Result posted',
      notTold: 'The result could not be posted in the conversation',
      proofFound: (count: number) => (count === 1 ? 'The effect showed later' : `The effect showed later for ${count}`),
      proofGivenUp: 'The effect did not show within an hour',
    },
    historyTitle: 'History',
    historyFallback: (name: string) => `What was asked, decided and done for ${name}.`,
    noHistory: 'Nothing was ever asked for this account here.',
    noOlder: 'There is nothing older.',
    incomplete: 'Not every request could be read, so some are missing here. Whoever runs the bot sees why in its log.',
    notOperator: 'Only people who may ask or approve can see what happened to an account. Nothing was looked up.',
    whose: 'Whose history? Name one account: history name@example.com',
    notFound: 'Nothing can be shown:',
    tooSlow: 'Microsoft Graph or the store is slow at the moment. Press the button again.',
  },

  whatIfTitle: (count: number) =>
    count === 1 ? 'What if: revoke sign-in sessions' : `What if: revoke sign-in sessions of ${count} accounts`,
  whatIfFallback: 'What would happen. Nothing was asked and nothing was sent.',
  whatIfNotice: 'Dry run: nothing was asked and nothing was sent.',
  wouldAsk: 'Would be asked',
  wouldAskText: (minutes: number) => `approval in this conversation, open for ${minutes} min`,
  wouldCheck: 'Would be checked',
  wouldCheckText: [
    'that the approver is allowed to approve, at that moment',
    'that no account became protected or external, right before each call',
  ],
  wouldSend: 'Would be sent to Microsoft Graph',
  wouldRead: 'Would be read back',

  helpTitle: 'Session Revoker',
  helpFallback: 'Type: revoke sessions for name@example.com',
  helpIntro: 'Signs people out of Microsoft Entra everywhere, after an approver agrees. Type:',
  helpCommands: [
    { sentence: 'revoke sessions for name@example.com', does: 'asks for approval; several addresses are fine' },
    { sentence: 'revoke sessions for name@example.com because phone stolen', does: 'the same, with a reason' },
    {
      sentence: 'what if revoke sessions for name@example.com',
      does: 'shows what would happen; nothing is asked or sent',
    },
    { sentence: 'revoke my sessions', does: 'your own, confirmed by you; open to every member' },
    { sentence: 'approve K7F3', does: 'decides by the code on the card; also deny K7F3 and cancel K7F3' },
    { sentence: 'stop K7F3', does: 'while it is carried out: what was not sent yet is not sent' },
    { sentence: 'status', does: 'what is open here; status K7F3 shows one request and what happened to it' },
    { sentence: 'history name@example.com', does: 'what was asked, decided and done for that account' },
  ],
  welcomeIntro:
    'Signs people out of Microsoft Entra everywhere, once somebody who may has approved. Everything is on record.',
  welcomeCommands: [
    {
      sentence: 'revoke sessions for name@example.com because phone stolen',
      does: 'for example; mention this bot first, where others are',
    },
    { sentence: 'help', does: 'everything else that can be typed' },
  ],
  welcomeFooter:
    'Responders chosen by your organisation may ask, approvers decide. Your own sessions you can always revoke: revoke my sessions.',
  helpFooter: 'In a channel or group chat, mention this bot first.',
  hint: 'I did not understand that. Try: revoke sessions for name@example.com, or help',
  unclear: (words: readonly string[]) =>
    `Not an address or object id: ${words.join(', ')}. Nothing was asked. Write the full address, such as name@example.com.`,
  scripts: { cyrillic: 'Cyrillic', greek: 'Greek' },
  foreignLetters: (letters: readonly string[], plain: string) =>
    `Entra addresses cannot have ${letters.join(', ')}.${plain === '' ? '' : ` Did you mean ${plain}?`} Type the address as Entra has it.`,
  nobodyNamed: 'Whom? Write the address: revoke sessions for name@example.com',
  miscalled: (label: string, upn: string, name: string) => `"${label}" stands beside ${upn}, whose name is ${name}.`,
  order: (targets: readonly string[], reason: string | null, dryRun: boolean) =>
    `${dryRun ? 'what if ' : ''}revoke sessions for ${targets.join(', ')}${reason === null ? '' : ` because ${reason}`}`,
  noRequestMade: 'No request was made.',
  suggestionTitle: 'Did you mean…',
  requestApproval: 'Request approval',
  answerFollows: 'The answer will appear in this conversation.',
  suggestionFallback: 'No request was made. Did you mean another sentence?',
  nobodyLeft: 'Nothing was asked:',
  mentionsNobody: (label: string, why: WhyNobody) => `${label}: ${nobodys[why]}`,
  tooManyMentions: (most: number) =>
    `Nothing was asked. One message can mention ${most} people. Write the addresses instead, or send several messages.`,
  differing: (shown: string, leadsTo: string) =>
    `The message shows ${shown}, and the link or the brackets behind it say ${leadsTo}. Write only the address that is meant.`,
  severalInRow: (addresses: readonly string[]) =>
    `One row holds several addresses: ${addresses.join(', ')}. Leave only the one that is meant.`,
  /** The dialog that is opened on a message. */
  dialog: {
    title: 'Revoke sessions',
    heading: 'Whose sign-in sessions are to be revoked?',
    fallback: 'Ask for sign-in sessions to be revoked.',
    filledIn: 'Filled in from the message, which anybody may have written. Check who is named here.',
    nothingFound: 'There is no address in that message. Say who is meant.',
    notLookedUp: 'Not looked up yet, because the directory did not answer at once.',
    notAll: 'The message names more addresses than stand here.',
    /** Some clients show an empty field although people are picked. */
    picked: (who: string) => `Picked: ${who}`,
    people: 'People',
    peopleHint: 'Type a name',
    addresses: 'Addresses or object ids',
    addressesHint: 'adele@contoso.com, isaiah@contoso.com',
    reason: 'Reason',
    reasonHint: 'phone stolen',
    whatIf: 'What if: show what would happen, ask nobody',
    submit: 'Ask for approval',
    nobodyNamed: 'Nobody is named. Pick people, or write their addresses.',
    refused: 'Nothing was asked',
    late: 'Still checking',
    lateText:
      'This takes longer than usual, and nothing is asked yet. You can close this. If no card shows in this conversation within a minute, ask again.',
    installTitle: 'Add Session Revoker here?',
    notAskedYet: 'Nothing was asked yet.',
    installText:
      'It is not in this conversation yet, so it could not post the card that asks for approval. Once it is added, the dialog opens. Everybody here then sees it, and may use it as far as its lists allow.',
    installAdd: 'Add it here',
  },
  unknownInvoke: 'This bot does not know that action. Nothing was done.',
  flood: 'That is too much at once. For the next minute I do not answer you; what is open stays open.',
  editedIsNoOrder: 'Edited messages are not orders. Nothing was done. Send it again as a new message.',
  tooLong: 'That message is too long for me. Nothing was asked. Split the list.',
  notAllowedHere: 'This bot does not work in this conversation.',
  noPerson: 'I can only take requests from people of this organisation.',
  problem: (problem: DirectoryProblem) => `Nothing was done. ${problems[problem]}`,
  internal: 'Something went wrong here; nothing was done. Try again. The operator finds the details in the log.',
  unreadableRequest: {
    damaged:
      'The record of this is damaged. Nothing can be decided or done with it here, and trying again does not help. Revoke by hand in Entra: the user, then Revoke sessions. Tell the operator, who finds the details in the log.',
    newer:
      'A newer version of this bot goes on with this request. Nothing was done here. Try again in some minutes, or revoke by hand.',
  },
  inDoubt:
    'It is not certain whether this was recorded: the store did not answer in time. Look at the card in a minute, and try again if it has not changed.',
  isDecided: 'This request is decided; that is on record. Its card could not be shown here.',
  stillOpen: 'What you may do here could not be read just now. The card as it was still counts.',
  /** Promises nothing, because nothing of it is on record. */
  stillChecking: (slow: 'graph' | 'store'): string =>
    `Not decided yet: ${slow === 'store' ? 'the record of this bot' : 'Microsoft Graph'} is slow. If the card has not changed in a minute, press again; twice does no harm.`,
  /** Everybody here reads these two. A stolen account may be at work: */
  ownAccount: (name: string, verb: Verb, code: string) =>
    `${name} tried to ${verbs[verb]} ${code}, which is about their own account. That was refused, and nothing has changed: someone else must decide.`,
  lateAnswer: (name: string, answer: string) => `${name}: ${answer}`,
};

export type Texts = typeof en;

function ago(then: number, now: number): string {
  const minutes = Math.max(0, Math.round((now - then) / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

function duration(ms: number): string {
  return ms < 90_000 ? `${Math.ceil(ms / 10_000) * 10} s` : `${Math.round(ms / 60_000)} min`;
}
