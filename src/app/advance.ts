import type { RefusalCode } from '../domain/decide.ts';
import { fold } from '../domain/evolve.ts';
import type { KnownRequest, PostKind } from '../domain/request.ts';
import { type Execute, leaseMs } from './execute.ts';
import { type Clock, type Log, type Notifier, NotifierError, type RequestStore } from './ports.ts';
import { looks, type Prove } from './prove.ts';
import type { RunCommand } from './run-command.ts';
import { createProgress } from './show-progress.ts';
import { createUnchanged } from './unchanged.ts';

/**
 * What to do with a request next: look again after `ms`, look again when something that is under way has ended (or try
 * again when it failed), or never again, but at another.
 */
export type Next =
  | { readonly again: true; readonly afterMs: number }
  | { readonly again: true; readonly when: Promise<void> }
  | { readonly again: false; readonly other?: string };

const now: Next = { again: true, afterMs: 0 };
const never: Next = { again: false };
const after = (ms: number): Next => ({ again: true, afterMs: Math.max(0, ms) });

interface Deps {
  readonly store: RequestStore;
  readonly runCommand: RunCommand;
  readonly execute: Execute;
  readonly prove: Prove;
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  readonly log: Log;
  /** Names this process among the replicas that share the store. */
  readonly worker: string;
}

/**
 * Does the one next step of a request, from its record alone. A click, the sweep, a restart and another replica all end
 * up here, so there is no second way that could do it differently. What another replica is at is left to it until it
 * gives no sign of life for as long as a lease.
 */
