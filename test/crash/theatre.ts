import { type Azurite, startAzurite } from '../support/azurite.ts';
import { type StorageFaults, startStorageFaults } from '../support/storage-faults.ts';
import { type OnRecord, sqliteOnRecord, tableOnRecord } from './on-record.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

/** Stages of one kind of store. */
export interface Theatre {
  readonly name: string;
  open(options: StageOptions): Promise<House>;
  close(): Promise<void>;
}

/** One stage with its store. */
export interface House {
  readonly stage: Stage;
  readonly onRecord: OnRecord;
  /** What stands between the bots and a table store. */
  readonly storage?: StorageFaults;
  close(): Promise<void>;
}

export const embedded: Theatre = {
  name: 'embedded store',
  async open(options) {
    const stage = await openStage(options);
    const onRecord = sqliteOnRecord(String(stage.env.STORE_URL).slice('sqlite:'.length));
    return { stage, onRecord, close: () => stage.close() };
  },
  async close() {},
};

/** All stages share one emulator, each with an account of its own and something in front of it that can fail. */
export function tables(): Theatre {
  let azurite: Promise<Azurite> | undefined;
  // Every process is ended with this one, and there are many of them.
  process.setMaxListeners(100);
  return {
    name: 'table store',
    async open(options) {
      azurite ??= startAzurite();
      const account = (await azurite).account();
      const storage = await startStorageFaults(account);
      const env = { ...options.env, STORE_URL: storage.connectionString };
      const auditStoreUrl = account.connectionString;
      const stage = await openStage({ ...options, env, auditStoreUrl });
      const close = async () => {
        await stage.close();
        await storage.close();
      };
      return { stage, storage, onRecord: tableOnRecord(auditStoreUrl), close };
    },
    async close() {
      await (await azurite)?.close();
    },
  };
}
