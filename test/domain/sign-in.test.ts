import assert from 'node:assert/strict';
import type { DirectoryRole, Person } from '../../src/domain/account.ts';
import type { Command, Rights } from '../../src/domain/command.ts';
import { decide } from '../../src/domain/decide.ts';
import { fold } from '../../src/domain/evolve.ts';
import type { RequestEvent, RequestState } from '../../src/domain/request.ts';
import { type RevokingRole, rolesThatRevoke } from '../../src/domain/roles.ts';
import { isPrivileged } from '../../src/domain/targets.ts';
import { alex, channel, megan, nestor, requested, start, target } from '../support/samples.ts';

const where = channel.id;
const at = start.toISOString();
const envelope = { at, where };
const leaseMs = 25_000;
const approver: Rights = { member: true, enabled: true, requester: false, approver: true };

const asked = requested({ auth: 'delegated' });
const approved: RequestEvent = {
  type: 'Approved',
  by: megan,
  requesterId: alex.id,
  targetCount: 1,
  worker: 'w1',
  ...envelope,
};
const call = { targetId: target(1).account.id, clientRequestId: 'c', validFromBefore: null };
const started = (worker: string, calls = [call]): RequestEvent => {
  return { type: 'ExecutionStarted', attempt: 1, worker, leaseUntil: at, calls, ...envelope };
};
const lost: RequestEvent = { type: 'SignInLost', ...envelope };
const stopped: RequestEvent = { type: 'Stopped', by: alex, ...envelope };

function outcome(command: Command, state: RequestState): string {
  const decision = decide(command, state, start);
  return decision.ok ? decision.events.map(({ type }) => type).join() : decision.code;
}

describe('an approver’s own sign-in', () => {
  const click = (
    type: 'approve' | 'continue',
    by: Person,
    more: { worker?: string; rights?: Rights; where?: string },
  ) => ({ type, by, rights: approver, where, hourly: { used: 0, most: 9 }, ...more }) as const;

  it('is needed to approve, after everything else was looked at, and who holds it goes on record', () => {
    const open = fold([asked]);
    assert.equal(outcome(click('approve', megan, {}), open), 'signInNeeded');
    assert.equal(outcome(click('approve', megan, { rights: { ...approver, approver: false } }), open), 'notApprover');
    const decision = decide(click('approve', megan, { worker: 'w1' }), open, start);
    assert(decision.ok);
    assert.deepEqual(decision.events, [approved]);
    for (const verb of ['deny', 'cancel'] as const) {
      assert.match(outcome({ ...click('approve', megan, {}), type: verb }, open), /Denied|Cancelled/);
    }
  });

  it('is not asked for, nor put on record, where Graph is called as the app', () => {
    const decision = decide(click('approve', megan, { worker: 'w1' }), fold([requested()]), start);
    assert(decision.ok);
    assert.equal('worker' in (decision.events[0] ?? {}), false);
  });

  const states: readonly (readonly [name: string, events: readonly RequestEvent[], expected: string])[] = [
    ['open', [asked], 'alreadyDecided'],
    ['held by a replica', [asked, approved], 'alreadyDecided'],
    ['lost', [asked, approved, lost], 'SignedIn'],
    ['lost while it was carried out', [asked, approved, started('w1'), lost], 'SignedIn'],
    ['lost, then stopped', [asked, approved, lost, stopped], 'alreadyDecided'],
    ['not needed', [requested(), { ...approved, worker: undefined } as never], 'alreadyDecided'],
    ['over', [asked, approved, lost, { type: 'Finished', outcome: 'failed', ...envelope }], 'alreadyDecided'],
  ];
  for (const [name, events, expected] of states) {
    it(`can be renewed or not: ${name}`, () => {
      assert.equal(outcome(click('continue', megan, { worker: 'w2' }), fold(events)), expected);
    });
  }

  it('is renewed by the one who approved, in the same place, who still may', () => {
    const waiting = fold([asked, approved, lost]);
    const go = (by: Person, more: Parameters<typeof click>[2] = {}) =>
      outcome(click('continue', by, { worker: 'w2', ...more }), waiting);
    assert.equal(go(megan), 'SignedIn');
    assert.equal(go(nestor), 'onlyApprover');
    assert.equal(go(megan, { where: '19:other@thread.tacv2' }), 'unknownRequest');
    assert.equal(go(megan, { rights: { ...approver, approver: false } }), 'notApprover');
    assert.equal(go(megan, { rights: { ...approver, enabled: false } }), 'disabled');
    assert.equal(outcome(click('continue', megan, {}), waiting), 'signInNeeded');
    assert.equal(
      outcome(click('continue', megan, {}), fold([requested({ auth: 'delegated', self: true }), approved, lost])),
      'onlySelf',
    );
  });

  const ask = (worker: string, idleMs: number) => ({ type: 'askSignIn', worker, leaseMs, idleMs }) as const;

  it('is asked for again by its holder at once, by others when nothing happens for as long as a lease, and once', () => {
    const held = fold([asked, approved]);
    assert.equal(outcome(ask('w1', 0), held), 'SignInLost');
    assert.equal(outcome(ask('w2', leaseMs - 1), held), 'notYours');
    assert.equal(outcome(ask('w2', leaseMs), held), 'SignInLost');
    assert.equal(outcome(ask('w1', 0), fold([asked, approved, lost])), 'notNow');
    assert.equal(outcome(ask('w1', 0), fold([asked, approved, stopped])), 'notNow');
    assert.equal(
      outcome(ask('w1', 0), fold([asked, approved, { type: 'Finished', outcome: 'failed', ...envelope }])),
      'notNow',
    );
    assert.equal(outcome(ask('w1', 0), fold([asked])), 'notNow');
  });

  it('lets no replica write but the one that holds it, which may go on when it has it after all', () => {
    const start1 = (worker: string, calls = [call]) =>
      ({ type: 'start', worker, calls, leaseMs, idleMs: leaseMs }) as const;
    assert.equal(outcome(start1('w1'), fold([asked, approved])), 'ExecutionStarted');
    assert.equal(outcome(start1('w2'), fold([asked, approved])), 'notYours');
    assert.equal(outcome(start1('w2', []), fold([asked, approved])), 'ExecutionStarted', 'to look takes no sign-in');
    const waiting = fold([asked, approved, lost]);
    assert.equal(outcome(start1('w1'), waiting), 'ExecutionStarted');
    const again = fold([asked, approved, lost, started('w1')]);
    assert.deepEqual(again.phase !== 'none' && again.signIn, { worker: 'w1', timesLost: 1 });
    const looking = fold([asked, approved, lost, started('w2', [])]);
    assert.deepEqual(looking.phase !== 'none' && looking.signIn, { worker: null, timesLost: 1 });
  });

  it('takes the work along to the replica that got it', () => {
    const signedIn: RequestEvent = { type: 'SignedIn', by: megan, worker: 'w2', ...envelope };
    const state = fold([asked, approved, started('w1'), lost, signedIn]);
    assert(state.phase !== 'none');
    assert.deepEqual(state.signIn, { worker: 'w2', timesLost: 1 });
    assert.equal(state.execution?.worker, 'w2');
    const report = { type: 'report', worker: 'w1', attempt: 1, results: [] } as const;
    assert.equal(outcome(report, state), 'notYours', 'the one before cannot report any more');
    assert.equal(outcome({ type: 'start', worker: 'w2', calls: [], leaseMs, idleMs: 0 }, state), 'ExecutionStarted');
  });
});