export function createAdvance(deps: Deps) {
  const { store, runCommand, execute, prove, notifier, clock, log, worker } = deps;
  const unchangedMs = createUnchanged(clock);
  const progress = createProgress({ store, notifier, log });
  /** Which look for a late effect was the last one that found nothing. */
  const looked = new Map<string, number>();
  /** Cards on their way to the chat. An approval that comes meanwhile does not wait for them. */
  const posting = new Map<string, Promise<void>>();

  return async function advance(requestId: string): Promise<Next> {
    const { events, head } = await store.read(requestId);
    const state = fold(events);
    if (state.phase === 'none') return never;
    const unchanged = unchangedMs(requestId, events.length);
    switch (state.phase) {
      case 'requested':
        return requested(requestId, state, unchanged);
      case 'approved':
      case 'executing':
        return carryOut(requestId, state, unchanged);
      case 'denied':
      case 'cancelled':
      case 'expired':
      case 'superseded':
      case 'succeeded':
      case 'partly':
      case 'failed':
        if (!state.told) return tell(requestId, state, head, unchanged);
        return state.proof === 'none' ? never : correct(requestId, state, head);
      default:
        return state satisfies never;
    }
  };

  async function requested(requestId: string, state: KnownRequest, unchanged: number): Promise<Next> {
    const left = Date.parse(state.request.expiresAt) - clock.now().getTime();
    if (left <= 0) {
      await runCommand(requestId, { type: 'expire' });
      return now;
    }
    if (state.cardIds.length > 0 || posting.has(requestId)) return after(left);
    const refused = await claim(requestId, state, 'card', unchanged);
    if (refused !== null) return refused === 'notYours' ? after(Math.min(left, leaseMs - unchanged)) : now;
    const when = postCard(requestId, state).finally(() => posting.delete(requestId));
    posting.set(requestId, when);
    return { again: true, when };
  }

  async function postCard(requestId: string, state: KnownRequest): Promise<void> {
    const cardId = await notifier.postCard(requestId, state);
    const marked = await runCommand(requestId, { type: 'markCardPosted', cardId });
    // All was over before the card was there, and nobody else will look at it again.
    if (marked.ok && marked.state.phase !== 'none' && marked.state.told) {
      await notifier.updateCard(requestId, marked.state);
    }
  }

  /** On record before it is said, so that nobody else says it and a crash in the middle shows. Answers the refusal. */
  async function claim(
    requestId: string,
    state: KnownRequest,
    what: PostKind,
    unchanged: number,
  ): Promise<RefusalCode | null> {
    if (state.posting?.what === what) {
      if (state.posting.worker === worker) {
        log.warn({ requestId, what }, 'it is not known whether this was posted before; it is posted again');
        return null;
      }
      if (unchanged >= leaseMs) log.warn({ requestId, what }, 'another replica did not end this post; it is made here');
    }
    const claimed = await runCommand(requestId, { type: 'startPost', what, worker, leaseMs, unchangedMs: unchanged });
    return claimed.ok ? null : claimed.code;
  }

  async function carryOut(requestId: string, state: KnownRequest, unchanged: number): Promise<Next> {
    const { execution } = state;
    const byAnother = execution !== null && execution.worker !== worker;
    if (byAnother && unchanged < leaseMs) return after(leaseMs - unchanged);
    if (!byAnother) progress.show(requestId, state);
    const done = await execute(requestId, state, unchanged);
    switch (done.kind) {
      case 'progressed':
        return now;
      case 'pause':
        return after(done.ms);
      case 'notOurs':
        return after(leaseMs);
      default:
        return done satisfies never;
    }
  }

  /**
   * Card first (safe to repeat), then the message, then the record that both were done. A card that is still on its way
   * is waited for, because it has to end up showing this.
   */
  async function tell(requestId: string, state: KnownRequest, head: string, unchanged: number): Promise<Next> {
    const underWay = posting.get(requestId);
    if (underWay !== undefined) return { again: true, when: underWay };
    const byAnother = state.posting !== null && state.posting.worker !== worker;
    if (byAnother && unchanged < leaseMs) return after(leaseMs - unchanged);
    const { successor } = state;
    // Before the old card says that there is a new one. When it is there already, this changes nothing.
    if (successor) await runCommand(successor.id, { type: 'request', draft: successor.draft });
    const hasResult = state.decision?.verb === 'approve';
    if (hasResult) {
      const refused = await claim(requestId, state, 'result', unchanged);
      if (refused !== null) return refused === 'notYours' ? after(leaseMs) : now;
    }
    // The log is the second witness of the trail, beside the chat.
    log.info({ requestId, phase: state.phase, head: head.slice(0, 12) }, 'finished');
    await say(requestId, state, hasResult ? head : null);
    return successor ? { again: false, other: successor.id } : now;
  }

  /**
   * The result said "not verified yet": looks again from time to time, and puts card and result right when it shows.
   * Every replica may do this; what they do is the same, and safe to repeat.
   */
  async function correct(requestId: string, state: KnownRequest, head: string): Promise<Next> {
    if (state.proof === 'found') {
      const unlessGone = ignoreGone((error) =>
        log.error({ requestId, err: error }, 'the result could not be corrected'),
      );
      await notifier.updateCard(requestId, state).catch(unlessGone);
      await notifier.updateResult(requestId, state, head).catch(unlessGone);
      await runCommand(requestId, { type: 'markCorrected' });
      return now;
    }
    const since = clock.now().getTime() - Date.parse(state.finishedAt ?? state.request.at);
    const look = looks.findLastIndex((at) => at <= since);
    const next = looks[look + 1];
    if (look < 0 || looked.get(requestId) === look) return after((next ?? 0) - since);
    const results = await prove(state);
    if (results.length > 0) await runCommand(requestId, { type: 'noteProof', results });
    else if (next === undefined) await runCommand(requestId, { type: 'giveUpProof' });
    if (results.length > 0 || next === undefined) looked.delete(requestId);
    else looked.set(requestId, look);
    return now;
  }

  async function isOurPost(requestId: string): Promise<boolean> {
    const state = fold((await store.read(requestId)).events);
    return state.phase !== 'none' && !state.told && state.posting?.worker === worker;
  }

  async function say(requestId: string, state: KnownRequest, head: string | null): Promise<void> {
    let undeliverable: string | undefined;
    const unlessGone = ignoreGone((error) => {
      log.error({ requestId, err: error }, 'the chat no longer takes this; the trail has it');
      undeliverable = error.message;
    });
    progress.endFollows(requestId);
    await notifier.updateCard(requestId, state).catch(unlessGone);
    let messageId: string | undefined;
    if (head !== null) {
      // The card may have taken so long that another replica went on.
      if (!(await isOurPost(requestId))) return;
      undeliverable = undefined;
      messageId = await notifier.postResult(requestId, state, head).catch(unlessGone);
    }
    await runCommand(requestId, {
      type: 'markTold',
      ...(messageId === undefined ? {} : { messageId }),
      ...(undeliverable === undefined ? {} : { undeliverable }),
    });
  }
}

/** Catches that the chat, or the message in it, is no longer there; everything else may work later. */
function ignoreGone(note: (error: NotifierError) => void) {
  return (error: unknown): undefined => {
    if (!(error instanceof NotifierError) || error.kind !== 'gone') throw error;
    note(error);
  };
}

export type Advance = ReturnType<typeof createAdvance>;
