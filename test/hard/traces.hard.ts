import assert from 'node:assert/strict';
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

  before(async () => {
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
  beforeEach(() => collector.clear());
  after(async () => {
    await world?.stop();
    await collector?.close();
  });

  /** A span that has arrived with everything: what is around a span ends after it. */
  const whole = (name: string) =>
    collector.waitFor((spans) => {
      const ids = new Set(spans.map(({ spanId }) => spanId));
      const isWhole = spans.every(({ parentSpanId }) => parentSpanId === undefined || ids.has(parentSpanId));
      return isWhole && spans.find((span) => span.name === name);
    });
  const told = () => collector.waitFor((spans) => spans.find(({ name }) => name === 'teams postResult'));

  it('tell all that was done for a request, by its id, also over a restart', async () => {
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    await steps.recorded('CardPosted');
    await whole('teams postNotice');
    await world.bot().kill();
    await world.start();
    await steps.press(megan, asked, 'approve');
    const result = await whole('teams postResult');
    const requestId = String(value(result, 'request.id'));
    const spans = collector.spans.filter((span) => value(span, 'request.id') === requestId);
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
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    assert.deepEqual(new Set(roots.map(({ name }) => name)), new Set(['message', 'invoke', 'work']));
    const ids = new Set(collector.spans.map(({ spanId }) => spanId));
    const [message] = roots;
    assert.equal(message?.name, 'message');
    for (const { name, parentSpanId, traceId } of spans) {
      if (parentSpanId === undefined) continue;
      const parent = spans.find(({ spanId }) => spanId === parentSpanId);
      assert.equal(parent?.traceId, traceId, `${name} hangs on nothing`);
    }
    // What goes on after a message or a click leads back to it.
    const causes = roots.flatMap(({ links = [] }) => links);
    assert.ok(causes.some(({ traceId }) => traceId === message?.traceId));
    assert.ok(causes.every(({ spanId }) => ids.has(spanId)));
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

  it('leave every line about a request with its code, conversation and trace', async () => {
    const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${adele.userPrincipalName}`);
    await steps.press(megan, asked, 'approve');
    await steps.closed(asked);
    await world.bot().waitForOutput(new RegExp(`"code":"${asked.code}".*"finished"`));
    const line = world
      .bot()
      .stdout()
      .split('\n')
      .find((one) => one.includes('"finished"') && one.includes(`"code":"${asked.code}"`));
    const { requestId, code, where, traceId } = JSON.parse(line ?? '') as Record<string, string>;
    assert.deepEqual([code, where], [asked.code, groupChat().id]);
    const span = await collector.waitFor((spans) => spans.find((one) => one.traceId === traceId));
    assert.equal(value(span, 'request.id'), requestId);
  });
});
