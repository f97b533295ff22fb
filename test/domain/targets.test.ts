import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DirectoryRole } from '../../src/domain/account.ts';
import { codeAlphabet, codeFor, normaliseCode, requestIdLength } from '../../src/domain/code.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import type { TargetResult } from '../../src/domain/result.ts';
import {
  changeSince,
  failedTargets,
  isUnanswered,
  privilegedFirst,
  standsDespite,
  twoPersonsReason,
  unsettledTargets,
  unverifiedTargets,
} from '../../src/domain/targets.ts';
import { account, channel, megan, requested, start, target } from '../support/samples.ts';

const role = { roles: { known: true, value: [{ name: 'Helpdesk Administrator', templateId: 't' }] } } as const;
const [held] = role.roles.value;
const eligible = { roles: { known: true, value: [{ ...held, eligible: true }] } } as const;
const scoped = { roles: { known: true, value: [{ ...held, scope: '/administrativeUnits/u' }] } } as const;
const rolesUnknown = { roles: { known: false } } as const;

describe('two persons', () => {
  const ordinary = target(1);
  const operator = { ...target(2), operator: true } as const;
  const many = Array.from({ length: 6 }, (_, index) => target(index));
  const rows = [
    ['never', [target(1, {}, role)], null],
    ['always', [ordinary], 'always'],
    ['privileged', [ordinary], null],
    ['privileged', [ordinary, target(2, {}, role)], 'role'],
    ['privileged', [target(1, {}, eligible)], 'role'],
    ['privileged', [target(1, {}, scoped)], 'role'],
    ['privileged', [target(1, {}, rolesUnknown)], 'rolesUnknown'],
    ['privileged', [operator], 'operator'],
    ['privileged', [ordinary, operator], 'operator'],
    ['privileged', [ordinary, target(2, {}, rolesUnknown)], 'rolesUnknown'],
    ['privileged', many.slice(0, 5), null],
    ['privileged', many, 'bulk'],
  ] as const;
  for (const [rule, targets, expected] of rows) {
    it(`${rule}, ${targets.length} target(s): ${expected}`, () => {
      assert.equal(twoPersonsReason(targets, { rule, over: 5 }), expected);
    });
  }
});

describe('who is named first on a card', () => {
  it('is whoever may hold power over others, or may be, and nobody else is moved', () => {
    const operator = { ...target(4), operator: true } as const;
    const targets = [
      target(1),
      target(2, {}, role),
      target(3),
      operator,
      target(5, {}, rolesUnknown),
      target(6, {}, eligible),
    ];
    assert.deepEqual(
      privilegedFirst(targets).map(({ account: { name } }) => name),
      [2, 4, 5, 6, 1, 3].map((number) => `User ${number}`),
    );
  });
});

