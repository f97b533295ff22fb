import assert from 'node:assert/strict';
import type { Notifier } from '../../src/app/ports.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { createObserver, watchWaiting } from '../../src/runtime/observe.ts';
import { openTracing } from '../../src/runtime/tracing.ts';
import { startFakeCollector } from '../support/fake-collector.ts';
import { silentLog } from '../support/fakes.ts';
import { requested } from '../support/samples.ts';

const nothing = async () => undefined;

/** An observer whose spans arrive at a collector, and what was lost on the way. */
async function observed() {
  const collector = await startFakeCollector();
  const lost: number[] = [];
  const settings = { endpoint: `${collector.url}/`, headers: { key: 'a b' }, serviceName: 'west' };
  const tracing = await openTracing(settings, (count) => void lost.push(count), silentLog);
  const metrics = createMetrics();
  return {
    ...createObserver(metrics, tracing, silentLog),
    metrics,
    collector,
    lost,
    /** Ends the tracing; answers the spans by name. */
    async spans() {
      await tracing.close(2000);
      await collector.close();
      return {
        all: collector.spans,
        named(name: string) {
          const [found, ...more] = collector.spans.filter((span) => span.name === name);
          assert.ok(found && more.length === 0, `${name}: ${collector.spans.map((span) => span.name).join(', ')}`);
          const attributes = found.attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
          return { ...found, attributes: Object.fromEntries(attributes) as Record<string, unknown> };
        },
      };
    },
  };
}

