import assert from 'node:assert/strict';
import type { RequestEvent } from '../../src/domain/request.ts';
import type { Shown } from '../support/production/fake-connector.ts';
import type { GraphCall } from '../support/production/fake-graph-server.ts';
import { account, alex, channel, megan, requestId } from '../support/samples.ts';
import type { Evidence, TrailLine } from './evidence.ts';
import { judge } from './promises.ts';

const target = account(1);
const call = { targetId: target.id, clientRequestId: 'client-1', validFromBefore: null };
const where = channel.id;
const time = (second: number) => `2026-11-21T10:00:${String(second).padStart(2, '0')}.500Z`;
const ms = (second: number) => Date.parse(time(second));

const asked = {
  type: 'Requested',
  code: 'K7F3',
  conversation: channel,
  targets: [{ account: target }],
  expiresAt: time(59),
} as unknown as RequestEvent;
const started = { type: 'ExecutionStarted', attempt: 1, worker: 'w', leaseUntil: time(30), calls: [call] };
const verified = { targetId: target.id, outcome: 'verified', validFrom: '2026-11-21T10:00:06Z', at: time(6) };
const story: readonly object[] = [
  { ...asked, by: alex },
  { type: 'PostStarted', what: 'card', worker: 'w' },
  { type: 'CardPosted', cardId: 'card-1' },
  { type: 'Approved', by: megan },
  started,
  { type: 'TargetsProcessed', attempt: 1, results: [verified] },
  { type: 'Finished', outcome: 'succeeded' },
  { type: 'PostStarted', what: 'result', worker: 'w' },
  { type: 'ResultPosted', messageId: 'result-1' },
];

function trail(events: readonly object[] = story): readonly TrailLine[] {
  return events.map((event, index) => {
    return { seq: index + 1, requestId, position: index, at: time(index), where, ...event } as TrailLine;
  });
}

function shown(kind: Shown['kind'], activityId: string, at: number, body: readonly object[]): Shown {
  const content = { type: 'AdaptiveCard', body };
  const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content }];
  return {
    at: ms(at),
    kind,
    conversationId: where,
    activityId,
    activity: { type: 'message', attachments },
    unheard: false,
  };
}

const text = (words: string) => ({ type: 'TextBlock', text: words });
const approve = { type: 'Action.Execute', verb: 'approve', data: { requestId } };
const asking = (activityId: string, at = 2, actions: readonly object[] = [approve], who = target.upn) =>
  shown('post', activityId, at, [text(who), { type: 'ActionSet', actions }]);
const closed = shown('update', 'card-1', 7, [text('✓ Sessions revoked, verified')]);
const result = (activityId: string, at = 8) =>
  shown('post', activityId, at, [text('✓ Sessions revoked, verified'), text('K7F3'), text('audit ID 0123456789ab')]);
const write: GraphCall = {
  at: ms(5),
  method: 'POST',
  path: `/v1.0/users/${target.id}/revokeSignInSessions`,
  headers: { 'client-request-id': 'client-1' },
  body: '',
  status: 200,
  done: true,
  doneAt: ms(6),
};
const good: Evidence = {
  trail: trail(),
  verified: { code: 0, said: '' },
  writes: [write],
  shown: [asking('card-1'), closed, result('result-1')],
  decided: [{ place: where, by: megan.id, verb: 'approve', at: ms(3), isAcknowledged: true }],
  approvers: new Set([megan.id]),
  troubles: [],
  lostAnswers: new Set(),
};

/** The story with some of it changed: by type, to something else or to nothing. */
function told(changes: Readonly<Record<string, object | null>>): Pick<Evidence, 'trail'> {
  const changed = story.flatMap((event) => {
    const change = changes[(event as { type: string }).type];
    return change === undefined ? [event] : change === null ? [] : [change].flat();
  });
  return { trail: trail(changed) };
}

const backTold = [{ type: 'CameBack' }, { type: 'Noticed', what: 'back' }] as const;
const isBack = (activityId: string, at = 12) =>
  shown('post', activityId, at, [
    text('Signed in again after the revocation'),
    { type: 'ActionSet', actions: [{ type: 'Action.Execute', verb: 'again', data: { requestId } }] },
  ]);
/** Somebody is back, on record, and told like this. */
const back = (...posts: readonly Shown[]): Partial<Evidence> => ({
  trail: trail([...story, ...backTold]),
  shown: [...good.shown, ...posts],
});

