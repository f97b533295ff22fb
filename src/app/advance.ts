import { fold } from '../domain/evolve.ts';
import type { KnownRequest } from '../domain/request.ts';
import type { Execute } from './execute.ts';
import { type Clock, type Log, type Notifier, NotifierError, type RequestStore } from './ports.ts';
import type { RunCommand } from './run-command.ts';

/** What to do with a request next: look again at once, look again after `ms`, or never again, but at another. */
export type Next =
  | { readonly again: true; readonly afterMs: number }
  | { readonly again: false; readonly other?: string };

const now: Next = { again: true, afterMs: 0 };
const never: Next = { again: false };
const after = (ms: number): Next => ({ again: true, afterMs: Math.max(0, ms) });

interface Deps {
  readonly store: RequestStore;
  readonly runCommand: RunCommand;
  readonly execute: Execute;
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/**
 * Does the one next step of a request, from its record alone. A click, the sweep and a restart all end up here, so
 * there is no second way that could do it differently.
 */
export function createAdvance(deps: Deps) {
  const { store, runCommand, execute, notifier, clock, log } = deps;
  /** Requests whose progress is on its way to the chat. */
  const showing = new Set<string>();

  return async function advance(requestId: string): Promise<Next> {
    const { events, head } = await store.read(requestId);
    const state = fold(events);
    if (state.phase === 'none') return never;
    switch (state.phase) {
      case 'requested':
        return requested(requestId, state);
      case 'approved':
      case 'executing':
        return carryOut(requestId, state);
      case 'denied':
      case 'cancelled':
      case 'expired':
      case 'superseded':
      case 'succeeded':
      case 'partly':
      case 'failed':
        if (state.told) return never;
        await makeSuccessor(state);
        await tell(requestId, state, head);
        return state.successor ? { again: false, other: state.successor.id } : never;
      default:
        return state satisfies never;
    }
  };

  async function requested(requestId: string, state: KnownRequest): Promise<Next> {
    const left = Date.parse(state.request.expiresAt) - clock.now().getTime();
    if (left <= 0) {
      await runCommand(requestId, { type: 'expire' });
      return now;
    }
    if (state.cardId !== null) return after(left);
    const cardId = await notifier.postCard(requestId, state);
    await runCommand(requestId, { type: 'markCardPosted', cardId });
    return now;
  }

  async function carryOut(requestId: string, state: KnownRequest): Promise<Next> {
    showProgress(requestId, state);
    const done = await execute(requestId, state);
    switch (done.kind) {
      case 'progressed':
        return now;
      case 'pause':
        return after(done.ms);
      case 'notOurs':
        return after(leaseLeft(state));
      default:
        return done satisfies never;
    }
  }

  /**
   * Progress is a courtesy: neither Graph nor the next batch waits for the chat, and only one at a time is on
   * its way, so that behind a slow chat the result does not stand in a queue of them.
   */
  function showProgress(requestId: string, state: KnownRequest): void {
    if (state.cardId === null || showing.has(requestId)) return;
    showing.add(requestId);
    notifier
      .updateCard(requestId, state)
      .catch((error: unknown) => {
        log.warn({ requestId, err: error }, 'the card could not be updated; it will be with the result');
      })
      .finally(() => showing.delete(requestId));
  }

  function leaseLeft(state: KnownRequest): number {
    const until = state.execution ? Date.parse(state.execution.leaseUntil) : 0;
    return Math.max(1000, until - clock.now().getTime());
  }

  /** Before the old card says that there is a new one. When it is there already, this changes nothing. */
  async function makeSuccessor({ successor }: KnownRequest): Promise<void> {
    if (successor) await runCommand(successor.id, { type: 'request', draft: successor.draft });
  }

  /** Card first (safe to repeat), then the message, then the record that both were done. */
  async function tell(requestId: string, state: KnownRequest, head: string): Promise<void> {
    // The log is the second witness of the trail, beside the chat.
    log.info({ requestId, phase: state.phase, head: head.slice(0, 12) }, 'finished');
    let undeliverable: string | undefined;
    let messageId: string | undefined;
    const unlessGone = (error: unknown) => {
      if (!(error instanceof NotifierError) || error.kind !== 'gone') throw error;
      log.error({ requestId, err: error }, 'the chat no longer takes this; the trail has it');
      undeliverable = error.message;
    };
    if (state.cardId !== null) await notifier.updateCard(requestId, state).catch(unlessGone);
    if (state.decision?.verb === 'approve') {
      undeliverable = undefined;
      messageId = await notifier.postResult(requestId, state, head).catch((error: unknown) => {
        unlessGone(error);
        return undefined;
      });
    }
    await runCommand(requestId, {
      type: 'markTold',
      ...(messageId === undefined ? {} : { messageId }),
      ...(undeliverable === undefined ? {} : { undeliverable }),
    });
  }
}

export type Advance = ReturnType<typeof createAdvance>;
