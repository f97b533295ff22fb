import type { EmulatedPerson } from '../src/local/directory.ts';
import { person, startWorld } from '../test/support/production/world.ts';
import { crowd } from './crowd.ts';
import { putToWork, quota } from './graph-at-work.ts';
import { createCaller, oneByOne } from './one-by-one.ts';
import { readFigures } from './process-figures.ts';
import { type Asked, ask, press, result } from './requests.ts';
import { quietly } from './start-process.ts';

const latencyMs = 100;
const targets = 3000;
/** Asked for when the quota is used up. */
const beyond = 1500;
const largest = 500;
const serialTargets = 30;

export interface BulkFigures {
  readonly targets: number;
  readonly latencyMs: number;
  /** Milliseconds an account: from the first click to the last result, and from the first write to the last result. */
  readonly perTargetMs: { readonly oneByOne: number; readonly clickToResult: number; readonly writing: number };
  /** How many times faster than one by one. */
  readonly ratio: { readonly clickToResult: number; readonly writing: number };
  /** Of the bot's process, for each account. */
  readonly cpuMs: number;
  /** Of the bot's process: before the clicks, after a third of the 3,000, after all of them, after those beyond. */
  readonly rssMiB: {
    readonly start: number;
    readonly firstThird: number;
    readonly end: number;
    readonly later: number;
  };
  /** From the click to the write (ms) for one account, while 3,000 others are carried out. */
  readonly urgentMs: number;
  readonly quota: {
    readonly asked: number;
    /** 3,000 writes took so long (ms) where the quota bound, from the n-th to the one 3,000 later. */
    readonly windowMs: { readonly mean: number; readonly longest: number };
    /** The rate, as a part of what the quota allows. */
    readonly used: number;
    readonly throttled: number;
  };
}

/** The production process against an emulated Graph that is slow, and strict about its quota. */
export async function benchBulk(): Promise<BulkFigures> {
  const people = crowd(targets + beyond + serialTargets);
  const env = { MAX_TARGETS_PER_HOUR: '100000', MAX_OPEN_PER_REQUESTER: '1000', ...(await quietly()) };
  // Whom the bot calls is no part of what is measured.
  const world = await startWorld({ people, env: { NOTIFY: 'none', ...env } });
  try {
    const [alex, megan] = [person('alex'), person('megan')];
    const graph = putToWork(world);
    const figures = () => readFigures(world.bot().pid);
    const askFor = (some: readonly EmulatedPerson[]) =>
      Promise.all(
        Array.from({ length: Math.ceil(some.length / largest) }, (_, index) =>
          ask(world, alex, some.slice(index * largest, (index + 1) * largest)),
        ),
      );
    const approveAll = async (asked: readonly Asked[]) => {
      await Promise.all(asked.map((one) => press(world, megan, one, 'approve')));
      const said = await Promise.all(asked.map((one) => result(world, one)));
      for (const text of said)
        if (!/verified/.test(text)) throw new Error(`not all went well:\n${text.slice(0, 2000)}`);
    };
    const arrived = (count: number) => world.graph.waitFor(() => graph.accepted.length >= count, 300_000);

    const [alone, ...others] = people.slice(0, targets) as [EmulatedPerson, ...EmulatedPerson[]];
    const urgent = await ask(world, alex, [alone]);
    const asked = await askFor(others);
    graph.latencyMs = latencyMs;
    const serialIds = people.slice(targets + beyond).map(({ id }) => id);
    const perSerialMs = await oneByOne(createCaller(world), serialIds);
    graph.forget();

    const start = figures();
    const began = performance.now();
    const done = approveAll(asked);
    await arrived(targets / 3);
    const firstThird = figures();
    const pressed = performance.now();
    await press(world, megan, urgent, 'approve');
    const isUrgent = ({ path }: { readonly path: string }) => path.endsWith(`${alone.id}/revokeSignInSessions`);
    await world.graph.waitFor((calls) => calls.findLast(isUrgent), 300_000);
    const urgentMs = performance.now() - pressed;
    await done;
    const ended = performance.now();
    const end = figures();
    const first = graph.accepted[0] ?? 0;

    const perTargetMs = {
      oneByOne: perSerialMs,
      clickToResult: (ended - began) / targets,
      writing: (ended - first) / targets,
    };
    graph.latencyMs = 0;
    const late = await askFor(people.slice(targets, targets + beyond));
    graph.latencyMs = latencyMs;
    await approveAll(late);
    const later = figures();
    const windows = graph.accepted.flatMap((at, index) => {
      const earlier = graph.accepted[index - quota.writes];
      return earlier === undefined ? [] : [at - earlier];
    });
    const mean = windows.reduce((sum, one) => sum + one, 0) / windows.length;
    return {
      targets,
      latencyMs,
      perTargetMs,
      ratio: { clickToResult: perSerialMs / perTargetMs.clickToResult, writing: perSerialMs / perTargetMs.writing },
      cpuMs: (end.cpuMs - start.cpuMs) / targets,
      rssMiB: { start: start.rssMiB, firstThird: firstThird.rssMiB, end: end.rssMiB, later: later.rssMiB },
      urgentMs,
      quota: {
        asked: targets + beyond,
        windowMs: { mean, longest: Math.max(...windows) },
        used: quota.windowMs / mean,
        throttled: graph.throttled.length,
      },
    };
  } finally {
    await world.stop();
  }
}
