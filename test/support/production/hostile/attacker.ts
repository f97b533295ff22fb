/** A program that makes storms, in a process of its own. */
import { bodyStorms } from './body-storms.ts';
import { answerCalls } from './child-program.ts';
import { type Held, type HeldKind, hold } from './held-sockets.ts';
import { protocolStorms } from './protocol-storms.ts';
import { createRandom } from './random.ts';
import { burst } from './raw-pool.ts';
import type { Target } from './storms.ts';
import { tokenStorms } from './token-storms.ts';

const storms = [...bodyStorms, ...tokenStorms, ...protocolStorms];
const held = new Map<string, Held>();
const named = (name: string) => {
  const found = held.get(name);
  if (!found) throw new Error(`no ${name} are held`);
  return found;
};

const calls = {
  storm({ name, target, count, connections, seed }: StormOrder) {
    const storm = storms.find((one) => one.name === name);
    if (!storm) throw new Error(`no storm ${name}`);
    const random = createRandom(seed);
    const { port } = target;
    return burst({ port, connections, count, make: (index) => storm.make(index, random, target) });
  },
  async hold({ name, kind, target, count }: HoldOrder): Promise<void> {
    held.get(name)?.release();
    held.set(name, await hold(target.port, kind, count, target.token));
  },
  stillOpen: (name: string) => named(name).open(),
  hungUp: (name: string) => named(name).hungUp(),
  release: (name: string) => named(name).release(),
};

type StormOrder = {
  readonly name: string;
  readonly target: Target;
  readonly count: number;
  readonly connections: number;
  readonly seed: string;
};
type HoldOrder = {
  readonly name: string;
  readonly kind: HeldKind;
  readonly target: Target;
  readonly count: number;
};
export type AttackerCalls = typeof calls;

answerCalls(calls);
