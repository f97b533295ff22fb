import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { openSqliteStore } from '../../src/store/sqlite-store.ts';
import { requested } from '../support/samples.ts';
import { storeContract } from './store-contract.ts';

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

  it('refuses to read a record that was edited', async () => {
    const store = openSqliteStore(path());
    await store.append('R1', 0, [requested()]);
    await store.close();
    const db = new DatabaseSync(path());
    db.exec("UPDATE events SET body = replace(body, 'User 1', 'User 2')");
    db.close();
    const again = openSqliteStore(path());
    await assert.rejects(again.read('R1'), /trail of request R1 is damaged at record 0/);
    await again.close();
  });

  it('is refused to a second process while the first has it open', async () => {
    const store = openSqliteStore(path());
    const second = `import('${new URL('../../src/store/sqlite-store.ts', import.meta.url)}').then((m) => m.openSqliteStore(process.argv[1]))`;
    await assert.rejects(promisify(execFile)(process.execPath, ['-e', second, path()]), /another process has it open/);
    await store.append('R1', 0, [requested()]);
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
