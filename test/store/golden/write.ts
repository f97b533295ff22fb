/**
 * `node test/store/golden/write.ts` writes what this version leaves in each store, once a release: a later version has to
 * read it and to go on from there (golden.test.ts). A file that is there is never written again.
 */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '../../../src/store/sqlite/store.ts';
import { connectTable } from '../../../src/store/table/service.ts';
import { openTableStore } from '../../../src/store/table/store.ts';
import { startAzurite } from '../../support/azurite.ts';
import { tellStory } from '../../support/story.ts';

const version = process.argv[2];
if (!version) throw new Error('say which version: node test/store/golden/write.ts 1.0.0');
const keep = (name: string, text: string) => writeFile(new URL(name, import.meta.url), text, { flag: 'wx' });

const file = new URL(`${version}.db`, import.meta.url).pathname;
if (existsSync(file)) throw new Error(`${version} is written`);
const store = openSqliteStore(file);
await tellStory(store);
await store.close();
// One file, with nothing beside it.
const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = DELETE; VACUUM');
db.close();
await rm(`${file}.lock`);

const azurite = await startAzurite();
const account = azurite.account();
const shared = await openTableStore(connectTable(account.endpoint, account));
await tellStory(shared);
await shared.close();
const rows: object[] = [];
for await (const { etag: _etag, timestamp: _timestamp, ...row } of account.table.listEntities({
  disableTypeConversion: true,
})) {
  rows.push(row);
}
await keep(`${version}.json`, `${JSON.stringify(rows, null, 2)}\n`);
await azurite.close();
process.exit();