describe('what voids an approval', () => {
  const helpdesk = { name: 'Helpdesk Administrator', templateId: 'h' };
  const admin = { name: 'Global Administrator', templateId: 'g' };
  const roles = (...value: DirectoryRole[]) => ({ known: true, value }) as const;
  const toActivate = (role: DirectoryRole) => ({ ...role, eligible: true }) as const;
  const inUnit = (role: DirectoryRole, unit: string) => ({ ...role, scope: `/administrativeUnits/${unit}` });
  const unreadable = { known: false } as const;
  const same = account(1);
  const rows = [
    ['nothing', roles(), { account: same, isProtected: false, roles: roles() }, null],
    ['deleted', roles(), { account: null, isProtected: false, roles: roles() }, 'deleted'],
    ['protected', roles(), { account: same, isProtected: true, roles: roles() }, 'protected'],
    ['external', roles(), { account: account(1, { external: true }), isProtected: false, roles: roles() }, 'external'],
    ['guest', roles(), { account: account(1, { guest: true }), isProtected: false, roles: roles() }, 'external'],
    [
      'restricted',
      roles(),
      { account: account(1, { restricted: true }), isProtected: false, roles: roles() },
      'restricted',
    ],
    ['another UPN', roles(), { account: account(1, { upn: 'x@y.example' }), isProtected: false, roles: roles() }, null],
    ...(
      [
        ['a role to activate', [], [toActivate(admin)], true],
        ['one to activate beside the same one, held', [admin], [admin, toActivate(admin)], false],
        ['one that was to be activated, held', [toActivate(admin)], [toActivate(admin), admin], true],
        ['one held, only to be activated now', [admin], [toActivate(admin)], false],
        ['a role for a unit', [], [inUnit(admin, 'a')], true],
        ['a role for another unit', [inUnit(admin, 'a')], [inUnit(admin, 'b')], true],
        ['a role for all instead of a unit', [inUnit(admin, 'a')], [admin], true],
        ['a role for a unit beside the same one for all', [admin], [admin, inUnit(admin, 'a')], false],
        ['the same role for the same unit', [inUnit(admin, 'a')], [inUnit(admin, 'a')], false],
      ] as const
    ).map(
      ([what, shown, now, isNews]) =>
        [
          what,
          roles(...shown),
          { account: same, isProtected: false, roles: roles(...now) },
          isNews ? 'gainedRole' : null,
        ] as const,
    ),
    ['another name', roles(), { account: account(1, { name: 'X' }), isProtected: false, roles: roles() }, null],
    [
      'a role more',
      roles(helpdesk),
      { account: same, isProtected: false, roles: roles(helpdesk, admin) },
      'gainedRole',
    ],
    ['another role', roles(helpdesk), { account: same, isProtected: false, roles: roles(admin) }, 'gainedRole'],
    ['a role less', roles(helpdesk, admin), { account: same, isProtected: false, roles: roles(admin) }, null],
    [
      'restricted, where Graph is called as the approver',
      roles(),
      { account: account(1, { restricted: true }), isProtected: false, roles: roles(), asApp: false },
      null,
    ],
    ['roles not readable now', roles(), { account: same, isProtected: false, roles: unreadable }, 'rolesUnknown'],
    ['roles not readable before and now', unreadable, { account: same, isProtected: false, roles: unreadable }, null],
    ['roles not readable before', unreadable, { account: same, isProtected: false, roles: roles(admin) }, null],
    [
      'another job',
      roles(),
      { account: account(1, { jobTitle: 'x', enabled: false }), isProtected: false, roles: roles() },
      null,
    ],
  ] as const;
  for (const [name, shown, now, expected] of rows) {
    it(`${name}: ${expected}`, () =>
      assert.equal(changeSince(target(1, {}, { roles: shown }), { asApp: true, ...now }), expected));
  }
});

describe('an approval although accounts have changed', () => {
  const rows = [
    // changes, whose approvals were void before, whether more power counts, stands
    [['gainedRole'], undefined, false, false],
    [['gainedRole'], ['another'], false, false],
    [['gainedRole'], ['another', megan.id], false, true],
    [['gainedRole'], [megan.id], true, false],
    [['rolesUnknown'], [megan.id], true, false],
    [['protected', 'gainedRole'], [megan.id], true, false],
    [['protected', 'deleted', 'external', 'restricted'], [megan.id], true, true],
    [['protected'], ['another'], true, false],
  ] as const;
  for (const [codes, voided, weightCounts, expected] of rows) {
    it(`${codes}, ${weightCounts ? 'where that counts' : 'another person decides'}, before: ${voided ?? 'nobody'}: ${expected}`, () => {
      const changes = codes.map((code) => ({ code }));
      const given = { approverId: megan.id, weightCounts, ...(voided && { voided }) };
      assert.equal(standsDespite(changes, given), expected);
    });
  }
});

