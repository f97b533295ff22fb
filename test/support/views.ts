import type { Powers } from '../../src/app/lookups.ts';
import { clouds } from '../../src/config/clouds.ts';
import type { Account, AccountFacts, Omission, OmissionCode, Person, Target } from '../../src/domain/account.ts';
import type { KnownRequest, Requested, TwoPersonsReason } from '../../src/domain/request.ts';
import { accountsView } from '../../src/teams/cards/accounts.ts';
import { approvalView } from '../../src/teams/cards/approval.ts';
import { closedView, progressView } from '../../src/teams/cards/outcome.ts';
import type { CardDataOf, CardName } from '../../src/teams/cards/render-card.ts';
import { resultView } from '../../src/teams/cards/result.ts';
import { suggestionView } from '../../src/teams/cards/unsure.ts';
import { helpView, whatIfView } from '../../src/teams/cards/what-if.ts';
import { en, type Texts } from '../../src/teams/texts/en.ts';
import { aroundSituations, largestAround } from './around-views.ts';
import { largestPast, pastSituations } from './past-views.ts';
import {
  approved,
  type Become,
  become,
  cancelled,
  denied,
  expired,
  finished,
  played,
  reported,
  signInLost,
  started,
  stopped,
  superseded,
} from './played.ts';
import { alex, approvers, channel, head, megan, requested, requestId, start, target } from './samples.ts';

/** A card of the product in one situation: what its template is filled with, made by the product's own views. */
export interface Situation<K extends CardName = CardName> {
  /** Such as `approval.two-persons.role`. */
  readonly name: string;
  readonly card: K;
  readonly data: CardDataOf<K>;
}

const now = new Date(start.getTime() + 30_000);

const known = <T>(value: T) => ({ known: true, value }) as const;
const unknown = { known: false } as const;
/** Facts that are not known for a reason each, with an attempt that failed. */
const refused: Partial<AccountFacts> = {
  roles: { known: false, why: 'refused' },
  lastSignIn: known(null),
  lastAttempt: new Date(start.getTime() - 60_000).toISOString(),
  risk: { known: false, why: 'cloud' },
};
const cloud = clouds.global;

const facts: AccountFacts = {
  roles: known([]),
  lastSignIn: known(new Date(start.getTime() - 24 * 60_000).toISOString()),
  risk: known('none'),
};
const role = (name: string) => ({ templateId: '62e90394-69f5-4237-9190-012177145e10', name });

const people: readonly (readonly [name: string, jobTitle: string, department: string])[] = [
  ['Adele Vance', 'Retail Manager', 'Retail'],
  ['Grady Archie', 'Designer', 'R&D'],
  ['Debra Berger', 'Administrative Assistant', 'Executive Management'],
  ['Diego Siciliani', 'HR Manager', 'HR'],
  ['Irvin Sayers', 'Project Manager', 'Engineering'],
  ['Johanna Lorenz', 'Senior Engineer', 'Engineering'],
  ['Lidia Holloway', 'Product Manager', 'Engineering'],
  ['Lynne Robbins', 'Planner', 'Retail'],
  ['Miriam Graham', 'Director', 'Sales & Marketing'],
  ['Nestor Wilke', 'Director', 'Operations'],
  ['Patti Fernandez', 'President', 'Executive Management'],
  ['Pradeep Gupta', 'Accountant', 'Finance'],
];

function someone(index: number, more: Partial<Account> = {}, moreFacts: Partial<AccountFacts> = {}): Target {
  const [name = `User ${index + 1}`, jobTitle = 'Clerk', department = 'Sales'] = people[index] ?? [];
  const upn = `${name.toLowerCase().replaceAll(' ', '.')}@contoso.com`;
  const id = `7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a${String(2000 + index)}`;
  return target(index + 1, { id, name, upn, jobTitle, department, ...more }, { ...facts, ...moreFacts });
}
const crowd = (count: number) => Array.from({ length: count }, (_, index) => someone(index));
const adele = someone(0);

