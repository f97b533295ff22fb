import type { EmulatedPerson } from '../src/local/directory.ts';
import { person, type World } from '../test/support/production/world.ts';
import { ask, press, result } from './requests.ts';

export interface CarriedOut {
  /** From the message to the card with the buttons, in ms. */
  readonly messageToCardMs: number;
  /** From the moment the click is sent to the arrival of the write at Graph, in ms. */
  readonly clickToWriteMs: number;
}

/** One request from the message to the result. `silenceMs`: before the click. */
export async function carryOut(world: World, someone: EmulatedPerson, silenceMs: number): Promise<CarriedOut> {
  const began = performance.now();
  const asked = await ask(world, person('alex'), [someone]);
  const messageToCardMs = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, silenceMs));
  // Seen as soon as the request line and its headers are there.
  const arrived = world.graph.waitFor((calls) => {
    const found = calls.at(-1)?.path.endsWith(`${someone.id}/revokeSignInSessions`);
    return found && performance.now();
  }, 20_000);
  const pressed = performance.now();
  const [at] = await Promise.all([arrived, press(world, person('megan'), asked, 'approve')]);
  await result(world, asked);
  return { messageToCardMs, clickToWriteMs: at - pressed };
}
