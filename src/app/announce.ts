import type { RefusalCode } from '../domain/command.ts';
import { fold } from '../domain/evolve.ts';
import { isTimeFor, wants } from '../domain/notifications.ts';
import type { KnownRequest, Notification, PostKind } from '../domain/request.ts';
import { NotifierError } from './errors.ts';
import { createUntilRecorded, ignoreGone, sayPatiently } from './keep-trying.ts';
import type { Base } from './policy.ts';
import type { OwnAttempt } from './ports.ts';
import type { Progress } from './progress.ts';
import type { RunCommand } from './run-command.ts';
import { after, type IdleMs, leaseMs, type Next, now, takeoverAfterMs } from './takeover.ts';

interface Deps extends Pick<Base, 'store' | 'notifier' | 'signIns' | 'clock' | 'log' | 'worker' | 'policy'> {
  readonly runCommand: RunCommand;
  readonly progress: Pick<Progress, 'endFollows'>;
  readonly idleMs: IdleMs;
}

/** The approvers' conversation has refused the card for so long that the requester should know. */
const unreachableMs = 30_000;
/** With the longest post well within a lease. */
const cardWithinMs = 5000;

/**
 * Everything that the chat is told once: the card, the notifications beside it, the end. Each is on record before it is
 * said, so that no other replica says it and a crash in the middle shows.
 */
