import { openStore, openTrail } from '../../../src/store/open.ts';
import { type Account, type Azurite, startAzurite } from '../../support/azurite.ts';
import { aboutContract } from '../about-contract.ts';
import { sharedStoreContract } from '../shared-store-contract.ts';
import { storeContract } from '../store-contract.ts';

const opened = ({ connectionString: url }: Account) => openStore({ url, credential: null });
const trailOf = ({ connectionString: url }: Account) => openTrail({ url, credential: null });

describe('table store', () => {
  let azurite: Azurite;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.close());

  storeContract('table', async () => {
    const account = azurite.account();
    return { store: await opened(account), reopen: () => opened(account) };
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