describe('roles that may revoke', () => {
  const top = 'Privileged Authentication Administrator, Global Administrator';
  const four = 'Helpdesk Administrator, Authentication Administrator, User Administrator, Password Administrator';
  const all = `${four}, Security Administrator, Security Operator, Entra SOC Identity Responder, ${top}`;
  const role = (templateId: string): DirectoryRole => ({ templateId, name: 'any' });
  const helpdesk = role('729827e3-9c14-49f7-bb1b-9608f156bbb8');
  const authentication = role('c4e39bd9-1100-46d3-8c65-fb160da0071f');
  const rows: readonly (readonly [held: string, roles: readonly DirectoryRole[] | null, expected: string])[] = [
    ['nothing', [], all],
    ['a role to activate, which is none yet', [{ ...helpdesk, eligible: true }], all],
    ['Directory Reader', [role('88d8e3e3-8f55-4a1e-953a-9b9898b8876b')], `${four}, ${top}`],
    [
      'Reports Reader',
      [role('4a5d8f65-41da-4de4-8968-e035b65339cf')],
      `Helpdesk Administrator, Authentication Administrator, User Administrator, ${top}`,
    ],
    ['Helpdesk Administrator', [helpdesk], `Helpdesk Administrator, User Administrator, ${top}`],
    [
      'Helpdesk Administrator of a unit',
      [{ ...helpdesk, scope: '/administrativeUnits/u' }],
      `Helpdesk Administrator, User Administrator, ${top}`,
    ],
    ['Authentication Administrator', [authentication], `Authentication Administrator, ${top}`],
    ['two of them: what is good for both', [helpdesk, authentication], top],
    ['User Administrator', [role('fe930be7-5e62-47db-91af-98c3a49a38b1')], `User Administrator, ${top}`],
    ['Groups Administrator', [role('fdd7a751-b60b-444a-984c-02652fe8fa1c')], `User Administrator, ${top}`],
    ['Global Administrator', [role('62e90394-69f5-4237-9190-012177145e10')], top],
    ['a role nobody has heard of, beside a small one', [helpdesk, role('x')], top],
    ['what could not be read', null, top],
  ];
  for (const [held, roles, expected] of rows) {
    it(held, () => {
      const names: readonly RevokingRole[] = rolesThatRevoke(
        roles === null ? { known: false } : { known: true, value: roles },
      );
      assert.deepEqual(names, expected.split(', '));
    });
  }
});

describe('privileged accounts', () => {
  const role = [{ name: 'Admin', templateId: 'a' }];
  const rows: readonly (readonly [
    what: string,
    facts: Parameters<typeof target>[2],
    operator: boolean,
    expected: boolean,
  ])[] = [
    ['nothing', {}, false, false],
    ['a role', { roles: { known: true, value: role } }, false, true],
    ['roles that could not be read', { roles: { known: false } }, false, true],
    [
      'a role to activate',
      { roles: { known: true, value: [{ name: 'Admin', templateId: 'a', eligible: true }] } },
      false,
      true,
    ],
    ['a right to ask or approve here', {}, true, true],
  ];
  for (const [what, facts, operator, expected] of rows) {
    it(`${what}: ${expected}`, () => {
      assert.equal(isPrivileged({ ...target(1, {}, facts), ...(operator ? { operator } : {}) }), expected);
    });
  }
});
