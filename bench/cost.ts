import { startAzurite } from '../test/support/azurite.ts';
import { groupChat } from '../test/support/production/teams-client.ts';
import { person, startWorld } from '../test/support/production/world.ts';
import { startStorageFaults } from '../test/support/storage-faults.ts';
import { crowd } from './crowd.ts';
import { ask, press, result } from './requests.ts';

const restMs = 120_000;
const requests = 10;

/** What is paid for: calls of the table, bytes sent to it, bytes of log. */
interface Use {
  readonly reads: number;
  readonly writes: number;
  readonly bytes: number;
  readonly logBytes: number;
}

export interface CostFigures {
  /** Two replicas in a minute with nothing to do, their health asked for as Azure does. */
  readonly atRest: Use;
  /** From message to result. */
  readonly aRequest: Use;
}

/** What two replicas on one table use up. Metrics are scraped from the bot and cost it nothing of these. */
export async function benchCost(): Promise<CostFigures> {
  const azurite = await startAzurite();
  const storage = await startStorageFaults(azurite.account());
  const people = crowd(requests);
  const world = await startWorld({ people, env: { STORE_URL: storage.connectionString } });
  try {
    const { bot: another } = await world.startAnother();
    const bots = [world.bot(), another];
    const probes = setInterval(() => {
      for (const { url } of bots)
        for (const path of ['/healthz', '/readyz']) void fetch(url + path).catch(() => undefined);
    }, 10_000);
    const used = () => {
      const writes = storage.log.filter(({ call }) => !call.startsWith('get ') && !call.startsWith('page '));
      return {
        reads: storage.log.length - writes.length,
        writes: writes.length,
        bytes: storage.log.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
        logBytes: bots.reduce((sum, bot) => sum + Buffer.byteLength(bot.stdout()), 0),
      };
    };
    const during = async (work: () => Promise<unknown>, parts: number): Promise<Use> => {
      const before = used();
      await work();
      const after = used();
      return {
        reads: (after.reads - before.reads) / parts,
        writes: (after.writes - before.writes) / parts,
        bytes: (after.bytes - before.bytes) / parts,
        logBytes: (after.logBytes - before.logBytes) / parts,
      };
    };
    const aRequest = await during(async () => {
      for (const [index, one] of people.entries()) {
        const asked = await ask(world, person('alex'), [one], groupChat(`cost-${index}`));
        await press(world, person('megan'), asked, 'approve');
        await result(world, asked);
      }
    }, requests);
    const atRest = await during(() => new Promise((resolve) => setTimeout(resolve, restMs)), restMs / 60_000);
    clearInterval(probes);
    return { atRest, aRequest };
  } finally {
    await world.stop();
    await storage.close();
    await azurite.close();
  }
}
