import assert from 'node:assert/strict';
import { openStore, openTrail } from '../../../src/store/open.ts';
import { connectTable } from '../../../src/store/table/service.ts';
import { openTableStore } from '../../../src/store/table/store.ts';
import { type Account, type Azurite, startAzurite, unhurried } from '../../support/azurite.ts';
import { type StorageFaults, startStorageFaults } from '../../support/storage-faults.ts';
import { aboutContract } from '../about-contract.ts';
import { sharedStoreContract } from '../shared-store-contract.ts';
import { storeContract } from '../store-contract.ts';

/** What the service refuses and the emulator lets through. */
const most = {
  changes: 100,
  transaction: 4 * 1024 * 1024,
  row: 1024 * 1024,
  property: 64 * 1024,
  properties: 252,
  key: 1024,
};

const utf16 = (text: string) => 2 * text.length;

/** The rows of a transaction, as they went over the line. */
function rowsIn(body: string): readonly Record<string, unknown>[] {
  return body.split('\r\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

/** As the service counts it. */
function sizeOf(row: Readonly<Record<string, unknown>>): number {
  const properties = Object.entries(row).filter(([name]) => !name.endsWith('@odata.type'));
  return properties.reduce((sum, [name, value]) => sum + 8 + utf16(name) + 4 + utf16(String(value)), 4);
}

const opened = ({ connectionString: url }: Account) => openStore({ url, credential: null });
const trailOf = ({ connectionString: url }: Account) => openTrail({ url, credential: null });

describe('table store', () => {
  let azurite: Azurite;
  const proxies: StorageFaults[] = [];
  before(async () => {
    azurite = await startAzurite();
  });
  after(async () => {
    for (const proxy of proxies) await proxy.close();
    await azurite?.close();
  });

  storeContract('table', async () => {
    const proxy = await startStorageFaults(azurite.account());
    proxies.push(proxy);
    const open = () => openTableStore(connectTable(proxy.endpoint, proxy), unhurried);
    return { store: await open(), reopen: open };
  });

  // After the contract, whose requests these are.
  describe('the limits of Azure Table Storage', () => {
    it('are kept by all that was sent in the contract', () => {
      const transactions = proxies.flatMap(({ log }) => log.filter(({ call }) => call.startsWith('append ')));
      assert(transactions.length > 50, String(transactions.length));
      let largest = 0;
      for (const { body } of transactions) {
        assert(Buffer.byteLength(body) <= most.transaction, `${Buffer.byteLength(body)} bytes`);
        const rows = rowsIn(body);
        assert(rows.length >= 2 && body.split('HTTP/1.1').length - 1 <= most.changes);
        for (const row of rows) {
          largest = Math.max(largest, sizeOf(row));
          assert(sizeOf(row) <= most.row, `${row.RowKey}: ${sizeOf(row)}`);
          assert(Object.keys(row).length <= most.properties);
          assert(utf16(String(row.RowKey)) <= most.key);
          assert.doesNotMatch(String(row.RowKey), /[/\\#?%\p{Cc}]/u);
          for (const [name, value] of Object.entries(row)) {
            assert(utf16(String(value)) <= most.property, `${row.RowKey} ${name}`);
            if (typeof value === 'string')
              assert(value.isWellFormed(), `${row.RowKey} ${name} ends in half a character`);
          }
        }
      }
      // Otherwise nothing of the kind was tried.
      assert(largest > 900_000, String(largest));
    });
  });

  aboutContract('table', async () => {
    const account = azurite.account();
    return { store: await opened(account), reopen: () => opened(account) };
  });

  sharedStoreContract('table', async () => {
    const account = azurite.account();
    await (await opened(account)).close();
    return { open: () => opened(account), trail: () => trailOf(account) };
  });

  it('is opened by many replicas at once, the first time', async () => {
    const account = azurite.account();
    const stores = await Promise.all(Array.from({ length: 8 }, () => opened(account)));
    await Promise.all(stores.map((store) => store.check()));
  });
});
