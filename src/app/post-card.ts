import type { KnownRequest } from '../domain/request.ts';
import { type ClaimPost, NotOurPost } from './claim-post.ts';
import { type Notifier, NotifierError } from './ports.ts';
import type { RunCommand } from './run-command.ts';
import type { SayOnce } from './say-once.ts';

interface Deps extends Pick<ClaimPost, 'claim'> {
  readonly runCommand: RunCommand;
  readonly notifier: Notifier;
  readonly sayOnce: SayOnce;
}

/** Posts the card that asks, and whatever is said along with it. */
export function createPostCard({ runCommand, notifier, claim, sayOnce }: Deps) {
  return async function postCard(requestId: string, state: KnownRequest): Promise<void> {
    const followed = sayOnce(requestId, state, 'follow', () => postFollow(requestId, state));
    await sayOnce(requestId, state, 'notice', () => notifier.postNotice(state, 'notice'));
    let cardId: string;
    try {
      cardId = await notifier.postCard(requestId, state, claim(requestId, 'card'));
    } catch (error) {
      await followed;
      if (error instanceof NotOurPost) return;
      if (error instanceof NotifierError && error.kind === 'gone') {
        await sayOnce(requestId, state, 'unreachable', () => notifier.postUnreachable(state));
      }
      throw error;
    }
    const marked = await runCommand(requestId, { type: 'markCardPosted', cardId });
    // All was over before the card was there, and nobody else will look at it again.
    if (marked.ok && marked.state.phase !== 'none' && marked.state.told) {
      await notifier.updateCard(requestId, marked.state);
    }
    await followed;
  };

  async function postFollow(requestId: string, state: KnownRequest): Promise<void> {
    const followId = await notifier.postFollow(requestId, state);
    const marked = await runCommand(requestId, { type: 'markFollowPosted', cardId: followId });
    // Decided while it was on its way.
    if (marked.ok && marked.state.phase !== 'none' && marked.state.phase !== 'requested') {
      await notifier.updateCard(requestId, marked.state);
    }
  }
}
