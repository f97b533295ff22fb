import { startAzurite } from '../test/support/azurite.ts';
import { channelThread, groupChat, type Place, personalChat } from '../test/support/production/teams-client.ts';
import { person, startWorld, type World } from '../test/support/production/world.ts';
import { startStorageFaults } from '../test/support/storage-faults.ts';
import { crowd } from './crowd.ts';
import { ask, press, result } from './requests.ts';
import { median } from './spread.ts';

const callMs = 200;
const tableCallMs = 20;
const warmUp = 2;
const samples = 20;
/** Of each of the other ways; they are compared with the first. */
const fewer = 6;

/** How many calls in a row people wait for: the time by the medians, in calls. */
export interface Row {
  readonly messageToCard: number;
  readonly clickToAnswer: number;
  readonly clickToWrite: number;
  readonly clickToResult: number;
}

/** What differs from one account, asked for in a group chat, with the embedded store and Graph called as the app. */
interface Way {
  readonly env?: Readonly<Record<string, string>>;
  readonly place?: (of: number) => Place;
  readonly accounts?: number;
  readonly samples?: number;
  /** In a 1:1 chat there is nobody else to approve. */
  readonly alone?: boolean;
  readonly isDelegated?: boolean;
}

export interface Rounds extends Row {
  readonly callMs: number;
  readonly tableCallMs: number;
  readonly samples: number;
  readonly ways: Readonly<Record<string, Row>>;
}

/** Each call to Graph and to Teams takes 200 ms, so that what is measured is how many of them wait for one another. */
export async function benchRounds(): Promise<Rounds> {
  const usual = await measure({ samples });
  const azurite = await startAzurite();
  const storage = await startStorageFaults(azurite.account());
  storage.faults.otherwise(() => ({ delayMs: tableCallMs }));
  try {
    const ways = {
      'in a channel': await measure({ place: (of) => channelThread(String(1_700_000_000_000 + of)) }),
      'in a 1:1 chat': await measure({ place: () => personalChat(person('alex')), alone: true }),
      'five accounts': await measure({ accounts: 5 }),
      'the table store': await measure({ env: { STORE_URL: storage.connectionString } }),
      'as the approver': await measure({
        env: { GRAPH_AUTH: 'delegated', OAUTH_CONNECTION: 'entra' },
        isDelegated: true,
      }),
    };
    return { callMs, tableCallMs, samples, ...usual, ways };
  } finally {
    await storage.close();
    await azurite.close();
  }
}

async function measure(way: Way): Promise<Row> {
  const { accounts = 1, samples: count = fewer } = way;
  const people = crowd((warmUp + count) * accounts);
  const world = await startWorld({
    people,
    env: { MAX_TARGETS_PER_HOUR: '100000', MAX_OPEN_PER_REQUESTER: '1000', ...way.env },
  });
  try {
    world.graph.mayRevoke.add(person('megan').id);
    for (const { faults } of [world.graph, world.connector]) faults.otherwise(() => ({ delayMs: callMs }));
    const measured: Awaited<ReturnType<typeof once>>[] = [];
    for (let of = 0; of < warmUp + count; of += 1) {
      measured.push(await once(world, way, of, people.slice(of * accounts, (of + 1) * accounts)));
    }
    const rounds = (of: (one: (typeof measured)[number]) => number) =>
      Number((median(measured.slice(warmUp).map(of)) / callMs).toFixed(2));
    return {
      messageToCard: rounds((one) => one.card),
      clickToAnswer: rounds((one) => one.answer),
      clickToWrite: rounds((one) => one.write),
      clickToResult: rounds((one) => one.result),
    };
  } finally {
    await world.stop();
  }
}

async function once(world: World, way: Way, of: number, people: ReturnType<typeof crowd>) {
  const { place = (index) => groupChat(`rounds-${index}`), alone = false, isDelegated = false } = way;
  const approver = person(alone ? 'alex' : 'megan');
  const began = performance.now();
  const asked = await ask(world, person('alex'), people, place(of));
  const card = performance.now() - began;
  // What follows the card has its time, so that a click is not measured behind it.
  await new Promise((resolve) => setTimeout(resolve, 4 * callMs));
  const writes = world.graph.writes().length;
  const arrived = world.graph.waitFor(() => world.graph.writes().length > writes && performance.now(), 20_000);
  const pressed = performance.now();
  const token = isDelegated ? world.authority.userToken(approver.id) : undefined;
  const answered = press(world, approver, asked, 'approve', token).then(() => performance.now());
  const told = result(world, asked).then(() => performance.now());
  const [write, answer, end] = await Promise.all([arrived, answered, told]);
  return { card, write: write - pressed, answer: answer - pressed, result: end - pressed };
}