const found = (name: string, upn: string, department: string | null = null) => ({ name, upn, department });
const omissions: readonly Omission[] = [
  { asked: 'partner@fabrikam.com', code: 'external', found: [found('Pia Partner', 'partner@fabrikam.com')] },
  { asked: 'breakglass01@contoso.com', code: 'protected', found: [] },
  { asked: 'supplier@fabrikam.com', code: 'external', found: [found('Sam Supplier', 'supplier@fabrikam.com')] },
  { asked: 'adel@contoso.com', code: 'notFound', found: [] },
  {
    asked: 'adele@contoso.com',
    code: 'ambiguous',
    found: [
      found('Adele Vance', 'adele.vance@contoso.com', 'Retail'),
      found('Adele Vance', 'adele.vance2@contoso.com', null),
    ],
  },
  { asked: 'ceo@contoso.com', code: 'restricted', found: [] },
  { asked: 'ghost@contoso.com', code: 'unreadable', found: [] },
];

/** What an attacker may put in a name: markup, mentions, line breaks, direction marks, what templates and clients expand. */
const hostileName = [
  '**Bold** [link](https://evil.example) <at>everyone</at> <b>&amp;</b>',
  '${title} {{DATE(2026-11-21T00:00:00Z)}} {{{{{{',
  'Approved by\nMegan Bowen \u202egro.live\u202c \u2066x\u2069 \u0000 "\\" \ud800',
].join(' ');
const hostile = someone(0, {
  name: hostileName,
  upn: 'o\'brien+"x"#EXT#@contoso.com',
  jobTitle: '# Boss',
  department: '- $when',
});
const hostilePerson: Person = { ...alex, name: hostileName };

/** The largest a directory and a sender can make it. Every second character is one that takes more room. */
const dates = (length: number) => '{{DATE('.repeat(length / 7);
const quotes = (length: number) => '"'.repeat(length);
const letters = (length: number) => 'W'.repeat(length);

function largest(fill: (length: number) => string, count: number): Requested {
  const roles = known(Array.from({ length: 30 }, () => role(fill(256))));
  const one = (index: number) =>
    someone(
      index,
      {
        name: fill(256),
        upn: `${letters(64)}@${letters(191)}`,
        jobTitle: fill(128),
        department: fill(64),
        enabled: false,
      },
      { roles },
    );
  const codes: readonly OmissionCode[] = [
    'notFound',
    'ambiguous',
    'external',
    'ownGuest',
    'deleted',
    'protected',
    'restricted',
    'unreadable',
  ];
  const candidates = Array.from({ length: 2 }, () => ({
    ...found(fill(256), `${letters(64)}@${letters(191)}`, fill(64)),
    id: someone(0).account.id,
  }));
  return requested({
    by: { ...alex, name: fill(256) },
    reason: fill(300),
    targets: Array.from({ length: count }, (_, index) => one(index)),
    omitted: Array.from({ length: 500 - count }, (_, index): Omission => {
      const code = codes[index % codes.length] ?? 'notFound';
      return {
        asked: `${index}${letters(60)}@${letters(255)}`,
        code,
        found: code === 'ambiguous' ? [...candidates, found(`${index}`, 'x', null)].toReversed() : [],
        more: 7,
      };
    }),
    twoPersons: 'rolesUnknown',
    approvers: approvers(
      Array.from({ length: 5 }, (_, index) => ({ id: String(index), name: fill(256) })),
      { count: 900, complete: false },
    ),
  });
}

const personal = { ...channel, id: 'a:1', kind: 'personal' } as const;
const asked = (more: Partial<Requested> = {}) =>
  requested({ targets: [adele], reason: 'phone stolen at the airport', ...more });
const own = (more: Partial<Requested> = {}) =>
  asked({
    targets: [someone(0, { id: alex.id, name: alex.name, upn: 'alex.wilber@contoso.com' })],
    self: true,
    ...more,
  });

