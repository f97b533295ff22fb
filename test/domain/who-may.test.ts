import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Account, Person } from '../../src/domain/account.ts';
import type { Rights } from '../../src/domain/command.ts';
import { decide } from '../../src/domain/decide.ts';
import { fold, initialState } from '../../src/domain/evolve.ts';
import { remindAt } from '../../src/domain/notifications.ts';
import type { KnownRequest, Requested, TwoPersonsReason, Verb } from '../../src/domain/request.ts';
import {
  isSameRequest,
  mayReview,
  mostOpenHere,
  overOpenLimit,
  reservedHere,
  whoMayApprove,
  whyNotTyped,
} from '../../src/domain/who-may.ts';
import { runs } from '../support/chance.ts';
import {
  account,
  alex,
  approvers,
  channel,
  draft,
  megan,
  requested,
  start,
  target,
  tenantId,
} from '../support/samples.ts';

const verbs = ['approve', 'deny', 'cancel'] as const;
const event = { approve: 'Approved', deny: 'Denied', cancel: 'Cancelled' } as const;
const soon = new Date(start.getTime() + 60_000);

/** What comes of this decision: the type of the event, or the rule that forbids it. */
function told(verb: Verb, by: Person, rights: Rights, asked: Requested): string {
  const hourly = { used: 0, most: 100 };
  const decision = decide({ type: verb, by, rights, where: channel.id, hourly }, fold([asked]), soon);
  return decision.ok ? decision.events.map(({ type }) => type).join() : decision.code;
}

function personOf({ id, name }: Pick<Account, 'id' | 'name'>): Person {
  return { id, tenantId, name };
}

