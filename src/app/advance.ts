import type { RefusalCode } from '../domain/command.ts';
import { remindAt, wants } from '../domain/courtesy.ts';
import { fold } from '../domain/evolve.ts';
import type { Courtesy, KnownRequest, PostKind, RequestEvent } from '../domain/request.ts';
import { type Execute, leaseMs } from './execute.ts';
import { type Clock, type Log, type Notifier, NotifierError, type RequestStore, type SignIns } from './ports.ts';
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

const longestPatienceMs = 15 * 60_000;
const signOfLifeMs = leaseMs / 2;

const now: Next = { again: true, afterMs: 0 };
const never: Next = { again: false };
const after = (ms: number): Next => ({ again: true, afterMs: Math.max(0, ms) });

interface Deps {
  readonly store: RequestStore;
  readonly runCommand: RunCommand;
  readonly execute: Execute;
  readonly prove: Prove;
  readonly notifier: Notifier;
  readonly signIns: Pick<SignIns, 'forget'>;
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
  const { store, runCommand, execute, prove, notifier, signIns, clock, log, worker } = deps;
  const unchangedMs = createUnchanged(clock);
  const progress = createProgress({ store, notifier, log });
  /** Which look for a late effect was the last one that found nothing. */
  const looked = new Map<string, number>();
  /** Whose card asks for the approver's sign-in, and for the how manieth time. */
  const askedHere = new Map<string, number>();
  /** Cards on their way to the chat. An approval that comes meanwhile does not wait for them. */
  const posting = new Map<string, Promise<void>>();

  return async function advance(requestId: string): Promise<Next> {
    const { events, head } = await store.read(requestId);
    const state = fold(events);
    if (state.phase === 'none') return never;
    const unchanged = unchangedMs(requestId, versionOf(events));
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
        askedHere.delete(requestId);
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
    if (state.cardIds.length > 0 || posting.has(requestId)) {
      const toReminder = remindAt(state.request).getTime() - clock.now().getTime();
      if (!wants(state, 'reminder') || state.cardIds.length === 0) return after(left);
      if (toReminder > 0) return after(Math.min(left, toReminder));
      // An approval that comes meanwhile does not wait for it.
      return {
        again: true,
        when: courtesy(requestId, state, 'reminder', () => notifier.postNotice(state, 'reminder')),
      };
    }
    const another = state.posting !== null && state.posting.worker !== worker;
    if (another && unchanged < leaseMs) return after(Math.min(left, leaseMs - unchanged));
    const when = postCard(requestId, state).finally(() => posting.delete(requestId));
    posting.set(requestId, when);
    return { again: true, when };
  }

  async function postCard(requestId: string, state: KnownRequest): Promise<void> {
    const followed = courtesy(requestId, state, 'follow', () => postFollow(requestId, state));
    await courtesy(requestId, state, 'notice', () => notifier.postNotice(state, 'notice'));
    let cardId: string;
    try {
      cardId = await notifier.postCard(requestId, state, claim(requestId, 'card'));
    } catch (error) {
      await followed;
      if (error instanceof NotOurPost) return;
      if (error instanceof NotifierError && error.kind === 'gone') {
        await courtesy(requestId, state, 'unreachable', () => notifier.postUnreachable(state));
      }
      throw error;
    }
    const marked = await runCommand(requestId, { type: 'markCardPosted', cardId });
    // All was over before the card was there, and nobody else will look at it again.
    if (marked.ok && marked.state.phase !== 'none' && marked.state.told) {
      await notifier.updateCard(requestId, marked.state);
    }
    await followed;
  }

  async function postFollow(requestId: string, state: KnownRequest): Promise<void> {
    const followId = await notifier.postFollow(requestId, state);
    const marked = await runCommand(requestId, { type: 'markFollowPosted', cardId: followId });
    // Decided while it was on its way.
    if (marked.ok && marked.state.phase !== 'none' && marked.state.phase !== 'requested') {
      await notifier.updateCard(requestId, marked.state);
    }
  }

  /** On record before it is said, so that nobody is called twice. When it cannot be said nobody waits for it. */
  async function courtesy(
    requestId: string,
    state: KnownRequest,
    what: Courtesy,
    say: () => Promise<void>,
  ): Promise<void> {
    if (!wants(state, what)) return;
    const noticed = await runCommand(requestId, { type: 'notice', what });
    if (!noticed.ok) return;
    try {
      await say();
    } catch (error) {
      if (!(error instanceof NotifierError)) throw error;
      log.warn({ requestId, what, err: error }, 'nobody was told besides the card');
    }
  }

  /**
   * On record right before it is said, so that nobody else says it and a crash in the middle shows. Whoever has waited
   * for the chat finds out here that another replica went on. @throws NotOurPost
   */
  function claim(requestId: string, what: PostKind): () => Promise<void> {
    return async () => {
      const { events } = await store.read(requestId);
      const state = fold(events);
      if (state.phase === 'none') throw new NotOurPost('notNow');
      const unchanged = unchangedMs(requestId, versionOf(events));
      if (state.posting?.what === what && state.posting.worker === worker) {
        log.warn({ requestId, what }, 'it is not known whether this was posted before; it is posted again');
        return;
      }
      const patience = { leaseMs: patienceFor(state), unchangedMs: unchanged };
      const claimed = await runCommand(requestId, { type: 'startPost', what, worker, ...patience });
      if (!claimed.ok) throw new NotOurPost(claimed.code);
      if (state.posting?.what === what) log.warn({ requestId, what }, 'another replica did not end this post');
    };
  }

