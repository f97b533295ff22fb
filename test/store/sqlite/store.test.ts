import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { isTrailDamaged } from '../../../src/app/errors.ts';
import { openSqliteStore } from '../../../src/store/sqlite/store.ts';
import { openSqliteTrail } from '../../../src/store/sqlite/trail.ts';
import { verifyTrail } from '../../../src/store/verify.ts';
import { append } from '../../support/append.ts';
import { requested } from '../../support/samples.ts';
import { aboutContract } from '../about-contract.ts';
import { storeContract } from '../store-contract.ts';

/** Another file with the same in it takes its place. */
function replace(from: string, to: string): void {
  copyFileSync(from, `${from}.new`);
  renameSync(`${from}.new`, to);
}

/** What the audit makes of it. */
async function openTrailOf(file: string): Promise<'whole' | 'damaged'> {
  try {
    const trail = openSqliteTrail(file);
    try {
      return (await verifyTrail(trail)).ok ? 'whole' : 'damaged';
    } finally {
      trail.close();
    }
  } catch {
    return 'damaged';
  }
}

describe('sqlite store', () => {
  let directory: string;
  const path = () => join(directory, 'deep', 'store.db');
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'session-revoker-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  storeContract('sqlite', async () => ({
    store: openSqliteStore(path()),
    reopen: async () => openSqliteStore(path()),
  }));

  aboutContract('sqlite', async () => ({
    store: openSqliteStore(path()),
    reopen: async () => openSqliteStore(path()),
  }));

  it('refuses to read a record that was edited', async () => {
    const store = openSqliteStore(path());
    await append(store, 'R1', 0, [requested()]);
    await store.close();
    const db = new DatabaseSync(path());
    db.exec("UPDATE events SET body = replace(body, 'User 1', 'User 2')");
    db.close();
    const again = openSqliteStore(path());
    await assert.rejects(again.read('R1'), (error: Error) => {
      assert.match(error.message, /trail of request R1 is damaged at record 0/);
      return isTrailDamaged(error);
    });
    await again.close();
  });

  for (const [what, spoil] of [
    ['log is deleted', (file: string) => rmSync(`${file}-wal`)],
    ['log is cut', (file: string) => truncateSync(`${file}-wal`)],
    ['log is replaced', (file: string) => replace(`${file}-wal`, `${file}-wal`)],
    ['index of the log is deleted', (file: string) => rmSync(`${file}-shm`)],
    ['lock is deleted', (file: string) => rmSync(`${file}.lock`)],
    ['file is deleted', (file: string) => rmSync(file)],
    ['file is replaced', (file: string) => replace(file, file)],
    ['file is cut', (file: string) => truncateSync(file, 4096)],
    ['file is written over', (file: string) => writeFileSync(file, readFileSync(file).fill(0x55, 5 * 4096))],
  ] as const) {
    it(`does nothing any more when its ${what}, whatever comes later`, async () => {
      const told: Error[] = [];
      let store = openSqliteStore(path());
      for (let index = 0; index < 20; index += 1) await append(store, `old ${index}`, 0, [requested()]);
      await store.close();
      store = openSqliteStore(path(), (error) => told.push(error));
      await append(store, 'R3', 0, [requested()]);
      await store.check();
      assert.deepEqual(told, []);
      const whole = ['', '-wal', '-shm', '.lock'].map((suffix) => path() + suffix);
      spoil(path());
      await assert.rejects(append(store, 'R4', 0, [requested()]), isTrailDamaged);
      for (const file of whole) rmSync(file, { force: true });
      for (const call of [() => store.check(), () => store.read('R1'), () => store.openIds()]) {
        await assert.rejects(call, told[0]);
      }
      assert.equal(told.length, 1);
      await store.close();
    });
  }

  it('has everything in its file as soon as it is opened, so that a log without a file is all that can be lost', async () => {
    const store = openSqliteStore(path());
    const copy = `${path()}.copy`;
    copyFileSync(path(), copy);
    openSqliteTrail(copy).close();
    await store.close();
  });

  it('goes on while somebody else reads it, and after somebody has changed a single record of it', async () => {
    const store = openSqliteStore(path());
    await append(store, 'R1', 0, [requested()]);
    openSqliteTrail(path()).close();
    await append(store, 'R2', 0, [requested()]);
    const db = new DatabaseSync(path());
    db.exec("UPDATE events SET body = replace(body, 'User 1', 'User 2') WHERE request = 'R1'");
    db.close();
    await append(store, 'R3', 0, [requested()]);
    await assert.rejects(store.read('R1'), isTrailDamaged);
    await store.check();
    await store.close();
  });

  it('keeps all of it through a crash when somebody has spoilt what its log holds no longer', async () => {
    const store = openSqliteStore(path());
    for (const id of ['R1', 'R2', 'R3']) await append(store, id, 0, [requested()]);
    const log = openSync(`${path()}-wal`, 'r+');
    writeSync(log, Buffer.alloc(100, 7), 0, 100, 1000);
    closeSync(log);
    await append(store, 'R4', 0, [requested()]);
    const copy = join(directory, 'copy.db');
    for (const suffix of ['', '-wal']) copyFileSync(path() + suffix, copy + suffix);
    const crashed = openSqliteStore(copy);
    assert.equal((await crashed.openIds()).length, 4);
    await crashed.close();
    await store.close();
  });

  it('writes nothing any more when somebody has cut off its last record meanwhile', async () => {
    const store = openSqliteStore(path());
    for (const id of ['R1', 'R2']) await append(store, id, 0, [requested()]);
    const db = new DatabaseSync(path());
    db.exec('DELETE FROM events WHERE seq = 2');
    db.close();
    await assert.rejects(append(store, 'R3', 0, [requested()]), /record 2 is missing/);
    await store.close();
  });

  for (const [what, sql, damage] of [
    ['a record was cut out', 'DELETE FROM events WHERE seq = 2', /record 2 is missing/],
    ['a request was taken off the open list', "DELETE FROM open_requests WHERE request = 'R2'", /open requests.* R2/],
    ['a request was put on the open list', "INSERT INTO open_requests VALUES ('R9', 9, '')", /open requests.* R9/],
  ] as const) {
    it(`is not opened when ${what}`, async () => {
      const store = openSqliteStore(path());
      for (const id of ['R1', 'R2', 'R3']) await append(store, id, 0, [requested()]);
      await store.close();
      const db = new DatabaseSync(path());
      db.exec(sql);
      db.close();
      assert.throws(() => openSqliteStore(path()), damage);
    });
  }

  it('finds what was damaged while it was closed, at its start', async () => {
    const store = openSqliteStore(path());
    for (let index = 0; index < 60; index += 1) await append(store, `R${index}`, 0, [requested()]);
    await store.close();
    const bytes = readFileSync(path());
    for (let seed = 1; seed <= 12; seed += 1) {
      const spoilt = Buffer.from(bytes);
      for (let index = 1; index <= 40; index += 1) {
        const at = (seed * 7919 + index * 104_729) % spoilt.length;
        spoilt[at] = (spoilt[at] ?? 0) ^ 0x55;
      }
      const file = join(directory, `${seed}.db`);
      writeFileSync(file, spoilt);
      const trail = await openTrailOf(file);
      if (trail === 'whole') continue;
      const told: Error[] = [];
      try {
        await openSqliteStore(file, (error) => told.push(error)).close();
      } catch (error) {
        told.push(error as Error);
      }
      assert.equal(told.length, 1, `seed ${seed}`);
    }
  });

  it('is one store, whatever link leads to it, and is not opened where it has a second name', async () => {
    const store = openSqliteStore(path());
    const link = join(directory, 'link.db');
    symlinkSync(path(), link);
    const dangling = join(directory, 'dangling.db');
    symlinkSync(join(directory, 'yet-to-come.db'), dangling);
    const second = `import('${new URL('../../../src/store/sqlite/store.ts', import.meta.url)}').then((m) => m.openSqliteStore(process.argv[1]))`;
    await assert.rejects(promisify(execFile)(process.execPath, ['-e', second, link]), /another process has it open/);
    const other = openSqliteStore(dangling);
    await assert.rejects(
      promisify(execFile)(process.execPath, ['-e', second, join(directory, 'yet-to-come.db')]),
      /another process has it open/,
    );
    await other.close();
    linkSync(path(), join(directory, 'name.db'));
    assert.throws(() => openSqliteStore(join(directory, 'name.db')), /2 names/);
    await append(store, 'R1', 0, [requested()]);
    await store.close();
    assert.throws(() => openSqliteStore(path()), /2 names/);
  });

  it('says at once that a folder cannot be made', () => {
    assert.throws(() => openSqliteStore('/proc/nowhere/deep/store.db'), /cannot open the store .*ENOENT/);
  });

  it('is not taken for one where a folder or a device has its name', () => {
    for (const name of [directory, '/dev/null']) assert.throws(() => openSqliteStore(name), /it is no file/);
  });

  it('is refused to a second process while the first has it open', async () => {
    const store = openSqliteStore(path());
    const second = `import('${new URL('../../../src/store/sqlite/store.ts', import.meta.url)}').then((m) => m.openSqliteStore(process.argv[1]))`;
    await assert.rejects(promisify(execFile)(process.execPath, ['-e', second, path()]), /another process has it open/);
    await append(store, 'R1', 0, [requested()]);
    await store.close();
  });

  for (const [name, spoil, message] of [
    ['a file that is no database', (file: string) => writeFileSync(file, 'x'.repeat(5000)), /not a database/],
    [
      'a store of a newer version',
      (file: string) => {
        const db = new DatabaseSync(file);
        db.exec('CREATE TABLE events (x); PRAGMA user_version = 99');
        db.close();
      },
      /newer version/,
    ],
    [
      "somebody else's database",
      (file: string) => {
        const db = new DatabaseSync(file);
        db.exec('CREATE TABLE groceries (x)');
        db.close();
      },
      /not a Session Revoker store/,
    ],
  ] as const) {
    it(`refuses ${name} and leaves it as it was`, () => {
      const file = join(directory, 'spoilt.db');
      spoil(file);
      assert.throws(() => openSqliteStore(file), message);
    });
  }

  it('refuses a directory it may not write to', () => {
    const file = join(directory, 'not-a-directory');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    assert.throws(() => openSqliteStore(join(file, 'store.db')));
  });
});
