import assert from 'node:assert/strict';
import type { Person } from '../../src/domain/account.ts';
import type { Command, Rights } from '../../src/domain/command.ts';
import { decide, maxRefusalsOnRecord } from '../../src/domain/decide.ts';
import { evolve, fold, initialState } from '../../src/domain/evolve.ts';
import {
  closes,
  type KnownRequest,
  type PostKind,
  type RequestEvent,
  type Requested,
  type RequestState,
  type Verb,
} from '../../src/domain/request.ts';
import type { TargetResult } from '../../src/domain/result.ts';
import { mayRequest } from '../../src/domain/who-may.ts';
import { account, alex, channel, draft, megan, requested, start, target, tenantId } from '../support/samples.ts';

const at = start.toISOString();
const where = channel.id;
const envelope = { at, where };
const later = (ms: number) => new Date(start.getTime() + ms);
const soon = later(60_000);
const id = account(1).id;

const approver: Rights = { member: true, enabled: true, requester: false, approver: true };
const requester: Rights = { member: true, enabled: true, requester: true, approver: false };
const both: Rights = { member: true, enabled: true, requester: true, approver: true };
const bystander: Rights = { member: true, enabled: true, requester: false, approver: false };
const guest: Rights = { member: false, enabled: true, requester: true, approver: true };
const disabled: Rights = { member: true, enabled: false, requester: true, approver: true };

const verified: TargetResult = { targetId: id, at, outcome: 'verified', validFrom: at };
const unknown: TargetResult = { targetId: id, at, outcome: 'unknown', code: 'noAnswer' };
const call = { targetId: id, clientRequestId: 'c-1', validFromBefore: null };
const started: RequestEvent = {
  type: 'ExecutionStarted',
  attempt: 1,
  worker: 'w1',
  leaseUntil: later(30_000).toISOString(),
  calls: [call],
  ...envelope,
};
const approved: RequestEvent = { type: 'Approved', by: megan, requesterId: alex.id, targetCount: 1, ...envelope };

const reported: RequestEvent = { type: 'TargetsProcessed', attempt: 1, results: [verified], ...envelope };
const finished = [approved, started, reported, { type: 'Finished', outcome: 'succeeded', ...envelope } as const];

function stateAfter(...events: RequestEvent[]): KnownRequest {
  const state = fold([requested(), ...events]);
  assert(state.phase !== 'none');
  return state;
}

const states: Readonly<Record<string, RequestState>> = {
  none: initialState,
  requested: stateAfter(),
  approved: stateAfter(approved),
  executing: stateAfter(approved, started),
  denied: stateAfter({ type: 'Denied', by: megan, ...envelope }),
  cancelled: stateAfter({ type: 'Cancelled', by: alex, ...envelope }),
  expired: stateAfter({ type: 'Expired', ...envelope }),
  superseded: stateAfter({
    type: 'Superseded',
    by: megan,
    successor: { id: 'M2QX', draft: draft() },
    changes: [],
    ...envelope,
  }),
  succeeded: stateAfter(...finished),
};

function startPost(what: PostKind, worker = 'w1', idleMs = 0): Command {
  return { type: 'startPost', what, worker, leaseMs: 25_000, idleMs };
}

function review(verb: Verb, by: Person, rights: Rights, place = where): Command {
  return { type: verb, by, rights, where: place, hourly: { used: 0, most: 1 } };
}

function outcome(command: Command, state: RequestState, now = soon): string {
  const decision = decide(command, state, now);
  return decision.ok ? decision.events.map(({ type }) => type).join('+') : decision.code;
}