  /** While the chat is away for long, replicas take over from one another ever more seldom: each time is on record. */
  function patienceFor({ finishedAt }: KnownRequest): number {
    const since = finishedAt === null ? 0 : clock.now().getTime() - Date.parse(finishedAt);
    return Math.min(Math.max(leaseMs, since / 10), longestPatienceMs);
  }

  async function carryOut(requestId: string, state: KnownRequest, unchanged: number): Promise<Next> {
    const { execution } = state;
    const byAnother = execution !== null && execution.worker !== worker;
    if (byAnother && unchanged < leaseMs) return after(leaseMs - unchanged);
    if (!byAnother && state.signIn?.worker !== null) progress.show(requestId, state);
    const done = await execute(requestId, state, unchanged);
    switch (done.kind) {
      case 'progressed':
        return now;
      case 'pause':
        return pause(requestId, state, unchanged, done.ms);
      case 'signIn':
        return askSignIn(requestId, state, unchanged, done.ms);
      case 'notOurs':
        return after(leaseMs);
      default:
        return done satisfies never;
    }
  }

  /**
   * The approver's sign-in is not here: another replica has it, or it is lost, and then the card asks for it.
   */
  async function askSignIn(requestId: string, state: KnownRequest, unchanged: number, leftMs: number): Promise<Next> {
    if (state.signIn?.worker !== null) {
      const asked = await runCommand(requestId, { type: 'askSignIn', worker, leaseMs, unchangedMs: unchanged });
      return !asked.ok && asked.code === 'notYours' ? after(Math.min(leftMs, leaseMs - unchanged)) : now;
    }
    // Each loss is shown once by each process that finds it.
    if (askedHere.get(requestId) !== state.signIn.timesLost) {
      await notifier.updateCard(requestId, state).catch(ignoreGone(() => undefined));
      askedHere.set(requestId, state.signIn.timesLost);
      return { again: true, when: courtesy(requestId, state, 'signIn', () => notifier.postNotice(state, 'signIn')) };
    }
    return after(leftMs);
  }

  /** Whoever holds a sign-in gives a sign of life while it waits, so that no other replica takes it for lost. */
  async function pause(requestId: string, state: KnownRequest, unchanged: number, ms: number): Promise<Next> {
    if (state.signIn?.worker !== worker) return after(ms);
    if (unchanged >= signOfLifeMs) {
      await runCommand(requestId, { type: 'start', worker, leaseMs, unchangedMs: unchanged, calls: [] });
    }
    return after(Math.min(ms, signOfLifeMs));
  }

  /**
   * Card first (safe to repeat), then the message, then the record that both were done. A card that is still on its way
   * is waited for, because it has to end up showing this.
   */
  async function tell(requestId: string, state: KnownRequest, head: string, unchanged: number): Promise<Next> {
    const underWay = posting.get(requestId);
    if (underWay !== undefined) return { again: true, when: underWay };
    const patience = patienceFor(state);
    const byAnother = state.posting !== null && state.posting.worker !== worker;
    if (byAnother && unchanged < patience) return after(patience - unchanged);
    const { successor, decision } = state;
    if (decision) signIns.forget({ requestId, personId: decision.by.id });
    // Before the old card says that there is a new one. When it is there already, this changes nothing.
    if (successor) await runCommand(successor.id, { type: 'request', draft: successor.draft });
    // The log is the second witness of the trail, beside the chat.
    log.info({ requestId, phase: state.phase, head: head.slice(0, 12) }, 'finished');
    try {
      await say(requestId, state, state.decision?.verb === 'approve' ? head : null);
    } catch (error) {
      if (!(error instanceof NotOurPost)) throw error;
      return error.code === 'notYours' ? after(leaseMs) : now;
    }
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

  async function say(requestId: string, state: KnownRequest, head: string | null): Promise<void> {
    let undeliverable: string | undefined;
    const unlessGone = ignoreGone((error) => {
      log.error({ requestId, err: error }, 'the chat no longer takes this; the trail has it');
      undeliverable = error.message;
    });
    progress.endFollows(requestId);
    let cardBehind = false;
    await notifier
      .updateCard(requestId, state)
      .catch(unlessGone)
      .catch((error: unknown) => {
        // A card that cannot be changed now must not keep the result from being told.
        if (head === null) throw error;
        cardBehind = true;
      });
    let messageId: string | undefined;
    if (head !== null) {
      undeliverable = undefined;
      messageId = await notifier.postResult(requestId, state, head, claim(requestId, 'result')).catch(unlessGone);
    } else if (state.cardIds.length === 0) {
      // The card never came while it could be decided; silence would leave everybody waiting.
      const cardId = await notifier.postCard(requestId, state, claim(requestId, 'card')).catch(unlessGone);
      if (cardId !== undefined) await runCommand(requestId, { type: 'markCardPosted', cardId });
    }
    await runCommand(requestId, {
      type: 'markTold',
      ...(messageId === undefined ? {} : { messageId }),
      ...(undeliverable === undefined ? {} : { undeliverable }),
      ...(cardBehind ? { cardBehind } : {}),
    });
  }
}

/** Refused clicks are no sign of life of whoever works on the request. */
function versionOf(events: readonly RequestEvent[]): number {
  return events.filter(({ type }) => type !== 'AttemptRefused').length;
}

/** Thrown between the wait for the chat and the post: another replica has it, or it is not wanted any more. */
class NotOurPost extends Error {
  override readonly name = 'NotOurPost';
  readonly code: RefusalCode;
  constructor(code: RefusalCode) {
    super(`not ours to post: ${code}`);
    this.code = code;
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
