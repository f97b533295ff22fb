import assert from 'node:assert/strict';
import type { Account } from '../../src/domain/account.ts';
import { fold } from '../../src/domain/evolve.ts';
import { decode, type EventRecord } from '../../src/store/event-codec.ts';
import { createHouse } from '../app/house.ts';
import { createFakeSignIns } from '../support/fakes.ts';
import { casesOf, peopleOf } from './cases.ts';
import { type Golden, readGoldens } from './golden.ts';
import { eventsIn } from './rows.ts';

const minute = 60_000;

/** By case: the phase, then what one step puts on record and what it says in the chat. */
const expected: Readonly<Record<string, string>> = {
  'given-up': 'succeeded',
  expired: 'expired',
  'expired-untold': 'expired ResultPosted update',
  'delegated-card': 'requested',
  'delegated-lost': 'executing update',
  'delegated-continued': 'failed',
  'awaiting-proof': 'succeeded',
  'proof-found': 'succeeded ResultCorrected update correction',
  corrected: 'succeeded',
  asked: 'requested PostStarted CardPosted card',
  'card-begun': 'requested CardPosted card',
  card: 'requested',
  'card-of-many': 'requested',
  'second-person': 'requested',
  followed: 'requested',
  approved: 'approved ExecutionStarted TargetsProcessed Finished update',
  'sent-not-done': 'executing ExecutionStarted TargetsProcessed',
  'sent-and-done': 'executing ExecutionStarted TargetsProcessed',
  'outcome-unknown': 'executing ExecutionStarted TargetsProcessed Finished update',
  'partly-under-way': 'executing ExecutionStarted TargetsProcessed Finished update',
  stopped: 'executing ExecutionStarted TargetsProcessed Finished',
  untold: 'succeeded ResultPosted update result',
  'card-behind': 'succeeded ResultCorrected update correction',
  succeeded: 'succeeded',
  failed: 'failed',
  undeliverable: 'succeeded',
  denied: 'denied',
  'denied-untold': 'denied ResultPosted update',
  cancelled: 'cancelled',
  superseded: 'superseded',
  'superseded-untold': 'superseded ResultPosted update',
  own: 'requested',
  unreachable: 'requested CardPosted card',
};

describe('the next step of each request that a version left', () => {
  for (const golden of readGoldens()) {
    describe(`v${golden.version}.${golden.store}`, () => {
      for (const [index, { name }] of casesOf(golden.version).entries()) {
        it(name, async () => {
          assert.equal(await nextStep(golden, peopleOf(index)[0]?.id ?? ''), expected[name]);
        });
      }
    });
  }
});

/** As `expected` has it: a minute later, by the same worker. */
async function nextStep(golden: Golden, accountId: string): Promise<string> {
  const all = Map.groupBy(eventsIn(golden.rows), ({ requestId }) => requestId);
  const requests = [...all].map(([id, records]) => ({ id, events: decode(id, records as readonly EventRecord[]) }));
  const found = requests.find(({ events: [first] }) => {
    return first?.type === 'Requested' && first.targets.some(({ account }) => account.id === accountId);
  });
  assert(found);
  const { id, events } = found;
  const state = fold(events);
  assert(state.phase !== 'none');
  const accounts: readonly Account[] = state.request.targets.map(({ account }) => account);
  const house = createHouse({ accounts, policy: { requestTtlMs: 60 * minute } });
  house.clock.pass(Date.parse(golden.recordedAt) + minute - house.clock.now().getTime());
  await house.store.append(id, 0, events);
  const worker = state.execution?.worker ?? state.posting?.worker ?? 'w1';
  const next = await house.workerNamed(worker, createFakeSignIns())(id);
  if (next.again && 'when' in next) await next.when;
  const added = (await house.types(id)).slice(events.length);
  const said = house.notifier.said.map(({ what }) => what);
  await house.store.close();
  return [state.phase, ...added, ...said].join(' ');
}
