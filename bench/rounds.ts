import { person, startWorld, type World } from '../test/support/production/world.ts';
import { crowd } from './crowd.ts';
import { ask, press, result } from './requests.ts';
import { median } from './spread.ts';

const callMs = 200;
const warmUp = 2;
const samples = 20;

/** How many calls in a row people wait for: the time by the medians, in calls. */
export interface Rounds {
  readonly callMs: number;
  readonly samples: number;
  readonly messageToCard: number;
  readonly clickToAnswer: number;
  readonly clickToWrite: number;
  readonly clickToResult: number;
}

/** Each call to Graph and to Teams takes 200 ms, so that what is measured is how many of them wait for one another. */
export async function benchRounds(): Promise<Rounds> {
  const people = crowd(warmUp + samples);
  const world = await startWorld({
    people,
    env: { MAX_TARGETS_PER_HOUR: '100000', MAX_OPEN_PER_REQUESTER: '1000' },
  });
  try {
    for (const { faults } of [world.graph, world.connector]) faults.otherwise(() => ({ delayMs: callMs }));
    const measured: Awaited<ReturnType<typeof once>>[] = [];
    for (const someone of people) measured.push(await once(world, someone));
    const rounds = (of: (one: (typeof measured)[number]) => number) =>
      Number((median(measured.slice(warmUp).map(of)) / callMs).toFixed(2));
    return {
      callMs,
      samples,
      messageToCard: rounds((one) => one.card),
      clickToAnswer: rounds((one) => one.answer),
      clickToWrite: rounds((one) => one.write),
      clickToResult: rounds((one) => one.result),
    };
  } finally {
    await world.stop();
  }
}

async function once(world: World, someone: ReturnType<typeof crowd>[number]) {
  const began = performance.now();
  const asked = await ask(world, person('alex'), [someone]);
  const card = performance.now() - began;
  // What follows the card has its time, so that a click is not measured behind it.
  await new Promise((resolve) => setTimeout(resolve, 4 * callMs));
  const arrived = world.graph.waitFor((calls) => {
    const found = calls.some(({ path }) => path.endsWith(`${someone.id}/revokeSignInSessions`));
    return found && performance.now();
  }, 20_000);
  const pressed = performance.now();
  const answered = press(world, person('megan'), asked, 'approve').then(() => performance.now());
  const told = result(world, asked).then(() => performance.now());
  const [write, answer, end] = await Promise.all([arrived, answered, told]);
  return { card, write: write - pressed, answer: answer - pressed, result: end - pressed };
}
