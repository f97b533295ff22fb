import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { fold } from '../../src/domain/evolve.ts';
import type { RequestEvent } from '../../src/domain/request.ts';
import { createHouse } from '../app/house.ts';
import { alex, channel, megan, requestId } from './samples.ts';

/** What changes the world outside. A read is held by what follows it: what it found may be old when that is done. */
const effects = new Set(['append', 'postCard', 'updateCard', 'postResult', 'updateResult', 'revoke']);

interface Actor {
  readonly name: string;
  readonly on: 'one' | 'other';
  /** All that it did and was answered: what it does next follows from that. */
  history: string;
  done: boolean;
}
interface Held {
  readonly actor: Actor;
  readonly label: string;
  release(): void;
}

/** How one request ended, and what everybody saw of it. */
export interface End {
  readonly order: readonly string[];
  readonly events: readonly RequestEvent[];
  readonly said: readonly { readonly what: string; readonly phase: string }[];
  readonly writes: number;
  readonly crashed: boolean;
}

export interface Explored {
  readonly states: number;
  /** Of the states that were seen; of all of them, where none was left out. */
  readonly orders: bigint;
  readonly ends: number;
  readonly isAll: boolean;
}

/** Where not all is gone through: how many states are, and which branch is next, of so many. */
interface Bound {
  readonly states: number;
  readonly pick: (of: number) => number;
}

const crash = 'crash of one';

