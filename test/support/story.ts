import assert from 'node:assert/strict';
import type { OpenedStore } from '../../src/app/ports.ts';
import { createHouse } from '../app/house.ts';
import { account, alex, channel, megan } from './samples.ts';

/** Requests as a process leaves them that stops: one waits for a decision, one is approved, one is done, one is denied and has a new reason, of one somebody is back. */
export const golden = {
  waiting: 'K7F3AAAAAAAAAAAAAAAA',
  approved: 'M2QXAAAAAAAAAAAAAAAA',
  done: 'P4TRAAAAAAAAAAAAAAAA',
  denied: 'R7WXAAAAAAAAAAAAAAAA',
  watched: 'T9CDAAAAAAAAAAAAAAAA',
} as const;

/** The use cases over this store. */
export function houseOver(store: OpenedStore) {
  return createHouse({
    accounts: [1, 2, 3, 4, 5, 6].map((index) => account(index)),
    between: (port) => ('append' in port ? (store as unknown as typeof port) : port),
  });
}

const minute = 60_000;
type House = ReturnType<typeof houseOver>;

export const approve = (house: House, requestId: string) =>
  house.review({ requestId, verb: 'approve', by: megan, where: channel.id });

const signInOf = (accountId: string, at: Date) => ({
  ...{ id: `s-${accountId}`, accountId, at: at.toISOString(), app: 'Outlook', country: 'DE', device: null },
  ...{ interactive: true, succeeded: true, risk: 'none' as const },
});

/** Writes them. */
export async function tellStory(store: OpenedStore): Promise<void> {
  const house = houseOver(store);
  for (const [index, requestId] of Object.values(golden).entries()) {
    const numbers = requestId === golden.watched ? [5, 6] : [index + 1];
    const targets = numbers.map((number) => ({ kind: 'address', text: account(number).upn }) as const);
    await house.submit(house.ask({ requestId, by: alex, targets, reason: `of ${requestId}` }));
    await house.settle(requestId);
  }
  const denier = { requestId: golden.denied, by: megan, where: channel.id };
  await house.review({ ...denier, verb: 'deny' });
  await house.settle(golden.denied);
  await house.explain({ ...denier, reason: 'phone found' });
  for (const id of [golden.approved, golden.done, golden.watched]) await approve(house, id);
  for (const id of [golden.done, golden.watched]) await house.settle(id);
  await house.pass(12 * minute, undefined, golden.watched);
  house.logs.entries.push(signInOf(account(5).id, house.clock.now()));
  await house.pass(3 * minute, undefined, golden.watched);
  await house.pass(90 * minute, undefined, golden.done);
  assert.deepEqual(await store.openIds(), [golden.waiting, golden.approved, golden.watched, golden.denied]);
}
