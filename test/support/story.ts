import assert from 'node:assert/strict';
import type { OpenedStore } from '../../src/app/ports.ts';
import { createHouse } from '../app/house.ts';
import { account, alex, channel, megan } from './samples.ts';

/** Requests as a process leaves them that stops: one waits for a decision, one is approved, one is done, one is denied and has a new reason. */
export const golden = {
  waiting: 'K7F3AAAAAAAAAAAAAAAA',
  approved: 'M2QXAAAAAAAAAAAAAAAA',
  done: 'P4TRAAAAAAAAAAAAAAAA',
  denied: 'R7WXAAAAAAAAAAAAAAAA',
} as const;

/** The use cases over this store. */
export function houseOver(store: OpenedStore) {
  return createHouse({
    accounts: [1, 2, 3, 4].map((index) => account(index)),
    between: (port) => ('append' in port ? (store as unknown as typeof port) : port),
  });
}

type House = ReturnType<typeof houseOver>;

export const approve = (house: House, requestId: string) =>
  house.review({ requestId, verb: 'approve', by: megan, where: channel.id });

/** Writes them. */
export async function tellStory(store: OpenedStore): Promise<void> {
  const house = houseOver(store);
  for (const [index, requestId] of Object.values(golden).entries()) {
    const targets = [{ kind: 'address', text: account(index + 1).upn }] as const;
    await house.submit(house.ask({ requestId, by: alex, targets, reason: `of ${requestId}` }));
    await house.settle(requestId);
  }
  await approve(house, golden.done);
  await house.settle(golden.done);
  await approve(house, golden.approved);
  const denier = { requestId: golden.denied, by: megan, where: channel.id };
  await house.review({ ...denier, verb: 'deny' });
  await house.settle(golden.denied);
  await house.explain({ ...denier, reason: 'phone found' });
  assert.deepEqual(await store.openIds(), [golden.waiting, golden.approved, golden.denied]);
}
