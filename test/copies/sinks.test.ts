import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { createBlobSink } from '../../src/copies/blob-sink.ts';
import type { AuditLine, AuditSink } from '../../src/copies/sink.ts';
import { createStdoutSink } from '../../src/copies/stdout-sink.ts';
import { type BlobService, startBlobService } from '../support/blob-container.ts';

const line = (seq: number, more = ''): AuditLine => {
  const link = String(seq).repeat(4);
  return { seq, link, text: JSON.stringify({ seq, link, name: `漢${more}` }) };
};
const lines = (from: number, to: number, more = '') =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index, more));
const seqs = (text: string) => text.split('\n').flatMap((one) => (one === '' ? [] : (JSON.parse(one).seq as number)));

/** A place that sinks write to, one after the other, as processes do. */
interface Home {
  open(): AuditSink;
  held(): Promise<string>;
}

describe('audit sinks', function () {
  this.timeout(300_000);
  let folder: string;
  let service: BlobService;
  before(async () => {
    service = await startBlobService();
  });
  after(() => service?.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-sink-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const homes: Record<string, () => Promise<Home>> = {
    async stdout() {
      let printed = '';
      const print = async (text: string) => {
        printed += text;
      };
      return { open: () => createStdoutSink(join(folder, 'stdout.seq'), print), held: async () => printed };
    },
    async blob() {
      const container = await service.container();
      return {
        open: () => createBlobSink(container, service.credential, service.client),
        held: async () => [...(await service.blobs(container)).values()].join(''),
      };
    },
  };

  for (const [name, home] of Object.entries(homes)) {
    describe(name, () => {
      it('has nothing at first', async () => {
        const sink = (await home()).open();
        assert.equal(sink.name, name);
        assert.equal(await sink.last(), null);
      });

      it('holds whole lines in order, and knows after a restart which was the last', async () => {
        const { open, held } = await home();
        for (const [from, to] of [
          [1, 3],
          [4, 4],
          [5, 9],
        ] as const) {
          const sink = open();
          assert.equal((await sink.last())?.seq ?? 0, from - 1);
          await sink.write(lines(from, to));
          assert.deepEqual(await sink.last(), { seq: to, link: line(to).link });
        }
        assert.equal(
          await held(),
          lines(1, 9)
            .map(({ text }) => `${text}\n`)
            .join(''),
        );
      });

      it('takes long lines, and many of them', async () => {
        const { open, held } = await home();
        const sink = open();
        await sink.last();
        await sink.write(lines(1, 12, '漢'.repeat(500_000)));
        await sink.write(lines(13, 14));
        const next = open();
        assert.equal((await next.last())?.seq, 14);
        await next.write([line(15, 'x'.repeat(1_000_000))]);
        assert.equal((await next.last())?.seq, 15);
        assert.deepEqual(
          seqs(await held()),
          lines(1, 15).map(({ seq }) => seq),
        );
      });
    });
  }

  it('the place of standard output is not taken from somebody else’s file', async () => {
    const path = join(folder, 'other.log');
    await writeFile(path, 'hello\n');
    await assert.rejects(createStdoutSink(path, async () => undefined).last(), /not the trail/);
  });

  it('standard output without a file to remember it begins anew at each start', async () => {
    const print = async () => undefined;
    const sink = createStdoutSink(null, print);
    await sink.write(lines(1, 3));
    assert.equal((await sink.last())?.seq, 3);
    assert.equal(await createStdoutSink(null, print).last(), null);
  });

  it('of two replicas that append to one container the second is refused, and goes on behind the first', async () => {
    const container = await service.container();
    const [one, other] = [1, 2].map(() => createBlobSink(container, service.credential, service.client)) as [
      AuditSink,
      AuditSink,
    ];
    await one.last();
    await one.write(lines(1, 1));
    await other.last();
    await one.write(lines(2, 3));
    await assert.rejects(other.write(lines(2, 2)), /412 AppendPositionConditionNotMet/);
    assert.equal((await other.last())?.seq, 3);
    await other.write(lines(4, 4));
    assert.deepEqual(seqs([...(await service.blobs(container)).values()].join('')), [1, 2, 3, 4]);
  });

  it('an append to a container whose answer was lost is found when it is looked for', async () => {
    const container = await service.container();
    let lose = false;
    const client: HttpClient = {
      async sendRequest(request) {
        const answer = await service.client.sendRequest(request);
        if (lose && request.url.includes('comp=appendblock')) throw new Error('the connection was lost');
        return answer;
      },
    };
    const sink = createBlobSink(container, service.credential, client);
    await sink.last();
    await sink.write(lines(1, 1));
    lose = true;
    await assert.rejects(sink.write(lines(2, 2)), /lost/);
    assert.equal((await sink.last())?.seq, 2);
  });

  it('a blob that was made and never written to is gone on with', async () => {
    const container = await service.container();
    const open = () => createBlobSink(container, service.credential, service.client);
    const sink = open();
    await sink.last();
    await sink.write(lines(1, 1));
    await service.call('PUT', `${container}/trail-000000000002.jsonl`, {
      'x-ms-blob-type': 'AppendBlob',
      'content-length': '0',
    });
    const next = open();
    assert.equal((await next.last())?.seq, 1);
    await next.write(lines(2, 2));
    assert.deepEqual(
      [...(await service.blobs(container))].map(([name, text]) => [name, seqs(text)]),
      [
        ['trail-000000000001.jsonl', [1]],
        ['trail-000000000002.jsonl', [2]],
      ],
    );
  });

  it('a container is listed at the start alone, while its last blob has room', async () => {
    const container = await service.container();
    let listed = 0;
    const client: HttpClient = {
      sendRequest(request) {
        if (request.url.includes('comp=list')) listed += 1;
        return service.client.sendRequest(request);
      },
    };
    const sink = createBlobSink(container, service.credential, client);
    await sink.last();
    await sink.write(lines(1, 1));
    for (const seq of [2, 3]) {
      assert.equal((await sink.last())?.seq, seq - 1);
      await sink.write(lines(seq, seq));
    }
    assert.equal(listed, 1);
  });

  it('a container that is not there is a failure that names no token', async () => {
    const container = (await service.container()).replace(/[^/]+$/, 'missing');
    const sink = createBlobSink(container, service.credential, service.client);
    await assert.rejects(sink.last(), /^Error: the container answered 404 ContainerNotFound$/);
  });
});