/** Every situation a card of the product can be in, with the texts of one language. */
export function situations(texts: Texts = en): readonly Situation[] {
  const approval = (name: string, request: Requested, powers: Powers | null = null): Situation => {
    return { name: `approval.${name}`, card: 'approval', data: approvalView(requestId, request, texts, now, powers) };
  };
  const progress = (name: string, state: KnownRequest): Situation => {
    return { name: `progress.${name}`, card: 'progress', data: progressView(requestId, state, texts, now) };
  };
  const closed = (name: string, state: KnownRequest, readerId?: string): Situation => {
    return { name: `closed.${name}`, card: 'closed', data: closedView(requestId, state, texts, now, readerId) };
  };
  const result = (name: string, state: KnownRequest): Situation => {
    return { name: `result.${name}`, card: 'result', data: resultView(requestId, state, head, texts, cloud) };
  };
  const whatIf = (name: string, request: Requested): Situation => {
    return { name: `what-if.${name}`, card: 'what-if', data: whatIfView(request, texts, now) };
  };
  const twoPersons = (reason: TwoPersonsReason, targets: readonly Target[]) =>
    approval(`two-persons.${reason}${targets.length > 1 ? '.many' : ''}`, asked({ targets, twoPersons: reason }));
  const admin = someone(9, {}, { roles: known([role('Global Administrator'), role('Helpdesk Administrator')]) });
  const withAdmin = [...crowd(3), admin, someone(4, { enabled: false }), someone(5, {}, { roles: unknown })];

  const oneDone = (how: Become, outcome: 'succeeded' | 'failed', request = asked()) =>
    played(request, approved(), started(), reported(how), finished(outcome));
  const many = asked({ targets: crowd(12), omitted: omissions, twoPersons: 'bulk' });
  const manyResults = many.targets.map((_, index): Become => {
    if (index === 2) return become.failed('throttled', index);
    if (index === 4 || index === 6) return become.failed('missingPermission', index);
    if (index === 7) return become.omitted('protected');
    return index === 8 ? become.unverified(index) : become.verified(index);
  });
  const partly = played(many, approved(), started(), reported(...manyResults), finished('partly'));
  const stoppedMany = played(
    many,
    approved(),
    started(),
    stopped(),
    reported(...many.targets.map((_, index) => (index < 4 ? become.verified(index) : become.omitted('stopped')))),
    finished('partly'),
  );
  const all = (how: (index: number) => Become, outcome: 'succeeded' | 'failed', count = 12) => {
    const request = asked({ targets: crowd(count) });
    const results = request.targets.map((_, index) => how(index));
    return played(request, approved(), started(), reported(...results), finished(outcome));
  };
  const mixed = asked({ targets: [someone(0, { synced: true }), someone(1)] });
  const playedMixed = played(
    mixed,
    approved(),
    started(),
    reported(become.verified(), become.verified(1)),
    finished('succeeded'),
  );
  const hostileRequest = asked({ by: hostilePerson, targets: [hostile], reason: hostileName });
  const hostileMany = asked({
    by: hostilePerson,
    targets: [hostile, someone(1), { ...hostile, account: { ...hostile.account, id: someone(2).account.id } }],
    reason: hostileName,
    omitted: [
      { asked: 'x@contoso.com', code: 'ambiguous', found: [found(hostileName, hostile.account.upn, hostileName)] },
    ],
  });

  const needsTwo = { twoPersons: 'role', approvers: approvers([megan]) } as const;
  const stoppedOne = played(
    asked(),
    approved(),
    stopped(),
    started(),
    reported(become.omitted('stopped')),
    finished('failed'),
  );

  return [
    approval('one', asked()),
    approval('delegated', asked({ auth: 'delegated' })),
    approval('delegated.own', own({ auth: 'delegated' })),
    approval('one.personal', asked({ reason: null, conversation: personal })),
    approval('one.personal.not-approver', asked({ approvers: approvers([megan]), conversation: personal })),
    approval('one.personal.two-persons', asked({ ...needsTwo, conversation: personal })),
    approval('many.personal.delegated', { ...many, ...needsTwo, auth: 'delegated', conversation: personal }),
    approval(
      'one.personal.incomplete',
      asked({ approvers: approvers([megan], { complete: false }), conversation: personal }),
    ),
    approval('reader.none', asked(), { may: new Set(), whyNot: 'notApprover', isRequester: false }),
    approval('reader.requester', asked(needsTwo), {
      may: new Set(['cancel']),
      whyNot: 'twoPersons',
      isRequester: true,
    }),
    approval('one.approvers.many', asked({ approvers: approvers([alex, megan, megan, megan, megan], { count: 12 }) })),
    approval('one.approvers.incomplete', asked({ approvers: approvers([megan], { complete: false }) })),
    approval('one.approvers.unknown', asked({ approvers: unknown })),
    approval('one.long-ttl', asked({ expiresAt: new Date(start.getTime() + 24 * 3_600_000).toISOString() })),
    approval('many', many),
    approval('hundreds', asked({ targets: crowd(300), omitted: omissions, twoPersons: 'bulk' })),
    approval('own', own()),
    approval('own.personal', own({ reason: null, conversation: personal })),
    twoPersons('always', [adele]),
    twoPersons('role', [someone(0, {}, { roles: known([role('Helpdesk Administrator')]) })]),
    twoPersons('role', withAdmin),
    twoPersons('rolesUnknown', [someone(0, {}, { roles: unknown })]),
    twoPersons('operator', [adele]),
    twoPersons('operator', crowd(2)),
    twoPersons('bulk', crowd(6)),
    approval('left-out', asked({ targets: [someone(0, { synced: true })], omitted: omissions })),
    approval(
      'unavailable',
      asked({
        targets: [
          someone(0, { jobTitle: null, department: null }, { roles: unknown, lastSignIn: unknown, risk: unknown }),
        ],
      }),
    ),
    approval(
      'risky',
      asked({
        targets: [someone(0, { enabled: false, synced: true }, { lastSignIn: known(null), risk: known('high') })],
      }),
    ),
    approval(
      'eligible',
      asked({
        targets: [
          someone(
            0,
            {},
            {
              roles: known([
                { ...role('Global Administrator'), eligible: true },
                { ...role('Helpdesk Administrator'), scope: '/administrativeUnits/x' },
              ]),
            },
          ),
        ],
      }),
    ),
    approval(
      'left-out.each',
      asked({
        omitted: (['external', 'ownGuest', 'restricted', 'deleted'] as const).map((code, index) => {
          const { id, name, upn } = someone(index + 1).account;
          return { asked: upn, code, found: [{ ...found(name, upn), id }] };
        }),
      }),
    ),
    approval('refused', asked({ targets: [someone(0, {}, refused)] })),
    approval('hostile', hostileRequest),
    approval('hostile.many', hostileMany),
    progress('approved', played(asked(), approved())),
    {
      name: 'progress.delayed',
      card: 'progress',
      data: progressView(requestId, played(asked(), approved()), texts, new Date(now.getTime() + 60_000)),
    },
    progress('many.start', played(many, approved(), started())),
    progress('many', played(many, approved(), started(), reported(...manyResults.slice(0, 6)))),
    progress(
      'many.unknown',
      played(many, approved(), started(), reported(become.verified(), become.unknown('noAnswer', 1))),
    ),
    progress('waits', played(asked({ auth: 'delegated' }), approved(megan, 'w1'), signInLost())),
    progress(
      'waits.many',
      played(
        { ...many, auth: 'delegated' },
        approved(megan, 'w1'),
        started(),
        reported(...manyResults.slice(0, 6)),
        signInLost(),
      ),
    ),
    progress('stopped', played(many, approved(), started(), reported(...manyResults.slice(0, 6)), stopped())),
    closed('denied', played(asked(), denied(megan, 'the phone was found at home'))),
    closed('denied.many', played(many, denied())),
    closed('denied.own', played(asked(), denied()), megan.id),
    closed('cancelled', played(asked({ reason: null }), cancelled(alex))),
    closed('expired', played(asked(), expired())),
    closed('superseded', played(asked(), superseded('M2QXAAAAAAAAAAAAAAAA'))),
    closed('verified', oneDone(become.verified(), 'succeeded')),
    closed('partly', partly),
    closed('hostile', played(hostileRequest, denied(hostilePerson, hostileName))),
    result('verified', oneDone(become.verified(), 'succeeded')),
    result('verified.called', oneDone(become.verified(), 'succeeded', asked({ notify: [] }))),
    result(
      'verified.synced',
      oneDone(become.verified(), 'succeeded', asked({ targets: [someone(0, { synced: true })] })),
    ),
    result('missing-role', oneDone(become.failed('missingRole'), 'failed', asked({ auth: 'delegated' }))),
    result('verified.left-out', oneDone(become.verified(), 'succeeded', asked({ omitted: omissions }))),
    closed('stopped', stoppedOne),
    result('stopped', stoppedMany),
    result('stopped.one', stoppedOne),
    result(
      'stopped.all',
      all(() => become.omitted('stopped'), 'failed'),
    ),
    result('own', played(own(), approved(alex), started(), reported(become.verified()), finished('succeeded'))),
    result('unverified', oneDone(become.unverified(), 'succeeded')),
    result('failed', oneDone(become.failed('missingPermission'), 'failed')),
    result('omitted', oneDone(become.omitted('protected'), 'failed')),
    result('partly', partly),
    result('many.mixed', playedMixed),
    result('many.verified', all(become.verified, 'succeeded')),
    result(
      'many.some-unverified',
      all((index) => (index < 3 ? become.unverified(index) : become.verified(index)), 'succeeded'),
    ),
    result('many.unverified', all(become.unverified, 'succeeded', 3)),
    result(
      'many.failed',
      all((index) => become.failed('missingPermission', index), 'failed'),
    ),
    result(
      'hostile',
      played(hostileRequest, approved(hostilePerson), started(), reported(become.verified()), finished('succeeded')),
    ),
    whatIf('one', asked()),
    whatIf(
      'many',
      asked({ targets: withAdmin, omitted: omissions, twoPersons: 'role', action: 'invalidateAllRefreshTokens' }),
    ),
    {
      name: 'suggestion',
      card: 'suggestion',
      data: suggestionView(
        {
          meant: ['adele@contoso.example', 'megan@contoso.example'].map((text) => ({
            reference: { kind: 'address', text },
            shown: text,
          })),
          reason: 'phone stolen',
          dryRun: false,
          lines: [],
        },
        texts,
      ),
    } satisfies Situation<'suggestion'>,
    { name: 'help', card: 'help', data: helpView(texts) } satisfies Situation<'help'>,
    ...aroundSituations(texts, crowd(5)),
    ...pastSituations(texts),
  ];
}

