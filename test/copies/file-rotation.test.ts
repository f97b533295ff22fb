import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestStore } from '../../src/app/ports.ts';
import { createAuditExport } from '../../src/copies/audit-export.ts';
import { createFileSink } from '../../src/copies/file-sink.ts';
import { Overtaken } from '../../src/copies/sink.ts';
import { followTrail, openStore } from '../../src/store/open.ts';
import { createWitness } from '../audit-sinks/witness.ts';
import { append } from '../support/append.ts';
import { silentLog } from '../support/fakes.ts';
import { requested } from '../support/samples.ts';

describe('an audit file that is moved or taken away while it is written to', () => {
  let folder: string;
  let path: string;
  let store: RequestStore;
  let export_: ReturnType<typeof createAuditExport>;
  let witness: ReturnType<typeof createWitness>;
  let warned: string[];

  const begin = () => {
    witness = createWitness();
    const trail = followTrail({ url: `sqlite:${join(folder, 'store.db')}`, credential: null });
    const log = { ...silentLog, warn: (_: object, text: string) => warned.push(text) };
    export_ = createAuditExport({ trail, sinks: [createFileSink(path)], log, watch: witness.told });
    export_.start();
  };
  let written: number;
  /** One more record, until it is in the sink. */
  const add = async () => {
    const woken = export_.woken(store);
    written += 1;
    await append(woken, `R${written}`, 0, [requested({ reason: String(written) })]);
    await witness.at('file', written);
  };
  const seqsIn = async (file: string) => {
    const text = await readFile(file, 'utf8');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { seq: number }).seq]));
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-rotation-'));
    path = join(folder, 'trail.jsonl');
    store = await openStore({ url: `sqlite:${join(folder, 'store.db')}`, credential: null });
    [warned, written] = [[], 0];
    begin();
    await add();
    await add();
  });
  afterEach(async () => {
    await export_.stop();
    await store.close();
    await rm(folder, { recursive: true });
    assert.deepEqual(witness.seen, { failed: 0, damaged: 0 });
  });

  for (const [who, made] of [
    ['nobody', undefined],
    ['whoever moved it', ''],
  ] as const) {
    it(`moved, the new file made by ${who}: goes on behind what is in the old one`, async () => {
      await rename(path, `${path}.1`);
      if (made !== undefined) await writeFile(path, made);
      await add();
      await add();
      assert.deepEqual(await seqsIn(`${path}.1`), [1, 2]);
      assert.deepEqual(await seqsIn(path), [3, 4]);
      assert.deepEqual(warned, ['a sink is not as it was left']);
      await rename(path, `${path}.2`);
      await add();
      assert.deepEqual(await seqsIn(path), [5]);
    });
  }

  it('moved, and begun anew after a restart: goes on where the new file ends', async () => {
    await rename(path, `${path}.1`);
    await add();
    await export_.stop();
    begin();
    await add();
    assert.deepEqual(await seqsIn(path), [3, 4]);
  });

  it('moved, and a restart before anything was written: everything again, for nobody knows what the old one has', async () => {
    await export_.stop();
    await rename(path, `${path}.1`);
    begin();
    await add();
    assert.deepEqual(await seqsIn(path), [1, 2, 3]);
  });

  it('deleted: everything again', async () => {
    await rm(path);
    await add();
    assert.deepEqual(await seqsIn(path), [1, 2, 3]);
    assert.deepEqual(warned, ['a sink is not as it was left']);
  });

  it('moved and deleted since: everything again', async () => {
    await rename(path, `${path}.1`);
    await rm(`${path}.1`);
    await add();
    assert.deepEqual(await seqsIn(path), [1, 2, 3]);
  });

  it('emptied where it is: everything again', async () => {
    await truncate(path);
    await add();
    assert.deepEqual(await seqsIn(path), [1, 2, 3]);
  });

  it('replaced by an earlier copy of it: goes on where that ends', async () => {
    const [first] = (await readFile(path, 'utf8')).split('\n');
    await writeFile(`${path}.new`, `${first}\n`);
    await rename(`${path}.new`, path);
    await add();
    assert.deepEqual(await seqsIn(path), [1, 2, 3]);
  });

  it('added to by another process: asks anew, and takes away what that left unfinished', async () => {
    await appendFile(path, '{"seq":');
    await add();
    assert.deepEqual(await seqsIn(path), [1, 2, 3]);
  });

  it('tells of it at the write, having written nothing', async () => {
    const other = join(folder, 'other.jsonl');
    const sink = createFileSink(other);
    assert.equal(await sink.last(), null);
    await rename(other, `${other}.1`);
    await assert.rejects(sink.write([{ seq: 1, link: 'a', text: '{"seq":1,"link":"a"}' }]), Overtaken);
    await sink.close();
    assert.equal(await readFile(`${other}.1`, 'utf8'), '');
  });
});
