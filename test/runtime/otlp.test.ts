import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOtlpExport } from '../../src/runtime/otlp.ts';
import { startFakeCollector } from '../support/fake-collector.ts';

describe('the export of traces', () => {
  it("follows no redirect, which would take the collector's key elsewhere", async () => {
    const elsewhere = await startFakeCollector();
    const collector = createServer((_, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/v1/traces` });
      response.end();
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    after(async () => {
      collector.closeAllConnections();
      collector.close();
      await elsewhere.close();
    });
    const lost: number[] = [];
    const { port } = collector.address() as AddressInfo;
    const traces = createOtlpExport(
      { endpoint: `http://127.0.0.1:${port}`, headers: { 'x-key': 'secret' }, serviceName: 'x' },
      (count) => lost.push(count),
    );
    traces.send({
      traceId: '1',
      parentId: undefined,
      spanId: '1',
      name: 'x',
      kind: 'internal',
      startMs: 1,
      endMs: 2,
      failed: false,
      attributes: {},
    });
    await traces.close(5000);
    assert.deepEqual([lost, elsewhere.paths], [[1], []]);
  });
});