describe('decide', () => {
  describe('who may decide an open request', () => {
    const target1: Person = { id, tenantId, name: 'User 1' };
    const rows: readonly (readonly [string, Person, Rights, string, string, string])[] = [
      // who, person, standing, approve, deny, cancel
      ['another approver', megan, approver, 'Approved', 'Denied', 'Cancelled'],
      ['the requester', alex, requester, 'notApprover', 'notApprover', 'Cancelled'],
      ['the requester, an approver too', alex, both, 'Approved', 'Denied', 'Cancelled'],
      ['the target, an approver', target1, approver, 'isTarget', 'isTarget', 'isTarget'],
      ['the target, an approver who may ask', target1, both, 'isTarget', 'isTarget', 'isTarget'],
      ['the target, on no list', target1, bystander, 'notApprover', 'notApprover', 'notRequesterNorApprover'],
      ['somebody else', megan, bystander, 'notApprover', 'notApprover', 'notRequesterNorApprover'],
      ['another requester', megan, requester, 'notApprover', 'notApprover', 'notRequesterNorApprover'],
      ['a guest', megan, guest, 'notMember', 'notMember', 'notMember'],
      ['a disabled approver', megan, disabled, 'disabled', 'disabled', 'disabled'],
      ['the requester, disabled', alex, disabled, 'disabled', 'disabled', 'disabled'],
    ];
    for (const [who, by, rights, ...expected] of rows) {
      it(who, () => {
        const verbs = (['approve', 'deny', 'cancel'] as const).map((verb) =>
          outcome(review(verb, by, rights), stateAfter()),
        );
        assert.deepEqual(verbs, expected);
      });
    }
  });

  describe('what the target who asked may do', () => {
    const rows: readonly (readonly [string, Rights, string, string, string, string])[] = [
      // who, standing, approve, deny, cancel, stop (while it is carried out)
      ['a requester', requester, 'notApprover', 'notApprover', 'Cancelled', 'Stopped'],
      ['an approver, too', both, 'isTarget', 'Denied', 'Cancelled', 'Stopped'],
    ];
    const request = requested({ targets: [target(1, { id: alex.id }), target(2)] });
    for (const [who, rights, ...expected] of rows) {
      it(`${who}: take back what they asked for themselves, and not approve it`, () => {
        const verbs = (['approve', 'deny', 'cancel'] as const).map((verb) =>
          outcome(review(verb, alex, rights), fold([request])),
        );
        assert.deepEqual([...verbs, outcome(review('stop', alex, rights), fold([request, approved]))], expected);
      });
    }
  });

  it('keeps the reason of a denial and of a cancellation, and of no approval', () => {
    const reasons = (['approve', 'deny', 'cancel'] as const).map((type) => {
      const hourly = { used: 0, most: 1 };
      const said = { type, by: megan, rights: approver, where, hourly, reason: 'found' };
      const decision = decide(said, states.requested ?? initialState, soon);
      assert.ok(decision.ok);
      return decision.events.map((event) => ('reason' in event ? event.reason : null));
    });
    assert.deepEqual(reasons, [[null], ['found'], ['found']]);
  });

  describe('where two persons are needed', () => {
    const state = fold([requested({ twoPersons: 'role' })]);
    it('refuses the requester as approver, and takes anybody else who may', () => {
      assert.equal(outcome(review('approve', alex, both), state), 'twoPersons');
      assert.equal(outcome(review('deny', alex, both), state), 'Denied');
      assert.equal(outcome(review('approve', megan, approver), state), 'Approved');
    });
  });

  it('waits for a second approver where an app asked and two are to approve, and takes no person twice', () => {
    const nestor: Person = { ...megan, id: 'aaaaaaaa-0000-4000-8000-000000000077', name: 'Nestor' };
    const app = { id: 'cccccccc-0000-4000-8000-000000000001', tenantId, name: 'Sentinel', app: true } as const;
    const open = fold([{ ...requested(), by: app, twoApprovers: true }]);
    const approve = (by: Person, state: RequestState, worker?: string) =>
      decide(
        { type: 'approve', by, rights: approver, where, hourly: { used: 0, most: 9 }, ...(worker ? { worker } : {}) },
        state,
        soon,
      );
    const first = approve(megan, open);
    assert(first.ok);
    assert.deepEqual(
      first.events.map(({ type }) => type),
      ['Agreed'],
    );
    const agreed = first.events.reduce(evolve, open);
    assert(agreed.phase === 'requested' && agreed.agreed?.id === megan.id);
    assert.deepEqual(approve(megan, agreed), { ok: false, code: 'secondApprover' });
    const second = approve(nestor, agreed);
    assert(second.ok);
    assert.deepEqual(
      second.events.map(({ type }) => type),
      ['Approved'],
    );
    // Whoever may not approve is no first one either.
    assert.deepEqual(
      decide({ type: 'approve', by: megan, rights: bystander, where, hourly: { used: 0, most: 9 } }, open, soon),
      { ok: false, code: 'notApprover' },
    );
  });

  describe('for one’s own sessions', () => {
    const state = fold([requested({ self: true, targets: [target(1, { id: alex.id })] })]);
    it('lets the person decide, and nobody else, approver or not', () => {
      assert.equal(outcome(review('approve', alex, bystander), state), 'Approved');
      assert.equal(outcome(review('cancel', alex, bystander), state), 'Cancelled');
      for (const verb of ['approve', 'deny', 'cancel'] as const) {
        assert.equal(outcome(review(verb, megan, approver), state), 'onlySelf');
      }
      assert.equal(outcome(review('approve', alex, disabled), state), 'disabled');
      assert.equal(outcome(review('approve', alex, guest), state), 'notMember');
    });
  });

  describe('who may ask', () => {
    it('requesters, and for themselves any enabled member', () => {
      assert.equal(mayRequest(requester, false), null);
      assert.equal(mayRequest(approver, false), 'notRequester');
      assert.equal(mayRequest(bystander, true), null);
      assert.equal(mayRequest(guest, true), 'notMember');
      assert.equal(mayRequest(disabled, true), 'disabled');
      assert.equal(mayRequest(guest, false), 'notMember');
      assert.equal(mayRequest(disabled, false), 'disabled');
    });
  });

  describe('every command in every state', () => {
    const commands: Readonly<Record<string, Command>> = {
      request: { type: 'request', draft: draft() },
      approve: review('approve', megan, approver),
      deny: review('deny', megan, approver),
      cancel: review('cancel', alex, requester),
      expire: { type: 'expire' },
      markCardPosted: { type: 'markCardPosted', cardId: 'card' },
      start: { type: 'start', worker: 'w1', leaseMs: 25_000, idleMs: 0, calls: [call] },
      report: { type: 'report', worker: 'w1', attempt: 1, results: [verified] },
      markTold: { type: 'markTold', messageId: 'm' },
      supersede: { type: 'supersede', by: megan, where, successor: { id: 'M2QX', draft: draft() }, changes: [] },
      noteRefusal: { type: 'noteRefusal', by: megan, verb: 'approve', code: 'notApprover', where },
      postCard: startPost('card'),
      postResult: startPost('result'),
      stop: { type: 'stop', by: megan, rights: approver, where, hourly: { used: 0, most: 1 } },
      noteProof: { type: 'noteProof', results: [verified] },
      markCorrected: { type: 'markCorrected', shown: 1 },
      giveUpProof: { type: 'giveUpProof' },
    };
    const noProof = ['notNow', 'notNow', 'notNow'];
    const noPost = ['notNow', 'notNow'];
    const decided = ['alreadyDecided', 'alreadyDecided', 'alreadyDecided', 'alreadyDecided', 'notNow', 'CardPosted'];
    const over = ['notNow', 'notNow', 'ResultPosted', 'alreadyDecided', 'notNow'];
    const closed = [...over, 'PostStarted', 'notNow', 'alreadyDecided', 'notNow', 'notNow', 'notNow'];
    const table: Readonly<Record<string, readonly string[]>> = {
      // request, approve, deny, cancel, expire, markCardPosted, start, report, markTold, supersede, noteRefusal,
      // postCard, postResult, stop, noteProof, markCorrected, giveUpProof
      none: ['Requested', ...Array<string>(16).fill('unknownRequest')],
      requested: [
        ...['alreadyDecided', 'Approved', 'Denied', 'Cancelled', 'notNow', 'CardPosted'],
        ...['notNow', 'notNow', 'notNow', 'Superseded', 'AttemptRefused', 'PostStarted', 'notNow', 'notStarted'],
        ...noProof,
      ],
      approved: [
        ...[...decided, 'ExecutionStarted', 'notNow', 'notNow', 'alreadyDecided', 'AttemptRefused'],
        ...[...noPost, 'Stopped', ...noProof],
      ],
      executing: [
        ...[...decided, 'ExecutionStarted', 'TargetsProcessed+Finished', 'notNow', 'alreadyDecided', 'AttemptRefused'],
        ...[...noPost, 'Stopped', ...noProof],
      ],
      denied: [...decided, ...closed],
      cancelled: [...decided, ...closed],
      expired: ['alreadyDecided', 'expired', 'expired', 'expired', 'notNow', 'CardPosted', ...closed],
      superseded: ['alreadyDecided', 'superseded', 'superseded', 'superseded', 'notNow', 'CardPosted', ...closed],
      succeeded: [...decided, ...over, 'notNow', 'PostStarted', 'alreadyDecided', ...noProof],
    };
    for (const [name, state] of Object.entries(states)) {
      it(name, () => {
        assert.deepEqual(
          Object.values(commands).map((command) => outcome(command, state)),
          table[name],
        );
      });
    }
  });

  it('does not know a request from another conversation, but from another thread of the channel', () => {
    const elsewhere = ['19:other@thread.tacv2', '19:incident@thread.tacv2x', 'a:1', ''];
    for (const place of elsewhere) {
      assert.equal(outcome(review('approve', megan, approver, place), stateAfter()), 'unknownRequest', place);
    }
    for (const place of ['19:incident@thread.tacv2', '19:incident@thread.tacv2;messageid=99']) {
      assert.equal(outcome(review('approve', megan, approver, place), stateAfter()), 'Approved', place);
    }
  });

  it('takes no decision from the instant of expiry on, swept or not, and expires not a moment earlier', () => {
    const expiry = new Date(requested().expiresAt);
    const before = new Date(expiry.getTime() - 1);
    for (const verb of ['approve', 'deny', 'cancel'] as const) {
      assert.equal(outcome(review(verb, alex, both), stateAfter(), expiry), 'expired');
      assert.notEqual(outcome(review(verb, alex, both), stateAfter(), before), 'expired');
    }
    assert.equal(outcome({ type: 'expire' }, stateAfter(), before), 'notNow');
    assert.equal(outcome({ type: 'expire' }, stateAfter(), expiry), 'Expired');
  });

  it('records a decision with who, when and where', () => {
    const decision = decide(review('approve', megan, approver, '19:incident@thread.tacv2'), stateAfter(), soon);
    assert.deepEqual(decision, {
      ok: true,
      events: [
        {
          type: 'Approved',
          by: megan,
          at: soon.toISOString(),
          where: '19:incident@thread.tacv2',
          requesterId: alex.id,
          targetCount: 1,
        },
      ],
    });
  });

  it('keeps to the requester’s hourly limit, which stops approvals only', () => {
    const state = fold([requested({ targets: [target(1), target(2)] })]);
    const tried = (verb: Verb, used: number) =>
      outcome({ type: verb, by: megan, rights: approver, where, hourly: { used, most: 10 } }, state);
    assert.equal(tried('approve', 8), 'Approved');
    assert.equal(tried('approve', 9), 'hourlyLimit');
    assert.equal(tried('deny', 9), 'Denied');
    assert.equal(tried('cancel', 9), 'Cancelled');
  });

  it('asks about nobody: refused', () => {
    assert.equal(outcome({ type: 'request', draft: draft({ targets: [] }) }, initialState), 'noTargets');
  });

  it('tells one result', () => {
    const told = fold([requested(), { type: 'Denied', by: megan, ...envelope }, { type: 'ResultPosted', ...envelope }]);
    assert.equal(outcome({ type: 'markTold' }, told), 'notNow');
  });

  describe('stopping', () => {
    const stop = (by: Person, rights: Rights, place = where): Command => {
      return { type: 'stop', by, rights, where: place, hourly: { used: 0, most: 0 } };
    };
    const running = stateAfter(approved, started);

    it('is for whoever asked and for approvers, while it is carried out', () => {
      assert.equal(outcome(stop(megan, approver), running), 'Stopped');
      assert.equal(outcome(stop(alex, requester), running), 'Stopped');
      assert.equal(outcome(stop(alex, bystander), running), 'Stopped');
      assert.equal(outcome(stop(megan, requester), running), 'notRequesterNorApprover');
      assert.equal(outcome(stop(megan, guest), running), 'notMember');
      assert.equal(outcome(stop(alex, disabled), running), 'disabled');
      assert.equal(outcome(stop(megan, approver, '19:other@thread.tacv2'), running), 'unknownRequest');
      const target1: Person = { id, tenantId, name: 'User 1' };
      assert.equal(outcome(stop(target1, both), running), 'isTarget');
      const own = fold([requested({ self: true }), approved, started]);
      assert.equal(outcome(stop(megan, approver), own), 'onlySelf');
      assert.equal(outcome(stop(alex, bystander), own), 'Stopped');
    });

    it('is done once, and by whom and when is known', () => {
      const stopped = stateAfter(approved, started, { type: 'Stopped', by: megan, ...envelope });
      assert.equal(outcome(stop(megan, approver), stopped), 'alreadyDecided');
      assert.deepEqual(stopped.stopped, { by: megan, at });
      assert.equal(stopped.phase, 'executing');
    });
  });

  describe('an effect that shows late', () => {
    const second = account(2).id;
    const unverified = (targetId: string): TargetResult => ({ targetId, at, outcome: 'unverified' });
    const proven = (targetId: string): TargetResult => ({ targetId, at, outcome: 'verified', validFrom: at });
    const told = (messageId?: string): Command => ({ type: 'markTold', ...(messageId ? { messageId } : {}) });
    const finishedWith = (...results: TargetResult[]): readonly RequestEvent[] => [
      requested({ targets: [target(1), target(2)] }),
      approved,
      { ...started, calls: [] },
      { type: 'TargetsProcessed', attempt: 1, results, ...envelope },
      { type: 'Finished', outcome: 'succeeded', ...envelope },
    ];
    const events = (command: Command, earlier: readonly RequestEvent[]) => {
      const decision = decide(command, fold(earlier), soon);
      return decision.ok ? decision.events : [];
    };
    const waiting = (...results: TargetResult[]) => {
      const before = finishedWith(...results);
      return [...before, ...events(told('m'), before)];
    };

    it('is waited for when the result says that it was not seen, and the result can be corrected', () => {
      assert.equal(fold(waiting(unverified(id), proven(second))).phase, 'succeeded');
      const awaits = (messageId: string | undefined, ...results: TargetResult[]) =>
        (events(told(messageId), finishedWith(...results))[0] as { awaitsProof?: true }).awaitsProof;
      assert.equal(awaits('m', unverified(id), proven(second)), true);
      assert.equal(awaits(undefined, unverified(id), proven(second)), true, 'posted, under an id that nobody knows');
      assert.equal(awaits('m', proven(id), proven(second)), undefined);
    });

    it('is recorded for those only of whom it was not known, and only when it shows', () => {
      const before = waiting(unverified(id), proven(second));
      const [found] = events({ type: 'noteProof', results: [proven(id), proven(second), proven('x')] }, before);
      assert(found?.type === 'ProofFound');
      assert.deepEqual(found.results, [proven(id)]);
      assert.deepEqual(events({ type: 'noteProof', results: [proven(second)] }, before), []);
      assert.deepEqual(events({ type: 'noteProof', results: [unverified(id)] }, before), []);
    });

    it('is over when the last one is shown', () => {
      const before = waiting(unverified(id), unverified(second));
      const one = [...before, ...events({ type: 'noteProof', results: [proven(id)] }, before)];
      const [corrected] = events({ type: 'markCorrected', shown: 1 }, one);
      assert(corrected?.type === 'ResultCorrected');
      assert.equal(corrected.last, false);
      const both = [...one, corrected];
      const all = [...both, ...events({ type: 'noteProof', results: [proven(second)] }, both)];
      const [last] = events({ type: 'markCorrected', shown: 1 }, all);
      assert(last?.type === 'ResultCorrected');
      assert.equal(last.last, true);
      assert.deepEqual(events({ type: 'giveUpProof' }, all), []);
      assert.equal(events({ type: 'giveUpProof' }, before)[0]?.type, 'ProofGivenUp');
    });

    it('keeps the request open until then', () => {
      assert.deepEqual(
        [
          { type: 'ResultPosted', ...envelope } as const,
          { type: 'ResultPosted', awaitsProof: true, ...envelope } as const,
          { type: 'ProofFound', results: [], ...envelope } as const,
          { type: 'ResultCorrected', last: false, ...envelope } as const,
          { type: 'ResultCorrected', last: true, ...envelope } as const,
          { type: 'ProofGivenUp', ...envelope } as const,
          { type: 'Denied', by: megan, ...envelope } as const,
        ].map(closes),
        [true, false, false, false, true, true, false],
      );
    });
  });

  describe('posts', () => {
    const begun = (what: PostKind, worker: string): RequestEvent => ({
      type: 'PostStarted',
      what,
      worker,
      ...envelope,
    });
    const posted = (cardId: string): RequestEvent => ({ type: 'CardPosted', cardId, ...envelope });

    it('are made by one replica at a time, until the others saw nothing happen for as long as a lease', () => {
      for (const [what, state] of [
        ['card', stateAfter(begun('card', 'w1'))],
        ['result', stateAfter(...finished, begun('result', 'w1'))],
      ] as const) {
        assert.equal(outcome(startPost(what, 'w2', 24_999), state), 'notYours');
        assert.equal(outcome(startPost(what, 'w2', 25_000), state), 'PostStarted');
        assert.equal(outcome(startPost(what, 'w1'), state), 'PostStarted');
      }
    });

    it('are over with the id of the card', () => {
      assert.equal(stateAfter(begun('card', 'w1'), posted('a')).posting, null);
      assert.equal(outcome(startPost('card', 'w2'), stateAfter(begun('card', 'w1'), posted('a'))), 'notNow');
      assert.equal(outcome(startPost('result', 'w2'), stateAfter(begun('card', 'w1'), ...finished)), 'notYours');
      assert.equal(
        outcome(startPost('result', 'w2'), stateAfter(begun('card', 'w1'), posted('a'), ...finished)),
        'PostStarted',
      );
    });

    it('remember every copy of a card, up to five, none twice', () => {
      const ids = ['a', 'b', 'c', 'd', 'e'];
      const copies = (count: number) => stateAfter(...ids.slice(0, count).map(posted));
      assert.deepEqual(copies(5).cardIds, ids);
      assert.equal(outcome({ type: 'markCardPosted', cardId: 'e' }, copies(4)), 'CardPosted');
      assert.equal(outcome({ type: 'markCardPosted', cardId: 'f' }, copies(5)), 'notNow');
      assert.equal(outcome({ type: 'markCardPosted', cardId: 'b' }, copies(2)), 'notNow');
    });
  });

  describe('refused attempts', () => {
    const { each, all } = maxRefusalsOnRecord;
    const somebody = (number: number): Person => ({ id: account(100 + number).id, tenantId, name: 'X' });
    const refusal = (by: Person): RequestEvent => {
      return { type: 'AttemptRefused', by, verb: 'approve', code: 'notApprover', ...envelope };
    };
    const afterRefusals = (count: number, by: (index: number) => Person) =>
      stateAfter(...Array.from({ length: count }, (_, index) => refusal(by(index))));
    const note = (by: Person, code: 'notApprover' | 'isTarget' = 'notApprover'): Command => {
      return { type: 'noteRefusal', by, verb: 'deny', code, where };
    };
    const crowded = afterRefusals(all, (index) => somebody(Math.floor(index / each)));
    const rows: readonly (readonly [string, Command, KnownRequest, string])[] = [
      ['the last of one person', note(megan), afterRefusals(each - 1, () => megan), 'AttemptRefused'],
      ['one more of the same', note(megan), afterRefusals(each, () => megan), 'notNow'],
      ['another person then', note(alex), afterRefusals(each, () => megan), 'AttemptRefused'],
      ['the last of all', note(alex), afterRefusals(all - 1, somebody), 'AttemptRefused'],
      ['one more', note(alex), afterRefusals(all, somebody), 'notNow'],
      ['one more, about the own account', note(alex, 'isTarget'), crowded, 'AttemptRefused'],
      ['that again', note(somebody(1), 'isTarget'), afterRefusals(all, somebody), 'notNow'],
    ];
    for (const [which, command, state, expected] of rows) {
      it(`${which}: ${expected}`, () => assert.equal(outcome(command, state), expected));
    }
  });

  describe('leases', () => {
    const begin = (worker: string, idleMs = 0): Command => {
      return { type: 'start', worker, leaseMs: 25_000, idleMs, calls: [call] };
    };
    const executing = states.executing as RequestState;
    it('keep others out until these saw nothing happen for as long, to the millisecond', () => {
      assert.equal(outcome(begin('w2', 24_999), executing), 'notYours');
      assert.equal(outcome(begin('w2', 25_000), executing), 'ExecutionStarted');
      assert.equal(outcome(begin('w1'), executing), 'ExecutionStarted');
    });

    it('do not depend on what time a replica thinks it is', () => {
      for (const now of [later(-600_000), later(1), later(600_000)]) {
        assert.equal(outcome(begin('w2'), executing, now), 'notYours');
        assert.equal(outcome(begin('w2', 25_000), executing, now), 'ExecutionStarted');
      }
    });

    it('count attempts, so that whoever lost one cannot report', () => {
      const taken = fold([requested(), approved, started, { ...started, attempt: 2, worker: 'w2' }]);
      const report = (worker: string, attempt: number): Command => ({
        type: 'report',
        worker,
        attempt,
        results: [verified],
      });
      assert.equal(outcome(report('w1', 1), taken), 'notYours');
      assert.equal(outcome(report('w2', 1), taken), 'notYours');
      assert.equal(outcome(report('w1', 2), taken), 'notYours');
      assert.equal(outcome(report('w2', 2), taken), 'TargetsProcessed+Finished');
    });

    it('never let a settled target be called again', () => {
      const two = [target(1), target(2)];
      const one = fold([
        requested({ targets: two }),
        approved,
        started,
        { type: 'TargetsProcessed', attempt: 1, results: [verified], ...envelope },
      ]);
      assert.equal(outcome(begin('w1'), one), 'notNow');
      const other = { ...call, targetId: account(2).id };
      assert.equal(
        outcome({ type: 'start', worker: 'w1', leaseMs: 1, idleMs: 0, calls: [other] }, one),
        'ExecutionStarted',
      );
    });
  });

  describe('the outcome', () => {
    const two: Requested = requested({ targets: [target(1), target(2)] });
    const second = account(2).id;
    const rows: readonly (readonly [TargetResult, TargetResult, string])[] = [
      [verified, { ...verified, targetId: second }, 'succeeded'],
      [verified, { targetId: second, at, outcome: 'unverified' }, 'succeeded'],
      [verified, { targetId: second, at, outcome: 'failed', code: 'rejected' }, 'partly'],
      [verified, { targetId: second, at, outcome: 'omitted', code: 'protected' }, 'partly'],
      [
        { targetId: id, at, outcome: 'failed', code: 'rejected' },
        { targetId: second, at, outcome: 'omitted', code: 'notFound' },
        'failed',
      ],
    ];
    for (const [one, other, expected] of rows) {
      it(`${one.outcome} and ${other.outcome}: ${expected}`, () => {
        const state = fold([two, approved, { ...started, calls: [] }]);
        const decision = decide({ type: 'report', worker: 'w1', attempt: 1, results: [one, other] }, state, soon);
        assert(decision.ok);
        assert.deepEqual(decision.events.at(-1), {
          type: 'Finished',
          outcome: expected,
          at: soon.toISOString(),
          where,
        });
      });
    }

    it('is not there while one target is unknown or unreported', () => {
      const state = fold([two, approved, { ...started, calls: [] }]);
      for (const results of [[verified], [verified, { ...unknown, targetId: second }]]) {
        assert.equal(outcome({ type: 'report', worker: 'w1', attempt: 1, results }, state), 'TargetsProcessed');
      }
    });
  });
});

describe('evolve', () => {
  it('refuses a trail that does not begin with one request', () => {
    assert.throws(() => fold([approved]), /before Requested/);
    assert.throws(() => fold([requested(), requested()]), /recorded twice/);
  });
});