const deny = { place: where, by: megan.id, verb: 'deny', at: ms(3), isAcknowledged: false } as const;
const again = { ...write, headers: { 'client-request-id': 'client-2' } };
const otherCall = { ...started, attempt: 2, calls: [{ ...call, clientRequestId: 'client-2' }] };
const unknown = { type: 'TargetsProcessed', attempt: 1, results: [{ ...verified, outcome: 'unknown' }] };
const failed = { ...verified, outcome: 'failed', code: 'missingPermission' };

describe('the judge of the crash suite', () => {
  it('finds nothing where all is well', () => {
    assert.deepEqual(judge(good).broken, []);
    const twice = { ...good, shown: [...good.shown, result('result-2', 9)], lostAnswers: new Set(['result-1']) };
    assert.deepEqual(judge(twice).broken, []);
    assert.deepEqual(judge(twice).twice, [{ what: 'result', why: 'its answer was lost' }]);
    const unheard = { ...good, shown: [{ ...asking('card-0', 1), unheard: true }, ...good.shown] };
    assert.deepEqual(judge(unheard).broken, []);
    assert.equal(judge(unheard).orphans, 1);
    const retold = { ...good, ...told({ ExecutionStarted: [started, unknown, otherCall] }), writes: [write, again] };
    assert.deepEqual(judge(retold).broken, []);
    assert.equal(judge(retold).writtenAgain, 1);
    const page = { type: 'Action.Execute', verb: 'page', data: {} };
    const opened = { ...good, shown: [asking('card-1', 2, [approve, page], 'one of many'), ...good.shown.slice(1)] };
    assert.deepEqual(judge(opened).broken, []);
    assert.deepEqual(judge({ ...good, ...back(isBack('back-1')) }).broken, []);
  });

  const cases: readonly (readonly [promise: RegExp, name: string, evidence: Partial<Evidence>])[] = [
    [/ends/, 'an end that was never told', told({ ResultPosted: null })],
    [
      /ends/,
      'a request that was left open',
      { ...told({ ...nothingAfter('CardPosted') }), writes: [], shown: [closed] },
    ],
    [/ends/, 'a card that still asks', { shown: [asking('card-1'), result('result-1')] }],
    [
      /ends/,
      'a card that tells another end',
      {
        shown: [
          asking('card-1'),
          shown('update', 'card-1', 7, [text('Denied: nothing was revoked')]),
          result('result-1'),
        ],
      },
    ],
    [/ends/, 'a result that is not in the chat', { shown: [asking('card-1'), closed] }],
    [
      /ends/,
      'a result that was given up though the chat was there',
      told({ ResultPosted: { type: 'ResultPosted', undeliverable: '404' } }),
    ],
    [/no write without/, 'a write that is not on record', { writes: [write, again] }],
    [
      /no write without/,
      'a write for another account',
      { writes: [{ ...write, path: write.path.replace(target.id, account(2).id) }] },
    ],
    [
      /no write without/,
      'an account that was not on the card',
      told({ Requested: { ...asked, by: alex, targets: [] } }),
    ],
    [/no write without/, 'a write that nobody approved', { ...told({ Approved: null, Finished: null }) }],
    [/no write without/, 'a write after a denial', told({ Approved: { type: 'Denied', by: megan } })],
    [
      /no write without/,
      'an approval that came too late',
      told({ Approved: { type: 'Approved', by: megan, at: time(59) } }),
    ],
    [
      /no write without/,
      'a write after a stop',
      told({
        Approved: [
          { type: 'Approved', by: megan },
          { type: 'Stopped', by: megan },
        ],
      }),
    ],
    [
      /could be seen/,
      'an account that the card neither names nor opens',
      { shown: [asking('card-1', 2, [approve], 'somebody else'), ...good.shown.slice(1)] },
    ],
    [/without the right/, 'an approval by somebody who is no approver', { approvers: new Set([alex.id]) }],
    [
      /without the right/,
      'a target who decides',
      told({ Requested: { ...asked, by: alex, targets: [{ account: target }, { account: { id: megan.id } }] } }),
    ],
    [
      /without the right/,
      'one person where it takes two',
      told({ Requested: { ...asked, by: megan, twoPersons: 'always' } }),
    ],
    [
      /without the right/,
      'somebody who decides about the own sessions of another',
      told({ Requested: { ...asked, by: alex, self: true } }),
    ],
    [
      /code twice/,
      'a code that was given twice within a day',
      { trail: [...good.trail, { ...good.trail[0], requestId: 'another', at: time(40) } as TrailLine] },
    ],
    [
      /one decision/,
      'an approval from before the card stood there',
      { shown: [asking('card-1', 4), ...good.shown.slice(1)] },
    ],
    [
      /one decision/,
      'two decisions',
      {
        ...told({
          Approved: [
            { type: 'Approved', by: megan },
            { type: 'Denied', by: megan },
          ],
        }),
        decided: [...good.decided, deny],
      },
    ],
    [/one decision/, 'a decision that nobody made', { decided: [deny] }],
    [
      /one decision/,
      'a decision that was answered and is not on record',
      { decided: [...good.decided, { ...deny, place: 'elsewhere', isAcknowledged: true }] },
    ],
    [
      /no second write/,
      'a second write without knowing of the first',
      { ...told({ ExecutionStarted: [started, otherCall] }), writes: [write, again] },
    ],
    [/no second write/, 'a write that was sent twice', { writes: [write, write] }],
    [
      /no second write/,
      'a write that came after that of a later attempt',
      { ...told({ ExecutionStarted: [started, unknown, otherCall] }), writes: [again, write] },
    ],
    [/claimed/, 'an effect that never was', { writes: [{ ...write, done: false, doneAt: undefined }] }],
    [
      /claimed/,
      'an effect that another request had',
      {
        trail: [...trail(), ...otherOnes({ ...call, clientRequestId: 'client-2' })],
        writes: [{ ...again, doneAt: ms(6) }],
      },
    ],
    [
      /claimed/,
      'a proof that was found of what never was',
      told({
        TargetsProcessed: { type: 'TargetsProcessed', attempt: 1, results: [{ ...verified, outcome: 'unverified' }] },
        ResultPosted: [
          { type: 'ResultPosted', messageId: 'result-1', awaitsProof: true },
          { type: 'ProofFound', results: [{ ...verified, validFrom: '2026-11-21T10:00:20Z' }] },
        ],
      }),
    ],
    [
      /claimed/,
      'a failure that was none',
      told({ TargetsProcessed: { type: 'TargetsProcessed', attempt: 1, results: [failed] } }),
    ],
    [/claimed/, 'an end with something unknown', told({ TargetsProcessed: unknown })],
    [/trail verifies/, 'a trail that does not verify', { verified: { code: 1, said: 'damaged' } }],
    [
      /trail verifies/,
      'a request that was recorded twice',
      told({
        Requested: [
          { ...asked, by: alex },
          { ...asked, by: alex },
        ],
      }),
    ],
    [/no card without/, 'a card that is not on record', { trail: [], writes: [], decided: [] }],
    [/is back/, 'that somebody is back on record and not in the chat', back()],
    [
      /is back/,
      'the same twice on record',
      { ...back(isBack('back-1')), trail: trail([...story, ...backTold, backTold[1]]) },
    ],
    [/is back/, 'the same told before it was on record', { shown: [...good.shown, isBack('back-1')] }],
    [/is back/, 'the same told elsewhere', back({ ...isBack('back-1'), conversationId: '19:other@thread.tacv2' })],
    [/said twice/, 'the same told twice for no reason', back(isBack('back-1'), isBack('back-2', 13))],
    [/said twice/, 'a second card for no reason', { shown: [asking('card-0', 1), ...good.shown] }],
    [/said twice/, 'a second result for no reason', { shown: [...good.shown, result('result-2', 9)] }],
  ];
  for (const [promise, name, change] of cases) {
    it(`sees ${name}`, () => {
      const { broken } = judge({ ...good, ...change });
      assert.ok(
        broken.some((one) => promise.test(one.promise)),
        JSON.stringify(broken),
      );
    });
  }
});

/** The same of another request, with this call. */
function otherOnes(own: typeof call): readonly TrailLine[] {
  return trail().map((line) => {
    const calls = line.type === 'ExecutionStarted' ? { calls: [own] } : {};
    return { ...line, ...calls, requestId: 'another', seq: line.seq + 100, code: 'R9GH' } as TrailLine;
  });
}

/** Everything later than that event is left out. */
function nothingAfter(type: string): Record<string, null> {
  const types = story.map((event) => (event as { type: string }).type);
  return Object.fromEntries(types.slice(types.indexOf(type) + 1).map((later) => [later, null]));
}