describe('targets that need work', () => {
  const envelope = { at: start.toISOString(), where: channel.id };
  const id = account(1).id;
  const state = (...events: RequestEvent[]) => {
    const folded = fold([
      requested({ targets: [target(1), target(2)] }),
      { type: 'Approved', by: megan, requesterId: 'r', targetCount: 2, ...envelope },
      ...events,
    ]);
    assert(folded.phase !== 'none');
    return folded;
  };
  const started = (attempt: number): RequestEvent => ({
    type: 'ExecutionStarted',
    attempt,
    worker: 'w',
    leaseUntil: envelope.at,
    calls: [{ targetId: id, clientRequestId: 'c', validFromBefore: null }],
    ...envelope,
  });
  const unknown = (attempt: number): RequestEvent => ({
    type: 'TargetsProcessed',
    attempt,
    results: [{ targetId: id, at: envelope.at, outcome: 'unknown', code: 'noAnswer' }],
    ...envelope,
  });

  it('are those without a final report', () => {
    assert.deepEqual(
      unsettledTargets(state(started(1), unknown(1))).map(({ account: { id: left } }) => left),
      [account(1).id, account(2).id],
    );
  });

  it('have failed when they were tried in vain, not when they were left out or not tried', () => {
    const report = { targetId: id, at: envelope.at, code: 'rejected' } as const;
    const failed = (outcome: 'failed' | 'omitted' | 'unknown') =>
      failedTargets(state({ type: 'TargetsProcessed', attempt: 1, results: [{ ...report, outcome }], ...envelope }));
    assert.deepEqual(failed('failed'), [target(1)]);
    assert.deepEqual(failed('omitted'), []);
    assert.deepEqual(failed('unknown'), []);
    assert.deepEqual(failedTargets(state()), []);
  });

  it('have an effect that is looked for when Graph accepted the write, or when the answer to it was lost', () => {
    const reported = (report: object): RequestEvent => ({
      type: 'TargetsProcessed',
      attempt: 1,
      results: [{ targetId: id, at: envelope.at, ...report } as TargetResult],
      ...envelope,
    });
    const lost = reported({ outcome: 'failed', code: 'noAnswer' });
    assert.deepEqual(unverifiedTargets(state(started(1), reported({ outcome: 'unverified' }))), [target(1)]);
    assert.deepEqual(unverifiedTargets(state(started(1), lost)), [target(1)]);
    for (const events of [
      [],
      [started(1)],
      [lost],
      [started(1), unknown(1)],
      [started(1), reported({ outcome: 'failed', code: 'rejected' })],
      [started(1), reported({ outcome: 'omitted', code: 'noAnswer' })],
      [started(1), reported({ outcome: 'verified', validFrom: envelope.at })],
    ]) {
      assert.deepEqual(unverifiedTargets(state(...events)), []);
    }
  });

  it('have an unanswered write when the call is on record and its report is not', () => {
    assert.equal(isUnanswered(state(), id), false);
    assert.equal(isUnanswered(state(started(1)), id), true);
    assert.equal(isUnanswered(state(started(1), unknown(1)), id), false);
    assert.equal(isUnanswered(state(started(1), unknown(1), started(2)), id), true);
    assert.equal(isUnanswered(state(started(1)), account(2).id), false);
  });
});

describe('codes', () => {
  const ids = fc.string({
    unit: fc.constantFrom(...codeAlphabet),
    minLength: requestIdLength,
    maxLength: requestIdLength,
  });

  it('are the shortest beginning that no other open request has', () => {
    fc.assert(
      fc.property(ids, fc.array(ids, { maxLength: 20 }), (id, open) => {
        const code = codeFor(id, open);
        assert(id.startsWith(code) && code.length >= 4);
        for (const other of open) assert(other === id || !other.startsWith(code));
        if (code.length > 4) assert(open.some((other) => other !== id && other.startsWith(code.slice(0, -1))));
      }),
    );
  });

  it('grow when four characters are taken', () => {
    assert.equal(codeFor('K7F3AAAAAAAAAAAAAAAA', ['K7F3CCCCCCCCCCCCCCCC']), 'K7F3A');
    assert.equal(codeFor('K7F3AAAAAAAAAAAAAAAA', ['K7F3AAAAAAAAAAAAAAAA']), 'K7F3');
  });

  it('hold no character that can be taken for another', () => {
    assert.equal(new Set(codeAlphabet).size, codeAlphabet.length);
    for (const confusing of '01OI5S8BLZ') assert(!codeAlphabet.includes(confusing), confusing);
  });

  it('are read in any case and refused when they cannot be one', () => {
    assert.equal(normaliseCode('k7f3'), 'K7F3');
    assert.equal(normaliseCode('k7f3'.repeat(5)), 'K7F3'.repeat(5));
    for (const wrong of ['K7F', 'K7F0', `${'K7F3'.repeat(5)}A`, '', 'K7 F3', 'К7F3'])
      assert.equal(normaliseCode(wrong), null, wrong);
  });
});