const standings: fc.Arbitrary<Rights> = fc.record({
  member: fc.boolean(),
  enabled: fc.boolean(),
  requester: fc.boolean(),
  approver: fc.boolean(),
});
const crowd = [alex, megan, ...[1, 2, 3].map((number) => personOf(account(number)))];
const people = fc.constantFrom(...crowd);
const reasons = fc.constantFrom<(TwoPersonsReason | null)[]>(
  null,
  null,
  'always',
  'role',
  'rolesUnknown',
  'operator',
  'bulk',
);
const requests = fc
  .record({
    by: people,
    self: fc.boolean(),
    twoPersons: reasons,
    targets: fc.uniqueArray(people, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
  })
  .map(({ targets, ...more }) =>
    requested({ ...more, targets: targets.map(({ id, name }, index) => target(index, { id, name })) }),
  );

describe('who may decide', () => {
  const approver: Rights = { member: true, enabled: true, requester: false, approver: true };

  it('is nobody about themselves, wherever they stand on the card', () => {
    const targets = [1, 2, 3].map((number) => target(number));
    for (const { account } of targets) {
      assert.equal(told('approve', personOf(account), approver, requested({ targets })), 'isTarget');
    }
    assert.equal(told('approve', megan, approver, requested({ targets })), 'Approved');
  });

  it('is found by object id, not by name', () => {
    const namesake = { ...megan, name: alex.name };
    assert.equal(told('approve', namesake, approver, requested({ twoPersons: 'always' })), 'Approved');
    assert.equal(told('approve', { ...alex, name: 'X' }, approver, requested({ twoPersons: 'always' })), 'twoPersons');
  });

  it('goes on only as who may approve, also who asked', () => {
    const own = { targets: [target(1)], twoPersons: null };
    assert.equal(mayReview('continue', alex, approver, requested(own)), null);
    assert.equal(mayReview('continue', alex, approver, requested({ ...own, twoPersons: 'always' })), 'twoPersons');
    assert.equal(mayReview('deny', alex, approver, requested({ ...own, twoPersons: 'always' })), null);
    const himself = requested({ targets: [target(1, { id: alex.id }), target(2)], twoPersons: null });
    for (const verb of ['continue', 'approve'] as const) {
      assert.equal(mayReview(verb, alex, approver, himself), 'isTarget', verb);
    }
    for (const verb of ['deny', 'cancel', 'stop'] as const) {
      assert.equal(mayReview(verb, alex, approver, himself), null, verb);
    }
  });

  it('follows the rules of the product, whoever asks for whom', () => {
    fc.assert(
      fc.property(fc.constantFrom(...verbs), people, standings, requests, (verb, by, rights, asked) => {
        const own = by.id === asked.by.id;
        const isTarget = asked.targets.some(({ account }) => account.id === by.id);
        const may = asked.self
          ? own
          : {
              approve: rights.approver && !isTarget && !(own && asked.twoPersons !== null),
              deny: rights.approver && (own || !isTarget),
              cancel: own || (rights.approver && !isTarget),
            }[verb];
        const allowed = rights.member && rights.enabled && may;
        assert.equal(told(verb, by, rights, asked) === event[verb], allowed);
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe('who is named as able to approve', () => {
  const idsOf = (listed: readonly Account[], more: Partial<Requested> = {}) =>
    whoMayApprove(listed, requested(more)).map(({ id }) => id);
  const listed = [alex, megan].map(({ id, name }) => account(0, { id, name }));

  it('is everybody on the list whom no rule forbids', () => {
    assert.deepEqual(idsOf(listed), [alex.id, megan.id]);
    assert.deepEqual(idsOf([...listed, account(1)]), [alex.id, megan.id]);
    assert.deepEqual(idsOf(listed, { twoPersons: 'role' }), [megan.id]);
    assert.deepEqual(idsOf([]), []);
  });

  for (const [name, more] of [
    ['a guest', { guest: true }],
    ['an external account', { external: true }],
    ['a disabled account', { enabled: false }],
  ] as const) {
    it(`is not ${name}`, () => assert.deepEqual(idsOf([account(7, more), account(8)]), [account(8).id]));
  }

  it('is exactly who would be let through', () => {
    const accounts = fc
      .record({ one: people, guest: fc.boolean(), external: fc.boolean(), enabled: fc.boolean() })
      .map(({ one: { id, name }, ...more }) => account(0, { id, name, ...more }));
    fc.assert(
      fc.property(accounts, requests, (listedOne, asked) => {
        const { guest, external, enabled } = listedOne;
        const rights = { member: !guest && !external, enabled, requester: false, approver: true };
        const able = told('approve', personOf(listedOne), rights, asked) === 'Approved';
        assert.deepEqual(whoMayApprove([listedOne], asked), able ? [listedOne] : []);
      }),
      { numRuns: runs(1000) },
    );
  });
});

describe('a request', () => {
  const ask = (of: Requested['approvers']) => {
    const decision = decide({ type: 'request', draft: draft({ approvers: of }) }, initialState, soon);
    return decision.ok ? 'asked' : decision.code;
  };

  it('is refused when it is known that nobody can approve, and only then', () => {
    assert.equal(ask(approvers([])), 'noApprover');
    assert.equal(ask(approvers([megan])), 'asked');
    assert.equal(ask({ known: false }), 'asked');
  });

  it('is on record with all that the card shows, when and where', () => {
    const asked = draft({ reason: 'phone stolen' });
    assert.deepEqual(decide({ type: 'request', draft: asked }, initialState, soon), {
      ok: true,
      events: [{ type: 'Requested', at: soon.toISOString(), where: channel.id, ...asked }],
    });
  });
});

describe('how much may be open', () => {
  const about = (id: string) => [target(0, { id })];
  const of = (by: Person, count: number, targetId = account(1).id) =>
    Array.from({ length: count }, () => ({ by, targets: about(targetId) }));
  const crowd = Array.from({ length: mostOpenHere }, (_, index) => of(personOf(account(100 + index)), 1)).flat();
  const free = { open: 0, most: 10 };
  const spent = { open: 10, most: 10 };
  const room = mostOpenHere - reservedHere;
  const rows: readonly (readonly [string, Parameters<typeof overOpenLimit>, ReturnType<typeof overOpenLimit>])[] = [
    ['nothing is open', [alex.id, about('x'), [], free], null],
    ['one less than one person may have', [alex.id, about('x'), of(alex, 9), { open: 9, most: 10 }], null],
    ['as many as one person may have', [alex.id, about('x'), of(alex, 10), spent], 'tooManyOfYours'],
    ['as many, elsewhere', [alex.id, about('x'), [], spent], 'tooManyOfYours'],
    ['all but the reserve, for one who has some', [alex.id, about('x'), of(alex, room), free], 'tooManyOpen'],
    ['all but the reserve, for another', [megan.id, about('x'), of(alex, room), free], null],
    ['all of it', [megan.id, about('x'), crowd, free], 'tooManyOpen'],
    ['all of it, about one who fills it', [megan.id, about(account(100).id), crowd, free], null],
    [
      'all of it, about one who fills it and another',
      [megan.id, [...about(account(100).id), target(1)], crowd, free],
      'tooManyOpen',
    ],
    ['all of it, about oneself', [account(100).id, about(account(100).id), crowd, free], 'tooManyOpen'],
    ['as many as one may have, about one who fills it', [megan.id, about(alex.id), of(alex, 10), spent], null],
    ['that again', [megan.id, about(alex.id), [...of(alex, 10), ...of(megan, 1, alex.id)], spent], 'tooManyOfYours'],
    [
      'that again, where another was asked about as well',
      [megan.id, about(alex.id), [...of(alex, 10), { by: megan, targets: [target(1), ...about(alex.id)] }], spent],
      'tooManyOfYours',
    ],
    [
      'that, where somebody else was asked about',
      [megan.id, about(alex.id), [...of(alex, 10), ...of(megan, 1)], spent],
      null,
    ],
  ];
  for (const [what, given, expected] of rows) {
    it(`${what}: ${expected}`, () => assert.equal(overOpenLimit(...given), expected));
  }
});

/** What is known of an open request whose card stands in the chat. */
function openRequest(more: Partial<Requested> = {}, known: Partial<KnownRequest> = {}): KnownRequest {
  const state = fold([requested(more)]);
  assert(state.phase !== 'none');
  return { ...state, cardStands: true, ...known };
}

describe('a typed code', () => {
  const before = new Date(start.getTime() - 1).toISOString();
  it('counts once the card stands in the chat, and not when it was typed before anything was asked', () => {
    const { at } = openRequest().request;
    assert.equal(whyNotTyped(openRequest(), at), null);
    assert.equal(whyNotTyped(openRequest(), before), 'olderThanRequest');
    assert.equal(whyNotTyped(openRequest({}, { cardStands: false }), at), 'cardNotThere');
  });
});

describe('an open request answers another', () => {
  const state = openRequest({ targets: [target(1), target(2)] });
  const asked = { self: false, conversation: channel, targets: [target(2), target(1)] };
  const remind = remindAt(state.request);
  const rows: readonly (readonly [string, boolean, Parameters<typeof isSameRequest>])[] = [
    ['about the same accounts', true, [state, asked, soon]],
    ['until shortly before it expires', true, [state, asked, new Date(remind.getTime() - 1)]],
    ['not from then on', false, [state, asked, remind]],
    ['not once it is decided', false, [{ ...state, phase: 'denied' }, asked, soon]],
    ['not where the card cannot stand', false, [{ ...state, noticed: ['unreachable'] }, asked, soon]],
    ['not one for oneself', false, [state, { ...asked, self: true }, soon]],
    ['not one that is carried out as somebody else', false, [state, { ...asked, auth: 'delegated' }, soon]],
    ['not elsewhere', false, [state, { ...asked, conversation: { ...channel, id: 'elsewhere' } }, soon]],
    ['not about fewer', false, [state, { ...asked, targets: [target(1)] }, soon]],
    ['not about others', false, [state, { ...asked, targets: [target(1), target(3)] }, soon]],
    ['not about none of them', false, [state, { ...asked, targets: [target(3), target(4)] }, soon]],
  ];
  for (const [what, answers, given] of rows) it(what, () => assert.equal(isSameRequest(...given), answers));

  it('not when it is about the person who asked, who can take it back, but where that is all it is for', () => {
    const own = { targets: [target(0, { id: alex.id })] };
    assert.equal(isSameRequest(openRequest(own), { ...asked, ...own }, soon), false);
    assert.equal(isSameRequest(openRequest({ ...own, self: true }), { ...asked, ...own, self: true }, soon), true);
  });
});

describe('expiry', () => {
  it('comes to open requests only, however late', () => {
    const muchLater = new Date(start.getTime() + 24 * 3_600_000);
    const envelope = { at: start.toISOString(), where: channel.id };
    const approved = { type: 'Approved', by: megan, requesterId: alex.id, targetCount: 1, ...envelope } as const;
    const denied = { type: 'Denied', by: megan, ...envelope } as const;
    for (const closing of [approved, denied]) {
      const decision = decide({ type: 'expire' }, fold([requested(), closing]), muchLater);
      assert.deepEqual(decision, { ok: false, code: 'notNow' }, closing.type);
    }
  });
});
