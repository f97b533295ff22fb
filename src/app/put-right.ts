import { createBoundedMap } from '../base/bounded-map.ts';
import type { Seen } from '../domain/command.ts';
import { mayBeOther, placeSeen } from '../domain/copies.ts';
import { decide } from '../domain/decide.ts';
import type { KnownRequest } from '../domain/request.ts';
import { sayPatiently } from './keep-trying.ts';
import type { Base } from './policy.ts';
import { recorded } from './recorded.ts';
import type { RunCommand } from './run-command.ts';

interface Deps extends Pick<Base, 'store' | 'notifier' | 'clock' | 'log'> {
  readonly runCommand: RunCommand;
}

interface Learnt {
  readonly state: KnownRequest;
  readonly head: string;
  /** What the result was known by until then. */
  readonly resultId: string | null;
}

/** Copies put right; a person with an old view of one presses again and again. */
const mostRemembered = 1000;

/**
 * A click tells where the card stands and through which address it is reached. What was not known goes on record,
 * and a copy that still asks though all is over is made to show the end. It has no refresh then, so a client that asked by
 * itself does not ask again. Never throws.
 */
export function createPutRight({ store, runCommand, notifier, clock, log }: Deps) {
  const putRight = createBoundedMap<string, true>(mostRemembered);

  async function learn(requestId: string, seen: Seen): Promise<Learnt | null> {
    const known = await recorded(store, requestId);
    if (!known || placeSeen(seen.where, known.state) === null) return null;
    const command = { type: 'noteSeen', ...seen } as const;
    const { head } = known;
    const { resultId } = known.state;
    if (!decide(command, known.state, clock.now()).ok) return { state: known.state, head, resultId };
    const { state } = await runCommand(requestId, command);
    return state.phase === 'none' ? null : { state, head, resultId };
  }

  async function show(requestId: string, { where, messageId, shows }: Seen, { state, head, resultId }: Learnt) {
    if (messageId === null || state.finishedAt === null) return;
    if (shows === 'result') {
      // What it is known by is kept true anyway.
      if (!state.told || resultId === messageId || mayBeOther(state)) return;
      return notifier.updateResult(requestId, { ...state, resultId: messageId }, head);
    }
    const isOrigin = placeSeen(where, state) === state.request.origin;
    const copy = isOrigin ? { cardIds: [], followId: messageId } : { cardIds: [messageId], followId: null };
    return notifier.updateCard(requestId, { ...state, ...copy });
  }

  return async function seen(requestId: string, what: Seen): Promise<void> {
    const key = `${requestId} ${what.messageId}`;
    try {
      const learnt = await learn(requestId, what);
      if (!learnt || learnt.state.finishedAt === null || putRight.has(key)) return;
      putRight.set(key, true);
      await sayPatiently(() => show(requestId, what, learnt), clock);
    } catch (error) {
      putRight.delete(key);
      log.warn({ requestId, err: error }, 'what a click told of its card could not be used');
    }
  };
}

export type PutRight = ReturnType<typeof createPutRight>;
