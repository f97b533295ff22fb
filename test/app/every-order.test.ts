import assert from 'node:assert/strict';
import { everybody, explore } from '../support/every-order.ts';
import { judgeEnd } from '../support/judge-end.ts';

describe('every order of a denial, two replicas and a crash', () => {
  it('ends as it should', async function () {
    this.timeout(120_000);
    const { states, orders } = await explore(everybody.slice(1, 2), judgeEnd);
    assert.ok(states > 50 && orders > 1000n, `${states} states, ${orders} orders`);
  });

  it('shows to the judge what must not be', () => {
    const order = ['an order'];
    assert.throws(() => judgeEnd({ order, events: [], said: [], writes: 0, crashed: false }), /exactly one decision/);
    const denied = { type: 'Denied' } as never;
    assert.throws(
      () => judgeEnd({ order, events: [denied], said: [], writes: 1, crashed: false }),
      /a write without an approval/,
    );
    const approved = { type: 'Approved' } as never;
    assert.throws(() => judgeEnd({ order, events: [approved], said: [], writes: 2, crashed: true }), /a second write/);
    assert.throws(() => judgeEnd({ order, events: [approved], said: [], writes: 1, crashed: true }), /told once/);
    const told = { type: 'ResultPosted' } as never;
    const said = [{ what: 'update', phase: 'requested' }];
    assert.throws(
      () => judgeEnd({ order, events: [denied, told], said, writes: 0, crashed: false }),
      /card is not true/,
    );
  });
});