/** The largest cards: as many accounts as a request may have, and the longest texts, of letters that take most room. */
export function largestSituations(texts: Texts = en): readonly Situation[] {
  const fills = { letters, quotes, dates, emoji: (length: number) => '🙂'.repeat(length / 2) };
  return Object.entries(fills).flatMap(([name, fill]) =>
    [1, 250, 500].flatMap((count): Situation[] => {
      const request = largest(fill, count);
      const codes = ['missingPermission', 'throttled', 'unavailable', 'noAnswer', 'signIn', 'rejected'] as const;
      const results = request.targets.map((_, index): Become => {
        if (index % 9 === 8) return become.verified(index);
        return index % 9 === 7
          ? become.unverified(index)
          : become.failed(codes[index % codes.length] ?? 'rejected', index);
      });
      const by = { ...alex, name: fill(256) };
      const state = played(
        request,
        approved(by),
        started(),
        reported(...results),
        finished(count === 1 ? 'failed' : 'partly'),
      );
      const running = played(request, approved(by), started());
      const as = `${name}.${count}`;
      return [
        { name: `approval.${as}`, card: 'approval', data: approvalView(requestId, request, texts, now) },
        { name: `progress.${as}`, card: 'progress', data: progressView(requestId, running, texts, now) },
        { name: `list.accounts.${as}`, card: 'list', data: accountsView({ requestId, state }, 0, texts) },
        { name: `closed.${as}`, card: 'closed', data: closedView(requestId, state, texts, now) },
        { name: `result.${as}`, card: 'result', data: resultView(requestId, state, head, texts, cloud) },
        { name: `what-if.${as}`, card: 'what-if', data: whatIfView(request, texts, now) },
        ...(count === 250 ? largestAround(name, request.targets, fill(14), texts) : []),
        ...largestPast(as, request, state, texts),
      ];
    }),
  );
}
