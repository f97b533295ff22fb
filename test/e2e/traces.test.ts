import assert from 'node:assert/strict';
import { traceOf } from '../../src/runtime/ambient.ts';
import { type CollectedSpan, type Collector, startFakeCollector } from '../support/fake-collector.ts';
import { createSteps, type Steps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';

const value = ({ attributes }: CollectedSpan, name: string) =>
  Object.values(attributes.find(({ key }) => key === `session_revoker.${name}`)?.value ?? {})[0];

describe('traces of the production entry point', function () {
  this.timeout(300_000);
  const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
  let collector: Collector;
  let world: World;
  let steps: Steps;

  beforeEach(async () => {
    collector = await startFakeCollector();
    world = await startWorld({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b, x-other=c',
        OTEL_SERVICE_NAME: 'revoker-west',
      },
    });
    steps = createSteps(world);
  });
  afterEach(async () => {
    await world.stop();
    await collector.close();
  });

  const told = () => collector.waitFor((spans) => spans.find(({ name }) => name === 'teams postResult'));

  it('are one for each request, from the message to the result, also over a restart', async () => {
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    await steps.recorded('CardPosted');
    await collector.waitFor((spans) => spans.find(({ name }) => name === 'teams postCard'));
    await world.bot().kill();
    await world.start();
    await steps.press(megan, asked, 'approve');
    const result = await told();
    const spans = collector.spans.filter(({ traceId }) => traceId === result.traceId);
    const names = new Set(spans.map(({ name }) => name));
    for (const name of [
      'message',
      'submit',
      'graph memberOf',
      'graph find',
      'store append',
      'teams postCard',
      'invoke',
      'review approve',
      'execute',
      'graph revoke',
      'teams postResult',
    ]) {
      assert.ok(names.has(name), `${name} is missing among ${[...names].join(', ')}`);
    }
    const root = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    assert.deepEqual(
      root.map(({ name }) => name),
      ['message'],
    );
    const ids = new Set(spans.map(({ spanId }) => spanId));
    assert.equal(ids.size, spans.length);
    for (const { name, parentSpanId } of spans) {
      assert.ok(parentSpanId === undefined || ids.has(parentSpanId), `${name} hangs on nothing`);
    }
    const [asking] = root;
    const requestId = String(asking && value(asking, 'request.id'));
    assert.deepEqual(traceOf(requestId), { traceId: asking?.traceId, rootId: asking?.spanId });
    assert.ok(spans.every((span) => value(span, 'request.id') === requestId));
    assert.equal(value(result, 'request.code'), asked.code);
    const write = spans.find(({ name }) => name === 'graph revoke');
    const [sent] = steps.writesFor(adele);
    assert.equal(write && value(write, 'graph.client_request_id'), sent?.headers['client-request-id']);
    for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
      assert.ok(BigInt(startTimeUnixNano) > 0n && BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano));
    }
  });

  it('hold no name, address or id of anybody, and go where and as they should', async () => {
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName} because Kasimir`);
    await steps.press(megan, asked, 'approve');
    await told();
    const all = collector.bodies.join('\n');
    for (const who of [alex, megan, adele]) {
      for (const text of [who.id, who.displayName, who.userPrincipalName]) assert.ok(!all.includes(text), text);
    }
    assert.doesNotMatch(all, /Kasimir|eyJ/);
    assert.ok(all.includes('{"key":"service.name","value":{"stringValue":"revoker-west"}}'));
    assert.deepEqual(new Set(collector.paths), new Set(['POST /v1/traces']));
    assert.deepEqual([collector.headers[0]?.['x-key'], collector.headers[0]?.['x-other']], ['a b', 'c']);
  });

  it('that nobody takes are counted, and keep nothing from being done', async () => {
    collector.answer(503);
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    await steps.press(megan, asked, 'approve');
    await steps.closed(asked);
    await told();
    const lost = async () =>
      /^session_revoker_trace_spans_lost_total [1-9]/m.test(await (await fetch(`${world.bot().url}/metrics`)).text());
    const deadline = Date.now() + 10_000;
    while (!(await lost())) assert.ok(Date.now() < deadline, 'lost spans are not counted');
  });

  it('leave every line about a request with its code, conversation and trace', async () => {
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    await steps.press(megan, asked, 'approve');
    await steps.closed(asked);
    await world.bot().waitForOutput(/"finished"/);
    const line = world
      .bot()
      .stdout()
      .split('\n')
      .find((one) => one.includes('"finished"'));
    const { requestId, code, where, traceId } = JSON.parse(line ?? '') as Record<string, string>;
    assert.deepEqual([code, where], [asked.code, groupChat().id]);
    assert.equal(traceId, traceOf(requestId ?? '').traceId);
  });
});
