import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RequestStore } from '../../src/app/ports.ts';
import { createAuditExport } from '../../src/copies/audit-export.ts';
import type { AuditLine, AuditSink } from '../../src/copies/sink.ts';
import { createStdoutSink } from '../../src/copies/stdout-sink.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { runAudit } from '../../src/store/audit.ts';
import { followTrail, openStore } from '../../src/store/open.ts';
import { append } from '../support/append.ts';
import { type Azurite, startAzurite } from '../support/azurite.ts';
import { silentLog } from '../support/fakes.ts';
import { channel, requested, start, target } from '../support/samples.ts';
import { createWitness } from './witness.ts';

const posted: RequestEvent = { type: 'CardPosted', cardId: 'card', at: start.toISOString(), where: channel.id };
/** Takes several rows in a table. */
const long = requested({
  targets: Array.from({ length: 500 }, (_, index) =>
    target(index, { name: '漢'.repeat(256), jobTitle: 'x'.repeat(2000) }),
  ),
});

describe('carrying the trail to audit sinks', function () {
  this.timeout(300_000);
  let azurite: Azurite;
  let folder: string;
  let path: string;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-revoker-export-'));
    path = join(folder, 'trail.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const urls = {
    'the embedded store': () => `sqlite:${join(folder, 'store.db')}`,
    'a table': () => azurite.account().connectionString,
  };
  /** Standard output that goes into a file. */
  const intoFile = () => createStdoutSink(join(folder, 'place.json'), (text) => appendFile(path, text));
  const exporting = (url: string, sinks: readonly AuditSink[], lookEveryMs?: number) => {
    const witness = createWitness();
    const trail = followTrail({ url, credential: null });
    return {
      ...witness,
      run: createAuditExport({
        trail,
        sinks,
        log: silentLog,
        watch: witness.told,
        ...(lookEveryMs && { lookEveryMs }),
      }),
    };
  };
  const fill = async (store: RequestStore, id: string) => {
    await append(store, id, 0, [id === 'R2' ? long : requested({ reason: id })]);
    await append(store, id, 1, Array<RequestEvent>(5).fill(posted));
  };
  /** A store whose first request, R1, is in the file. */
  const storeWithCopy = async (url: string): Promise<RequestStore> => {
    const store = await openStore({ url, credential: null });
    await fill(store, 'R1');
    const { run, at } = exporting(url, [intoFile()]);
    run.start();
    await at('stdout', 6);
    await run.stop();
    return store;
  };
  const audit = async (...args: string[]) => {
    let said = '';
    const hear = (text: string) => {
      said += text;
      return true;
    };
    const access = () => assert.fail('a file needs no store');
    const code = await runAudit(args, access, { write: async (text) => hear(text), complain: hear });
    return { code, said };
  };

  for (const [name, urlOf] of Object.entries(urls)) {
    it(`takes all that is there, then what comes, from ${name}; the copy verifies`, async () => {
      const url = urlOf();
      const opened = await openStore({ url, credential: null });
      await fill(opened, 'R1');
      const { run, at } = exporting(url, [intoFile()]);
      const store = run.woken(opened);
      run.start();
      await at('stdout', 6);
      for (const id of ['R2', 'R0', 'R3']) await fill(store, id);
      await at('stdout', 24);
      await run.stop();
      await store.close();
      const { code, said } = await audit('verify', path);
      assert.equal(code, 0, said);
      assert.match(said, /^24 records, unbroken/);
    });

    it(`goes on after a crash where the sink stands, from ${name}`, async () => {
      const url = urlOf();
      const store = await storeWithCopy(url);
      await fill(store, 'R2');
      const second = exporting(url, [intoFile()]);
      second.run.start();
      await second.at('stdout', 12);
      await second.run.stop();
      await store.close();
      assert.deepEqual(
        (await readFile(path, 'utf8'))
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).seq),
        Array.from({ length: 12 }, (_, index) => index + 1),
      );
    });
  }

  it('asks a sink that failed where it stands, repeats what it lacks, and holds no other back', async () => {
    const url = urls['the embedded store']();
    const opened = await openStore({ url, credential: null });
    const got: AuditLine[] = [];
    let failing = 2;
    // It takes half of what it is given, and says that it failed.
    const flaky: AuditSink = {
      name: 'blob',
      last: async () => got.at(-1) ?? null,
      async write(lines) {
        const fails = failing > 0;
        if (fails) failing -= 1;
        got.push(...(fails ? lines.slice(0, Math.ceil(lines.length / 2)) : lines));
        if (fails) throw new Error('no answer');
      },
    };
    await fill(opened, 'R1');
    const { run, at, seen } = exporting(url, [flaky, intoFile()]);
    run.start();
    await Promise.all([at('stdout', 6), at('blob', 6)]);
    assert.equal(seen.failed, 2);
    assert.deepEqual(
      got.map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6],
    );
    await run.stop();
    await opened.close();
  });

  it('an append does not wait for a sink that hangs, and what that sink lacks is counted on', async () => {
    const url = urls['the embedded store']();
    const opened = await openStore({ url, credential: null });
    let release = () => {};
    const hung = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sink: AuditSink = {
      name: 'stdout',
      last: async () => null,
      write: () => hung,
    };
    const { run, lacks } = exporting(url, [sink], 5);
    run.start();
    const store = run.woken(opened);
    await fill(store, 'R1');
    await lacks('stdout', 6);
    await fill(store, 'R3');
    await lacks('stdout', 12);
    release();
    await run.stop();
    await store.close();
  });

  for (const [what, sql] of [
    ['was changed', "UPDATE events SET hash = replace(hash, 'a', 'b') WHERE seq = 9"],
    ['is missing', 'DELETE FROM events WHERE seq = 9'],
    ['was cut off with all behind it', 'DELETE FROM events WHERE seq > 4; UPDATE trail_end SET count = 4'],
  ] as const) {
    it(`stops and raises the alarm when a record ${what}`, async () => {
      const url = urls['the embedded store']();
      const store = await storeWithCopy(url);
      await fill(store, 'R3');
      await store.close();
      const db = new DatabaseSync(join(folder, 'store.db'));
      db.exec(sql);
      db.close();
      const second = exporting(url, [intoFile()]);
      second.run.start();
      await second.until(() => second.seen.damaged > 0);
      await second.run.stop();
      assert.equal(second.seen.failed, 0);
      assert.equal((await readFile(path, 'utf8')).trim().split('\n').length, 6);
    });
  }

  it('a copy with a record twice is unbroken; with one changed, left out or moved it is not', async () => {
    const url = urls['the embedded store']();
    const store = await openStore({ url, credential: null });
    await fill(store, 'R1');
    await fill(store, 'R3');
    const { run, at } = exporting(url, [intoFile()]);
    run.start();
    await at('stdout', 12);
    await run.stop();
    await store.close();
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    const verdict = async (changed: readonly string[]) => {
      await writeFile(path, `${changed.join('\n')}\n`);
      return (await audit('verify', path)).code;
    };
    const [a, b, c, ...rest] = lines as [string, string, string, ...string[]];
    assert.equal(await verdict([a, b, a, b, c, c, ...rest]), 0);
    assert.equal(await verdict([a, c, b, ...rest]), 1);
    assert.equal(await verdict([a, c, ...rest]), 1);
    assert.equal(await verdict([a, b.replace('"card"', '"cord"'), c, ...rest]), 1);
    assert.equal(await verdict([a, b, '{"half', c, ...rest]), 1);
    assert.equal(await verdict([a, b, a.replace('R1', 'R9'), c, ...rest]), 1);
    await assert.rejects(audit('verify', join(folder, 'none')), /ENOENT/);
  });
});
