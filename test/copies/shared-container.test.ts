import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import type { RequestStore } from '../../src/app/ports.ts';
import { createAuditExport } from '../../src/copies/audit-export.ts';
import { createBlobSink } from '../../src/copies/blob-sink.ts';
import { type AuditLine, type AuditSink, Overtaken } from '../../src/copies/sink.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { followTrail, openStore } from '../../src/store/open.ts';
import { append } from '../support/append.ts';
import { type BlobService, startBlobService } from '../support/blob-container.ts';
import { silentLog } from '../support/fakes.ts';
import { channel, requested, start } from '../support/samples.ts';
import { createWitness } from './witness.ts';

const posted: RequestEvent = { type: 'CardPosted', cardId: 'card', at: start.toISOString(), where: channel.id };
const lookEveryMs = 150;

describe('audit sinks that replicas share', function () {
  this.timeout(300_000);
  let service: BlobService;
  let folder: string;
  let url: string;
  let opened: RequestStore;
  before(async () => {
    service = await startBlobService();
  });
  after(() => service?.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-shared-'));
    url = `sqlite:${join(folder, 'store.db')}`;
    opened = await openStore({ url, credential: null });
  });
  afterEach(async () => {
    await opened.close();
    await rm(folder, { recursive: true });
  });

  const replica = (sink: AuditSink) => {
    const witness = createWitness();
    const lines: string[] = [];
    const log = { ...silentLog, error: (_: object, text: string) => lines.push(text) };
    const trail = followTrail({ url, credential: null });
    const run = createAuditExport({ trail, sinks: [sink], log, watch: witness.told, lookEveryMs });
    run.start();
    return { ...witness, run, lines, store: run.woken(opened) };
  };
  const seqsIn = async (container: string) =>
    [...(await service.blobs(container)).values()]
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as AuditLine).seq);
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('hold every record once and in order, and none of it is a failure', async () => {
    const container = await service.container();
    const [one, other] = [1, 2].map(() => replica(createBlobSink(container, service.credential, service.client))) as [
      ReturnType<typeof replica>,
      ReturnType<typeof replica>,
    ];
    await Promise.all([one.at('blob', 0), other.at('blob', 0)]);
    let written = 0;
    for (let round = 0; round < 30; round += 1) {
      const both = round % 3 === 0;
      const writers = both ? [one, other] : [round % 2 === 0 ? one : other];
      await Promise.all(
        writers.map(async ({ store }, index) => {
          const id = `R${round}-${index}`;
          await append(store, id, 0, [requested({ reason: id })]);
          await append(store, id, 1, Array<RequestEvent>(3).fill(posted));
        }),
      );
      written += 4 * writers.length;
      if (round % 4 === 0) await Promise.all([one.at('blob', written), other.at('blob', written)]);
    }
    await Promise.all([one.at('blob', written), other.at('blob', written)]);
    await Promise.all([one.run.stop(), other.run.stop()]);
    assert.deepEqual(await seqsIn(container), upTo(written));
    for (const { seen, lines } of [one, other]) {
      assert.deepEqual(seen, { failed: 0, damaged: 0 });
      assert.deepEqual(lines, []);
    }
  });

  it('get from another replica what the one that wrote it does not carry', async () => {
    const container = await service.container();
    const looking = replica(createBlobSink(container, service.credential, service.client));
    await looking.at('blob', 0);
    await append(opened, 'R1', 0, [requested({ reason: 'R1' })]);
    await looking.at('blob', 1);
    await looking.run.stop();
    assert.deepEqual(await seqsIn(container), [1]);
  });

  it('that refuse for another reason fail', async () => {
    const container = await service.container();
    const refusing: HttpClient = {
      async sendRequest(request) {
        if (request.method !== 'PUT') return service.client.sendRequest(request);
        const headers = createHttpHeaders({ 'x-ms-error-code': 'AuthorizationPermissionMismatch' });
        return { request, status: 403, headers, bodyAsText: '' };
      },
    };
    const { run, store, seen, until, lines } = replica(createBlobSink(container, service.credential, refusing));
    await append(store, 'R1', 0, [requested({ reason: 'R1' })]);
    await until(() => seen.failed > 0);
    await run.stop();
    assert.equal(lines[0], 'a sink failed');
  });

  it('that say they were overtaken while nothing moves there fail, after the fifth time', async () => {
    let tries = 0;
    const stuck: AuditSink = {
      name: 'blob',
      last: async () => null,
      async write() {
        tries += 1;
        throw new Overtaken('it answered 412');
      },
    };
    const { run, store, seen, until, lines } = replica(stuck);
    await append(store, 'R1', 0, [requested({ reason: 'R1' })]);
    await until(() => seen.failed > 0);
    assert.equal(tries, 5);
    await run.stop();
    assert.equal(lines[0], 'a sink failed');
  });
});
