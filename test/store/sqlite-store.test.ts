import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { isTrailDamaged } from '../../src/app/ports.ts';
import { openSqliteStore } from '../../src/store/sqlite-store.ts';
import { account, requested, target } from '../support/samples.ts';
import { aboutContract, allAbout } from './about-contract.ts';
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

  aboutContract('sqlite', async () => ({
    store: openSqliteStore(path()),
    reopen: async () => openSqliteStore(path()),
  }));

  describe('written by a version that knew no list of accounts', () => {
    const count = 1200;
    const about = (...numbers: number[]) => requested({ targets: numbers.map((number) => target(number)) });
    const { id } = account(1);
    /** As that version leaves it; the second time, as it leaves what it found. */
    const forget = (sql: string) => {
      const db = new DatabaseSync(path());
      db.exec(sql);
      db.close();
    };
    const caughtUp = async (store: ReturnType<typeof openSqliteStore>) => {
      for (let turns = 0; turns < 1000; turns += 1) {
        if ((await store.requestsAbout(id, { limit: 1 })).complete) return;
        await new Promise(setImmediate);
      }
      assert.fail('the older requests were not added');
    };

    beforeEach(async () => {
      const store = openSqliteStore(path());
      for (let index = 0; index < count; index += 1) await store.append(`R${index}`, 0, [about(index % 100, 100)]);
      await store.close();
    });

    it('it is added beside all else, and says so until it is done', async () => {
      forget('DROP TABLE about; DROP TABLE about_end');
      const store = openSqliteStore(path());
      assert.deepEqual(await store.requestsAbout(id, { limit: 3 }), { requests: [], complete: false });
      await store.append('new', 0, [about(1)]);
      const { requests } = await store.requestsAbout(id, { limit: 3 });
      assert.equal(requests[0]?.requestId, 'new');
      await caughtUp(store);
      assert.deepEqual((await allAbout(store, id)).slice(0, 3), ['new', 'R1101', 'R1001']);
      assert.equal((await allAbout(store, id)).length, 13);
      assert.equal((await allAbout(store, account(100).id, 500)).length, count);
      await store.close();
    });

    it('and again, when that version was back for a while', async () => {
      forget('DELETE FROM about WHERE seq > 700; UPDATE about_end SET seq = 700');
      const store = openSqliteStore(path());
      await caughtUp(store);
      assert.equal((await allAbout(store, account(100).id, 500)).length, count);
      await store.close();
      const again = openSqliteStore(path());
      assert.equal((await again.requestsAbout(id, { limit: 1 })).complete, true);
      await again.close();
    });

    it('without what is damaged, and without falling over it', async () => {
      forget(
        `UPDATE events SET body = '{"targets":[{"account":' WHERE seq = 2; DROP TABLE about; DROP TABLE about_end`,
      );
      const store = openSqliteStore(path());
      await caughtUp(store);
      assert.equal((await allAbout(store, id)).length, 11);
      await store.close();
    });

    it('is closed in the middle of it, and goes on the next time', async () => {
      forget('DROP TABLE about; DROP TABLE about_end');
      await openSqliteStore(path()).close();
      const store = openSqliteStore(path());
      await new Promise(setImmediate);
      await store.close();
      const last = openSqliteStore(path());
      await caughtUp(last);
      assert.equal((await allAbout(last, account(100).id, 500)).length, count);
      await last.close();
    });
  });

  it('refuses to read a record that was edited', async () => {
    const store = openSqliteStore(path());
    await store.append('R1', 0, [requested()]);
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
