import assert from 'node:assert/strict';
import { traceOf } from '../../src/runtime/ambient.ts';
import { createTracer, type Span } from '../../src/runtime/tracer.ts';

/** A tracer, and the spans it gave away, by name. */
function traced() {
  const spans: Span[] = [];
  const tracer = createTracer((span) => void spans.push(span));
  const named = (name: string) => {
    const [found, ...more] = spans.filter((span) => span.name === name);
    assert.ok(found && more.length === 0, `${name}: ${spans.map((span) => span.name).join(', ')}`);
    return found;
  };
  return { tracer, spans, named };
}

const nothing = async () => undefined;

describe('the tracer', () => {
  it('puts what came before the request was known into its trace, under its first span', async () => {
    const { tracer, spans, named } = traced();
    await tracer.span('turn', {}, async () => {
      await tracer.span('read', {}, nothing);
      assert.deepEqual(spans, [], 'nobody knows yet where that belongs');
      await tracer.span('submit', { requestId: 'r1', begins: true }, nothing);
    });
    const { traceId, rootId } = traceOf('r1');
    assert.deepEqual(new Set(spans.map((span) => span.traceId)), new Set([traceId]));
    assert.deepEqual([named('turn').spanId, named('turn').parentId], [rootId, undefined]);
    assert.deepEqual([named('read').parentId, named('submit').parentId], [rootId, rootId]);
  });

  it('hangs what is done later on the first span, wherever it is done', async () => {
    const [one, other] = [traced(), traced()];
    const work = { requestId: 'r1', apart: true, quiet: true };
    for (const { tracer } of [one, other]) {
      await tracer.span('turn', { requestId: 'another' }, () =>
        tracer.span('work', work, () => tracer.span('post', {}, nothing)),
      );
    }
    const { traceId, rootId } = traceOf('r1');
    const [here, there] = [one.named('post'), other.named('post')];
    assert.deepEqual([here.traceId, there.traceId], [traceId, traceId]);
    assert.deepEqual([here.parentId, there.parentId], [rootId, rootId]);
    assert.notEqual(here.spanId, there.spanId);
  });

  it('begins another trace for a request that is made while one is decided', async () => {
    const { tracer, named } = traced();
    await tracer.span('invoke', {}, async () => {
      await tracer.span('review', { requestId: 'r1' }, nothing);
      await tracer.span('submit', { requestId: 'r2', begins: true }, nothing);
    });
    assert.equal(named('invoke').traceId, traceOf('r1').traceId);
    assert.equal(named('invoke').parentId, traceOf('r1').rootId);
    assert.deepEqual([named('submit').traceId, named('submit').spanId], Object.values(traceOf('r2')));
  });

  it('leaves nothing of what never comes to a request', async () => {
    const { tracer, spans } = traced();
    await tracer.span('turn', {}, () => tracer.span('read', {}, nothing));
    assert.deepEqual(spans, []);
  });

  it('follows what goes on after the turn has ended', async () => {
    const { tracer, named } = traced();
    let go = () => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    let rest: Promise<unknown> = Promise.resolve();
    await tracer.span('turn', {}, async () => {
      rest = tracer.span('later', {}, () =>
        until.then(() => tracer.span('submit', { requestId: 'r1', begins: true }, nothing)),
      );
    });
    go();
    await rest;
    assert.equal(named('turn').spanId, traceOf('r1').rootId);
    assert.equal(named('submit').parentId, named('later').spanId);
  });

  it('answers and throws what the work does, and says that it failed without saying what', async () => {
    const { tracer, named } = traced();
    assert.equal(await tracer.span('a', { requestId: 'r1' }, async () => 7), 7);
    const error = new TypeError('adele@contoso.example');
    await assert.rejects(
      tracer.span('b', { requestId: 'r1' }, () => Promise.reject(error)),
      (it) => it === error,
    );
    assert.deepEqual([named('a').failed, named('b').failed], [false, true]);
    assert.doesNotMatch(JSON.stringify(named('b')), /adele/);
  });

  it('keeps a bounded number of spans for a turn that does not come to a request', async () => {
    const { tracer, spans } = traced();
    await tracer.span('turn', {}, async () => {
      for (let index = 0; index < 1000; index += 1) await tracer.span('read', {}, nothing);
      await tracer.span('submit', { requestId: 'r1', begins: true }, nothing);
    });
    assert.ok(spans.length <= 110, String(spans.length));
  });
});
