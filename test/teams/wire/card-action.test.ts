import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type CardAction, readInvoke, readSubmit } from '../../../src/teams/wire/card-action.ts';
import { runs } from '../../support/chance.ts';
import { requestId } from '../../support/samples.ts';

const invoke = <T>(action: T) => ({ action });
const pressed = (verb: unknown, data: unknown) => invoke({ type: 'Action.Execute', verb, data });

describe('a click', () => {
  for (const verb of ['approve', 'deny', 'cancel', 'stop', 'retry', 'again'] as const) {
    it(`reads ${verb} from an Action.Execute and from an Action.Submit`, () => {
      assert.deepEqual(readInvoke(pressed(verb, { requestId })), { verb, requestId });
      assert.deepEqual(readSubmit({ verb, requestId }), { verb, requestId });
    });
  }

  it('is read where a client sends it, its action or its data as JSON', () => {
    const wanted = { verb: 'approve', requestId };
    const data = JSON.stringify({ requestId });
    for (const value of [
      JSON.stringify(pressed('approve', { requestId })),
      pressed('approve', data),
      JSON.stringify(pressed('approve', data)),
      invoke(JSON.stringify({ verb: 'approve', data })),
    ]) {
      assert.deepEqual(readInvoke(value), wanted);
    }
    assert.deepEqual(readSubmit(JSON.stringify(wanted)), wanted);
  });

  it('brings a token of up to 32 KB along', () => {
    const read = (token: unknown) => readInvoke({ ...pressed('approve', { requestId }), authentication: { token } });
    const longest = 'x'.repeat(32_768);
    assert.deepEqual(read(longest), { verb: 'approve', requestId, token: longest });
    for (const token of [`${longest}x`, '', 7, null]) assert.deepEqual(read(token), { verb: 'approve', requestId });
  });

  it('carries nothing else on', () => {
    const more = { requestId, by: 'me', targets: ['x'], approver: true, verb: 'deny' };
    const action = { ...pressed('approve', more).action, id: 'x', title: 'Deny' };
    assert.deepEqual(readInvoke({ ...invoke(action), trigger: 'manual', requestId: 'Y' }), {
      verb: 'approve',
      requestId,
    });
    assert.deepEqual(readSubmit({ ...more, verb: 'approve' }), { verb: 'approve', requestId });
    assert.deepEqual(readInvoke(pressed('refresh', { requestId })), { verb: 'refresh', requestId });
    assert.equal(readSubmit({ verb: 'refresh', requestId }), null, 'nobody presses that');
  });

  describe('is nothing', () => {
    const verbs: readonly unknown[] = [
      ...['Approve', 'APPROVE', 'approve ', ' approve', 'аpprove', '', 'request', 'markCardPosted', 'start'],
      ...['constructor', '__proto__', 'toString', 'hasOwnProperty'],
      ...[undefined, null, true, 0, {}, ['approve'], { toString: () => 'approve' }, new String('approve')],
    ];
    const ids: readonly unknown[] = [
      ...['', 'K7F3', requestId.slice(1), `${requestId}A`, requestId.toLowerCase(), ` ${requestId.slice(1)}`],
      ...[`${requestId.slice(1)}\n`, `${requestId.slice(1)}%`, `${requestId.slice(1)}'`, `${requestId.slice(1)}Ä`],
      ...['__proto__', 'K7F3/../AAAAAAAAAAAA', `${requestId}\u0000`],
      ...[undefined, null, 1, true, [requestId], { requestId }, Object.assign([...requestId]), new String(requestId)],
    ];
    for (const verb of verbs) {
      it(`verb ${JSON.stringify(verb) ?? 'undefined'}`, () => {
        assert.equal(readInvoke(pressed(verb, { requestId })), null);
        assert.equal(readSubmit({ verb, requestId }), null);
      });
    }
    for (const id of ids) {
      it(`request id ${JSON.stringify(id) ?? 'undefined'}`, () => {
        assert.equal(readInvoke(pressed('approve', { requestId: id })), null);
        assert.equal(readSubmit({ verb: 'approve', requestId: id }), null);
      });
    }

    const shapes: readonly (readonly [string, unknown])[] = [
      ['undefined', undefined],
      ['null', null],
      ['a text', 'approve'],
      ['a text that is cut off', JSON.stringify(pressed('approve', { requestId })).slice(0, -1)],
      ['a text of a list', JSON.stringify([pressed('approve', { requestId })])],
      ['a text in a text', JSON.stringify(JSON.stringify(pressed('approve', { requestId })))],
      [
        'a text that is too long',
        `${JSON.stringify({ verb: 'approve', requestId, ...pressed('approve', { requestId }), more: 'x'.repeat(100_000) })}`,
      ],
      ['a number', 1],
      ['a list', [pressed('approve', { requestId })]],
      ['no action', {}],
      ['action null', invoke(null)],
      ['action a text', invoke('approve')],
      ['action a list', invoke([{ verb: 'approve', data: { requestId } }])],
      ['no data', invoke({ verb: 'approve' })],
      ['data null', pressed('approve', null)],
      ['data a text', pressed('approve', requestId)],
      ['data a list', pressed('approve', [requestId])],
      ['the id beside the data', invoke({ verb: 'approve', data: {}, requestId })],
      ['one level too deep', invoke(pressed('approve', { requestId }))],
      ['other capitals', { Action: { Verb: 'approve', Data: { RequestId: requestId } } }],
    ];
    for (const [name, value] of shapes) {
      it(name, () => {
        assert.equal(readInvoke(value), null);
        assert.equal(readSubmit(value), null);
      });
    }
  });

  it('takes nothing from a prototype', () => {
    assert.equal(readSubmit(Object.create({ verb: 'approve', requestId })), null);
    assert.equal(readInvoke(Object.create(pressed('approve', { requestId }))), null);
    assert.equal(readInvoke(invoke(Object.create({ verb: 'approve', data: { requestId } }))), null);
    assert.equal(readSubmit(JSON.parse(`{"__proto__":{"verb":"approve","requestId":"${requestId}"}}`)), null);
    assert.equal(
      readInvoke(JSON.parse(`{"action":{"__proto__":{"verb":"approve","data":{"requestId":"${requestId}"}}}}`)),
      null,
    );
  });

  it('does not touch what it does not name, nor an inherited getter', () => {
    const trap = () => {
      throw new Error('touched');
    };
    const bait = (target: object, name: string) => Object.defineProperty(target, name, { get: trap, enumerable: true });
    assert.deepEqual(readSubmit(bait({ verb: 'approve', requestId }, 'other')), { verb: 'approve', requestId });
    assert.deepEqual(readInvoke(bait(pressed('approve', bait({ requestId }, 'targets')), 'other')), {
      verb: 'approve',
      requestId,
    });
    assert.equal(readSubmit(Object.create(bait({}, 'verb'))), null);
  });

  it('is valid or nothing, whatever JSON arrives', () => {
    const verb = fc.oneof(fc.constantFrom('approve', 'deny', 'cancel', 'refresh', '__proto__'), fc.jsonValue());
    const id = fc.oneof(fc.constantFrom(requestId, 'K7F3', '__proto__'), fc.jsonValue());
    const data = fc.oneof(fc.record({ requestId: id }, { requiredKeys: [] }), fc.jsonValue());
    const near = fc.record({ action: fc.record({ verb, data }, { requiredKeys: [] }), verb, requestId: id });
    const valid = (action: CardAction | null) =>
      action === null ||
      (['approve', 'deny', 'cancel', 'refresh'].includes(action.verb) &&
        /^[A-Z0-9]{20}$/.test(action.requestId) &&
        Object.keys(action).join() === 'verb,requestId');
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue(), fc.object()), (value) => {
        assert(valid(readInvoke(value)));
        assert(valid(readSubmit(value)));
      }),
      { numRuns: runs(1000) },
    );
  });

  it('is not lost in depth', () => {
    let deep: unknown = { requestId };
    for (let level = 0; level < 20_000; level += 1) deep = { action: deep, data: deep };
    assert.equal(readInvoke(deep), null);
    assert.equal(readSubmit(deep), null);
  });
});