/** One request with its card in the chat, two replicas, and people who act at the same moment. */
async function openStage(clicks: readonly Click[]) {
  const speaking = new AsyncLocalStorage<Actor>();
  const held: Held[] = [];
  let crashed = false;
  const digest = (was: string, text: string) => createHash('sha256').update(`${was}\n${text}`).digest('base64');
  /** Waits until it is this one's turn. */
  const turn = async (actor: Actor, what: string): Promise<string> => {
    const gate = Promise.withResolvers<void>();
    const label = `${actor.name}: ${what}`;
    held.push({ actor, label, release: gate.resolve });
    await gate.promise;
    return label;
  };
  const between = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function' || !effects.has(String(name))) return value;
        return async (...args: unknown[]) => {
          const actor = speaking.getStore();
          if (!actor) return Reflect.apply(value, target, args);
          const label = await turn(actor, String(name));
          try {
            const answer: unknown = await Reflect.apply(value, target, args);
            actor.history = digest(actor.history, `${label} ${JSON.stringify(answer) ?? ''}`);
            return answer;
          } catch (error) {
            actor.history = digest(actor.history, `${label} failed ${String(error)}`);
            throw error;
          }
        };
      },
    });
  const house = createHouse({ between });
  // What goes on after the result is no part of this.
  house.logs.around = () => new Promise(() => undefined);
  await house.submit(house.ask());
  await house.settle();
  const advance = { one: house.workerNamed('w1'), other: house.workerNamed('w2') };
  const actors: Actor[] = [];
  const enter = (name: string, on: Actor['on'], act: () => Promise<unknown>) => {
    const actor: Actor = { name, on, history: '', done: false };
    actors.push(actor);
    void speaking.run(actor, async () => {
      // A refusal by the store is somebody else's success; the worker tries again later.
      await turn(actor, 'begins');
      await act().catch(() => undefined);
      actor.done = true;
    });
  };
  /** As the worker does it: one step of a request at a time in each process, and another round for whoever woke it meanwhile. */
  const rounds = { one: { runs: false, again: false }, other: { runs: false, again: false } };
  const wake = (on: Actor['on']) => {
    const round = rounds[on];
    round.again = true;
    if (round.runs) return;
    round.runs = true;
    enter(`worker of ${on}`, on, async () => {
      try {
        while (round.again) {
          round.again = false;
          const next = await advance[on](requestId);
          if (next.again && 'when' in next && next.leave) break;
          if (next.again && 'when' in next) await next.when;
          if (next.again && ('when' in next || next.afterMs === 0)) round.again = true;
        }
      } finally {
        round.runs = false;
      }
    });
  };
  const review = { one: house.reviewAt('w1', house.signIns), other: house.reviewAt('w2', house.signIns) };
  for (const { verb, by, on } of clicks) {
    enter(`${verb} by ${by.name}`, on, async () => {
      await review[on]({ requestId, verb, by, where: channel.id });
      wake(on);
    });
  }
  for (const on of ['one', 'other'] as const) enter(`sweep of ${on}`, on, async () => wake(on));

  const calm = async () => {
    for (let turns = 0; turns < 8; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  await calm();
  return {
    choices: (): readonly string[] => {
      const labels = [...new Set(held.map(({ label }) => label))].toSorted();
      const mayCrash = !crashed && held.some(({ actor }) => actor.on === 'one');
      return mayCrash ? [...labels, crash] : labels;
    },
    async choose(label: string): Promise<void> {
      if (label === crash) {
        crashed = true;
        for (const one of held.filter(({ actor }) => actor.on === 'one')) held.splice(held.indexOf(one), 1);
        for (const actor of actors) if (actor.on === 'one') actor.done = true;
      } else {
        const index = held.findIndex((one) => one.label === label);
        if (index < 0) throw new Error(`not the same as before: nobody waits to ${label}`);
        held.splice(index, 1)[0]?.release();
      }
      await calm();
    },
    async state(): Promise<string> {
      const { events } = await house.store.read(requestId);
      const parts = [
        JSON.stringify(events),
        // All that the judge asks of what was said and written.
        house.notifier.said.filter(({ what }) => what === 'result').length,
        house.notifier.said.findLast(({ what }) => what !== 'result')?.phase,
        house.directory.writes.length,
        crashed,
        ...actors.filter(({ done }) => !done).map(({ name, history }) => `${name} ${history}`),
        ...held.map(({ label }) => label).toSorted(),
      ];
      return digest('', parts.join('\n'));
    },
    /** Time passes, and whoever is left goes on; a replica that died is back under another name. */
    async end(order: readonly string[]): Promise<End> {
      const left = crashed ? [house.workerNamed('w3'), advance.other] : [advance.one, advance.other];
      for (let rounds = 0; rounds < 100; rounds += 1) {
        const now = fold((await house.store.read(requestId)).events);
        if (now.phase !== 'none' && now.told) break;
        for (const step of left) {
          const next = await step(requestId).catch(() => ({ again: false }) as const);
          if (next.again && 'when' in next) await next.when.catch(() => undefined);
        }
        house.clock.pass(30_000);
      }
      const { events } = await house.store.read(requestId);
      const { said } = house.notifier;
      return { order, events, said, writes: house.directory.writes.length, crashed };
    },
  };
}

export interface Click {
  readonly verb: 'approve' | 'deny' | 'cancel';
  readonly by: typeof megan;
  readonly on: Actor['on'];
}

export const everybody: readonly Click[] = [
  { verb: 'approve', by: megan, on: 'one' },
  { verb: 'deny', by: megan, on: 'other' },
  { verb: 'cancel', by: alex, on: 'one' },
];

/**
 * Every order in which these may come about, each state once, each end judged. Deeper first, or, with a bound, by chance;
 * played anew for each branch.
 * Two states are the same when the store, the chat, Graph and all that still runs are; what a process keeps in its caches is not looked at.
 */
export async function explore(clicks: readonly Click[], judge: (end: End) => void, bound?: Bound): Promise<Explored> {
  const nexts = new Map<string, readonly string[]>();
  const waiting: (readonly string[])[] = [[]];
  const children = new Map<string, string[]>();
  let ends = 0;
  const next = () => {
    if (!bound) return waiting.pop();
    return nexts.size < bound.states ? waiting.splice(bound.pick(waiting.length), 1)[0] : undefined;
  };
  for (let begin = next(); begin !== undefined; begin = next()) {
    const stage = await openStage(clicks);
    const order: string[] = [];
    let at = await stage.state();
    for (const label of begin) {
      const from = at;
      order.push(label);
      await stage.choose(label);
      at = await stage.state();
      if (order.length === begin.length) children.get(from)?.push(at);
    }
    while (!nexts.has(at)) {
      const choices = stage.choices();
      nexts.set(at, choices);
      children.set(at, []);
      const [first, ...others] = choices;
      if (first === undefined) {
        ends += 1;
        judge(await stage.end(order));
        break;
      }
      for (const other of others) waiting.push([...order, other]);
      const from = at;
      order.push(first);
      await stage.choose(first);
      at = await stage.state();
      children.get(from)?.push(at);
    }
  }
  const counted = new Map<string, bigint>();
  const ordersFrom = (state: string): bigint => {
    const known = counted.get(state);
    if (known !== undefined) return known;
    const to = children.get(state) ?? [];
    const count = to.length === 0 ? 1n : to.reduce((sum, next) => sum + ordersFrom(next), 0n);
    counted.set(state, count);
    return count;
  };
  const [first = ''] = nexts.keys();
  return { states: nexts.size, orders: ordersFrom(first), ends, isAll: waiting.length === 0 };
}
