import assert from 'node:assert/strict';
import type { RequestEvent } from '../../src/domain/request.ts';
import type { End } from './every-order.ts';

/** What every end has to be like, whatever the order. */
export function judgeEnd({ order, events, said, writes, crashed }: End): void {
  const tell = `${order.join(', ')}: ${events.map(({ type }) => type).join(' ')}`;
  const count = (...types: RequestEvent['type'][]) => events.filter(({ type }) => types.includes(type)).length;
  assert.equal(count('Approved', 'Denied', 'Cancelled', 'Expired', 'Superseded'), 1, `exactly one decision: ${tell}`);
  const reports = events.flatMap((event) => (event.type === 'TargetsProcessed' ? event.results : []));
  const unknown = reports.filter(({ outcome }) => outcome === 'unknown').length;
  if (count('Approved') === 0) assert.equal(writes, 0, `a write without an approval: ${tell}`);
  else {
    assert.ok(writes >= 1, `approved, and never written: ${tell}`);
    assert.ok(writes <= 1 + unknown, `a second write though the first was not unknown: ${tell}`);
  }
  assert.equal(count('ResultPosted'), 1, `told once on record: ${tell}`);
  const results = said.filter(({ what }) => what === 'result').length;
  const most = crashed ? 2 : 1;
  assert.ok(results >= count('Approved') && results <= most * count('Approved'), `${results} results: ${tell}`);
  const cards = said.filter(({ what }) => what === 'card' || what === 'update');
  const final = count('Approved') ? /succeeded/ : count('Denied') ? /denied/ : /cancelled|expired/;
  assert.match(cards.at(-1)?.phase ?? '', final, `the card is not true: ${tell}`);
}