export function createAnnounce(deps: Deps) {
  const { store, runCommand, notifier, progress, signIns, idleMs, clock, log, worker, policy } = deps;
  const untilRecorded = createUntilRecorded({ clock, log });
  /** Cards on their way to the chat. An approval that comes meanwhile does not wait for them. */
  const cardsUnderWay = new Map<string, Promise<void>>();

  return { card, isCardUnderWay: (requestId: string) => cardsUnderWay.has(requestId), notification, end, back };

  /** Posts the card that asks, and the requester's own, which the first does not wait for. Settles when both are done. */
  async function card(requestId: string, state: KnownRequest): Promise<void> {
    const asked = ask(requestId, state).finally(() => cardsUnderWay.delete(requestId));
    cardsUnderWay.set(requestId, asked);
    await Promise.all([asked, notification(requestId, state, 'follow')]);
  }

  async function ask(requestId: string, state: KnownRequest): Promise<void> {
    let cardId: string | null;
    try {
      cardId = await notifier.postCard(requestId, state, claim(requestId, 'card'));
    } catch (error) {
      if (error instanceof NotOurPost) return;
      if (error instanceof NotifierError && isRefused(error)) tellUnreachable(requestId, state);
      throw error;
    }
    const marked = await untilRecorded(requestId, () => runCommand(requestId, { type: 'markCardPosted', cardId }));
    // All was over before the card was there, and nothing else will look at it again.
    if (marked.ok && marked.state.phase !== 'none' && marked.state.told) {
      await notifier.updateCard(requestId, marked.state);
    }
  }

  /** The card is tried again meanwhile. */
  function tellUnreachable(requestId: string, state: KnownRequest): void {
    notification(requestId, state, 'unreachable').catch((error: unknown) =>
      log.error({ requestId, err: error }, 'no one could be told that the approvers cannot be reached'),
    );
  }

  /**
   * Says it at most once, so that no one is mentioned twice; while the chat refuses it, it is said again, as long as it
   * helps. Nothing waits for it when it cannot be said.
   */
  async function notification(
    requestId: string,
    state: KnownRequest,
    what: Exclude<Notification, 'delayed'>,
  ): Promise<void> {
    if (!wants(state, what)) return;
    const noticed = await runCommand(requestId, { type: 'notice', what });
    if (!noticed.ok) return;
    const isStillTime = async () => {
      const latest = fold((await store.read(requestId)).events);
      return latest.phase !== 'none' && isTimeFor(what, latest, clock.now());
    };
    try {
      await sayPatiently(() => say(requestId, state, what), clock, isStillTime);
    } catch (error) {
      if (!(error instanceof NotifierError)) throw error;
      log.warn({ requestId, what, err: error }, 'no one was told besides the card');
    }
  }

  function say(requestId: string, state: KnownRequest, what: Exclude<Notification, 'delayed'>): Promise<void> {
    if (what === 'follow') return postFollow(requestId, state);
    return what === 'unreachable' ? notifier.postUnreachable(state) : notifier.postNotice(state, what);
  }

  async function postFollow(requestId: string, state: KnownRequest): Promise<void> {
    const followId = await notifier.postFollow(requestId, state);
    // Until a click tells under which id it stands.
    if (followId === null) return;
    const marked = await untilRecorded(requestId, () =>
      runCommand(requestId, { type: 'markFollowPosted', cardId: followId }),
    );
    // Decided while it was on its way.
    if (marked.ok && marked.state.phase !== 'none' && marked.state.phase !== 'requested') {
      await notifier.updateCard(requestId, marked.state);
    }
  }

  /**
   * Tells what became of a request: the card (safe to repeat) and beside it the message, then the record that both were
   * done. A card that is still on its way is waited for, because it has to end up showing this.
   */
  async function end(requestId: string, state: KnownRequest, head: string, idle: number): Promise<Next> {
    const underWay = cardsUnderWay.get(requestId);
    if (underWay !== undefined) return { again: true, when: underWay };
    const takeoverMs = takeoverAfterMs(state.finishedAt, clock.now().getTime());
    const byAnother = state.posting !== null && state.posting.worker !== worker;
    if (byAnother && idle < takeoverMs) return after(takeoverMs - idle);
    const { successor, decision } = state;
    if (decision) signIns.forget({ requestId, personId: decision.by.id });
    // Before the old card says that there is a new one. When it is there already, this changes nothing.
    if (successor) await runCommand(successor.id, { type: 'request', draft: successor.draft });
    // The log is the second witness of the trail, beside the chat.
    log.info({ requestId, phase: state.phase, head: head.slice(0, 12) }, 'finished');
    try {
      await tell(requestId, state, decision?.verb === 'approve' ? head : null);
    } catch (error) {
      if (!(error instanceof NotOurPost)) throw error;
      return error.code === 'notYours' ? after(leaseMs) : now;
    }
    return successor ? { again: false, other: successor.id } : now;
  }

  async function tell(requestId: string, state: KnownRequest, head: string | null): Promise<void> {
    let undeliverable: string | undefined;
    const logGone = (error: NotifierError) =>
      log.error({ requestId, err: error }, 'the chat no longer takes this; the trail has it');
    const unlessGone = ignoreGone((error) => {
      logGone(error);
      undeliverable = error.message;
    });
    progress.endFollows(requestId);
    let cardBehind = false;
    let messageId: string | null | undefined;
    const closing = notifier.updateCard(requestId, state);
    if (head !== null) {
      // A card that cannot be changed, now or ever, must not keep the result from being told.
      const closed = closing.catch(ignoreGone(logGone)).then(
        () => true,
        () => false,
      );
      messageId = await notifier.postResult(requestId, state, head, claim(requestId, 'result')).catch(unlessGone);
      cardBehind = !(await inTime(closed));
    } else {
      await closing.catch(unlessGone);
      // The card never came while it could be decided, or its id is not known; silence would leave people waiting.
      const cardId =
        state.cardIds.length === 0
          ? await notifier.postCard(requestId, state, claim(requestId, 'card')).catch(unlessGone)
          : null;
      if (cardId) await untilRecorded(requestId, () => runCommand(requestId, { type: 'markCardPosted', cardId }));
    }
    await untilRecorded(requestId, () =>
      runCommand(requestId, {
        type: 'markTold',
        ...(messageId ? { messageId } : {}),
        ...(undeliverable === undefined ? {} : { undeliverable }),
        ...(cardBehind ? { cardBehind } : {}),
        after: { worker, watchMs: policy.watchMs },
      }),
    );
  }

  /** Tells that someone is back. Where no one can be told any more the result has it, and the trail. */
  async function back(requestId: string, state: KnownRequest): Promise<void> {
    try {
      const unlessGone = ignoreGone((error) =>
        log.error({ requestId, err: error }, 'no one could be told who is back'),
      );
      await notifier.postBack(requestId, state, claim(requestId, 'back')).catch(unlessGone);
    } catch (error) {
      if (error instanceof NotOurPost) return;
      throw error;
    }
    await untilRecorded(requestId, () => runCommand(requestId, { type: 'markBackTold' }));
  }

  /** What is posted has to be on record before another replica takes it for not posted, so a slow card is for later. */
  function inTime(closed: Promise<boolean>): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = clock.after(cardWithinMs, () => resolve(false));
      void closed.then(resolve).finally(cancel);
    });
  }

  /**
   * One replica at a time posts for a request. Runs when the chat's turn has come: a replica that has waited for it finds
   * out here that another one went on. @throws NotOurPost
   */
  function claim(requestId: string, what: PostKind): () => Promise<void> {
    return async () => {
      const { events } = await store.read(requestId);
      const state = fold(events);
      if (state.phase === 'none') throw new NotOurPost('notNow');
      const idle = idleMs(requestId, events);
      if (state.posting?.what === what && state.posting.worker === worker) {
        log.warn({ requestId, what }, 'it is not known whether this was posted before; it is posted again');
        return;
      }
      const since = what === 'back' ? (state.aftermath?.watch?.readAt ?? null) : state.finishedAt;
      const holder = { worker, leaseMs: takeoverAfterMs(since, clock.now().getTime()), idleMs: idle };
      const claimed = await runCommand(requestId, { type: 'startPost', what, ...holder });
      if (!claimed.ok) throw new NotOurPost(claimed.code);
      if (state.posting?.what === what) log.warn({ requestId, what }, 'another replica did not end this post');
    };
  }
}

/**
 * Tells all who read the request of a person's first attempt to decide about their own account: a stolen account may be at
 * work. The attempt is on record by then. Nothing waits for it.
 */
export function createTellAttempt({ notifier, clock, log }: Pick<Deps, 'notifier' | 'clock' | 'log'>) {
  return function tellAttempt(requestId: string, state: KnownRequest, attempt: OwnAttempt): void {
    sayPatiently(() => notifier.postAttempt(state, attempt), clock).catch((error: unknown) =>
      log.warn({ requestId, err: error }, 'no one was told that a person tried to decide about their own account'),
    );
  };
}

export type TellAttempt = ReturnType<typeof createTellAttempt>;

function isRefused({ kind, status, triedMs }: NotifierError): boolean {
  return kind === 'gone' || (status !== null && status < 500 && triedMs >= unreachableMs);
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
