/**
 * What the sentences that take something are called with: for each parameter the values that may make a difference.
 * Words are Greek, so that nobody takes them for a language of the product; the first two of a kind are told apart by
 * nothing but themselves.
 */

import { directoryProblems } from './samples.ts';

const names = ['Θάλεια', 'Κλειώ'];
const words = ['λέξη', 'φράση'];
const codes = ['ΑΒΓ7', 'ΔΕΖ9'];
const lists = [['Ρόδος', 'Κως'], ['Νάξος']];
const counts = [37, 53, 1];
const others = [71, 89];
const times = ['2026-11-21T03:15:09.000Z', '2026-11-21T04:26:17.000Z'];
const earlier = ['2026-11-21T03:00:00.000Z'];
const expiries = [...times, '2026-11-24T05:37:28.000Z'];
const either = [true, false];
const hindrances = ['graph', 'throttled', 'signIn', 'between', 'unknown'];
const decisions = ['approve', 'deny', 'cancel'];
const risks = ['none', 'low', 'medium', 'high', 'hidden'];
const outcomes = ['verified', 'unverified', 'omitted', 'stopped', 'failed', 'unknown'];
const whyNobody = ['bot', 'group', 'several', 'unknown', 'gone', 'elsewhere', 'noAccount', 'unreadable'];
const member = { guest: false, external: false, enabled: true, synced: false };
const accounts = [
  member,
  { ...member, guest: true },
  { ...member, external: true },
  { ...member, enabled: false },
  { ...member, synced: true },
];
const omissionCodes = [
  'notFound',
  'deleted',
  'ambiguous',
  'external',
  'ownGuest',
  'protected',
  'restricted',
  'unreadable',
];
const found = { name: 'Θάλεια', upn: 'θ@α', department: null };

/** By the path of the sentence in `Texts`. */
export const sentenceArguments: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  twoPersons: [['always', 'role', 'rolesUnknown', 'operator', 'bulk'], counts, names],
  role: [names, either, either],
  account: [accounts],
  lastSignIn: [
    times,
    ['2026-11-21T04:27', '2026-11-21T05:58', '2026-11-21T23:59', '2029-06-01T00:00'].map(
      (at) => new Date(`${at}:00.000Z`),
    ),
  ],
  lastAttempt: [times, either],
  alreadyDisabled: [counts, [71, 1]],
  risk: [risks],
  imitates: [names, counts],
  hidesInName: [names, counts],
  morePeople: [counts],
  approvalTitle: [counts],
  accountCount: [counts],
  approvalFallback: [names, codes, either],
  ownFallback: [names, codes, either],
  approveButton: [counts],
  stopButton: [counts],
  retryButton: [counts],
  stillSignedIn: [names],
  skipped: [counts, lists],
  otherReasons: [counts],
  ...Object.fromEntries(omissionCodes.map((code) => [`skippedAs.${code}`, [counts]])),
  others: [counts, words, [41, 0], either],
  asksForSelf: [[...words, null]],
  asks: [[...words, null]],
  footer: [either],
  expires: [earlier, expiries, [new Date('2026-11-21T03:00:00.000Z'), new Date('2026-11-24T06:00:00.000Z')]],
  approveSentence: [codes],
  denySentence: [codes],
  cancelSentence: [codes],
  more: [counts],
  label: [words],
  candidates: [[[found], [{ ...found, department: 'Μούσες' }], [{ ...found, id: 'Ω1' }], [found, found]]],
  moreCandidates: [counts],
  agreed: [words, names, codes],
  waitsFallback: [names, codes],
  isBack: [names, times, ['Μούσες'], codes],
  unreachable: [names, codes],
  signInNotice: [names, ['Ερατώ'], codes],
  missingRoleRestricted: [],
  missingRole: [lists],
  signedInFallback: [names, codes],
  signedInFooter: [either],
  followFallback: [names, codes],
  followNotice: [earlier, expiries],
  notice: [names, ['Ερατώ'], codes, words],
  reminder: [names, ['Ερατώ'], codes, words],
  called: [names],
  grantedSince: [times],
  'delayed.title': [hindrances],
  'delayed.said': [['Ερατώ'], codes, times, hindrances],
  'delayed.until': [times],
  'delayed.byHand': [[...codes, null]],
  stillChecking: [['graph', 'store']],
  limit: [[{ most: 500 }, { most: 1000, count: 1012, until: times[0] }]],
  alreadyOpen: [codes, times, [new Date('2026-11-21T04:27:00.000Z'), new Date('2026-11-21T05:58:00.000Z')]],
  alreadyAskedAgain: [codes],
  progressTitle: [counts],
  progressText: [counts, others, [41, 0], [20_000, 40_000, 240_000, null]],
  progressFallback: [names, codes],
  at: [times],
  asked: [times],
  done: [times],
  nobodyDecided: [earlier, expiries],
  manyTitle: [
    [
      { of: 37, revoked: 37, verified: 37 },
      { of: 37, revoked: 37, verified: 16 },
      { of: 37, revoked: 37, verified: 0 },
      { of: 37, revoked: 23, verified: 23 },
      { of: 37, revoked: 0, verified: 0 },
      { of: 53, revoked: 0, verified: 0 },
    ],
  ],
  allOf: [counts, words],
  moreOutcomes: [
    outcomes.map((outcome) => [{ count: 37, outcome }]).concat([[{ count: 53, outcome: 'failed' }]]),
    either,
  ],
  resultFallback: [names, words, codes],
  'deadNow.text': [times, either],
  canStillGetIn: [times, [...lists, []]],
  'mayLive.text': [[...lists, []]],
  'next.cloud': [counts],
  'next.synced': [counts],
  'trace.graphRequest': [codes],
  'trace.clientRequest': [codes],
  'trace.graphDate': [times],
  'trace.trail': [codes],
  'lookUp.openTitle': [counts],
  'lookUp.openFallback': [counts],
  'lookUp.page': [words, counts, others],
  'lookUp.waitsUntil': [earlier, expiries],
  'lookUp.accounts': [counts, words, [41, 0]],
  'lookUp.askedBy': [names, times],
  'lookUp.askedForOneOf': [names, times, counts],
  'lookUp.decidedBy': [decisions, names, times],
  'lookUp.reason': [words],
  'lookUp.elsewhere': [either],
  'lookUp.proof': [times],
  'lookUp.why': [words],
  'lookUp.at': [times, either],
  'lookUp.timeline.asked': [names],
  'lookUp.timeline.refused': [names, [...decisions, 'stop', 'continue'], counts],
  'lookUp.timeline.decided': [decisions, names],
  'lookUp.timeline.signedIn': [names],
  'lookUp.timeline.agreed': [names],
  'lookUp.timeline.started': [counts],
  'lookUp.timeline.stopped': [names],
  'lookUp.timeline.replaced': [codes],
  'lookUp.timeline.proofFound': [counts],
  'lookUp.historyFallback': [names],
  whatIfTitle: [counts],
  wouldAskText: [counts],
  unclear: [lists],
  miscalled: [names, names, names],
  order: [lists, [...names, null], either],
  foreignLetters: [lists, ['', ...names]],
  mentionsNobody: [names, whyNobody],
  tooManyMentions: [counts],
  differing: [words, codes],
  severalInRow: [lists],
  'dialog.picked': [words],
  problem: [directoryProblems],
  ownAccount: [names, [...decisions, 'stop', 'continue'], codes],
  renamed: [names, names],
  morePrivileged: [counts, counts],
  'lookUp.showAll': [counts],
  'lookUp.accountsTitle': [codes, counts],
  lateAnswer: [names, words],
};
