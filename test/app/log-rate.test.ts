import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createUseCases } from '../../src/app/use-cases.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { createEntraLogs } from '../../src/graph/entra-logs.ts';
import type { GraphClient } from '../../src/graph/graph-client.ts';
import { clock as machineClock } from '../../src/runtime/clock.ts';
import { createWorker } from '../../src/runtime/worker.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { append } from '../support/append.ts';
import { createFakeDirectory, createFakeNotifier, createFakeSignIns, policy, silentLog } from '../support/fakes.ts';
import { account, channel, megan, requested, start, target, tenantId } from '../support/samples.ts';

const minute = 60_000;
/** Graph's limit on the audit and the sign-in log, for all replicas together. */
const limit = { calls: 5, windowMs: 10_000 };

/** A request whose result was told a moment ago, by that replica. */
function watched(number: number, worker: string, at: string): readonly RequestEvent[] {
  const envelope = { at, where: channel.id };
  const targetId = account(number).id;
  return [
    requested({ targets: [target(number)] }),
    { type: 'Approved', by: megan, requesterId: megan.id, targetCount: 1, ...envelope },
    { type: 'ExecutionStarted', attempt: 1, worker, leaseUntil: at, calls: [], ...envelope },
    {
      type: 'TargetsProcessed',
      attempt: 1,
      results: [{ targetId, at, outcome: 'verified', validFrom: at }],
      ...envelope,
    },
    { type: 'Finished', outcome: 'succeeded', ...envelope },
    {
      type: 'ResultPosted',
      messageId: 'm',
      after: { worker, watchUntil: new Date(Date.parse(at) + 60 * minute).toISOString() },
      ...envelope,
    },
  ];
}

describe('two replicas that watch a hundred accounts', () => {
  it('keep to Graph’s limit on its logs together, and read each account every two or three minutes', async function () {
    this.timeout(120_000);
    const time = sinon.useFakeTimers({
      now: start,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    });
    const clock = { ...machineClock, sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };
    const calls: { readonly at: number; readonly path: string }[] = [];
    try {
      const store = openSqliteStore(':memory:');
      const at = start.toISOString();
      const ids = Array.from({ length: 100 }, (_, index) => `K${String(index).padStart(19, '0')}`);
      for (const [index, id] of ids.entries()) await append(store, id, 0, watched(index + 1, `w${index % 2}`, at));
      const graph: GraphClient = {
        async send({ path }) {
          calls.push({ at: Date.now(), path });
          return { status: 200, body: { value: [] }, graphRequestId: 'g', isGraphs: true } as never;
        },
        pathOf: (path) => path,
      } as GraphClient;
      const workers = ['w0', 'w1'].map((worker) => {
        const logs = createEntraLogs({ graph, clock, shares: 2 });
        const { advance } = createUseCases(
          {
            ...{ store, logs, clock, log: silentLog, directory: createFakeDirectory(clock, []) },
            ...{ notifier: createFakeNotifier(), signIns: createFakeSignIns(), tenantId, policy, worker },
            protection: { isKnown: async () => true },
            ids: { uuid: () => 'x', successorOf: (id) => id, retryOf: (id) => id },
          },
          2,
          (_, useCases) => useCases,
        );
        const watch = { within: (_: string, work: () => Promise<void>) => work(), swept() {}, failed() {} };
        return createWorker({ store, advance, log: silentLog, sweepMs: 5000, watch });
      });
      await Promise.all(workers.map((worker) => worker.start()));
      await time.tickAsync(30 * minute);
      await Promise.all(workers.map((worker) => worker.stop(0)));
      await store.close();
    } finally {
      time.restore();
    }
    const logCalls = calls.filter(({ path }) => path.includes('/auditLogs/'));
    for (const [index, { at }] of logCalls.entries()) {
      const later = logCalls[index + limit.calls]?.at ?? Number.POSITIVE_INFINITY;
      assert(later - at >= limit.windowMs, `six calls within ${later - at} ms`);
    }
    const reads = logCalls.filter(({ path }) => path.includes('errorCode'));
    const times = (id: string) => reads.flatMap(({ at, path }) => (path.includes(id) ? [at] : []));
    const gaps = Array.from({ length: 100 }, (_, index) => times(account(index + 1).id)).flatMap((all) =>
      all.slice(1).map((at, index) => at - (all[index] ?? at)),
    );
    assert(gaps.length >= 100 * 13, `${gaps.length} readings`);
    assert(Math.max(...gaps) <= 3 * minute, `${Math.max(...gaps)} ms between two readings`);
  });
});
