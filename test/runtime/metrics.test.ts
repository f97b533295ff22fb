import assert from 'node:assert/strict';
import { DirectoryError, UnreadableRequest, VersionConflict } from '../../src/app/errors.ts';
import type { Directory, RequestStore, RevokeAnswer } from '../../src/app/ports.ts';
import { createRunCommand } from '../../src/app/run-command.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { createMetrics, type Metrics } from '../../src/runtime/metrics.ts';
import { createObserver } from '../../src/runtime/observe.ts';
import { StoreError, TrailDamaged } from '../../src/store/damage.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { append } from '../support/append.ts';
import { createFakeClock, createFakeDirectory, silentLog } from '../support/fakes.ts';
import { requested } from '../support/samples.ts';

const at = '2026-11-21T03:00:00.000Z';
const where = 'conversation';

const createStore = (more: Partial<RequestStore> = {}): RequestStore => ({ ...openSqliteStore(':memory:'), ...more });

const observer = (metrics: Metrics) => createObserver(metrics, null, silentLog);
const observeStore = (metrics: Metrics, store: RequestStore) => observer(metrics).observe('store', store);
const observeDirectory = (metrics: Metrics, directory: Directory) => observer(metrics).observe('graph', directory);

/** The value of one series, written as Prometheus writes it; `undefined` when it is not there. */
async function value(metrics: Metrics, series: string): Promise<number | undefined> {
  const { body } = await metrics.read();
  const line = body.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('metrics', () => {
  it('are Prometheus text with the process beside our own, each with help and type', async () => {
    const { body, contentType } = await createMetrics().read();
    assert.match(contentType, /^text\/plain; version=0\.0\.4/);
    assert.match(body, /^process_resident_memory_bytes \d+$/m);
    for (const name of ['activities_total', 'events_total', 'targets_total', 'graph_write_seconds']) {
      assert.match(body, new RegExp(`^# HELP session_revoker_${name} \\S`, 'm'));
      assert.match(body, new RegExp(`^# TYPE session_revoker_${name} (counter|histogram)$`, 'm'));
    }
  });

  it('are a registry of their own each time, so that two bots in one process do not share them', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.received({ status: 200 });
    assert.equal(await value(one, 'session_revoker_activities_total{status="200"}'), 1);
    assert.equal(await value(other, 'session_revoker_activities_total{status="200"}'), undefined);
  });

  it('count recorded events by type and reports by outcome', async () => {
    const metrics = createMetrics();
    const store = observeStore(metrics, createStore());
    const processed: RequestEvent = {
      type: 'TargetsProcessed',
      at,
      where,
      attempt: 1,
      results: [
        { targetId: 'a', at, outcome: 'verified', validFrom: at },
        { targetId: 'b', at, outcome: 'verified', validFrom: at },
        { targetId: 'c', at, outcome: 'failed', code: 'missingPermission' },
      ],
    };
    await append(store, 'r1', 0, [requested(), { type: 'CardPosted', at, where, cardId: '1' }]);
    await append(store, 'r2', 0, [requested()]);
    await append(store, 'r1', 2, [processed]);
    assert.equal(await value(metrics, 'session_revoker_events_total{type="Requested"}'), 2);
    assert.equal(await value(metrics, 'session_revoker_events_total{type="CardPosted"}'), 1);
    assert.equal(await value(metrics, 'session_revoker_events_total{type="TargetsProcessed"}'), 1);
    assert.equal(await value(metrics, 'session_revoker_targets_total{outcome="verified"}'), 2);
    assert.equal(await value(metrics, 'session_revoker_targets_total{outcome="failed"}'), 1);
  });

  it('do not count what was not recorded, and let the failure through', async () => {
    const metrics = createMetrics();
    const conflict = new VersionConflict();
    const store = observeStore(metrics, createStore({ append: () => Promise.reject(conflict) }));
    await assert.rejects(append(store, 'r1', 0, [requested()]), (error) => error === conflict);
    assert.equal(await value(metrics, 'session_revoker_events_total{type="Requested"}'), undefined);
  });

  it('do not take a record of a newer version for a failure of the store', async () => {
    const metrics = createMetrics();
    const store = observeStore(
      metrics,
      createStore({ read: () => Promise.reject(new UnreadableRequest('newer', '')) }),
    );
    await assert.rejects(store.read('r1'), UnreadableRequest);
    assert.equal(await value(metrics, 'session_revoker_store_seconds_count{call="read",result="newer"}'), 1);
    assert.equal(await value(metrics, 'session_revoker_store_seconds_count{call="read",result="error"}'), undefined);
  });

  it('hand everything else of the store through', async () => {
    const inner = createStore({
      read: async () => ({ events: [requested()], head: 'abc', version: { requestId: 'r1' } }),
      openIds: async () => ['r1'],
    });
    const store = observeStore(createMetrics(), inner);
    assert.deepEqual([await store.read('r1'), await store.openIds()], [await inner.read('r1'), ['r1']]);
  });

  it('pass the version and the events on as they are', async () => {
    const appended: unknown[] = [];
    const keep: RequestStore['append'] = async (...args) => {
      appended.push(args);
      return args[0];
    };
    const store = observeStore(createMetrics(), createStore({ append: keep }));
    const events = [requested()];
    const version = { requestId: 'r1' };
    await store.append(version, events);
    assert.deepEqual(appended, [[version, events]]);
  });

  it('show how many requests are open now', async () => {
    const metrics = createMetrics();
    metrics.swept(0.1, 2);
    assert.equal(await value(metrics, 'session_revoker_open_requests'), 2);
    metrics.swept(0.1, 1);
    assert.equal(await value(metrics, 'session_revoker_open_requests'), 1);
  });

  it('are there while the store hangs: a scrape asks it nothing', async () => {
    const metrics = createMetrics();
    observeStore(metrics, createStore({ openIds: () => new Promise(() => {}) }));
    assert.match((await metrics.read()).body, /^process_resident_memory_bytes \d+$/m);
  });

  it('time every write by what came of it, and change nothing about it', async () => {
    const metrics = createMetrics();
    const answers: RevokeAnswer[] = [
      { kind: 'accepted', trace: { graphRequestId: 'g1' } },
      { kind: 'refused', code: 'missingPermission', trace: {} },
      { kind: 'unknown', code: 'throttled', retryAfterMs: 5, trace: {} },
      { kind: 'unknown', code: 'noAnswer', trace: {} },
    ];
    const asked: unknown[] = [];
    const left = [...answers];
    const inner: Directory = {
      ...createFakeDirectory(createFakeClock(), []),
      async revoke(...args) {
        asked.push(args);
        return left.shift() ?? assert.fail('one write too many');
      },
    };
    const directory = observeDirectory(metrics, inner);
    for (const answer of answers) assert.equal(await directory.revoke('user', 'id'), answer);
    assert.deepEqual(asked, Array(4).fill(['user', 'id']));
    for (const [result, times] of [
      ['accepted', 1],
      ['refused', 1],
      ['unknown', 2],
    ] as const) {
      assert.equal(await value(metrics, `session_revoker_graph_write_seconds_count{result="${result}"}`), times);
    }
  });

  it('time every read by what came of it, and let the failure through', async () => {
    const metrics = createMetrics();
    const failure = new DirectoryError('throttled', 'asked to wait');
    const directory = observeDirectory(metrics, {
      ...createFakeDirectory(createFakeClock(), []),
      memberOf: () => Promise.reject(failure),
    });
    assert.equal(await directory.read('nobody'), null);
    await assert.rejects(directory.memberOf('a', ['b']), (error) => error === failure);
    assert.equal(await value(metrics, 'session_revoker_graph_read_seconds_count{call="read",result="ok"}'), 1);
    assert.equal(
      await value(metrics, 'session_revoker_graph_read_seconds_count{call="memberOf",result="throttled"}'),
      1,
    );
  });

  it('count every attempt on the wire, and the same request again as a retry', async () => {
    const metrics = createMetrics();
    const answers = [429, 200, 599];
    const wire = metrics.watchWire({
      sendRequest: async (_: { method: string }) => {
        const status = answers.shift();
        if (status === undefined) throw new Error('no answer');
        return { status };
      },
    });
    const [read, write] = [{ method: 'GET' }, { method: 'POST' }];
    for (const request of [read, read, write]) await wire.sendRequest(request);
    await assert.rejects(wire.sendRequest({ method: 'GET' }), /no answer/);
    for (const [series, times] of [
      ['graph_http_total{method="GET",status="429"}', 1],
      ['graph_http_total{method="GET",status="200"}', 1],
      ['graph_http_total{method="POST",status="other"}', 1],
      ['graph_http_total{method="GET",status="none"}', 1],
      ['graph_retries_total{method="GET"}', 1],
      ['graph_retries_total{method="POST"}', undefined],
    ] as const) {
      assert.equal(await value(metrics, `session_revoker_${series}`), times, series);
    }
  });

  it('count requests by how they ended, and no other event', async () => {
    const metrics = createMetrics();
    const store = observeStore(metrics, createStore({ append: async (version) => version }));
    await append(store, 'r1', 0, [
      requested(),
      { type: 'Expired', at, where },
      { type: 'Finished', at, where, outcome: 'partly' },
    ]);
    const { body } = await metrics.read();
    const counted = body.split('\n').filter((line) => line.startsWith('session_revoker_requests_total{'));
    assert.deepEqual(counted, [
      'session_revoker_requests_total{outcome="expired"} 1',
      'session_revoker_requests_total{outcome="partly"} 1',
    ]);
  });

  it('time from asking to the decision, where this command made it', async () => {
    const metrics = createMetrics();
    const clock = createFakeClock();
    const run = createRunCommand({ store: observeStore(metrics, createStore()), clock });
    const { type: _type, at: _at, where: _where, ...draft } = requested();
    const rights = { member: true, enabled: true, requester: true, approver: true };
    const by = { ...draft.by, id: 'somebody-else' };
    const hourly = { used: 0, most: 100 };
    metrics.ran('request', await run('r1', { type: 'request', draft }));
    await clock.sleep(45_000);
    const deny = { type: 'deny', by, rights, where: draft.conversation.id, hourly } as const;
    const ran = await run('r1', deny);
    assert.ok(ran.ok);
    metrics.ran('deny', ran);
    metrics.ran('deny', await run('r1', deny));
    assert.equal(await value(metrics, 'session_revoker_decision_seconds_count{verb="deny"}'), 1);
    assert.equal(await value(metrics, 'session_revoker_decision_seconds_sum{verb="deny"}'), 45);
  });

  for (const [what, error, series] of [
    ['an append in doubt', new StoreError('not known', { inDoubt: true }), 'trail_in_doubt_total'],
    ['a damaged record', new TrailDamaged('the trail of request r1 is damaged at record 3'), 'trail_damaged_total'],
    [
      'a missing end',
      new StoreError('nothing was written', { cause: new TrailDamaged('no end') }),
      'trail_damaged_total',
    ],
  ] as const) {
    it(`count ${what}, from zero`, async () => {
      const metrics = createMetrics();
      const errors = [error, new Error('disk')];
      const store = observeStore(metrics, createStore({ append: () => Promise.reject(errors.shift()) }));
      assert.equal(await value(metrics, `session_revoker_${series}`), 0);
      await assert.rejects(append(store, 'r1', 0, [requested()]));
      await assert.rejects(append(store, 'r1', 0, [requested()]), /disk/);
      assert.equal(await value(metrics, `session_revoker_${series}`), 1);
    });
  }

  it('say what they are told of checks, steps, permissions, spans and copies', async () => {
    const metrics = createMetrics();
    metrics.readyChecked('store', false);
    metrics.readyChecked('graph', true);
    metrics.stepFailed();
    metrics.permissionsMissing(['User.Read.All']);
    metrics.permissionsMissing(['User.RevokeSessions.All']);
    metrics.spansLost(3);
    metrics.sinkStands('blob', 7, 2);
    metrics.sinkFailed('blob');
    const { body } = await metrics.read();
    for (const line of [
      'not_ready{check="store"} 1',
      'not_ready{check="graph"} 0',
      'step_failures_total 1',
      'missing_permission{permission="User.RevokeSessions.All"} 1',
      'trace_spans_lost_total 3',
      'audit_sink_seq{sink="blob"} 7',
      'audit_sink_behind{sink="blob"} 2',
      'audit_sink_failures_total{sink="blob"} 1',
    ]) {
      assert(body.split('\n').includes(`session_revoker_${line}`), line);
    }
    assert.doesNotMatch(body, /User\.Read\.All/);
  });
});