describe('the observer', () => {
  it('measures every call of a port, whoever thought of it', async () => {
    const metrics = createMetrics();
    const { observe } = createObserver(metrics, null, silentLog);
    const notifier: Pick<Notifier, 'postUnreachable'> = { postUnreachable: nothing };
    await observe('teams', notifier).postUnreachable({} as never);
    assert.match((await metrics.read()).body, /chat_seconds_count\{call="postUnreachable",result="ok"\} 1/);
  });

  it('answers and throws what the call does, with what it was given', async () => {
    const { observe } = createObserver(createMetrics(), null, silentLog);
    const error = new Error('no');
    const port = observe('graph', {
      sum: async (a: number, b: number) => a + b,
      fail: () => Promise.reject(error),
    });
    assert.equal(await port.sum(3, 4), 7);
    await assert.rejects(port.fail(), (thrown) => thrown === error);
  });

  it('tells what hangs together, which request it was for, and nothing of why it failed', async () => {
    const { turn, observe, spans } = await observed();
    const { append } = observe('store', { append: async (..._: unknown[]) => undefined });
    const { find } = observe('graph', { find: () => Promise.reject(new TypeError('adele@contoso.example')) });
    const conversation = { id: '19:a' };
    const { submit } = observe('app', {
      async submit(_: object) {
        await find().catch(nothing);
        await append({ requestId: 'r1' }, [requested()]);
        return { kind: 'asked' };
      },
    });
    await turn(
      { type: 'message', where: { id: '19:a' } },
      async () => void (await submit({ requestId: 'r1', conversation, targets: [1, 2] })),
    );
    const { all, named } = await spans();
    assert.equal(new Set(all.map(({ traceId }) => traceId)).size, 1);
    const [message, submitted] = [named('message'), named('submit')];
    assert.deepEqual([message.parentSpanId, submitted.parentSpanId], [undefined, message.spanId]);
    for (const name of ['graph find', 'store append']) assert.equal(named(name).parentSpanId, submitted.spanId);
    for (const { name } of all) assert.equal(named(name).attributes['session_revoker.request.id'], 'r1');
    assert.equal(message.attributes['session_revoker.request.code'], requested().code);
    assert.equal(submitted.attributes['session_revoker.targets'], 2);
    assert.deepEqual([named('graph find').status.code, submitted.status.code], [2, 0]);
    assert.doesNotMatch(JSON.stringify(all), /adele|19:a/);
  });

  it('leads from later work back to what woke it, and follows what goes on after its turn', async () => {
    const { turn, within, work, observe, spans } = await observed();
    const { post } = observe('teams', { post: nothing });
    const until = Promise.withResolvers<void>();
    let rest: Promise<unknown> = Promise.resolve();
    await turn({ type: 'invoke', where: null }, async () => {
      rest = within('late', () => until.promise.then(() => work('r1', post)));
    });
    until.resolve();
    await rest;
    const { named } = await spans();
    assert.equal(named('late').parentSpanId, named('invoke').spanId);
    const { traceId, links } = named('work');
    assert.notEqual(traceId, named('late').traceId);
    assert.deepEqual(links?.[0]?.spanId, named('late').spanId);
    assert.equal(named('teams post').traceId, traceId);
  });

  it('names in a turn the request of what it leaves behind', async () => {
    const { turn, within, observe, spans } = await observed();
    const { submit } = observe('app', { submit: async (_: object) => ({ kind: 'asked' }) });
    const ask = { requestId: 'r1', conversation: { id: '19:a' }, targets: 'self' };
    let rest: Promise<unknown> = Promise.resolve();
    await turn({ type: 'message', where: null }, async () => {
      rest = within('said', async () => {
        for (let steps = 0; steps < 50; steps += 1) await null;
        await submit(ask);
      });
    });
    await rest;
    const { named } = await spans();
    for (const name of ['message', 'said', 'submit']) {
      assert.equal(named(name).attributes['session_revoker.request.id'], 'r1', name);
    }
  });

  it('says nothing of work that found nothing to do', async () => {
    const { work, observe, spans } = await observed();
    const { read } = observe('store', { read: async (_: string) => ({ events: [] }) });
    await work('r1', async () => void (await read('r1')));
    const { post } = observe('teams', { post: nothing });
    await work('r2', post);
    const until = Promise.withResolvers<void>();
    let beside: Promise<unknown> = Promise.resolve();
    await work('r3', async () => {
      beside = until.promise.then(post);
    });
    until.resolve();
    await beside;
    const names = (await spans()).all.map(({ name }) => name);
    assert.deepEqual(names.toSorted(), ['teams post', 'teams post', 'work', 'work']);
  });

  it('keeps apart what is done for another request meanwhile', async () => {
    const { turn, observe, spans } = await observed();
    const review = async (_: object) => ({ ok: true });
    const submit = async (_: object) => ({ kind: 'asked' });
    const app = observe('app', { review, submit });
    await turn({ type: 'invoke', where: null }, async () => {
      await app.review({ requestId: 'r1', verb: 'approve', where: '19:a' });
      await app.submit({ requestId: 'r2', conversation: { id: '19:a' }, targets: 'self' });
    });
    const { named } = await spans();
    const of = (name: string) => named(name).attributes['session_revoker.request.id'];
    assert.deepEqual([of('review approve'), of('submit'), of('invoke')], ['r1', 'r2', 'r1']);
  });

  it('counts spans that the collector refuses, once, and follows no redirect', async () => {
    for (const status of [400, 307]) {
      const { turn, collector, lost, spans } = await observed();
      collector.answer(status);
      await turn({ type: 'message', where: null }, nothing);
      await spans();
      assert.deepEqual([lost, collector.paths], [[1], ['POST /v1/traces']]);
    }
  });
});

describe('what some work waits for', () => {
  const { observe } = createObserver(createMetrics(), null, silentLog);

  it('is the store while a call of the store is under way for it, and for nobody else', async () => {
    const slow = Promise.withResolvers<{ events: [] }>();
    const store = observe('store', { read: () => slow.promise });
    const one = watchWaiting(() => store.read());
    const other = watchWaiting(async () => 'x');
    assert.equal(one.waitsFor(), 'store');
    assert.equal(other.waitsFor(), 'graph');
    slow.resolve({ events: [] });
    await one.done;
    assert.equal(one.waitsFor(), 'graph');
  });

  it('is the store no longer when its call has failed', async () => {
    const store = observe('store', { read: () => Promise.reject(new Error('x')) });
    const one = watchWaiting(() => store.read().catch(() => new Promise<string>(() => {})));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(one.waitsFor(), 'graph');
  });
});
