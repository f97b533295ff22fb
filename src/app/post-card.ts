import type { KnownRequest } from '../domain/request.ts';
import { type ClaimPost, NotOurPost } from './claim-post.ts';
import { type Log, type Notifier, NotifierError } from './ports.ts';
import type { RunCommand } from './run-command.ts';
import type { SayOnce } from './say-once.ts';
import type { UntilRecorded } from './until-recorded.ts';

interface Deps extends Pick<ClaimPost, 'claim'> {
  readonly runCommand: RunCommand;
  readonly untilRecorded: UntilRecorded;
  readonly notifier: Notifier;
  readonly sayOnce: SayOnce;
  readonly log: Log;
}

/** The approvers' conversation has refused the card for so long that the requester should know. */
const unreachableMs = 30_000;

/** Posts the card that asks, and the requester's own, which the first does not wait for. */
export function createPostCard({ runCommand, untilRecorded, notifier, claim, sayOnce, log }: Deps) {
  return function postCard(requestId: string, state: KnownRequest) {
    const card = ask(requestId, state);
    const followed = sayOnce(requestId, state, 'follow', () => postFollow(requestId, state));
    return { card, all: Promise.all([card, followed]).then(() => undefined) };
  };

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
    // All was over before the card was there, and nobody else will look at it again.
    if (marked.ok && marked.state.phase !== 'none' && marked.state.told) {
      await notifier.updateCard(requestId, marked.state);
    }
  }

  /** The card is tried again meanwhile. */
  function tellUnreachable(requestId: string, state: KnownRequest): void {
    sayOnce(requestId, state, 'unreachable', () => notifier.postUnreachable(state)).catch((error: unknown) =>
      log.error({ requestId, err: error }, 'nobody could be told that the approvers cannot be reached'),
    );
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
}

function isRefused({ kind, status, triedMs }: NotifierError): boolean {
  return kind === 'gone' || (status !== null && status < 500 && triedMs >= unreachableMs);
}
